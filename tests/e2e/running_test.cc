// What happens while srsyncd runs: loads, strangers' writes, stops, frontends that go away.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>

#include <fmt/format.h>

#include "support/oracles.h"
#include "support/whole_system.h"

namespace srsync::test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

const char* const kTable =
    "CREATE TABLE d.t (`day` DATE NOT NULL, `k` INT) DUPLICATE KEY(`day`) PARTITION BY "
    "RANGE(`day`) (PARTITION p1 VALUES [(\"2026-01-01\"), (\"2026-02-01\")), PARTITION p2 VALUES "
    "[(\"2026-02-01\"), (\"2026-03-01\"))) DISTRIBUTED BY HASH(`k`) BUCKETS {} PROPERTIES "
    "(\"replication_num\" = \"1\")";

// Two clusters of which the source has d.t with two loads.
class Running : public ::testing::Test {
 protected:
  void make_table(Side side, int buckets = 2) {
    world_.sql(side, "CREATE DATABASE d");
    world_.sql(side, fmt::format(fmt::runtime(kTable), buckets));
  }
  void make_source() {
    make_table(Side::kSource);
    for (int i = 0; i < 2; ++i) world_.load(Side::kSource, "d", "t");
  }
  void expect_equal() {
    EXPECT_EQ(to_text(differences(world_.sandbox())), "");
    EXPECT_THAT(source_writes(world_.effects()), IsEmpty());
    EXPECT_THAT(double_submissions(world_.effects()), IsEmpty());
    EXPECT_THAT(journal_violations(world_.journal_dir()), IsEmpty());
  }
  void run_once() {
    const DaemonRun run = world_.run_daemon();
    EXPECT_EQ(run.exit.code, 0) << run.err << run.out << world_.log_text();
  }
  bool is_copying() { return !world_.sandbox().replications().is_idle(); }
  bool await_equal() {
    return world_.await([&] { return differences(world_.sandbox()).empty(); });
  }

  World world_{bare_world()};
};

TEST_F(Running, APlanChangesNothing) {
  make_source();
  const DaemonRun run = world_.run_daemon({"--plan"});
  EXPECT_EQ(run.exit.code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("d.t"));
  EXPECT_THAT(source_writes(world_.effects()), IsEmpty());
  EXPECT_THAT(target_changes(world_.effects()), IsEmpty());
}

TEST_F(Running, ATableThatIsLoadedAllTheTime) {
  make_source();
  Process daemon = world_.start_daemon({});
  for (int i = 0; i < 40; ++i) world_.load(Side::kSource, "d", "t", {i % 2 == 0 ? "p1" : "p2"});
  EXPECT_TRUE(await_equal());
  daemon.signal(SIGTERM);
  EXPECT_EQ(daemon.wait().code, 0);
  expect_equal();
}

TEST_F(Running, AStrangersWriteBeforeTheMigration) {
  make_source();
  make_table(Side::kTarget);
  world_.load(Side::kTarget, "d", "t", {"p1"});
  run_once();
  expect_equal();
  EXPECT_THAT(unplanned_drops(world_.effects(), {"DROP PARTITION IF EXISTS `p1`"}), IsEmpty());
}

TEST_F(Running, AStrangersWriteMeetsTheSourcesVersion) {
  make_source();
  make_table(Side::kTarget);
  for (int i = 0; i < 2; ++i) world_.load(Side::kTarget, "d", "t");
  run_once();
  expect_equal();
}

// Up to 4.0 the frontend commits both, and the partition shows the source's version and epoch.
TEST_F(Running, AStrangersWriteDuringTheJob) {
  make_source();
  world_.sandbox().replications().hold(sandbox::JobState::kReplicating);
  Process daemon = world_.start_daemon();
  ASSERT_TRUE(world_.await([&] { return is_copying(); }));
  world_.load(Side::kTarget, "d", "t", {"p2"});
  world_.sandbox().replications().release();
  const DaemonRun run = world_.finish(std::move(daemon));
  EXPECT_EQ(run.exit.code, 0) << run.err << run.out << world_.log_text();
  expect_equal();
}

TEST_F(Running, AnOverwriteAtTheSameVersionIsAnotherPartition) {
  make_source();
  run_once();
  expect_equal();
  world_.sql(Side::kSource, "ALTER TABLE d.t DROP PARTITION p1");
  world_.sql(Side::kSource,
             "ALTER TABLE d.t ADD PARTITION p1 VALUES [(\"2026-01-01\"), (\"2026-02-01\"))");
  for (int i = 0; i < 2; ++i) world_.load(Side::kSource, "d", "t", {"p1"});
  run_once();
  expect_equal();
}

