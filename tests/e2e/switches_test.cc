// Every switch that allows a drop, off and on: off, what it protects stays on the target, and the
// report of the log names it with the reason and the switch; on, the target comes along.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>

#include <fmt/format.h>

#include "support/oracles.h"
#include "support/whole_system.h"

namespace srsync::test {
namespace {

using ::testing::IsEmpty;

struct Change {
  Side side = Side::kSource;
  std::string sql;  // "load d.t": one load; "wait": until its ALTERs are over
};

struct Switched {
  std::string name;
  std::string key;                  // of sync.properties
  Settings also;                    // other settings of the run
  std::vector<std::string> before;  // statements on the source, before the first run
  std::vector<Change> changes;
  std::string question;  // asked on the target: its answer stays while the switch is off
};

void PrintTo(const Switched& switched, std::ostream* out) { *out << switched.name; }

std::string table(const std::string& name, const std::string& keys = "DUPLICATE KEY(`k`)") {
  return fmt::format(
      "CREATE TABLE d.{} (`k` INT NOT NULL, `v` INT) {} DISTRIBUTED BY HASH(`k`) BUCKETS 2 "
      "PROPERTIES (\"replication_num\" = \"1\")",
      name, keys);
}

const char* const kRanges =
    "CREATE TABLE d.r (`day` DATE NOT NULL, `k` INT) DUPLICATE KEY(`day`) PARTITION BY "
    "RANGE(`day`) (PARTITION p1 VALUES [(\"2026-01-01\"), (\"2026-02-01\")), PARTITION p2 VALUES "
    "[(\"2026-02-01\"), (\"2026-03-01\")), PARTITION p3 VALUES [(\"2026-03-01\"), "
    "(\"2026-04-01\"))) DISTRIBUTED BY HASH(`k`) BUCKETS 2 PROPERTIES (\"replication_num\" = "
    "\"1\")";
const char* const kPartitions = "SHOW PARTITIONS FROM d.r";
const char* const kIndexes = "SHOW INDEX FROM d.t";
const char* const kView = "SHOW CREATE VIEW d.w";
const char* const kMaterialized = "SHOW CREATE MATERIALIZED VIEW d.m";

std::string materialized(const std::string& query) {
  return "CREATE MATERIALIZED VIEW d.m DISTRIBUTED BY HASH(k) BUCKETS 1 REFRESH MANUAL PROPERTIES "
         "(\"replication_num\" = \"1\") AS " +
         query;
}

class Switch : public ::testing::TestWithParam<Switched> {
 protected:
  void SetUp() override {
    world_.settings()["srsync_sweep_interval_seconds"] = "1";
    world_.settings()["srsync_definition_interval_seconds"] = "1";
    world_.settings()["report_interval_seconds"] = "1";
    for (const auto& [key, value] : GetParam().also) world_.settings()[key] = value;
    world_.sql(Side::kSource, "CREATE DATABASE d");
    world_.sql(Side::kSource, table("t"));
    world_.sql(Side::kSource, kRanges);
    for (const auto& sql : GetParam().before) world_.sql(Side::kSource, sql);
    for (const char* name : {"t", "r"}) world_.load(Side::kSource, "d", name);
  }

