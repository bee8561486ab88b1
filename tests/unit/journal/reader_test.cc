// Reading beside the writer, and on a copy, without leaving a trace.
#include "journal/reader.h"

#include <fstream>
#include <iterator>
#include <map>

#include "unit/journal/journal_fixture.h"

namespace srsync {
namespace {

using test::JournalTest;

class ReaderTest : public JournalTest {
 protected:
  static std::unique_ptr<journal::JournalReader> read_only(const std::string& at) {
    auto reader = journal::JournalReader::open(at);
    EXPECT_TRUE(reader.is_ok()) << reader.status().to_string();
    return reader.is_ok() ? std::move(reader).value() : nullptr;
  }
  static std::vector<core::Event> events_of(const journal::JournalReader& reader) {
    std::vector<core::Event> events;
    const Status status = reader.read(EventSeq(1), reader.last_seq(),
                                      [&events](const core::Event& event, std::string_view record) {
                                        EXPECT_FALSE(record.empty());
                                        events.push_back(event);
                                        return Status::ok();
                                      });
    EXPECT_TRUE(status.is_ok()) << status.to_string();
    return events;
  }
  static std::map<std::string, std::string> contents(const std::string& at) {
    std::map<std::string, std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(at)) {
      std::ifstream file(entry.path(), std::ios::binary);
      files[entry.path().filename().string()] =
          std::string(std::istreambuf_iterator<char>(file), {});
    }
    return files;
  }
};

TEST_F(ReaderTest, SeesWhatTheWriterMadeDurable) {
  const auto journal = open();
  fill(*journal, 25);
  ASSERT_TRUE(journal->write_checkpoint(fold(*journal)).is_ok());
  fill(*journal, 5);

  const auto reader = read_only(dir());
  ASSERT_NE(reader, nullptr);
  EXPECT_TRUE(reader->damage().empty());
  EXPECT_EQ(reader->identity(), journal->identity());
  EXPECT_EQ(reader->last_seq(), EventSeq(30));
  EXPECT_EQ(events_of(*reader), read_all(*journal));
  const auto checkpoints = reader->checkpoints();
  ASSERT_TRUE(checkpoints.is_ok());
  ASSERT_EQ(checkpoints->size(), 1U);
  EXPECT_EQ(checkpoints->front().seq, EventSeq(25));
  const auto state = reader->load_checkpoint(EventSeq(25));
  ASSERT_TRUE(state.is_ok());
  EXPECT_EQ(codec::digest(*state), checkpoints->front().digest);

  // The writer goes on; this reader keeps its picture, a new one sees more.
  fill(*journal, 10);
  EXPECT_EQ(events_of(*reader).size(), 30U);
  EXPECT_EQ(read_only(dir())->last_seq(), EventSeq(40));
}

TEST_F(ReaderTest, ChangesNothing) {
  const auto journal = open();
  fill(*journal, 25);
  const auto before = contents(dir());
  {
    const auto reader = read_only(dir());
    events_of(*reader);
  }
  EXPECT_EQ(contents(dir()), before);
}

TEST_F(ReaderTest, ReadsACopy) {
  const auto journal = open();
  fill(*journal, 25);
  const std::string copy = (temp_.path() / "copy").string();
  std::filesystem::copy(dir(), copy);
  fill(*journal, 5);
  const auto reader = read_only(copy);
  EXPECT_EQ(reader->last_seq(), EventSeq(25));
  EXPECT_EQ(events_of(*reader).size(), 25U);
}

TEST_F(ReaderTest, OpensWhileTheWriterMovesItsFiles) {
  const auto journal = open();
  std::uint64_t known = 0;
  for (int i = 0; i < 15; ++i) {
    // Big facts, so that RocksDB flushes and drops logs meanwhile.
    core::TableRead big;
    big.name = {"db", "t"};
    big.create_sql = std::string(3 << 20, 'x');
    ASSERT_TRUE(journal->append(std::vector<core::Fact>(3, big)).is_ok());
    known += 3;
    const auto reader = read_only(dir());
    ASSERT_NE(reader, nullptr);
    EXPECT_EQ(reader->last_seq(), EventSeq(known));
    EXPECT_EQ(events_of(*reader).size(), known);
  }
}

TEST_F(ReaderTest, EqualHistoriesHaveEqualChains) {
  const auto journal = open();
  fill(*journal, 25);
  const std::string copy = (temp_.path() / "copy").string();
  std::filesystem::copy(dir(), copy);
  EXPECT_EQ(read_only(copy)->chain(), read_only(dir())->chain());
  fill(*journal, 1);
  EXPECT_NE(read_only(copy)->chain(), read_only(dir())->chain());
}

}  // namespace
}  // namespace srsync
