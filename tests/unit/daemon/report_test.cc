#include "daemon/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/plan_text.h"

namespace srsync::daemon {
namespace {

using ::testing::HasSubstr;

TEST(ReportTest, TheDocumentedLines) {
  core::Progress progress;
  progress.tables = 2;
  progress.finished_tables = 1;
  progress.expired_tables = 2;
  RunCounters run;
  run.ddl_finished = 3;
  run.jobs_finished = 1;
  EXPECT_EQ(job_progress_line(progress, run),
            "Sync job progress: 100.00%, total: 4, ddlPending: 0, jobPending: 0, sent: 0, "
            "running: 0, finished: 4, failed: 0, unknown: 0");
  EXPECT_EQ(table_progress_line(progress),
            "Sync table progress, finishedTableRatio: 50.00%, expiredTableRatio: 100.00%, "
            "total table: 2, finished table: 1, unfinished table: 1, expired table: 2.");
}

TEST(ReportTest, WhatIsUnderWayCounts) {
  core::Progress progress;
  progress.ddl_pending = 1;
  progress.ddl_running = 1;
  progress.jobs_pending = 2;
  progress.jobs_sent = 1;
  progress.jobs_running = 3;
  RunCounters run;
  run.jobs_finished = 2;
  run.jobs_failed = 1;
  EXPECT_EQ(job_progress_line(progress, run),
            "Sync job progress: 20.00%, total: 10, ddlPending: 1, jobPending: 2, sent: 1, "
            "running: 4, finished: 2, failed: 1, unknown: 0");
}

TEST(ReportTest, NothingToDoIsAllDone) {
  EXPECT_THAT(job_progress_line({}, {}), HasSubstr("100.00%, total: 0"));
  EXPECT_THAT(table_progress_line({}), HasSubstr("finishedTableRatio: 100.00%, "
                                                 "expiredTableRatio: 0.00%"));
}

TEST(ReportTest, DatabasesAndTotals) {
  core::State state;
  std::uint64_t seq = 0;
  const auto add = [&](core::Fact fact) {
    ASSERT_TRUE(core::apply(state, {EventSeq(++seq), WallTime(1), std::move(fact)}).is_ok());
  };
  add(core::DatabaseObserved{Side::kSource, core::DbId(3), "shop"});
  add(core::TableObserved{
      Side::kSource, {"shop", "t"}, core::TableId(5), core::TableKind::kTable, true});
  core::Partition partition;
  partition.id = core::PartitionId(6);
  partition.name = "p";
  partition.visible_version = 2;
  partition.data_bytes = 3 << 20;
  add(core::TableRead{Side::kSource, {"shop", "t"}, core::TableId(5), "", 1, "", {partition}});
  const auto lines = report_lines(state, core::progress(state), {});
  EXPECT_THAT(lines, ::testing::Contains("Sync database shop, source size: 3.00 MB, target size: "
                                         "0 B, difference: 3.00 MB, running jobs: 0"));
  EXPECT_THAT(lines.front(), HasSubstr("not been read completely"));
  EXPECT_THAT(lines.back(), HasSubstr("Sync table progress"));
  EXPECT_THAT(lines[lines.size() - 2], HasSubstr("Sync job progress"));
}

TEST(ReportTest, WhatIsNotCoveredIsNamedWithItsReason) {
  core::State state;
  std::uint64_t seq = 0;
  const auto add = [&](core::Fact fact) {
    ASSERT_TRUE(core::apply(state, {EventSeq(++seq), WallTime(1), std::move(fact)}).is_ok());
  };
  add(core::DatabaseObserved{Side::kSource, core::DbId(3), "shop"});
  add(core::TableObserved{
      Side::kSource, {"shop", "ext"}, core::TableId(5), core::TableKind::kOther, true});
  add(core::TableSkipped{{"shop", "long_name"}});
  add(core::TableObserved{
      Side::kSource, {"shop", "long_name"}, core::TableId(6), core::TableKind::kTable, true});
  const auto lines = report_lines(state, core::progress(state), {});
  EXPECT_THAT(lines, ::testing::Contains("Sync not covered, objects: 2"));
  EXPECT_THAT(lines, ::testing::Contains("Sync not covered:  other object  shop.ext        not a "
                                         "table: not carried"));
  EXPECT_THAT(lines, ::testing::Contains("Sync not covered:  table         shop.long_name  skipped "
                                         "by an operator"));
}

TEST(ReportTest, TablesWithReasonsAreAligned) {
  core::TableProgress a;
  a.name = {"d", "t"};
  a.reason = "one";
  core::TableProgress b;
  b.name = {"longer", "name"};
  EXPECT_EQ(table_list({a, b}), "  d.t          one\n  longer.name  not finished\n");
  a.target = {"e", "t"};
  EXPECT_EQ(table_list({a, b}), "  d.t -> e.t   one\n  longer.name  not finished\n");
}

TEST(PlanTextTest, StepsAreAlignedAndDropsCounted) {
  driver::DryRun run;
  run.tables = 2;
  run.in_sync = 1;
  run.steps = {{"create database", {"shop", ""}, 0, 0, "missing on the target", false},
               {"drop partitions", {"shop", "orders"}, 1, 0, "not on the source", true},
               {"replicate", {"shop", "orders"}, 3, 2048, "data is behind", false}};
  EXPECT_EQ(plan_text(run),
            "2 tables in scope, 1 in sync, 3 steps to do\n"
            "  create database  shop                                missing on the target\n"
            "  drop partitions  shop.orders  1 partition            not on the source\n"
            "  replicate        shop.orders  3 partitions, 2.00 KB  data is behind\n"
            "1 of them drop something on the target\n"
            "Nothing was changed.\n");
}

}  // namespace
}  // namespace srsync::daemon
