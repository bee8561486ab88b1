#include "core/progress.h"

#include <gtest/gtest.h>

#include "unit/core/world.h"

namespace srsync::core {
namespace {

using test::partition;

TEST(Progress, CountsFinishedAndExpiredTables) {
  test::World w;
  w.open();
  w.read(Side::kSource, 100, {partition(101, 5, 7)});
  w.read(Side::kTarget, 500, {partition(501, 5, 7, TxnType::kReplication)});
  Progress p = progress(w.state);
  EXPECT_TRUE(p.observed);
  EXPECT_EQ(p.tables, 1U);
  EXPECT_EQ(p.finished_tables, 1U);
  EXPECT_EQ(p.expired_tables, 0U);
  w.read(Side::kSource, 100, {partition(101, 6, 7)});
  p = progress(w.state);
  EXPECT_EQ(p.finished_tables, 1U) << "once finished, always finished";
  EXPECT_EQ(p.expired_tables, 1U);
  EXPECT_EQ(p.jobs_pending, 1U);
  EXPECT_EQ(p.bytes_pending, 1000);
}

TEST(Progress, SumsAndTheTableThatIsBehindForTheLongest) {
  test::World w;
  w.open();
  w.read(Side::kSource, 100, {partition(101, 5, 7)});
  w.read(Side::kTarget, 500, {partition(501, 5, 7, TxnType::kReplication)});
  EXPECT_EQ(progress(w.state).behind_since.ms(), 0);
  EXPECT_EQ(progress(w.state).in_sync_tables, 1U);
  EXPECT_EQ(progress(w.state).partitions_in_sync, 1U);
  const WallTime since = w.now = w.now.plus_ms(5'000);
  w.read(Side::kSource, 100, {partition(101, 6, 7)});
  w.now = w.now.plus_ms(9'000);
  w.read(Side::kSource, 100, {partition(101, 7, 7)});
  const Progress p = progress(w.state);
  EXPECT_EQ(p.pending_tables, 1U);
  EXPECT_EQ(p.in_sync_tables + p.running_tables + p.blocked_tables, 0U);
  EXPECT_EQ(p.partitions, 1U);
  EXPECT_EQ(p.partitions_in_sync, 0U);
  EXPECT_EQ(p.bytes_behind, 1000);
  EXPECT_EQ(p.behind_since, since);
  EXPECT_EQ(p.behind_longest, test::kName);
}

TEST(Progress, NamesWhatIsBlockedAndWhy) {
  test::World w;
  w.open();
  w.put(TableUnreadable{Side::kSource, test::kName, TableId(100), Code::kRejected, "no"});
  EXPECT_EQ(progress(w.state).blocked_tables, 1U);
  const auto report = table_report(w.state);
  ASSERT_EQ(report.size(), 1U);
  EXPECT_EQ(report[0].status, TableStatus::kBlocked);
  EXPECT_EQ(report[0].reason, "no");
}

TEST(Progress, OtherKindsAreCountedApart) {
  test::World w;
  w.open();
  w.put(TableObserved{Side::kSource, {"shop", "v"}, TableId(130), TableKind::kOther, true});
  EXPECT_EQ(progress(w.state).unsupported_objects, 1U);
  EXPECT_EQ(progress(w.state).tables, 1U);
}

TEST(Progress, JobsBySentAndRunning) {
  test::World w;
  w.open();
  const std::string job = w.start_job();
  EXPECT_EQ(progress(w.state).jobs_sent, 1U);
  w.put(ReplicationProgressed{job, "REPLICATING", TxnId(1)});
  EXPECT_EQ(progress(w.state).jobs_running, 1U);
  EXPECT_EQ(progress(w.state).jobs_sent, 0U);
}

}  // namespace
}  // namespace srsync::core
