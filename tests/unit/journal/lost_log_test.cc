// A journal that is shorter than what was acknowledged must never look like a sound one.
#include <fstream>

#include "journal/high_water.h"
#include "journal/store.h"
#include "unit/journal/journal_fixture.h"

namespace srsync {
namespace {

using test::JournalTest;

class LostLogTest : public JournalTest {
 protected:
  std::vector<std::string> logs() const {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(dir())) {
      if (entry.path().string().ends_with(".log")) found.push_back(entry.path().string());
    }
    return found;
  }
  // A journal of 40 events, the last 20 of them in the newest log only, and an older log beside it.
  // Returns the newest.
  std::string journal_with_an_older_log() {
    fill(*open(), 20);
    const std::string old = logs().at(0);
    const std::string kept = (temp_.path() / "old").string();
    std::filesystem::copy_file(old, kept);
    // Opening moves the log's events into a table and starts a new log.
    fill(*open(), 20);
    const std::string newest = logs().at(0);
    EXPECT_NE(old, newest);
    std::filesystem::copy_file(kept, old);
    return newest;
  }
  std::string note() const { return dir() + "/" + std::string(journal::kHighWaterFile); }
};

TEST_F(LostLogTest, TheNewestLogIsGoneWhileAnOlderOneRemains) {
  std::filesystem::remove(journal_with_an_older_log());
  ASSERT_EQ(logs().size(), 1U);
  const Status status = try_open().status();
  EXPECT_EQ(status.code(), Code::kCorruption) << status.to_string();
  EXPECT_NE(status.message().find("ends at event 20, but event 40 was acknowledged"),
            std::string::npos)
      << status.to_string();
  EXPECT_FALSE(status.hint().empty());
  // Refusing changed nothing: it is refused again.
  EXPECT_EQ(try_open().status().code(), Code::kCorruption);
}

TEST_F(LostLogTest, AReaderShowsWhatIsLeftAndSaysWhatIsMissing) {
  std::filesystem::remove(journal_with_an_older_log());
  const auto reader = journal::JournalReader::open(dir());
  ASSERT_TRUE(reader.is_ok()) << reader.status().to_string();
  EXPECT_EQ((*reader)->last_seq(), EventSeq(20));
  ASSERT_EQ((*reader)->damage().size(), 1U);
  EXPECT_NE((*reader)->damage()[0].message().find("event 40 was acknowledged"), std::string::npos);
}

// Shows that it is the note which notices: RocksDB does not.
TEST_F(LostLogTest, WithoutTheNoteTheLossWouldNotBeSeen) {
  std::filesystem::remove(journal_with_an_older_log());
  std::filesystem::remove(note());
  const auto journal = open();
  ASSERT_NE(journal, nullptr);
  EXPECT_EQ(journal->last_seq(), EventSeq(20));
}

TEST_F(LostLogTest, AnOlderLogThatWasPutBackDoesNoHarm) {
  journal_with_an_older_log();
  const auto journal = open();
  ASSERT_NE(journal, nullptr);
  EXPECT_EQ(journal->last_seq(), EventSeq(40));
}

TEST_F(LostLogTest, EverythingIsGoneButTheNote) {
  fill(*open(), 20);
  for (const auto& entry : std::filesystem::directory_iterator(dir())) {
    if (entry.path().filename() != journal::kHighWaterFile) std::filesystem::remove(entry.path());
  }
  EXPECT_EQ(try_open().status().code(), Code::kCorruption);
}

TEST_F(LostLogTest, FilesOfTwoHistoriesAreNotMixed) {
  fill(*open(), 20);
  const std::string copy = (temp_.path() / "copy").string();
  std::filesystem::copy(dir(), copy);
  const auto append = [this](const core::Fact& fact) {
    ASSERT_TRUE(open()->append({fact}).is_ok());
  };
  append(core::Paused{"one"});
  const std::string first = (temp_.path() / "note").string();
  std::filesystem::copy_file(note(), first);
  std::filesystem::remove_all(dir());
  std::filesystem::copy(copy, dir());
  append(core::Paused{"another"});
  std::filesystem::copy_file(first, note(), std::filesystem::copy_options::overwrite_existing);
  const Status status = try_open().status();
  EXPECT_EQ(status.code(), Code::kCorruption);
  EXPECT_NE(status.message().find("two different histories"), std::string::npos)
      << status.to_string();
}

// The note is a safeguard, not a place where the journal can break.
TEST_F(LostLogTest, ADamagedOrMissingNoteIsMadeAnew) {
  fill(*open(), 20);
  std::ofstream(note(), std::ios::binary) << "rubbish";
  fill(*open(), 1);
  EXPECT_EQ(journal::read_high_water(dir(), *rocksdb::Env::Default())->seq, EventSeq(21));
  std::filesystem::remove(note());
  fill(*open(), 1);
  EXPECT_EQ(journal::read_high_water(dir(), *rocksdb::Env::Default())->seq, EventSeq(22));
}

TEST_F(LostLogTest, OneTornCopyOfTheNoteLeavesTheOther) {
  fill(*open(), 30, 1);
  const auto all = *journal::read_high_water(dir(), *rocksdb::Env::Default());
  EXPECT_EQ(all.seq, EventSeq(30));
  for (const std::streamoff at : {20, 512 + 20}) {
    std::fstream file(note(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(at);
    const char byte = static_cast<char>(file.get() ^ 1);
    file.seekp(at);
    file.put(byte);
    file.close();
    const auto left = journal::read_high_water(dir(), *rocksdb::Env::Default());
    if (at < 512) {
      ASSERT_TRUE(left.has_value());
      EXPECT_GE(left->seq, EventSeq(29));
    } else {
      EXPECT_FALSE(left.has_value());
    }
  }
}

// The process died before all column families stood: nothing was written yet.
TEST_F(LostLogTest, AJournalWhoseMakingWasInterruptedIsEmptyAndIsFinished) {
  {
    rocksdb::Options options;
    options.create_if_missing = true;
    rocksdb::DB* db = nullptr;
    ASSERT_TRUE(rocksdb::DB::Open(options, dir(), &db).ok());
    delete db;
  }
  const Status status = journal::JournalReader::open(dir()).status();
  EXPECT_EQ(status.code(), Code::kNotFound) << status.to_string();
  EXPECT_NE(status.message().find("it was never written to"), std::string::npos)
      << status.to_string();
  fill(*open(), 3);
  EXPECT_EQ((*journal::JournalReader::open(dir()))->last_seq(), EventSeq(3));
}

}  // namespace
}  // namespace srsync
