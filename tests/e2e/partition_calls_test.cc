// Partitions that no statement makes: each version's frontend is called for them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "support/oracles.h"
#include "support/whole_system.h"

namespace srsync::test {
namespace {

using sandbox::Version;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

void add_table(World& world, const std::string& name, const std::string& type,
               const std::string& by, const std::vector<std::string>& values) {
  world.sql(Side::kSource,
            fmt::format("CREATE TABLE shop.{} (d {}, k INT) DUPLICATE KEY(d) PARTITION BY {} "
                        "DISTRIBUTED BY HASH(k) BUCKETS 2 PROPERTIES ('replication_num' = '1')",
                        name, type, by));
  world.make_partitions(Side::kSource, "shop", name, values);
  world.load(Side::kSource, "shop", name);
}

// Slices on two grids, minutes, and the partition of NULL beside ordinary ones.
void fill(World& world) {
  world.sql(Side::kSource, "CREATE DATABASE shop");
  add_table(world, "slices", "DATETIME NOT NULL", "time_slice(d, INTERVAL 7 DAY)",
            {"2026-05-09 00:00:00", "2026-05-16 00:00:00", "2026-05-24 00:00:00"});
  add_table(world, "minutes", "DATETIME NOT NULL", "date_trunc('minute', d)",
            {"2026-12-31 23:59:30", "2026-01-01 00:00:00"});
  add_table(world, "months", "DATE NULL", "date_trunc('month', d)",
            {"NULL", "2026-03-15", "2026-04-01"});
}

// Of createPartition calls that made something on the target.
std::vector<std::string> calls(World& world) {
  std::vector<std::string> out;
  for (const auto& effect : world.effects()) {
    const bool is_call = effect.kind == "rpc" && effect.text.starts_with("createPartition");
    if (effect.cluster == "target" && is_call && effect.took_effect) out.push_back(effect.text);
  }
  return out;
}

// Nothing is left of the transactions, and nobody took them for a write.
void expect_no_trace(World& world) {
  world.sandbox().cluster(Side::kTarget).with([](const sandbox::Catalog& catalog) {
    for (const auto& [id, txn] : catalog.transactions) {
      if (txn.source_type != "BACKEND_STREAMING") continue;
      EXPECT_EQ(txn.status, sandbox::TxnStatus::kAborted) << txn.label;
      EXPECT_TRUE(txn.commits.empty());
    }
  });
  Complaints complaints;
  for (const auto& record : journal_records(world.journal_dir(), complaints)) {
    EXPECT_FALSE(contains(record, "StrangerObserved")) << record;
    EXPECT_FALSE(contains(record, "TargetFeedGap")) << record;
    EXPECT_FALSE(contains(record, "s3cret")) << record;
  }
  EXPECT_THAT(complaints, IsEmpty());
  EXPECT_FALSE(contains(world.log_text(), "s3cret"));
}

void expect_equal(World& world, const DaemonRun& run) {
  EXPECT_EQ(run.exit.code, 0) << run.err << run.out << world.log_text();
  EXPECT_EQ(to_text(differences(world.sandbox())), "");
  EXPECT_THAT(journal_violations(world.journal_dir()), IsEmpty());
}

class PartitionCalls : public ::testing::TestWithParam<Version> {};

TEST_P(PartitionCalls, MigrateEveryKindOfPartition) {
  sandbox::SandboxOptions options = bare_world(GetParam());
  options.root_password = "s3cret";
  World world(options);
  fill(world);
  expect_equal(world, world.run_daemon());
  EXPECT_THAT(source_writes(world.effects()), IsEmpty());
  EXPECT_THAT(repeated_ddl(world.effects()), IsEmpty());
  EXPECT_EQ(calls(world).size(), 3U);
  expect_no_trace(world);
  // Again: nothing is left to do.
  expect_equal(world, world.run_daemon());
  EXPECT_EQ(calls(world).size(), 3U);
}

INSTANTIATE_TEST_SUITE_P(Versions, PartitionCalls,
                         ::testing::Values(Version::k3_3, Version::k3_4, Version::k3_5,
                                           Version::k4_0, Version::k4_1),
                         [](const auto& version) {
                           std::string name(sandbox::version_name(version.param));
                           std::replace(name.begin(), name.end(), '.', '_');
                           return "V" + name;
                         });

// Whatever answer is lost, the partitions are there once, and no label is used twice.
TEST(PartitionCallsTest, ALostAnswerIsLookedUp) {
  for (const char* call : {"loadTxnBegin", "createPartition", "abortRemoteTxn"}) {
    World world(bare_world());
    fill(world);
    world.sql(Side::kTarget, fmt::format("SANDBOX FAULT ADD kind=rpc match='{}' "
                                         "action=drop_reply times=1",
                                         call));
    expect_equal(world, world.run_daemon());
    // After the loss of the first answer the partitions of that table are asked for in two calls.
    EXPECT_THAT(calls(world).size(), AnyOf(3U, 4U)) << call;
    EXPECT_THAT(repeated_ddl(world.effects()), IsEmpty()) << call;
  }
}

TEST(PartitionCallsTest, ARefusedCallIsReportedAndTheRestIsCarried) {
  World world(bare_world());
  fill(world);
  // Somebody's slice lies across the source's.
  for (const char* statement :
       {"CREATE DATABASE shop",
        "CREATE TABLE shop.slices (d DATETIME NOT NULL, k INT) DUPLICATE KEY(d) PARTITION BY "
        "time_slice(d, INTERVAL 7 DAY) DISTRIBUTED BY HASH(k) BUCKETS 2 PROPERTIES "
        "('replication_num' = '1')"}) {
    world.sql(Side::kTarget, statement);
  }
  world.make_partitions(Side::kTarget, "shop", "slices", {"2026-05-12 00:00:00"});
  world.settings()["ddl_job_allow_drop_partition_target_only"] = "false";
  const DaemonRun run = world.run_daemon();
  EXPECT_NE(run.exit.code, 0);
  EXPECT_THAT(run.out + run.err + world.log_text(), HasSubstr("is intersected with range"));
  const auto left = differences(world.sandbox());
  // Two of the source's slices meet it; the third is there with its data.
  EXPECT_THAT(to_text(left), HasSubstr("shop.slices.p20260509: missing"));
  EXPECT_THAT(to_text(left), HasSubstr("shop.slices.p20260516: missing"));
  EXPECT_EQ(left.size(), 3U) << to_text(left);
  EXPECT_THAT(unplanned_drops(world.effects()), IsEmpty());
}

}  // namespace
}  // namespace srsync::test
