#include "driver/definition_round.h"

#include <gtest/gtest.h>

#include "unit/core/world.h"

namespace srsync::driver {
namespace {

using core::test::partition;

class DefinitionRoundTest : public testing::Test {
 protected:
  void SetUp() override {
    world_.open();
    world_.read(Side::kSource, 100, {partition(101, 5, 7)});
    world_.read(Side::kTarget, 500, {partition(501, 5, 7, core::TxnType::kReplication)});
  }
  std::vector<core::ReadTable> begun(std::int64_t now_ms, std::size_t max = 10) {
    round_.begin_when_due(world_.state, options_, WallTime(now_ms));
    return round_.next(world_.state, max);
  }
  void done(const std::vector<core::ReadTable>& reads) {
    for (const auto& read : reads) round_.done(read.side, read.id);
  }

  core::test::World world_;
  DriverOptions options_;
  DefinitionRound round_;
};

TEST_F(DefinitionRoundTest, TheFirstBeginsWithTheSessionAndHasBothSides) {
  EXPECT_FALSE(round_.first_is_over());
  const auto reads = begun(0);
  ASSERT_EQ(reads.size(), 2u);
  EXPECT_EQ(reads[0], (core::ReadTable{Side::kSource, core::test::kName, core::TableId(100)}));
  EXPECT_EQ(reads[1].side, Side::kTarget);
  EXPECT_FALSE(reads[1].partitions_only);
  EXPECT_FALSE(round_.first_is_over());
  done(reads);
  EXPECT_TRUE(round_.first_is_over());
  EXPECT_TRUE(begun(1).empty());
}

TEST_F(DefinitionRoundTest, WhatIsNotDoneIsHandedOutAgain) {
  EXPECT_EQ(begun(0, 1)[0].side, Side::kSource);
  EXPECT_EQ(begun(1, 1)[0].side, Side::kTarget);
  EXPECT_EQ(begun(2, 1)[0].side, Side::kSource);
}

TEST_F(DefinitionRoundTest, TheNextBeginsAfterTheInterval) {
  done(begun(0));
  EXPECT_TRUE(begun(options_.definition_interval_ms - 1).empty());
  EXPECT_EQ(begun(options_.definition_interval_ms).size(), 2u);
  EXPECT_TRUE(round_.first_is_over());
}

TEST_F(DefinitionRoundTest, NoRoundBeginsBeforeTheLastIsOver) {
  begun(0);
  round_.done(Side::kSource, core::TableId(100));
  EXPECT_EQ(begun(10 * options_.definition_interval_ms).size(), 1u);
}

TEST_F(DefinitionRoundTest, WithoutAnIntervalThereIsTheFirstOnly) {
  options_.definition_interval_ms = 0;
  done(begun(0));
  EXPECT_TRUE(begun(1'000'000'000).empty());
}

TEST_F(DefinitionRoundTest, WhatIsToBeReadAnywayIsLeftOut) {
  world_.put(core::TableRereadWanted{Side::kSource, core::TableId(100), "asked"});
  const auto reads = begun(0);
  ASSERT_EQ(reads.size(), 1u);
  EXPECT_EQ(reads[0].side, Side::kTarget);
}

TEST_F(DefinitionRoundTest, ATargetWithAJobWaitsForItsEnd) {
  world_.read(Side::kSource, 100, {partition(101, 6, 8)});
  world_.start_planned();
  const auto reads = begun(0);
  ASSERT_EQ(reads.size(), 1u);
  EXPECT_EQ(reads[0].side, Side::kSource);
  done(reads);
  EXPECT_FALSE(round_.first_is_over());
}

TEST_F(DefinitionRoundTest, ATableThatIsGoneHoldsNothingUp) {
  begun(0);
  round_.done(Side::kSource, core::TableId(100));
  world_.put(core::TableMissing{Side::kTarget, core::TableId(500)});
  world_.put(core::TableMissing{Side::kTarget, core::TableId(500)});
  EXPECT_TRUE(begun(1).empty());
  EXPECT_TRUE(round_.first_is_over());
}

}  // namespace
}  // namespace srsync::driver
