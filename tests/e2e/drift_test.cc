// What changes on the source while srsyncd follows it, and what others do to the target: the target
// comes along, whatever it was.
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

struct Step {
  Side side = Side::kSource;
  std::string sql;  // "load db.table" and "wait db.table": until its ALTER is over
};

struct Drift {
  std::string name;
  std::vector<Step> steps;
};

void PrintTo(const Drift& drift, std::ostream* out) { *out << drift.name; }

Drift on_source(std::string name, const std::vector<std::string>& statements) {
  Drift drift{std::move(name), {}};
  for (const auto& sql : statements) drift.steps.push_back({Side::kSource, sql});
  return drift;
}

Drift on_target(std::string name, const std::vector<std::string>& statements) {
  Drift drift{std::move(name), {}};
  for (const auto& sql : statements) drift.steps.push_back({Side::kTarget, sql});
  return drift;
}

std::string create(const std::string& table, const std::string& keys = "DUPLICATE KEY(`k`)",
                   int buckets = 2) {
  return fmt::format(
      "CREATE TABLE d.{} (`k` INT NOT NULL, `v` INT) {} DISTRIBUTED BY HASH(`k`) BUCKETS {} "
      "PROPERTIES (\"replication_num\" = \"1\")",
      table, keys, buckets);
}

const char* const kRange =
    "CREATE TABLE d.r (`day` DATE NOT NULL, `k` INT) DUPLICATE KEY(`day`) PARTITION BY "
    "RANGE(`day`) (PARTITION p1 VALUES [(\"2026-01-01\"), (\"2026-02-01\")), PARTITION p2 VALUES "
    "[(\"2026-02-01\"), (\"2026-03-01\")), PARTITION p3 VALUES [(\"2026-03-01\"), "
    "(\"2026-04-01\"))) DISTRIBUTED BY HASH(`k`) BUCKETS 2 PROPERTIES (\"replication_num\" = "
    "\"1\")";

class Following : public ::testing::TestWithParam<Drift> {
 protected:
  void SetUp() override {
    world_.settings()["ddl_job_allow_drop_target_only"] = "true";
    world_.settings()["ddl_job_allow_drop_view_target_only"] = "true";
    world_.settings()["srsync_sweep_interval_seconds"] = "1";
    world_.settings()["srsync_definition_interval_seconds"] = "1";
    world_.sql(Side::kSource, "CREATE DATABASE d");
    for (const char* table : {"t", "u"}) world_.sql(Side::kSource, create(table));
    world_.sql(Side::kSource, kRange);
    for (const char* table : {"t", "u", "u", "r"}) world_.load(Side::kSource, "d", table);
  }

  using Names = std::vector<std::string>;
  // Every table and view of every database of the user's, with its columns' names and types.
  Names everything(Side side) {
    Names names;
    for (const auto& db : world_.sql(side, "SHOW DATABASES").rows) {
      const std::string& name = *db[0];
      if (name == "information_schema" || name == "_statistics_" || name == "sys") continue;
      names.push_back(name);
      for (const auto& table : world_.sql(side, "SHOW FULL TABLES FROM " + name).rows) {
        names.push_back(fmt::format("{}.{} {}", name, *table[0], *table[1]));
        for (const auto& column : world_.sql(side, fmt::format("DESC {}.{}", name, *table[0])).rows)
          names.push_back(fmt::format("{}.{}.{} {}", name, *table[0], *column[0], *column[1]));
      }
    }
    std::sort(names.begin(), names.end());
    return names;
  }
  bool is_equal() {
    return differences(world_.sandbox()).empty() &&
           everything(Side::kSource) == everything(Side::kTarget);
  }
  bool await_equal(int timeout_ms = 60'000) {
    return world_.await([&] { return is_equal(); }, timeout_ms);
  }

  void take(const Step& step) {
    const auto table_of = [&] { return step.sql.substr(step.sql.find(' ') + 1); };
    if (step.sql.starts_with("load ")) {
      const std::string name = table_of();
      const auto dot = name.find('.');
      world_.load(step.side, name.substr(0, dot), name.substr(dot + 1));
    } else if (step.sql.starts_with("wait ")) {
      EXPECT_TRUE(world_.await([&] {
        const auto jobs = world_.sql(step.side, "SHOW ALTER TABLE COLUMN FROM d").rows;
        return std::all_of(jobs.begin(), jobs.end(),
                           [](const auto& job) { return job[9].value_or("") == "FINISHED"; });
      }));
    } else {
      world_.sql(step.side, step.sql);
    }
  }

  World world_{bare_world()};
};

