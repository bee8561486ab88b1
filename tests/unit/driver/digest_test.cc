#include "driver/digest.h"

#include <gtest/gtest.h>

#include "core/describe.h"

namespace srsync::driver {
namespace {

core::ReplicationIntent intent() {
  core::ReplicationIntent intent;
  intent.job_id = "srsync-j-1-1";
  intent.name = {"d", "t"};
  intent.target_table = core::TableId(5);
  return intent;
}

core::Replicating job(core::JobPhase phase) {
  core::Replicating job;
  job.intent = intent();
  job.phase = phase;
  job.stage = "INITIALIZING";
  return job;
}

io::JobStatus row(const std::string& state) {
  return {"srsync-j-1-1", 5, core::TxnId(9), state, "", "why"};
}

std::string text(const std::vector<core::Fact>& facts) {
  std::string all;
  for (const auto& fact : facts) all += std::string(core::fact_name(fact)) + ";";
  return all;
}

TEST(DigestJobTest, EveryPhaseAndState) {
  using core::JobPhase;
  const auto facts = [](JobPhase phase, const std::string& state) {
    return text(digest_job(job(phase), row(state)));
  };
  EXPECT_EQ(facts(JobPhase::kSubmitting, "SNAPSHOTING"),
            "ReplicationAccepted;ReplicationProgressed;");
  EXPECT_EQ(facts(JobPhase::kRunning, "SNAPSHOTING"), "ReplicationProgressed;");
  EXPECT_EQ(facts(JobPhase::kSubmitting, "COMMITTED"), "ReplicationCommitted;");
  EXPECT_EQ(facts(JobPhase::kRunning, "COMMITTED"), "ReplicationCommitted;");
  EXPECT_EQ(facts(JobPhase::kCommitted, "COMMITTED"), "");
  EXPECT_EQ(facts(JobPhase::kLost, "COMMITTED"), "ReplicationCommitted;");
  EXPECT_EQ(facts(JobPhase::kRunning, "ABORTED"), "ReplicationAborted;");
  EXPECT_EQ(facts(JobPhase::kAborted, "ABORTED"), "");
  EXPECT_EQ(facts(JobPhase::kCommitted, "ABORTED"), "");
  EXPECT_EQ(facts(JobPhase::kCommitted, "REPLICATING"), "");
}

TEST(DigestJobTest, TheSameStageTwiceIsNoNews) {
  auto running = job(core::JobPhase::kRunning);
  running.txn = core::TxnId(9);
  running.stage = "SNAPSHOTING";
  EXPECT_EQ(text(digest_job(running, row("SNAPSHOTING"))), "");
}

TEST(DigestSubmitTest, AnUnknownOutcomeIsNoFact) {
  const auto digest = digest_submit(core::State(), {intent(), {outcome_unknown("lost"), {}}});
  EXPECT_TRUE(digest.facts.empty());
  EXPECT_FALSE(digest.trouble.is_ok());
  EXPECT_EQ(
      text(digest_submit(core::State(), {intent(), {busy("slots"), core::RejectReason::kBusy}})
               .facts),
      "ReplicationRejected;");
}

TEST(DigestTableTest, OneStatementNeverMakesASourceTableGone) {
  core::State state;
  const core::ReadTable source{Side::kSource, {"d", "t"}, core::TableId(1)};
  const core::ReadTable target{Side::kTarget, {"d", "t"}, core::TableId(1)};
  EXPECT_EQ(text(digest_table(state, {source, WallTime(1), not_found("no table")}).facts),
            "TableUnreadable;");
  EXPECT_EQ(text(digest_table(state, {target, WallTime(1), not_found("no table")}).facts),
            "TableMissing;");
}

TEST(DigestFeedTest, ReplicationsAndCompactionsAreNoStrangers) {
  core::State state;
  std::uint64_t seq = 0;
  const auto add = [&](core::Fact fact) {
    ASSERT_TRUE(core::apply(state, {EventSeq(++seq), WallTime(1), std::move(fact)}).is_ok());
  };
  add(core::DatabaseObserved{Side::kTarget, core::DbId(3), "d"});
  add(core::TableObserved{
      Side::kTarget, {"d", "t"}, core::TableId(5), core::TableKind::kTable, true});
  io::Feed feed;
  feed.last = core::TxnId(13);
  for (const auto& [id, type, visible] : {std::tuple{10, "REPLICATION", true},
                                          {11, "INSERT_STREAMING", true},
                                          {12, "INSERT_STREAMING", false},
                                          {13, "LAKE_COMPACTION", true}}) {
    feed.transactions.push_back(
        {core::TxnId(id), "l", type, visible, {{core::TableId(5), {core::PartitionId(6)}}}});
  }
  bool gap = false;
  const auto digest = digest_feed(state, {Side::kTarget, {{"d", core::TxnId(9), feed}}}, &gap);
  EXPECT_EQ(text(digest.facts), "StrangerObserved;FeedAdvanced;");
  EXPECT_FALSE(gap);
}

// What srsync itself begins and aborts to have partitions made.
TEST(DigestFeedTest, AnAbortedLoadIsNobodysWrite) {
  core::State state;
  std::uint64_t seq = 0;
  const auto add = [&](core::Fact fact) {
    ASSERT_TRUE(core::apply(state, {EventSeq(++seq), WallTime(1), std::move(fact)}).is_ok());
  };
  add(core::DatabaseObserved{Side::kTarget, core::DbId(3), "d"});
  add(core::TableObserved{
      Side::kTarget, {"d", "t"}, core::TableId(5), core::TableKind::kTable, true});
  io::Feed feed;
  feed.last = core::TxnId(11);
  const std::vector<io::FeedTransaction::Touched> table = {{core::TableId(5), {}}};
  feed.transactions.push_back(
      {core::TxnId(10), "srsync-p-j-5-1", "BACKEND_STREAMING", false, table});
  feed.transactions.push_back({core::TxnId(11), "srsync-p-j-5-2", "BACKEND_STREAMING", false, {}});
  bool gap = false;
  const auto digest = digest_feed(state, {Side::kTarget, {{"d", core::TxnId(9), feed}}}, &gap);
  EXPECT_EQ(text(digest.facts), "FeedAdvanced;");
  EXPECT_FALSE(gap);
  feed.transactions[0].visible = true;  // the same by somebody who did not abort it
  EXPECT_EQ(text(digest_feed(state, {Side::kTarget, {{"d", core::TxnId(9), feed}}}, &gap).facts),
            "StrangerObserved;FeedAdvanced;");
}

// A pair d.t (source 4, target 5), each with the partition 6, read in full at time 1.
class DigestPairTest : public ::testing::Test {
 protected:
  DigestPairTest() {
    for (const Side side : {Side::kSource, Side::kTarget}) {
      add(core::DatabaseObserved{side, core::DbId(3), "d"});
      add(read(side));
    }
  }
  core::TableRead read(Side side) const {
    core::Partition p;
    p.id = core::PartitionId(6);
    p.name = "t";
    p.visible_version = p.data_version = 5;
    p.epoch = 7;
    return {side, {"d", "t"}, core::TableId(side == Side::kSource ? 4 : 5), "CREATE", 1, "", {p}};
  }
  void add(core::Fact fact, std::int64_t at = 1) {
    ASSERT_TRUE(core::apply(state_, {EventSeq(++seq_), WallTime(at), std::move(fact)}).is_ok());
  }
  Digest light(Side side, core::TableRead answer) const {
    answer.create_sql.clear();
    answer.schema_hash = 0;
    return digest_table(state_, {{side, answer.name, answer.id, true}, WallTime(2), answer});
  }
  Digest gap() {
    io::Feed feed;
    feed.last = core::TxnId(5'000);
    feed.gap = true;
    feed.why = "forgotten";
    bool seen = false;
    const Digest found = digest_feed(state_, {Side::kTarget, {{"d", core::TxnId(9), feed}}}, &seen);
    EXPECT_TRUE(seen);
    return found;
  }
  core::State state_;
  std::uint64_t seq_ = 0;
};

// A definition was asked for at time 2, a sweep showed a newer version at time 3, and the answer
// came after it: with that picture the target would seem to be ahead, and lose its partition.
TEST_F(DigestPairTest, AnAnswerThatCameLateTakesNoVersionBack) {
  add(core::PartitionsMoved{Side::kSource,
                            core::TableId(4),
                            {{core::PartitionId(6), 9, 9, 7, 0, core::TxnType::kNormal}}},
      3);
  const auto answer = read(Side::kSource);
  const core::ReadTable asked{Side::kSource, answer.name, answer.id};
  EXPECT_EQ(text(digest_table(state_, {asked, WallTime(2), answer}).facts), "TableRereadWanted;");
  // What was asked for later is believed: a restored backup takes versions back.
  EXPECT_EQ(text(digest_table(state_, {asked, WallTime(4), answer}).facts), "TableRead;");
}

TEST_F(DigestPairTest, AReadingOfPartitionsTellsWhatMoved) {
  EXPECT_EQ(text(light(Side::kSource, read(Side::kSource)).facts), "") << "nothing was wanted";
  core::TableRead moved = read(Side::kSource);
  moved.partitions[0].visible_version = 6;
  EXPECT_EQ(text(light(Side::kSource, moved).facts), "PartitionsMoved;");
  core::TableRead other = read(Side::kSource);
  other.partitions[0].id = core::PartitionId(60);
  EXPECT_EQ(text(light(Side::kSource, other).facts), "TableRereadWanted;");
  core::TableRead none = read(Side::kSource);
  none.partitions.clear();
  EXPECT_EQ(text(light(Side::kSource, none).facts), "TableRereadWanted;");
}

TEST_F(DigestPairTest, AWantedReadingIsAnsweredAlsoWhenNothingMoved) {
  core::TableRereadWanted wanted{Side::kSource, core::TableId(4), "x"};
  wanted.partitions_only = true;
  add(wanted);
  const auto digest = light(Side::kSource, read(Side::kSource));
  ASSERT_EQ(text(digest.facts), "PartitionsMoved;");
  add(digest.facts[0]);
  EXPECT_FALSE(state_.find({"d", "t"})->source->partitions_wanted);
  EXPECT_FALSE(state_.find({"d", "t"})->source->moved_since_read);
}

TEST_F(DigestPairTest, KnownPartitionsNeedNoFullReading) {
  for (const bool known : {true, false}) {
    io::Feed feed;
    feed.last = core::TxnId(10);
    feed.transactions.push_back({core::TxnId(10),
                                 "l",
                                 "INSERT_STREAMING",
                                 true,
                                 {{core::TableId(4), {core::PartitionId(known ? 6 : 61)}}}});
    bool gap = false;
    const auto digest = digest_feed(state_, {Side::kSource, {{"d", core::TxnId(9), feed}}}, &gap);
    ASSERT_EQ(text(digest.facts), "TableRereadWanted;FeedAdvanced;");
    EXPECT_EQ(std::get<core::TableRereadWanted>(digest.facts[0]).partitions_only, known);
  }
}

TEST_F(DigestPairTest, TheProofsReadingFillsInADefinition) {
  core::TableRead read_by_proof = read(Side::kTarget);
  SubmitOutcome outcome{{}, {Status::ok(), core::RejectReason::kOther, read_by_proof}};
  EXPECT_EQ(text(digest_submit(state_, outcome).facts), "ReplicationAccepted;") << "known already";
  outcome.outcome.target_read->create_sql = "CREATE other";
  EXPECT_EQ(text(digest_submit(state_, outcome).facts), "TableRead;ReplicationAccepted;");
}

TEST_F(DigestPairTest, AGapLeavesTablesUnprovenThatHadAJob) {
  add(core::FeedAdvanced{Side::kTarget, "d", core::TxnId(9)}, 100);
  EXPECT_EQ(text(gap().facts), "FeedAdvanced;") << "no job, nothing unproven";
  core::ReplicationIntent intent;
  intent.job_id = "j";
  intent.name = {"d", "t"};
  intent.goals.push_back({core::SourcePartitionId(6), core::TargetPartitionId(6), 5, 7, 1});
  add(core::ReplicationStarted{intent}, 110);
  const auto found = gap();
  ASSERT_EQ(text(found.facts), "TargetFeedGap;FeedAdvanced;");
  add(found.facts[0], 120);
  EXPECT_TRUE(state_.find({"d", "t"})->base_unproven);
  EXPECT_EQ(text(gap().facts), "FeedAdvanced;") << "told once";
  add(core::RetryRequested{{"d", "t"}}, 130);
  EXPECT_FALSE(state_.find({"d", "t"})->base_unproven) << "the operator has looked";
}

TEST_F(DigestPairTest, AGapAfterTheJobsEndWasReadProvesNothingWrong) {
  core::ReplicationIntent intent;
  intent.job_id = "j";
  intent.name = {"d", "t"};
  intent.goals.push_back({core::SourcePartitionId(6), core::TargetPartitionId(6), 5, 7, 1});
  add(core::ReplicationStarted{intent}, 110);
  add(core::ReplicationFinished{"j"}, 120);
  EXPECT_EQ(text(gap().facts), "TargetFeedGap;FeedAdvanced;");
  add(core::FeedAdvanced{Side::kTarget, "d", core::TxnId(9)}, 121);
  EXPECT_EQ(text(gap().facts), "FeedAdvanced;");
}

TEST_F(DigestPairTest, ATargetThatRefusesSuchJobsNeedsNoProof) {
  core::ClusterIdentified identity;
  identity.side = Side::kTarget;
  identity.version = "4.1.0-abc";
  add(identity);
  core::ReplicationIntent intent;
  intent.job_id = "j";
  intent.name = {"d", "t"};
  intent.goals.push_back({core::SourcePartitionId(6), core::TargetPartitionId(6), 5, 7, 1});
  add(core::ReplicationStarted{intent}, 110);
  EXPECT_EQ(text(gap().facts), "FeedAdvanced;");
}

TEST(DigestFeedTest, AnEmptyFeedIsNotReadAsNeverRead) {
  core::State state;
  bool gap = false;
  const auto digest = digest_feed(state, {Side::kTarget, {{"d", core::TxnId(), io::Feed{}}}}, &gap);
  ASSERT_EQ(digest.facts.size(), 1U);
  EXPECT_TRUE(std::get<core::FeedAdvanced>(digest.facts[0]).last.is_set());
}

// A listing that was asked for before two tables changed places shows them the other way round.
TEST(DigestListingTest, WhatWasAskedBeforeASwapDoesNotUndoIt) {
  core::State state;
  const auto add = [&state](core::Fact fact) {
    ASSERT_TRUE(core::apply(state, {state.applied.next(), WallTime(1), std::move(fact)}).is_ok());
  };
  const auto seen = [](const std::string& table, std::int64_t id) {
    return core::TableObserved{
        Side::kTarget, {"d", table}, core::TableId(id), core::TableKind::kTable, true};
  };
  add(core::DatabaseObserved{Side::kTarget, core::DbId(7), "d"});
  add(seen("t", 6));
  add(seen("srsync_new_t", 5));
  RecentDdl recent;
  recent.note({"d", "t"}, WallTime(100));
  core::DatabaseListing listing{core::DbId(7), "d", true, {}};
  listing.tables.push_back({core::TableId(6), "srsync_new_t", core::TableKind::kTable, true, 0});
  listing.tables.push_back({core::TableId(5), "t", core::TableKind::kTable, true, 0});
  EXPECT_EQ(text(digest_listing(state, {"d", WallTime(90), listing}, recent).facts), "");
  EXPECT_EQ(text(digest_listing(state, {"d", WallTime(101), listing}, recent).facts),
            "TableObserved;TableObserved;DatabaseListed;");
  core::DdlIntent other;
  other.name = {"d", "u"};
  EXPECT_EQ(text(digest_verify(state, {other, WallTime(90), listing, std::nullopt}, recent).facts),
            "");
  other.name = {"d", "t"};
  EXPECT_EQ(text(digest_verify(state, {other, WallTime(90), listing, std::nullopt}, recent).facts),
            "TableObserved;TableObserved;");
}

TEST(RecentDdlTest, KnowsWhatChangedSince) {
  RecentDdl recent;
  recent.note({"d", "t"}, WallTime(100));
  EXPECT_TRUE(recent.changed_since({"d", "t"}, WallTime(100)));
  EXPECT_FALSE(recent.changed_since({"d", "t"}, WallTime(101)));
  EXPECT_FALSE(recent.changed_since({"d", "u"}, WallTime(0)));
  EXPECT_TRUE(recent.any_since("d", WallTime(50)));
  EXPECT_FALSE(recent.any_since("e", WallTime(50)));
  recent.forget_before(WallTime(101));
  EXPECT_FALSE(recent.any_since("d", WallTime(50)));
}

}  // namespace
}  // namespace srsync::driver
