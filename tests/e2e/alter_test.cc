// What srsyncd changes and drops on the target besides data, and what it asks an operator about.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "support/oracles.h"
#include "support/whole_system.h"

namespace srsync::test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Altering : public ::testing::Test {
 protected:
  void make(const std::string& table) {
    world_.sql(Side::kSource,
               fmt::format("CREATE TABLE d.{} (`k` INT, `v` INT) DUPLICATE KEY(`k`) DISTRIBUTED BY "
                           "HASH(`k`) BUCKETS 2 PROPERTIES (\"replication_num\" = \"1\")",
                           table));
    world_.load(Side::kSource, "d", table);
  }
  void run_once() {
    const DaemonRun run = world_.run_daemon();
    EXPECT_EQ(run.exit.code, 0) << run.err << run.out << world_.log_text();
  }
  std::size_t tables_on_target() {
    return world_.sql(Side::kTarget, "SHOW TABLES FROM d").rows.size();
  }
  using Names = std::vector<std::string>;
  Names columns(Side side, const std::string& table) {
    Names names;
    for (const auto& row : world_.sql(side, "DESC d." + table).rows) {
      names.push_back(fmt::format("{} {} {} {}", *row[0], *row[1], *row[2], row[4].value_or("-")));
    }
    return names;
  }
  std::string id_on_target(const std::string& table) {
    for (const auto& row : world_.sql(Side::kTarget, "SHOW PROC '/dbs/d'").rows) {
      if (row[1] == table) return *row[0];
    }
    return {};
  }
  // Until it is over.
  void alter(const std::string& table, const std::string& change) {
    world_.sql(Side::kSource, fmt::format("ALTER TABLE d.{} {}", table, change));
    EXPECT_TRUE(world_.await([&] {
      const auto jobs = world_.sql(Side::kSource, "SHOW ALTER TABLE COLUMN FROM d").rows;
      return std::all_of(jobs.begin(), jobs.end(),
                         [](const auto& job) { return job[9].value_or("") == "FINISHED"; });
    }));
  }
  bool await_log(const std::string& text) {
    return world_.await([&] { return world_.log_text().find(text) != std::string::npos; });
  }
  void stop(Process daemon) {
    daemon.signal(SIGTERM);
    EXPECT_EQ(daemon.wait().code, 0);
  }
  // The token in the last command that the log tells an operator to run.
  std::string token() {
    const std::string log = world_.log_text();
    const auto at = log.rfind("run: echo ");
    return at == std::string::npos ? "" : log.substr(at + 10, 8);
  }

  World world_{bare_world()};
};

TEST_F(Altering, ManyDropsWaitForAnOperatorAlsoAcrossARestart) {
  world_.sql(Side::kSource, "CREATE DATABASE d");
  for (const char* table : {"a", "b", "c", "e", "f"}) make(table);
  run_once();
  for (const char* table : {"a", "b", "c", "e"}) {
    world_.sql(Side::kSource, fmt::format("DROP TABLE d.{}", table));
  }
  world_.settings()["ddl_job_allow_drop_target_only"] = "true";
  world_.settings()["srsync_max_drops_per_hour"] = "2";
  Process first = world_.start_daemon({});
  ASSERT_TRUE(await_log("run: echo ")) << world_.log_text();
  const std::string log = world_.log_text();
  for (const char* table : {"d.a", "d.b", "d.c", "d.e"}) EXPECT_THAT(log, HasSubstr(table));
  stop(std::move(first));
  EXPECT_EQ(tables_on_target(), 5U);

  Process second = world_.start_daemon({});
  ASSERT_TRUE(await_log("run: echo "));
  const std::string file = world_.journal_dir() + "/confirm-drops";
  std::ofstream(file) << token() << "\n";
  EXPECT_TRUE(world_.await([&] { return tables_on_target() == 1; })) << world_.log_text();
  EXPECT_TRUE(world_.await([&] { return !std::filesystem::exists(file); }));
  stop(std::move(second));
  EXPECT_EQ(to_text(differences(world_.sandbox())), "");
  EXPECT_THAT(journal_violations(world_.journal_dir()), IsEmpty());
}

TEST_F(Altering, ARollupIsMadeBeforeAnythingIsCopied) {
  world_.sql(Side::kSource, "CREATE DATABASE d");
  make("t");
  world_.sql(Side::kSource, "ALTER TABLE d.t ADD ROLLUP r1 (v, k)");
  ASSERT_TRUE(
      world_.await([&] { return world_.sql(Side::kSource, "DESC d.t ALL").rows.size() > 3; }));
  run_once();
  EXPECT_EQ(world_.sql(Side::kTarget, "DESC d.t ALL").rows.size(),
            world_.sql(Side::kSource, "DESC d.t ALL").rows.size());
  EXPECT_EQ(to_text(differences(world_.sandbox())), "");
  EXPECT_THAT(journal_violations(world_.journal_dir()), IsEmpty());
}