  void take(const Change& change) {
    if (change.sql.starts_with("load d.")) {
      world_.load(change.side, "d", change.sql.substr(7));
    } else if (change.sql == "wait") {
      EXPECT_TRUE(world_.await([&] {
        const auto jobs = world_.sql(change.side, "SHOW ALTER TABLE COLUMN FROM d").rows;
        return std::all_of(jobs.begin(), jobs.end(),
                           [](const auto& job) { return job[9].value_or("") == "FINISHED"; });
      }));
    } else {
      world_.sql(change.side, change.sql);
    }
  }
  // The first row of the answer, or how many rows there are; "refused" when there is no such thing.
  std::string answer() {
    const auto answer = world_.sandbox().run(Side::kTarget, GetParam().question);
    if (answer.is_error()) return "refused";
    std::string text = std::to_string(answer.rows.size());
    for (const auto& row : answer.rows) {
      for (const auto& field : row) text += " " + field.value_or("NULL");
    }
    return text;
  }
  void stop(Process daemon) {
    daemon.signal(SIGTERM);
    EXPECT_EQ(daemon.wait().code, 0);
  }
  bool reported(const std::string& text) {
    return world_.await([&] { return world_.log_text().find(text) != std::string::npos; }, 10'000);
  }

  World world_{bare_world()};
};

TEST_P(Switch, OffItProtectsAndSaysSoOnItLets) {
  const Switched& c = GetParam();
  world_.settings()[c.key] = "false";
  take({Side::kSource, "wait"});
  EXPECT_EQ(world_.run_daemon().exit.code, 0) << world_.log_text();
  for (const Change& change : c.changes) take(change);
  const std::string before = answer();

  Process careful = world_.start_daemon({});
  EXPECT_TRUE(reported(c.key + " is false")) << world_.log_text();
  stop(std::move(careful));
  EXPECT_EQ(answer(), before);

  world_.settings()[c.key] = "true";
  Process free = world_.start_daemon({});
  EXPECT_TRUE(world_.await([&] { return answer() != before; })) << world_.log_text();
  EXPECT_TRUE(world_.await([&] { return differences(world_.sandbox()).empty(); }))
      << to_text(differences(world_.sandbox())) << world_.log_text();
  stop(std::move(free));
  EXPECT_THAT(source_writes(world_.effects()), IsEmpty());
  EXPECT_THAT(journal_violations(world_.journal_dir()), IsEmpty());
}

const Settings kIndexSync = {{"enable_bitmap_index_sync", "true"}};

INSTANTIATE_TEST_SUITE_P(
    Every, Switch,
    ::testing::Values(
        Switched{"TargetOnly",
                 "ddl_job_allow_drop_target_only",
                 {},
                 {},
                 {{Side::kTarget, table("stray")}},
                 "SHOW TABLES FROM d"},
        Switched{"SchemaChangeTable",
                 "ddl_job_allow_drop_schema_change_table",
                 {},
                 {},
                 {{Side::kSource, "DROP TABLE d.t FORCE"},
                  {Side::kSource, table("t", "UNIQUE KEY(`k`)")},
                  {Side::kSource, "load d.t"}},
                 "SHOW CREATE TABLE d.t"},
        Switched{"InconsistentPartition",
                 "ddl_job_allow_drop_inconsistent_partition",
                 {},
                 {},
                 {{Side::kTarget, "ALTER TABLE d.r DROP PARTITION p3 FORCE"},
                  {Side::kTarget,
                   "ALTER TABLE d.r ADD PARTITION p3 VALUES [(\"2026-03-01\"), (\"2026-04-01\")) "
                   "DISTRIBUTED BY HASH(k) BUCKETS 5"}},
                 kPartitions},
        Switched{"InconsistentTimePartition",
                 "ddl_job_allow_drop_inconsistent_time_partition",
                 {},
                 {},
                 {{Side::kTarget, "load d.r"}},
                 kPartitions},
        Switched{"PartitionTargetOnly",
                 "ddl_job_allow_drop_partition_target_only",
                 {},
                 {},
                 {{Side::kSource, "ALTER TABLE d.r DROP PARTITION p1 FORCE"}},
                 kPartitions},
        Switched{"InconsistentIndex",
                 "ddl_job_allow_drop_inconsistent_bitmap_index",
                 kIndexSync,
                 {"CREATE INDEX i ON d.t (v) USING BITMAP COMMENT 'one'"},
                 {{Side::kSource, "DROP INDEX i ON d.t"},
                  {Side::kSource, "wait"},
                  {Side::kSource, "CREATE INDEX i ON d.t (k) USING BITMAP COMMENT 'one'"}},
                 kIndexes},
        Switched{"IndexTargetOnly",
                 "ddl_job_allow_drop_bitmap_index_target_only",
                 kIndexSync,
                 {"CREATE INDEX i ON d.t (v) USING BITMAP COMMENT 'one'"},
                 {{Side::kSource, "DROP INDEX i ON d.t"}},
                 kIndexes},
        Switched{"InconsistentView",
                 "ddl_job_allow_drop_inconsistent_view",
                 {},
                 {"CREATE VIEW d.w AS SELECT k FROM d.t"},
                 {{Side::kSource, "DROP VIEW d.w"},
                  {Side::kSource, "CREATE VIEW d.w AS SELECT v FROM d.t"}},
                 kView},
        Switched{"ViewTargetOnly",
                 "ddl_job_allow_drop_view_target_only",
                 {},
                 {"CREATE VIEW d.w AS SELECT k FROM d.t"},
                 {{Side::kSource, "DROP VIEW d.w"}},
                 kView},
        Switched{"InconsistentMaterializedView",
                 "ddl_job_allow_drop_inconsistent_materialized_view",
                 {},
                 {materialized("SELECT k FROM d.t")},
                 {{Side::kSource, "DROP MATERIALIZED VIEW d.m"},
                  {Side::kSource, materialized("SELECT k, v FROM d.t")}},
                 kMaterialized},
        Switched{"MaterializedViewTargetOnly",
                 "ddl_job_allow_drop_materialized_view_target_only",
                 {},
                 {materialized("SELECT k FROM d.t")},
                 {{Side::kSource, "DROP MATERIALIZED VIEW d.m"}},
                 kMaterialized}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace srsync::test
