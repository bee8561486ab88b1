#include <gtest/gtest.h>

#include "unit/core/world.h"

namespace srsync::core {
namespace {

using test::kName;
using test::partition;

TEST(ApplyWork, IdentitiesAreNeverUsedTwice) {
  test::World w;
  w.open();
  const std::string first = w.start_job();
  w.put(ReplicationRejected{first, RejectReason::kBusy, "slots"});
  w.read(Side::kTarget, 500, {partition(501, 1, 9)});
  w.now = w.now.plus_ms(600'000);
  const std::string second = w.start_planned();
  EXPECT_EQ(first, "srsync-j-500-1");
  EXPECT_EQ(second, "srsync-j-500-2");
}

TEST(ApplyWork, OutcomesOfAnotherJobAreLate) {
  test::World w;
  w.open();
  const std::string job = w.start_job();
  w.put(ReplicationCommitted{"srsync-j-500-0"});
  w.put(ReplicationFinished{"srsync-j-500-0"});
  const auto* running = std::get_if<Replicating>(&w.pair().stage);
  ASSERT_NE(running, nullptr);
  EXPECT_EQ(running->phase, JobPhase::kSubmitting);
  EXPECT_EQ(running->intent.job_id, job);
}

TEST(ApplyWork, TwoPiecesOfWorkAtOnceStopTheTable) {
  test::World w;
  w.open();
  w.start_job();
  DdlStarted fact;
  fact.intent.key = "ddl/shop.t/1";
  fact.intent.kind = DdlKind::kDropTable;
  fact.intent.name = kName;
  w.put(fact);
  EXPECT_TRUE(w.pair().stopped);
  EXPECT_TRUE(std::holds_alternative<Replicating>(w.pair().stage)) << "the job is not forgotten";
  EXPECT_TRUE(w.planned().empty());
  w.put(RetryRequested{kName});
  EXPECT_FALSE(w.pair().stopped);
}

TEST(ApplyWork, RunningTotalsFollowTheJobs) {
  test::World w;
  w.open();
  const std::string job = w.start_job();
  EXPECT_EQ(w.state.running_replicas, 2);
  EXPECT_EQ(w.state.running_bytes, 1000);
  w.put(ReplicationFinished{job});
  EXPECT_EQ(w.state.running_replicas, 0);
  EXPECT_EQ(w.state.running_bytes, 0);
  EXPECT_EQ(w.state.jobs_finished, 1U);
}

TEST(ApplyWork, ACommittedJobIsReadUntilItsVersionsShow) {
  test::World w;
  w.open();
  const std::string job = w.start_job();
  w.put(ReplicationAccepted{job});
  w.put(ReplicationCommitted{job});
  EXPECT_TRUE(w.pair().target->partitions_wanted);
  w.read(Side::kTarget, 500, {partition(501, 1, 9)});
  EXPECT_TRUE(w.pair().target->partitions_wanted) << "committed is not visible";
  EXPECT_GT(w.pair().target->reread_not_before, w.now);
  w.read(Side::kTarget, 500, {partition(501, 5, 7, TxnType::kReplication)});
  EXPECT_FALSE(w.pair().target->partitions_wanted);
  EXPECT_FALSE(w.pair().target->reread_wanted) << "its definition was not read again";
}

TEST(ApplyWork, ACommittedJobWhosePartitionWasDroppedFails) {
  test::World w;
  w.open();
  const std::string job = w.start_job();
  w.put(ReplicationCommitted{job});
  w.read(Side::kTarget, 500, {partition(777, 1, 11)});
  const auto planned = w.planned();
  ASSERT_EQ(planned.size(), 1U);
  const auto* conclude = std::get_if<Conclude>(&planned[0].effect);
  ASSERT_NE(conclude, nullptr);
  EXPECT_TRUE(std::holds_alternative<ReplicationFailed>(conclude->fact));
}

TEST(ApplyWork, AnAbortedJobThatDidItsWorkIsFinished) {
  test::World w;
  w.open();
  const std::string job = w.start_job();
  w.put(ReplicationAborted{job, "Transaction not found"});
  w.read(Side::kTarget, 500, {partition(501, 5, 7, TxnType::kReplication)});
  EXPECT_EQ(w.start_planned(), "conclude/" + job);
  EXPECT_EQ(w.state.jobs_finished, 1U);
  EXPECT_EQ(w.pair().target->partitions[0].copied_from, 101);
  EXPECT_EQ(w.pair().target->partitions[0].copied_version, 5);
}

TEST(ApplyWork, AnAbortAfterCommitIsNotBelieved) {
  test::World w;
  w.open();
  const std::string job = w.start_job();
  w.put(ReplicationCommitted{job});
  w.put(ReplicationAborted{job, "listed twice"});
  EXPECT_EQ(std::get<Replicating>(w.pair().stage).phase, JobPhase::kCommitted);
}

TEST(ApplyWork, BusyNeverWaitsLongAndFailuresDo) {
  test::World w;
  w.open();
  std::int64_t busy_wait = 0;
  for (int i = 0; i < 12; ++i) {
    const std::string job = w.start_job();
    w.put(ReplicationRejected{job, RejectReason::kBusy, "slots"});
    busy_wait = w.pair().retry.not_before.ms() - w.now.ms();
    w.now = w.pair().retry.not_before;
  }
  EXPECT_LE(busy_wait, 10'000);
  std::int64_t failed_wait = 0;
  for (int i = 0; i < 12; ++i) {
    const std::string job = w.start_job();
    w.put(ReplicationFailed{job, "no"});
    failed_wait = w.pair().retry.not_before.ms() - w.now.ms();
    w.now = w.pair().retry.not_before;
  }
  EXPECT_GE(failed_wait, 300'000);
}

TEST(ApplyWork, ALostReplyLeavesDdlInDoubt) {
  test::World w;
  w.open();
  w.read(Side::kSource, 100, {partition(101, 5, 7)});
  w.put(TableMissing{Side::kTarget, TableId(500)});
  const std::string key = w.start_planned();
  w.put(DdlFailed{key, Code::kOutcomeUnknown, "connection lost"});
  EXPECT_TRUE(std::get<RunningDdl>(w.pair().stage).in_doubt);
  w.now = w.now.plus_ms(10'000);
  const auto planned = w.planned();
  ASSERT_FALSE(planned.empty());
  EXPECT_TRUE(std::holds_alternative<VerifyDdl>(planned[0].effect));
}

TEST(ApplyWork, DropsAreCountedForAnHour) {
  test::World w;
  w.open({{"srsync_max_drops_per_hour", "1"}, {"ddl_job_allow_drop_target_only", "true"}});
  w.read(Side::kTarget, 500, {partition(501, 5, 7)});
  w.put(TableMissing{Side::kSource, TableId(100)});
  w.put(TableMissing{Side::kSource, TableId(100)});
  const TableName other{"shop", "u"};
  w.put(TableObserved{Side::kTarget, other, TableId(700), TableKind::kTable, true});
  TableRead read{Side::kTarget, other, TableId(700), test::create_sql("int(11)", "u"), 1, "", {}};
  w.put(SettingChanged{"exclude_data_list", "shop.u"});
  const std::string key = w.start_planned();
  EXPECT_EQ(key, "ddl/shop.t/1");
  w.put(DdlSucceeded{key});
  w.put(SettingChanged{"exclude_data_list", ""});
  w.put(read);
  for (const auto& action : w.planned()) {
    EXPECT_FALSE(std::holds_alternative<RunDdl>(action.effect)) << action.key;
  }
  w.now = w.now.plus_ms(3'600'001);
  EXPECT_EQ(w.start_planned(), "ddl/shop.u/1");
}

}  // namespace
}  // namespace srsync::core