// Nothing but its definition changed, and nobody was looking.
TEST_F(Altering, WhatWasAlteredBetweenTwoOneTimeRunsIsNoticed) {
  world_.sql(Side::kSource, "CREATE DATABASE d");
  make("t");
  run_once();
  world_.sql(Side::kSource, "ALTER TABLE d.t ADD COLUMN w INT");
  const auto columns = [&](Side side) { return world_.sql(side, "DESC d.t").rows.size(); };
  ASSERT_TRUE(world_.await([&] { return columns(Side::kSource) > columns(Side::kTarget); }));
  run_once();
  EXPECT_EQ(columns(Side::kTarget), columns(Side::kSource));
  EXPECT_EQ(to_text(differences(world_.sandbox())), "");
  EXPECT_THAT(journal_violations(world_.journal_dir()), IsEmpty());
}

TEST_F(Altering, OneChangeOfColumnsKeepsTheTargetsTable) {
  world_.sql(Side::kSource, "CREATE DATABASE d");
  const std::vector<std::pair<std::string, std::string>> kChanges = {
      {"added", "ADD COLUMN w BIGINT DEFAULT '7', ADD COLUMN u VARCHAR(5) AFTER k"},
      {"dropped", "DROP COLUMN v"},
      {"widened", "MODIFY COLUMN v BIGINT"}};
  for (const auto& [table, change] : kChanges) make(table);
  run_once();
  std::vector<std::string> before;
  for (const auto& [table, change] : kChanges) {
    before.push_back(id_on_target(table));
    alter(table, change);
    world_.load(Side::kSource, "d", table);
  }
  run_once();
  for (std::size_t i = 0; i < kChanges.size(); ++i) {
    const std::string& table = kChanges[i].first;
    EXPECT_EQ(id_on_target(table), before[i]) << table << "\n" << world_.log_text();
    EXPECT_EQ(columns(Side::kTarget, table), columns(Side::kSource, table));
  }
  EXPECT_EQ(to_text(differences(world_.sandbox())), "");
  EXPECT_THAT(unplanned_drops(world_.effects(), {"DROP COLUMN `v`"}), IsEmpty());
  EXPECT_THAT(journal_violations(world_.journal_dir()), IsEmpty());
}

// The definitions are equal afterwards; the rows that the target holds are not the source's.
TEST_F(Altering, AColumnDroppedAndAddedAgainMakesTheTableAnew) {
  world_.sql(Side::kSource, "CREATE DATABASE d");
  for (const char* table : {"again", "indexed"}) make(table);
  run_once();
  const std::string again = id_on_target("again");
  const std::string indexed = id_on_target("indexed");
  alter("again", "DROP COLUMN v");
  alter("again", "ADD COLUMN v INT");
  alter("indexed", "ADD INDEX i (v) USING BITMAP");
  run_once();
  EXPECT_NE(id_on_target("again"), again) << world_.log_text();
  EXPECT_EQ(id_on_target("indexed"), indexed) << world_.log_text();
  EXPECT_EQ(to_text(differences(world_.sandbox())), "");
  EXPECT_THAT(journal_violations(world_.journal_dir()), IsEmpty());
}

TEST_F(Altering, ABitmapIndexAndACommentOfAnExistingTable) {
  world_.sql(Side::kSource, "CREATE DATABASE d");
  make("t");
  run_once();
  world_.sql(Side::kSource, "CREATE INDEX i ON d.t (v) USING BITMAP");
  world_.settings()["enable_bitmap_index_sync"] = "true";
  ASSERT_TRUE(world_.await(
      [&] { return world_.sql(Side::kSource, "SHOW INDEX FROM d.t").rows.size() == 1; }));
  Process daemon = world_.start_daemon({});
  EXPECT_TRUE(world_.await([&] {
    return world_.sql(Side::kTarget, "SHOW INDEX FROM d.t").rows.size() == 1;
  })) << world_.log_text();
  stop(std::move(daemon));
  EXPECT_THAT(unplanned_drops(world_.effects(), {}), IsEmpty());
  EXPECT_THAT(journal_violations(world_.journal_dir()), IsEmpty());
}

}  // namespace
}  // namespace srsync::test
