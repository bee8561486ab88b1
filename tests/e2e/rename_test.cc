// srsync_rename with the real daemon: other names on the target, on two versions.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include <fmt/format.h>

#include "support/oracles.h"
#include "support/whole_system.h"

namespace srsync::test {
namespace {

using sandbox::Version;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class Renaming : public ::testing::TestWithParam<Version> {
 protected:
  void make(Side side, const std::string& db, const std::string& table) {
    world_.sql(side,
               fmt::format("CREATE TABLE {}.{} (`k` INT, `v` INT) DUPLICATE KEY(`k`) DISTRIBUTED "
                           "BY HASH(`k`) BUCKETS 2 PROPERTIES (\"replication_num\" = \"1\")",
                           db, table));
    world_.load(side, db, table);
  }
  void make_partitioned(const std::string& db, const std::string& table) {
    world_.sql(
        Side::kSource,
        fmt::format("CREATE TABLE {}.{} (`day` DATE NOT NULL, `k` INT) DUPLICATE KEY(`day`) "
                    "PARTITION BY RANGE(`day`) (PARTITION p1 VALUES [(\"2026-01-01\"), "
                    "(\"2026-02-01\")), PARTITION p2 VALUES [(\"2026-02-01\"), (\"2026-03-01\"))) "
                    "DISTRIBUTED BY HASH(`k`) BUCKETS 2 PROPERTIES (\"replication_num\" = \"1\")",
                    db, table));
    world_.load(Side::kSource, db, table);
  }
  void database(Side side, const std::string& db) { world_.sql(side, "CREATE DATABASE " + db); }
  void rename(const std::string& rules) { world_.settings()["srsync_rename"] = rules; }
  std::string rules() { return world_.settings()["srsync_rename"]; }

  DaemonRun run_once() {
    DaemonRun run = world_.run_daemon();
    EXPECT_EQ(run.exit.code, 0) << run.err << run.out << world_.log_text();
    return run;
  }
  void expect_equal() {
    EXPECT_EQ(to_text(differences(world_.sandbox(), rules())), "") << world_.log_text();
    EXPECT_THAT(source_writes(world_.effects()), IsEmpty());
    EXPECT_THAT(unplanned_drops(world_.effects()), IsEmpty());
    EXPECT_THAT(double_submissions(world_.effects()), IsEmpty());
    EXPECT_THAT(journal_violations(world_.journal_dir()), IsEmpty());
  }
  // The statements and jobs that took effect on the target.
  std::size_t changes() { return target_changes(world_.effects()).size(); }
  std::size_t tables_of(const std::string& db) {
    return world_.sql(Side::kTarget, "SHOW TABLES FROM " + db).rows.size();
  }

  World world_{bare_world(GetParam())};
};

TEST_P(Renaming, ADatabaseComesUnderAnotherName) {
  database(Side::kSource, "a");
  make(Side::kSource, "a", "t");
  make_partitioned("a", "u");
  // The target has an `a` of its own, which is nobody's.
  database(Side::kTarget, "a");
  make(Side::kTarget, "a", "own");
  rename("a -> a_copy");
  world_.settings()["ddl_job_allow_drop_target_only"] = "true";
  run_once();
  expect_equal();
  EXPECT_EQ(tables_of("a"), 1U);

  const std::size_t before = changes();
  run_once();
  EXPECT_EQ(changes(), before) << "the second run found nothing to do";

  world_.load(Side::kSource, "a", "u");
  run_once();
  expect_equal();
}

TEST_P(Renaming, TablesMoveBetweenDatabases) {
  for (const char* db : {"a", "b"}) database(Side::kSource, db);
  make(Side::kSource, "a", "t");
  make(Side::kSource, "a", "x");
  make_partitioned("a", "u");
  make(Side::kSource, "b", "t");
  rename("a.t -> b.t_of_a, a.u -> new_db.u2");
  const DaemonRun plan = world_.run_daemon({"--plan"});
  EXPECT_THAT(plan.out, HasSubstr("a.t -> b.t_of_a"));
  EXPECT_THAT(plan.out, HasSubstr("a.u -> new_db.u2"));
  EXPECT_THAT(target_changes(world_.effects()), IsEmpty());
  run_once();
  expect_equal();
  EXPECT_EQ(tables_of("a"), 1U);
  EXPECT_EQ(tables_of("b"), 2U);
  EXPECT_EQ(tables_of("new_db"), 1U);
  const std::size_t before = changes();
  run_once();
  EXPECT_EQ(changes(), before);
}

TEST_P(Renaming, NamesAreSwapped) {
  for (const char* db : {"a", "b", "c"}) database(Side::kSource, db);
  make(Side::kSource, "a", "t");
  make_partitioned("b", "t");
  make(Side::kSource, "c", "t");
  make_partitioned("c", "u");
  rename("a -> b, b -> a, c.t -> c.u, c.u -> c.t");
  run_once();
  expect_equal();
  const std::size_t before = changes();
  run_once();
  EXPECT_EQ(changes(), before);
}

TEST_P(Renaming, AClashBlocksTheOneThatKeptItsName) {
  for (const char* db : {"a", "b"}) database(Side::kSource, db);
  make(Side::kSource, "a", "t");
  make(Side::kSource, "b", "t");
  make(Side::kSource, "b", "other");
  rename("a -> b");
  const DaemonRun run = world_.run_daemon();
  EXPECT_NE(run.exit.code, 0) << "not everything was synchronised";
  EXPECT_THAT(run.out, HasSubstr("b.t"));
  EXPECT_THAT(run.out, HasSubstr("its name on the target, b, is taken by srsync_rename a -> b"));
  expect_equal();
  EXPECT_EQ(tables_of("b"), 1U);
}

TEST_P(Renaming, AStrangersWriteIsSeenWhereverTheTableStands) {
  database(Side::kSource, "a");
  make(Side::kSource, "a", "x");
  make_partitioned("a", "t");
  rename("a -> copy, a.t -> new_db.t");
  Process daemon = world_.start_daemon({});
  const auto equal = [&] { return differences(world_.sandbox(), rules()).empty(); };
  ASSERT_TRUE(world_.await(equal)) << world_.log_text();
  world_.load(Side::kTarget, "new_db", "t");
  EXPECT_FALSE(equal());
  EXPECT_TRUE(world_.await(equal)) << world_.log_text();
  world_.load(Side::kSource, "a", "t");
  EXPECT_TRUE(world_.await(equal)) << world_.log_text();
  // Killed and started again, it goes on.
  daemon.signal(SIGKILL);
  (void)daemon.wait();
  world_.load(Side::kSource, "a", "x");
  Process next = world_.start_daemon({});
  EXPECT_TRUE(world_.await(equal)) << world_.log_text();
  next.signal(SIGTERM);
  EXPECT_EQ(next.wait().code, 0);
  EXPECT_THAT(journal_violations(world_.journal_dir()), IsEmpty());
  EXPECT_THAT(world_.log_text(), Not(HasSubstr("unproven")));
}

// Made anew because of its columns, beside the old one or in its place.
TEST_P(Renaming, ATableWithOtherColumnsIsMadeAnewUnderItsName) {
  database(Side::kSource, "a");
  make(Side::kSource, "a", "t");
  make(Side::kSource, "a", "u");
  rename("a -> copy, a.u -> other.u2");
  run_once();
  for (const char* table : {"t", "u"}) {
    world_.sql(Side::kSource, fmt::format("DROP TABLE a.{}", table));
    world_.sql(Side::kSource, fmt::format("CREATE TABLE a.{} (`k` BIGINT, `w` DATE) DUPLICATE "
                                          "KEY(`k`) DISTRIBUTED BY HASH(`k`) BUCKETS 3 PROPERTIES "
                                          "(\"replication_num\" = \"1\")",
                                          table));
    world_.load(Side::kSource, "a", table);
  }
  run_once();
  EXPECT_EQ(to_text(differences(world_.sandbox(), rules())), "") << world_.log_text();
  EXPECT_EQ(tables_of("copy"), 1U);
  EXPECT_EQ(tables_of("other"), 1U);
  EXPECT_THAT(journal_violations(world_.journal_dir()), IsEmpty());
}

TEST_P(Renaming, AfterAChangeOfTheRulesTheOldTablesStay) {
  database(Side::kSource, "a");
  make(Side::kSource, "a", "t");
  world_.settings()["ddl_job_allow_drop_target_only"] = "true";
  run_once();
  rename("a -> later");
  run_once();
  expect_equal();
  EXPECT_EQ(tables_of("a"), 1U) << "nobody's now";
}

TEST_P(Renaming, AViewNeedsATextThatNamesItsDatabases) {
  database(Side::kSource, "a");
  make(Side::kSource, "a", "t");
  world_.sql(Side::kSource, "CREATE VIEW a.v AS SELECT t.k FROM a.t");
  rename("a -> copy");
  const DaemonRun run = world_.run_daemon();
  if (GetParam() == Version::k4_1) {
    EXPECT_THAT(run.out, HasSubstr("prints its text as the author typed it"));
    EXPECT_EQ(tables_of("copy"), 1U);
  } else {
    EXPECT_EQ(run.exit.code, 0) << run.out << world_.log_text();
    EXPECT_EQ(tables_of("copy"), 2U);
    const auto view = world_.sql(Side::kTarget, "SHOW CREATE VIEW copy.v");
    EXPECT_THAT(view.rows.at(0).at(1).value_or(""), HasSubstr("`copy`.`t`"));
    const std::size_t before = changes();
    run_once();
    EXPECT_EQ(changes(), before);
  }
  expect_equal();
}

std::string version_of(const ::testing::TestParamInfo<Version>& info) {
  return info.param == Version::k3_3 ? "v3_3" : "v4_1";
}

INSTANTIATE_TEST_SUITE_P(Versions, Renaming, ::testing::Values(Version::k3_3, Version::k4_1),
                         version_of);

}  // namespace
}  // namespace srsync::test