TEST_F(Running, OtherBucketsAreNeverCopiedInto) {
  make_table(Side::kSource, 5);
  for (int i = 0; i < 2; ++i) world_.load(Side::kSource, "d", "t");
  make_table(Side::kTarget, 2);
  run_once();
  expect_equal();
}

TEST_F(Running, APartitionDroppedUnderItsJob) {
  make_source();
  world_.sandbox().replications().hold(sandbox::JobState::kReplicating);
  Process daemon = world_.start_daemon();
  ASSERT_TRUE(world_.await([&] { return is_copying(); }));
  world_.sql(Side::kTarget, "ALTER TABLE d.t DROP PARTITION p2 FORCE");
  world_.sandbox().replications().release();
  const DaemonRun run = world_.finish(std::move(daemon));
  EXPECT_EQ(run.exit.code, 0) << run.err << run.out << world_.log_text();
  expect_equal();
}

TEST_F(Running, ATermIsACleanStopAndTheNextRunGoesOn) {
  make_source();
  world_.sandbox().replications().hold(sandbox::JobState::kReplicating);
  Process daemon = world_.start_daemon({});
  ASSERT_TRUE(world_.await([&] { return is_copying(); }));
  daemon.signal(SIGTERM);
  EXPECT_EQ(daemon.wait().code, 0);
  EXPECT_THAT(journal_violations(world_.journal_dir()), IsEmpty());
  world_.sandbox().replications().release();
  run_once();
  EXPECT_THAT(world_.log_text(),
              HasSubstr("0 of 1 tables were synchronised; under way when it ended, "
                        "DDL statements: 0, replication jobs: 1"));
  expect_equal();
  EXPECT_THAT(repeated_ddl(world_.effects()), IsEmpty());
}

TEST_F(Running, ADamagedJournalIsAFailureAndNoMistakeInTheSettings) {
  make_source();
  run_once();
  for (const auto& file : std::filesystem::directory_iterator(world_.journal_dir())) {
    if (file.path().filename() == "CURRENT") std::filesystem::remove(file);
  }
  const DaemonRun run = world_.run_daemon();
  EXPECT_EQ(run.exit.code, 1);
  EXPECT_THAT(run.err, HasSubstr("not started"));
}

TEST_F(Running, RepliesThatAreLostAfterTheWorkWasDone) {
  make_source();
  sandbox::FaultTable& faults = world_.sandbox().cluster(Side::kTarget).faults();
  using sandbox::FaultAction;
  using sandbox::Surface;
  faults.add({Surface::kRpc, "startTableReplication", "", FaultAction::kDropReply, 0, 1});
  faults.add({Surface::kSql, "CREATE TABLE", "", FaultAction::kDropReply, 0, 1});
  faults.add({Surface::kSql, "CREATE DATABASE", "", FaultAction::kDropReply, 0, 1});
  run_once();
  expect_equal();
  EXPECT_THAT(repeated_ddl(world_.effects()), IsEmpty());
}

TEST_F(Running, TheLeaderIsKilledAndReplacedDuringAJob) {
  make_source();
  world_.sandbox().replications().hold(sandbox::JobState::kReplicating);
  Process daemon = world_.start_daemon();
  ASSERT_TRUE(world_.await([&] { return is_copying(); }));
  world_.sql(Side::kTarget, "SANDBOX FE KILL 1");
  ASSERT_TRUE(world_.await([&] { return world_.sandbox().frontend(Side::kTarget, 2).is_leader; }));
  world_.sandbox().replications().release();
  const DaemonRun run = world_.finish(std::move(daemon));
  EXPECT_EQ(run.exit.code, 0) << run.err << run.out << world_.log_text();
  expect_equal();
}

TEST_F(Running, AJobThatTheOldLeaderHadAcceptedOnly) {
  make_source();
  world_.sandbox().replications().hold(sandbox::JobState::kInitializing);
  Process daemon = world_.start_daemon();
  ASSERT_TRUE(world_.await([&] { return is_copying(); }));
  world_.sql(Side::kTarget, "SANDBOX LEADER MOVE TO 2");
  world_.sandbox().replications().release();
  const DaemonRun run = world_.finish(std::move(daemon));
  EXPECT_EQ(run.exit.code, 0) << run.err << run.out << world_.log_text();
  expect_equal();
}

TEST_F(Running, AFrontendOfEachClusterIsRestarted) {
  make_source();
  Process daemon = world_.start_daemon({});
  ASSERT_TRUE(await_equal());
  for (const Side side : {Side::kSource, Side::kTarget}) {
    world_.sql(side, "SANDBOX FE RESTART 1");
    world_.load(Side::kSource, "d", "t");
    EXPECT_TRUE(await_equal());
  }
  daemon.signal(SIGTERM);
  EXPECT_EQ(daemon.wait().code, 0);
  expect_equal();
}

}  // namespace
}  // namespace srsync::test
