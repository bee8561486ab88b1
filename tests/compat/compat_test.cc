// Journals of earlier versions: every byte means what it meant. See README.md.
//
// SRSYNC_COMPAT_WRITE=1 writes dump.txt and state.txt anew. SRSYNC_COMPAT_NEW=NAME makes a new
// golden journal of this version (and NAME-trimmed).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <set>

#include "codec/event_codec.h"
#include "compat/golden.h"
#include "compat/story.h"
#include "inspect/inspect.h"
#include "journal/trim.h"
#include "support/paths.h"
#include "unit/journal/journal_fixture.h"

namespace srsync {
namespace {

using test::golden_journals;
using testing::ElementsAreArray;

std::string golden_path(const std::string& name, const std::string& file) {
  return test::source_path("tests/compat/" + name + "/" + file);
}

std::vector<std::string> dump_of(const journal::JournalReader& reader) {
  std::vector<std::string> lines;
  const inspect::Output out{inspect::Format::kText, false,
                            [&lines](std::string_view line) { lines.emplace_back(line); }};
  const Status status = inspect::dump(reader, {}, out);
  EXPECT_TRUE(status.is_ok()) << status.to_string();
  return lines;
}

// The digest is left out: it covers the schema version as well.
std::vector<std::string> state_of(const journal::JournalReader& reader) {
  std::vector<std::string> lines;
  const auto state = inspect::state_at(reader, inspect::kLastEvent);
  EXPECT_TRUE(state.is_ok()) << state.status().to_string();
  if (!state.is_ok()) return lines;
  inspect::print_state(*state, std::nullopt,
                       {inspect::Format::kText, false, [&lines](std::string_view line) {
                          if (!line.starts_with("digest")) lines.emplace_back(line);
                        }});
  return lines;
}

// --- making a new one ---------------------------------------------------------------------------

class NewGolden : public test::JournalTest {
 protected:
  void append(io::Journal& journal, core::State& state, std::vector<core::Fact> facts) {
    for (core::Fact& fact : facts) {
      clock_.set(clock_.now().ms() + 1'000);
      const auto events = journal.append({std::move(fact)});
      ASSERT_TRUE(events.is_ok());
      ASSERT_TRUE(core::apply(state, events->front()).is_ok());
    }
  }
  void save(const std::string& name) const {
    const auto records = test::records_of(dir());
    ASSERT_TRUE(records.is_ok());
    test::write_lines(golden_path(name, "records.txt"), *records);
    const auto reader = journal::JournalReader::open(dir());
    ASSERT_TRUE(reader.is_ok());
    test::write_lines(golden_path(name, "dump.txt"), dump_of(**reader));
    test::write_lines(golden_path(name, "state.txt"), state_of(**reader));
  }
};

TEST_F(NewGolden, IsMadeWhenAskedFor) {
  const char* name = std::getenv("SRSYNC_COMPAT_NEW");
  if (name == nullptr) GTEST_SKIP() << "SRSYNC_COMPAT_NEW=NAME makes a new golden journal";
  std::int64_t cut_at = 0;
  {
    const auto journal = open();
    core::State state;
    append(*journal, state, test::every_fact());
    cut_at = clock_.now().ms() + 1;
    ASSERT_TRUE(journal->write_checkpoint(state).is_ok());
    append(*journal, state, test::story(journal->identity().journal_id));
    ASSERT_TRUE(journal->write_checkpoint(state).is_ok());
    append(*journal, state, {core::Paused{"operator"}, core::Resumed{"operator"}});
  }
  save(name);
  journal::TrimRequest request;
  request.dir = dir();
  request.older_than = WallTime(cut_at);
  ASSERT_TRUE(journal::trim(request).is_ok());
  save(std::string(name) + "-trimmed");
}

// --- the old ones -------------------------------------------------------------------------------

class Golden : public test::JournalTest, public testing::WithParamInterface<std::string> {
 protected:
  void SetUp() override {
    const auto lines = test::read_lines(golden_path(GetParam(), "records.txt"));
    ASSERT_GT(lines.size(), 10U);
    const Status loaded = test::load_records(lines, dir());
    ASSERT_TRUE(loaded.is_ok()) << loaded.to_string();
    const auto stored = test::records_of(dir());
    ASSERT_TRUE(stored.is_ok());
    ASSERT_EQ(*stored, lines);
    auto opened = journal::JournalReader::open(dir());
    ASSERT_TRUE(opened.is_ok()) << opened.status().to_string();
    reader_ = std::move(opened).value();
    EXPECT_TRUE(reader_->damage().empty());
  }

