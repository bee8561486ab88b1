#include "core/plan.h"

#include <gtest/gtest.h>

#include "unit/core/world.h"

namespace srsync::core {
namespace {

using test::partition;

TEST(Plan, AStartedFactMustHaveBeenPlanned) {
  test::World w;
  w.open();
  w.read(Side::kSource, 100, {partition(101, 5, 7)});
  w.read(Side::kTarget, 500, {partition(501, 1, 9)});
  const auto planned = w.planned();
  ASSERT_EQ(planned.size(), 1U);
  auto fact = announcement(planned[0]);
  ASSERT_TRUE(fact.has_value());
  EXPECT_TRUE(is_planned(w.state, *fact, w.now));
  std::get<ReplicationStarted>(*fact).intent.goals[0].version = 6;
  std::string expected;
  EXPECT_FALSE(is_planned(w.state, *fact, w.now, &expected));
  EXPECT_EQ(expected, "ReplicationStarted");
  DdlStarted unplanned;
  unplanned.intent.key = "ddl/shop/1";
  unplanned.intent.name = {"shop", ""};
  EXPECT_FALSE(is_planned(w.state, unplanned, w.now));
  EXPECT_TRUE(is_planned(w.state, Paused{"x"}, w.now)) << "only Started facts are planned";
}

TEST(Plan, WakesUpWhenABackOffEnds) {
  test::World w;
  w.open();
  const std::string job = w.start_job();
  w.put(ReplicationRejected{job, RejectReason::kBusy, "slots"});
  w.read(Side::kTarget, 500, {partition(501, 1, 9)});
  EXPECT_TRUE(w.planned().empty());
  const auto wakeup = next_wakeup(w.state, w.now);
  ASSERT_TRUE(wakeup.has_value());
  w.now = *wakeup;
  EXPECT_EQ(w.planned().size(), 1U);
}

TEST(Plan, AStalledJobIsCancelled) {
  test::World w;
  w.open({{"srsync_stall_timeout_seconds", "60"}});
  const std::string job = w.start_job();
  w.put(ReplicationProgressed{job, "REPLICATING", TxnId(33)});
  EXPECT_TRUE(w.planned().empty());
  w.now = w.now.plus_ms(60'000);
  const auto planned = w.planned();
  ASSERT_EQ(planned.size(), 1U);
  EXPECT_EQ(std::get<CancelJob>(planned[0].effect).txn, TxnId(33));
  w.put(*announcement(planned[0]));
  EXPECT_TRUE(w.planned().empty()) << "it is not cancelled in a loop";
}

TEST(Plan, ATableThatCannotBeWrittenIsBlockedByAFact) {
  test::World w;
  w.open();
  std::string sql = test::create_sql();
  sql.replace(sql.find("`v`"), 3, "`__generated_partition_column_0`");
  w.read(Side::kSource, 100, {partition(101, 5, 7)}, sql);
  w.put(TableMissing{Side::kTarget, TableId(500)});
  const auto planned = w.planned();
  ASSERT_EQ(planned.size(), 1U);
  w.put(*announcement(planned[0]));
  EXPECT_TRUE(w.planned().empty());
  EXPECT_FALSE(w.pair().source->unreadable.empty());
}

TEST(Plan, NothingWithoutASession) {
  test::World w;
  w.open();
  w.read(Side::kSource, 100, {partition(101, 5, 7)});
  w.put(SessionEnded{"stop"});
  EXPECT_TRUE(w.planned().empty());
}

TEST(Plan, LimitsBoundTheAnswer) {
  test::World w;
  w.open();
  for (int i = 0; i < 20; ++i) {
    w.put(TableObserved{Side::kSource,
                        {"shop", "x" + std::to_string(i)},
                        TableId(1000 + i),
                        TableKind::kTable,
                        true});
  }
  PlanLimits limits;
  limits.reads = 3;
  EXPECT_EQ(plan(w.state, w.now, limits).size(), 3U);
}

TEST(Backoff, GrowsAndIsSpread) {
  EXPECT_EQ(backoff_ms(0, 1), 0);
  EXPECT_GE(backoff_ms(1, 1), 1000);
  EXPECT_LE(backoff_ms(1, 1), 1250);
  EXPECT_GE(backoff_ms(4, 1), 8000);
  EXPECT_LE(backoff_ms(100, 1), 375'000);
  EXPECT_NE(backoff_ms(5, 1), backoff_ms(5, 2));
}

TEST(DdlTookEffect, AsksForWhatWasIntended) {
  test::World w;
  w.open();
  w.read(Side::kTarget, 500, {partition(501, 1, 9, TxnType::kNormal, "p1", "VALUES IN (\"1\")")});
  DdlIntent intent;
  intent.name = test::kName;
  intent.table = TableId(500);
  intent.kind = DdlKind::kCreateTable;
  EXPECT_TRUE(ddl_took_effect(w.state, intent));
  intent.kind = DdlKind::kDropTable;
  EXPECT_FALSE(ddl_took_effect(w.state, intent));
  intent.kind = DdlKind::kAddPartitions;
  intent.partitions = {"p1"};
  EXPECT_TRUE(ddl_took_effect(w.state, intent));
  intent.partitions = {"p1", "p2"};
  EXPECT_FALSE(ddl_took_effect(w.state, intent));
  intent.kind = DdlKind::kDropPartitions;
  intent.partition_ids = {PartitionId(501)};
  EXPECT_FALSE(ddl_took_effect(w.state, intent));
  intent.partition_ids = {PartitionId(400)};
  EXPECT_TRUE(ddl_took_effect(w.state, intent)) << "the name came back under another id";
  intent.kind = DdlKind::kCreateDatabase;
  EXPECT_TRUE(ddl_took_effect(w.state, intent));
  intent.name = {"other", ""};
  EXPECT_FALSE(ddl_took_effect(w.state, intent));
  intent.kind = DdlKind::kDropDatabase;
  EXPECT_TRUE(ddl_took_effect(w.state, intent));
}

}  // namespace
}  // namespace srsync::core