TEST_P(Following, TheTargetComesAlong) {
  Process daemon = world_.start_daemon({});
  ASSERT_TRUE(await_equal()) << to_text(differences(world_.sandbox())) << world_.log_text();
  for (const Step& step : GetParam().steps) take(step);
  EXPECT_TRUE(await_equal()) << to_text(differences(world_.sandbox())) << "source "
                             << testing::PrintToString(everything(Side::kSource)) << "\ntarget "
                             << testing::PrintToString(everything(Side::kTarget)) << "\n"
                             << world_.log_text();
  daemon.signal(SIGTERM);
  EXPECT_EQ(daemon.wait().code, 0);
  EXPECT_THAT(source_writes(world_.effects()), IsEmpty());
  EXPECT_THAT(double_submissions(world_.effects()), IsEmpty());
  EXPECT_THAT(journal_violations(world_.journal_dir()), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    OnTheSource, Following,
    ::testing::Values(
        on_source("Load", {"load d.t"}),
        on_source("NewDatabase", {"CREATE DATABASE e",
                                  "CREATE TABLE e.x (`k` INT) DUPLICATE KEY(`k`) "
                                  "DISTRIBUTED BY HASH(`k`) BUCKETS 1 PROPERTIES "
                                  "(\"replication_num\" = \"1\")",
                                  "load e.x"}),
        on_source("NewTable", {create("n", "PRIMARY KEY(`k`)"), "load d.n"}),
        on_source("DroppedTable", {"DROP TABLE d.t FORCE"}),
        on_source("RecoveredTable", {"DROP TABLE d.t", "RECOVER TABLE d.t"}),
        on_source("RenamedTable", {"ALTER TABLE d.t RENAME t9"}),
        on_source("SwappedTables", {"ALTER TABLE d.t SWAP WITH u"}),
        on_source("TruncatedTable", {"TRUNCATE TABLE d.t"}),
        on_source("TruncatedAndLoaded", {"TRUNCATE TABLE d.t", "load d.t"}),
        on_source("TruncatedPartition", {"TRUNCATE TABLE d.r PARTITION (p2)"}),
        on_source("Overwritten", {"INSERT OVERWRITE d.t VALUES (1, 2)"}),
        on_source("AddedPartition",
                  {"ALTER TABLE d.r ADD PARTITION p4 VALUES [(\"2026-04-01\"), (\"2026-05-01\"))",
                   "load d.r"}),
        on_source("DroppedPartition", {"ALTER TABLE d.r DROP PARTITION p1 FORCE"}),
        on_source("RenamedPartition", {"ALTER TABLE d.r RENAME PARTITION p1 p9"}),
        on_source("AddedColumn", {"ALTER TABLE d.t ADD COLUMN w INT", "wait d.t"}),
        on_source("AddedColumnAndLoad",
                  {"ALTER TABLE d.t ADD COLUMN w INT", "wait d.t", "load d.t"}),
        on_source("DroppedColumn", {"ALTER TABLE d.t DROP COLUMN v", "wait d.t"}),
        on_source("RenamedColumn", {"ALTER TABLE d.t RENAME COLUMN v TO u", "load d.t"}),
        on_source("WidenedColumn", {"ALTER TABLE d.t MODIFY COLUMN v BIGINT", "wait d.t"}),
        on_source("OtherBuckets",
                  {"DROP TABLE d.t FORCE", create("t", "DUPLICATE KEY(`k`)", 4), "load d.t"}),
        on_source("OtherKeys",
                  {"DROP TABLE d.t FORCE", create("t", "PRIMARY KEY(`k`)"), "load d.t"}),
        on_source("MadeAnewAlike", {"DROP TABLE d.t FORCE", create("t"), "load d.t", "load d.t"}),
        on_source("View", {"CREATE VIEW d.v AS SELECT k FROM d.t"}),
        on_source("ViewOnView",
                  {"CREATE VIEW d.v AS SELECT k FROM d.t", "CREATE VIEW d.a AS SELECT k FROM d.v"}),
        on_source("DroppedView", {"CREATE VIEW d.v AS SELECT k FROM d.t", "DROP VIEW d.v"})),
    [](const auto& test) { return test.param.name; });

INSTANTIATE_TEST_SUITE_P(
    OnTheTarget, Following,
    ::testing::Values(on_target("StrayTable", {create("stray")}),
                      on_target("DroppedTable", {"DROP TABLE d.t FORCE"}),
                      on_target("DroppedPartition", {"ALTER TABLE d.r DROP PARTITION p1 FORCE"}),
                      on_target("TruncatedTable", {"TRUNCATE TABLE d.t"}),
                      on_target("RenamedTable", {"ALTER TABLE d.t RENAME mine"}),
                      on_target("SwappedTables", {"ALTER TABLE d.t SWAP WITH u"}),
                      on_target("LocalWrite", {"load d.t"}),
                      on_target("AddedColumn", {"ALTER TABLE d.t ADD COLUMN w INT", "wait d.t"}),
                      on_target("DroppedDatabase", {"DROP DATABASE d FORCE"})),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace srsync::test