  std::unique_ptr<journal::JournalReader> reader_;
};

// The bytes behind an envelope's schema version.
std::string_view without_version(std::string_view record) {
  EXPECT_EQ(record[0], '\x08');
  EXPECT_LT(static_cast<unsigned char>(record[1]), 128);
  return record.substr(2);
}

TEST_P(Golden, EveryRecordIsReadAndWrittenAgainAsItWas) {
  std::uint64_t count = 0;
  std::string again;
  const Status read = reader_->read(
      reader_->first_seq(), reader_->last_seq(),
      [&count, &again](const core::Event& event, std::string_view record) {
        ++count;
        core::Event decoded;
        Hash128 previous;
        EXPECT_TRUE(codec::decode_event(record, decoded, previous).is_ok());
        EXPECT_EQ(decoded, event);
        again.clear();
        codec::encode_event(event, previous, again);
        EXPECT_EQ(without_version(again), without_version(record)) << event.seq.value();
        return Status::ok();
      });
  EXPECT_TRUE(read.is_ok()) << read.to_string();
  EXPECT_EQ(count, reader_->last_seq().value() - reader_->beginning().seq.value());
}

TEST_P(Golden, TheDumpIsTheSame) {
  const auto lines = dump_of(*reader_);
  const std::string path = golden_path(GetParam(), "dump.txt");
  if (std::getenv("SRSYNC_COMPAT_WRITE") != nullptr) test::write_lines(path, lines);
  EXPECT_THAT(lines, ElementsAreArray(test::read_lines(path)));
}

TEST_P(Golden, TheStateIsTheSame) {
  const auto lines = state_of(*reader_);
  const std::string path = golden_path(GetParam(), "state.txt");
  if (std::getenv("SRSYNC_COMPAT_WRITE") != nullptr) test::write_lines(path, lines);
  EXPECT_THAT(lines, ElementsAreArray(test::read_lines(path)));
}

TEST_P(Golden, EveryCheckpointIsTheRefold) {
  const auto checkpoints = reader_->checkpoints();
  ASSERT_TRUE(checkpoints.is_ok());
  std::size_t compared = 0;
  auto state = reader_->state_at_beginning();
  ASSERT_TRUE(state.is_ok()) << state.status().to_string();
  const auto compare = [&](EventSeq seq) {
    for (const journal::CheckpointInfo& checkpoint : *checkpoints) {
      if (checkpoint.seq != seq) continue;
      ++compared;
      const auto loaded = reader_->load_checkpoint(seq);
      ASSERT_TRUE(loaded.is_ok()) << loaded.status().to_string();
      EXPECT_EQ(codec::digest(*loaded), codec::digest(*state)) << "checkpoint " << seq.value();
    }
  };
  compare(state->applied);
  const Status read = reader_->read(reader_->first_seq(), reader_->last_seq(),
                                    [&](const core::Event& event, std::string_view) {
                                      EXPECT_TRUE(core::apply(*state, event).is_ok());
                                      compare(event.seq);
                                      return Status::ok();
                                    });
  EXPECT_TRUE(read.is_ok()) << read.to_string();
  EXPECT_EQ(compared, 2U);
}

TEST_P(Golden, ThisVersionGoesOnWithIt) {
  const Hash128 digest = codec::digest(*inspect::state_at(*reader_, inspect::kLastEvent));
  const EventSeq last = reader_->last_seq();
  reader_.reset();
  const auto journal = open();
  ASSERT_NE(journal, nullptr);
  auto state = journal::recover(*journal);
  ASSERT_TRUE(state.is_ok()) << state.status().to_string();
  EXPECT_EQ(codec::digest(*state), digest);
  const auto events = journal->append({core::Paused{"me"}});
  ASSERT_TRUE(events.is_ok());
  EXPECT_EQ(events->front().seq, last.next());
  ASSERT_TRUE(core::apply(*state, events->front()).is_ok());
  EXPECT_TRUE(journal->write_checkpoint(*state).is_ok());
}

INSTANTIATE_TEST_SUITE_P(Compat, Golden, testing::ValuesIn(golden_journals()),
                         [](const auto& tested) {
                           std::string name = tested.param;
                           for (char& c : name) c = std::isalnum(c) != 0 ? c : '_';
                           return name;
                         });

// --- together -----------------------------------------------------------------------------------

TEST(Compat, EveryFactOfThisSchemaVersionIsInAGoldenJournal) {
  std::set<std::size_t> missing;
  for (std::size_t i = 0; i < std::variant_size_v<core::Fact>; ++i) missing.insert(i);
  bool of_this_version = false;
  for (const std::string& name : golden_journals()) {
    for (const std::string& line : test::read_lines(golden_path(name, "records.txt"))) {
      if (!line.starts_with("events ")) continue;
      const std::string record = *from_hex(line.substr(line.rfind(' ') + 1));
      of_this_version = of_this_version || record[1] == static_cast<char>(codec::kSchemaVersion);
      core::Event event;
      Hash128 previous;
      ASSERT_TRUE(codec::decode_event(record, event, previous).is_ok());
      missing.erase(event.fact.index());
    }
  }
  // A schema version in the making has none yet; it gets one before it is released.
  if (!of_this_version)
    GTEST_SKIP() << "no golden journal of schema version " << codec::kSchemaVersion
                 << " yet: see README.md";
  EXPECT_TRUE(missing.empty()) << "first missing fact: number " << *missing.begin();
}

}  // namespace
}  // namespace srsync
