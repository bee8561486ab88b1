// What is not opened, and what the operator is told.
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "journal/records.h"
#include "journal/store.h"
#include "unit/journal/journal_fixture.h"

namespace srsync {
namespace {

using test::JournalTest;

class RefuseTest : public JournalTest {
 protected:
  static void expect_refusal(const Status& status, Code code, const std::string& text) {
    EXPECT_EQ(status.code(), code) << status.to_string();
    EXPECT_NE(status.message().find(text), std::string::npos) << status.to_string();
  }
};

TEST_F(RefuseTest, AnotherPair) {
  open();
  const auto with = [this](const io::PairIdentity& pair) {
    return journal::open_journal({dir(), pair, nullptr, 10}, clock_).status();
  };
  io::PairIdentity pair = test::test_pair();
  pair.source_cluster_id = "9";
  expect_refusal(with(pair), Code::kRejected,
                 "belongs to source cluster 1001 and target cluster 2002, not to source cluster 9 "
                 "and target cluster 2002");
  EXPECT_FALSE(with(pair).hint().empty());
  pair = test::test_pair();
  pair.target_cluster_id = "9";
  expect_refusal(with(pair), Code::kRejected, "belongs to");
  pair = test::test_pair();
  std::swap(pair.source_cluster_id, pair.target_cluster_id);
  expect_refusal(with(pair), Code::kRejected, "belongs to");
  pair = test::test_pair();
  pair.source_run_mode = core::RunMode::kSharedData;
  expect_refusal(with(pair), Code::kRejected, "run mode");
  pair.source_run_mode = core::RunMode::kUnknown;
  EXPECT_TRUE(with(pair).is_ok());
  pair.source_cluster_id.clear();
  expect_refusal(with(pair), Code::kInvalidArgument, "ids of both clusters");
}

TEST_F(RefuseTest, ASecondWriterInThisProcess) {
  const auto journal = open();
  const std::string me = "is in use by pid " + std::to_string(getpid());
  expect_refusal(try_open().status(), Code::kRejected, me);
  // The first is not disturbed.
  fill(*journal, 3);
}

// Not a proof of its own: the other process of the next one. It is this program started anew,
// because RocksDB's threads do not survive a fork.
TEST_F(RefuseTest, HelperThatHoldsAJournal) {
  const char* held = std::getenv("SRSYNC_TEST_HOLD");
  if (held == nullptr) GTEST_SKIP() << "only started by ASecondWriterInAnotherProcess";
  const auto journal = journal::open_journal({held, test::test_pair(), nullptr, 10}, clock_);
  const char byte = journal.is_ok() ? 'y' : 'n';
  char leave = 0;
  // Descriptors 3 and 4 are the parent's pipes; read() returns when the parent closes its end.
  ASSERT_EQ(write(3, &byte, 1), 1);
  EXPECT_EQ(read(4, &leave, 1), 0);
}

TEST_F(RefuseTest, ASecondWriterInAnotherProcess) {
  int ready[2];
  int leave[2];
  ASSERT_EQ(pipe(ready), 0);
  ASSERT_EQ(pipe(leave), 0);
  const std::string held = dir();
  const pid_t child = fork();
  if (child == 0) {
    const int out = fcntl(ready[1], F_DUPFD, 10);
    const int in = fcntl(leave[0], F_DUPFD, 10);
    for (const int fd : {ready[0], ready[1], leave[0], leave[1]}) close(fd);
    dup2(out, 3);
    dup2(in, 4);
    setenv("SRSYNC_TEST_HOLD", held.c_str(), 1);
    execl("/proc/self/exe", "journal_test", "--gtest_filter=RefuseTest.HelperThatHoldsAJournal",
          nullptr);
    _exit(1);
  }
  close(ready[1]);
  close(leave[0]);
  char byte = 0;
  // The helper's own report comes through another descriptor.
  ASSERT_EQ(read(ready[0], &byte, 1), 1);
  EXPECT_EQ(byte, 'y');
  expect_refusal(try_open().status(), Code::kRejected,
                 "is in use by pid " + std::to_string(child) + " on ");
  // A dead holder holds nothing.
  close(leave[1]);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_NE(open(), nullptr);
  close(ready[0]);
}

TEST_F(RefuseTest, ANewerFormat) {
  open();
  {
    auto store = journal::Store::open(dir(), journal::Access::kWrite, nullptr);
    ASSERT_TRUE(store.is_ok());
    // Format version 3 with a field that does not exist yet.
    ASSERT_TRUE((*store)->db().Put({}, (*store)->meta(), "journal", "\x08\x03\x7a\x01x").ok());
  }
  const Status status = try_open().status();
  expect_refusal(status, Code::kUnsupported, "format version 3");
  EXPECT_NE(status.message().find(dir()), std::string::npos);
  EXPECT_FALSE(status.hint().empty());
  expect_refusal(journal::JournalReader::open(dir()).status(), Code::kUnsupported,
                 "format version 3");
}

TEST_F(RefuseTest, ANewerFormatWithAColumnFamilyOfItsOwn) {
  open();
  {
    auto store = journal::Store::open(dir(), journal::Access::kWrite, nullptr);
    ASSERT_TRUE(store.is_ok());
    ASSERT_TRUE((*store)->db().Put({}, (*store)->meta(), "journal", "\x08\x03").ok());
    rocksdb::ColumnFamilyHandle* handle = nullptr;
    ASSERT_TRUE((*store)->db().CreateColumnFamily({}, "later", &handle).ok());
    (*store)->db().DestroyColumnFamilyHandle(handle).PermitUncheckedError();
  }
  expect_refusal(try_open().status(), Code::kUnsupported, "format version 3");
}

TEST_F(RefuseTest, ADirectoryThatHoldsSomethingElse) {
  std::filesystem::create_directory(dir());
  std::ofstream(dir() + "/holiday.jpg") << "sun";
  expect_refusal(try_open().status(), Code::kRejected, "holds holiday.jpg");
}

// RocksDB would make a new, empty database and remove the old one's files.
TEST_F(RefuseTest, AJournalThatLostItsEntryPoint) {
  fill(*open(), 20);
  std::string manifest;
  std::getline(std::ifstream(dir() + "/CURRENT"), manifest);
  std::filesystem::remove(dir() + "/CURRENT");
  expect_refusal(try_open().status(), Code::kCorruption, "CURRENT is missing");
  EXPECT_NE(try_open().status().hint().find("write the line " + manifest), std::string::npos)
      << try_open().status().to_string();
  expect_refusal(journal::JournalReader::open(dir()).status(), Code::kCorruption,
                 "CURRENT is missing");
  // The hint works.
  const std::string copy = (temp_.path() / "copy").string();
  std::filesystem::copy(dir(), copy);
  std::ofstream(copy + "/CURRENT") << manifest << '\n';
  EXPECT_EQ((*journal::JournalReader::open(copy))->last_seq(), EventSeq(20));
}

TEST_F(RefuseTest, NothingWhereAReaderLooks) {
  expect_refusal(journal::JournalReader::open(dir()).status(), Code::kNotFound, "no journal in");
  EXPECT_FALSE(std::filesystem::exists(dir()));
}

TEST_F(RefuseTest, AParentThatDoesNotExist) {
  const auto opened = journal::open_journal(
      {(temp_.path() / "a" / "b").string(), test::test_pair(), nullptr, 10}, clock_);
  expect_refusal(opened.status(), Code::kUnavailable, "making the directory");
}

TEST_F(RefuseTest, AnInterruptedCreationIsTakenUp) {
  // All that stands there when the power goes before the first write.
  std::filesystem::create_directory(dir());
  std::ofstream(dir() + "/LOCK") << "";
  std::ofstream(dir() + "/IDENTITY") << "x";
  std::ofstream(dir() + "/000001.dbtmp") << "";
  EXPECT_NE(open(), nullptr);
}

}  // namespace
}  // namespace srsync
