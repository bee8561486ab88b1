// Power cuts and full disks: whatever append() acknowledged is there afterwards, and what is there
// is a beginning of what was appended.
#include <rocksdb/env.h>

#include <random>

#include "unit/journal/fault_fs.h"
#include "unit/journal/journal_fixture.h"

namespace srsync {
namespace {

using test::JournalTest;

class PowerCutTest : public JournalTest {
 protected:
  PowerCutTest() : fs_(std::make_shared<test::FaultFs>()), env_(rocksdb::NewCompositeEnv(fs_)) {}

  // Appends until the power goes; returns the last acknowledged sequence number.
  EventSeq append_until_dark(io::Journal& journal, std::mt19937_64& random) {
    EventSeq acknowledged = journal.last_seq();
    core::State state = fold(journal);
    for (int i = 0; i < 10'000; ++i) {
      const auto events = journal.append(test::facts(acknowledged.value() + 1, 1 + random() % 20));
      if (!events.is_ok()) return acknowledged;
      acknowledged = events->back().seq;
      for (const core::Event& event : *events) EXPECT_TRUE(core::apply(state, event).is_ok());
      if (random() % 10 == 0 && !journal.write_checkpoint(state).is_ok()) return acknowledged;
    }
    ADD_FAILURE() << "the power was never cut";
    return acknowledged;
  }

  std::shared_ptr<test::FaultFs> fs_;
  std::unique_ptr<rocksdb::Env> env_;
};

TEST_F(PowerCutTest, EveryAcknowledgedEventIsThereAndNothingElse) {
  std::mt19937_64 random(20261122);
  for (int round = 0; round < 120; ++round) {
    SCOPED_TRACE(round);
    // Early rounds cut the creation itself; some journals live through several cuts.
    if (round < 40 || round % 5 == 0) std::filesystem::remove_all(dir());
    fs_->cut_power_after(round < 40 ? round : static_cast<std::int64_t>(20 + random() % 300));
    EventSeq acknowledged;
    {
      auto opened = try_open(env_.get());
      if (opened.is_ok()) acknowledged = append_until_dark(**opened, random);
    }
    EXPECT_TRUE(fs_->power_is_off());
    const bool existed = acknowledged > EventSeq(0);
    fs_->lose_unsynced(random() % 1001);

    const auto journal = open();
    ASSERT_NE(journal, nullptr);
    if (existed) {
      EXPECT_GE(journal->last_seq(), acknowledged);
    }
    // Facts are numbered like events, so a prefix is recognised event by event.
    for (const core::Event& event : read_all(*journal)) {
      ASSERT_EQ(event.fact, test::fact_number(event.seq.value()));
    }
    // Checkpoints that survived tell what the events tell.
    int refused = 0;
    const auto state = journal::recover(
        *journal,
        {.progress = {}, .checkpoint_refused = [&refused](EventSeq, const Status&) { ++refused; }});
    ASSERT_TRUE(state.is_ok()) << state.status().to_string();
    EXPECT_EQ(refused, 0);
    EXPECT_EQ(codec::digest(*state), codec::digest(fold(*journal)));
    fill(*journal, 3);
  }
}

TEST_F(PowerCutTest, NothingIsAppendedAfterAFailedWrite) {
  auto journal = open(env_.get());
  fill(*journal, 20);
  fs_->cut_power_after(0);
  const Status first = journal->append(test::facts(21, 1)).status();
  EXPECT_EQ(first.code(), Code::kUnavailable) << first.to_string();
  // Even when the disk would take it again: what is on it is not known.
  fs_->lose_unsynced(0);
  EXPECT_EQ(journal->append(test::facts(21, 1)).status(), first);
  EXPECT_EQ(journal->write_checkpoint({}), first);
  EXPECT_EQ(journal->last_seq(), EventSeq(20));
  journal.reset();
  journal = open(env_.get());
  EXPECT_EQ(journal->last_seq(), EventSeq(20));
  fill(*journal, 1);
}

TEST_F(PowerCutTest, AFullDiskIsSaidAndLosesNothing) {
  auto journal = open(env_.get());
  fill(*journal, 20);
  fs_->limit_bytes(2'000);
  Status full;
  EventSeq acknowledged = journal->last_seq();
  while (full.is_ok()) {
    const auto events = journal->append(test::facts(acknowledged.value() + 1, 5));
    full = events.status();
    if (full.is_ok()) acknowledged = events->back().seq;
  }
  EXPECT_EQ(full.code(), Code::kUnavailable);
  EXPECT_NE(full.message().find("the disk is full"), std::string::npos) << full.to_string();
  EXPECT_FALSE(full.hint().empty());
  fs_->free_space();
  EXPECT_FALSE(journal->append(test::facts(1, 1)).is_ok());
  journal.reset();

  journal = open(env_.get());
  EXPECT_GE(journal->last_seq(), acknowledged);
  for (const core::Event& event : read_all(*journal)) {
    ASSERT_EQ(event.fact, test::fact_number(event.seq.value()));
  }
  fill(*journal, 10);
}

TEST_F(PowerCutTest, AFullDiskDuringACheckpointKeepsTheOneBefore) {
  auto journal = open(env_.get());
  fill(*journal, 20);
  ASSERT_TRUE(journal->write_checkpoint(fold(*journal)).is_ok());
  fill(*journal, 2'000, 100);
  fs_->limit_bytes(1'000);
  EXPECT_EQ(journal->write_checkpoint(fold(*journal)).code(), Code::kUnavailable);
  fs_->free_space();
  journal.reset();
  journal = open(env_.get());
  EXPECT_EQ(journal->checkpoints(), std::vector<EventSeq>{EventSeq(20)});
  const auto state = journal::recover(*journal);
  ASSERT_TRUE(state.is_ok());
  EXPECT_EQ(state->applied, EventSeq(2'020));
  ASSERT_TRUE(journal->write_checkpoint(*state).is_ok());
  EXPECT_EQ(journal->checkpoints(), (std::vector<EventSeq>{EventSeq(2'020), EventSeq(20)}));
}

}  // namespace
}  // namespace srsync
