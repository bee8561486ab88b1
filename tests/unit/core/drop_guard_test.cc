#include "core/drop_guard.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "unit/core/world.h"

namespace srsync::core {
namespace {

class DropGuardTest : public testing::Test {
 protected:
  // `count` tables that only the target has, besides the equal pair.
  void open(int count, std::map<std::string, std::string> settings) {
    settings.emplace("ddl_job_allow_drop_target_only", "true");
    world_.open(std::move(settings));
    for (int i = 0; i < count; ++i) {
      const TableName name{"shop", fmt::format("stray{}", i)};
      const TableId id(600 + i);
      world_.put(TableObserved{Side::kTarget, name, id, TableKind::kTable, true});
      TableRead read{Side::kTarget, name, id, test::create_sql(), 1, "", {}};
      read.partitions = {test::partition(700 + i, 5, 7, TxnType::kReplication)};
      world_.put(read);
    }
  }
  std::optional<std::string> obstacle() { return drop_obstacle(world_.state, world_.now); }

  test::World world_;
};

TEST_F(DropGuardTest, AsManyAsAllowedPass) {
  open(3, {{"srsync_max_drops_per_hour", "3"}});
  EXPECT_EQ(obstacle(), std::nullopt);
  EXPECT_FALSE(due_hold(world_.state, world_.now));
}

TEST_F(DropGuardTest, OneMoreHoldsAllAndNamesThem) {
  open(3, {{"srsync_max_drops_per_hour", "2"}});
  EXPECT_EQ(obstacle(), "3 drops within an hour, srsync_max_drops_per_hour is 2");
  const auto held = due_hold(world_.state, world_.now);
  ASSERT_TRUE(held);
  ASSERT_EQ(held->drops.size(), 3u);
  EXPECT_EQ(held->drops[0].name.table, "stray0");
  EXPECT_EQ(held->drops[0].reason, "exists only on the target");
  world_.put(*held);
  EXPECT_FALSE(due_hold(world_.state, world_.now)) << "told once";
  EXPECT_NE(hold_text(*world_.state.hold).find(held->token), std::string::npos);
}

TEST_F(DropGuardTest, WhatAnOperatorConfirmedGoesAndNothingElse) {
  open(3, {{"srsync_max_drops_per_hour", "2"}});
  const auto held = due_hold(world_.state, world_.now);
  ASSERT_TRUE(held);
  world_.put(*held);
  const TableName late{"shop", "late"};
  world_.put(TableObserved{Side::kTarget, late, TableId(650), TableKind::kTable, true});
  world_.put(OperatorConfirmed{held->token, "operator"});
  EXPECT_TRUE(is_confirmed(*world_.state.find({"shop", "stray0"})));
  EXPECT_FALSE(is_confirmed(*world_.state.find(late)));
}

TEST_F(DropGuardTest, TooLargeAPartOfADatabase) {
  open(4, {{"srsync_max_drop_percent", "50"}});
  EXPECT_EQ(obstacle(), "4 of the 5 tables of shop within an hour, srsync_max_drop_percent is 50");
}

TEST_F(DropGuardTest, AFewOfFewTablesPass) {
  open(3, {{"srsync_max_drop_percent", "50"}});
  EXPECT_EQ(obstacle(), std::nullopt);
}

TEST_F(DropGuardTest, MostOfATableIsCountedByPartitionsThatHoldData) {
  Table target;
  target.partitions = {test::partition(1, 5, 1), test::partition(2, 5, 2), test::partition(3, 5, 3),
                       test::partition(4, 1, 4)};
  const auto drop = [&](std::size_t i) {
    return PartitionDrop{&target.partitions[i], DropCause::kTargetOnly, "", nullptr};
  };
  EXPECT_FALSE(loses_most(target, {drop(0), drop(3)}));
  EXPECT_TRUE(loses_most(target, {drop(0), drop(1)}));
}

}  // namespace
}  // namespace srsync::core
