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
  const auto digest = digest_submit({intent(), {outcome_unknown("lost"), {}}});
  EXPECT_TRUE(digest.facts.empty());
  EXPECT_FALSE(digest.trouble.is_ok());
  EXPECT_EQ(text(digest_submit({intent(), {busy("slots"), core::RejectReason::kBusy}}).facts),
            "ReplicationRejected;");
}

TEST(DigestTableTest, OneStatementNeverMakesASourceTableGone) {
  core::State state;
  const core::ReadTable source{Side::kSource, {"d", "t"}, core::TableId(1)};
  const core::ReadTable target{Side::kTarget, {"d", "t"}, core::TableId(1)};
  EXPECT_EQ(text(digest_table(state, {source, not_found("no table")}).facts), "TableUnreadable;");
  EXPECT_EQ(text(digest_table(state, {target, not_found("no table")}).facts), "TableMissing;");
}

TEST(DigestFeedTest, ReplicationsAreNoStrangers) {
  core::State state;
  std::uint64_t seq = 0;
  const auto add = [&](core::Fact fact) {
    ASSERT_TRUE(core::apply(state, {EventSeq(++seq), WallTime(1), std::move(fact)}).is_ok());
  };
  add(core::DatabaseObserved{Side::kTarget, core::DbId(3), "d"});
  add(core::TableObserved{
      Side::kTarget, {"d", "t"}, core::TableId(5), core::TableKind::kTable, true});
  io::Feed feed;
  feed.last = core::TxnId(12);
  for (const auto& [id, type, visible] : {std::tuple{10, "REPLICATION", true},
                                          {11, "INSERT_STREAMING", true},
                                          {12, "INSERT_STREAMING", false}}) {
    feed.transactions.push_back(
        {core::TxnId(id), "l", type, visible, {{core::TableId(5), {core::PartitionId(6)}}}});
  }
  bool gap = false;
  const auto digest = digest_feed(state, {Side::kTarget, {{"d", core::TxnId(9), feed}}}, &gap);
  EXPECT_EQ(text(digest.facts), "StrangerObserved;FeedAdvanced;");
  EXPECT_FALSE(gap);
}

TEST(DigestFeedTest, AnEmptyFeedIsNotReadAsNeverRead) {
  core::State state;
  bool gap = false;
  const auto digest = digest_feed(state, {Side::kTarget, {{"d", core::TxnId(), io::Feed{}}}}, &gap);
  ASSERT_EQ(digest.facts.size(), 1U);
  EXPECT_TRUE(std::get<core::FeedAdvanced>(digest.facts[0]).last.is_set());
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
