#include "driver/dry_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/driver/harness.h"

namespace srsync::testing {
namespace {

std::vector<std::string> steps_of(const driver::DryRun& run) {
  std::vector<std::string> steps;
  for (const auto& step : run.steps) {
    steps.push_back(step.what + " " +
                    (step.name.table.empty() ? step.name.db : core::to_string(step.name)) +
                    (step.partitions > 0 ? " " + std::to_string(step.partitions) : ""));
  }
  return steps;
}

TEST(DryRunTest, TellsAWholeMigrationAndDoesNothing) {
  Harness h;
  h.world.add_source_table("shop", "orders", {"p1", "p2"}, 5);
  h.world.add_source_table("shop", "empty", {"p1"}, 1);
  const auto ports = h.factory->make();
  const auto run = driver::dry_run({}, *ports, h.clock);
  ASSERT_TRUE(run.is_ok()) << run.status().to_string();
  EXPECT_THAT(steps_of(*run), ::testing::UnorderedElementsAre(
                                  "create database shop", "create table shop.empty",
                                  "create table shop.orders", "replicate shop.orders 2"));
  EXPECT_TRUE(h.world.statements().empty());
  EXPECT_TRUE(h.world.submissions().empty());
  EXPECT_EQ(run->tables, 2U);
}

TEST(DryRunTest, TellsWhatIsBehindAndWhatWouldBeDropped) {
  Harness h;
  h.world.add_source_table("shop", "orders", {"p1", "p2"}, 5);
  h.world.add_source_table("shop", "old", {"p1"}, 5);
  h.start();
  ASSERT_TRUE(h.converge());
  h.world.load_source("shop", "orders", "p2");
  h.world.drop_source_table("shop", "old");
  const auto before = h.world.statements();
  const auto ports = h.factory->make();
  const auto run = driver::dry_run({{"ddl_job_allow_drop_target_only", "true"}}, *ports, h.clock);
  ASSERT_TRUE(run.is_ok());
  EXPECT_THAT(steps_of(*run),
              ::testing::UnorderedElementsAre("drop table shop.old", "replicate shop.orders 1"));
  EXPECT_EQ(h.world.statements(), before);
}

TEST(DryRunTest, AClusterThatCannotBeReadIsAnError) {
  Harness h;
  h.world.source_down = unavailable("connection refused");
  const auto ports = h.factory->make();
  EXPECT_EQ(driver::dry_run({}, *ports, h.clock).status().code(), Code::kUnavailable);
}

TEST(DryRunTest, ATableThatCannotBeReadIsNamed) {
  Harness h;
  h.world.add_source_table("shop", "orders", {"p1"}, 5);
  h.world.on_read_table = [](const core::TableName&) { return denied("no privilege"); };
  const auto ports = h.factory->make();
  const auto run = driver::dry_run({}, *ports, h.clock);
  ASSERT_TRUE(run.is_ok());
  ASSERT_EQ(run->blocked.size(), 1U);
  EXPECT_THAT(run->blocked[0].reason, ::testing::HasSubstr("no privilege"));
}

}  // namespace
}  // namespace srsync::testing
