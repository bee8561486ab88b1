#include "driver/pace.h"

#include <gtest/gtest.h>

namespace srsync::driver {
namespace {

TEST(BudgetTest, GivesWhatASecondBrings) {
  Budget budget;
  WallTime now(1'000);
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(budget.take(2, 20, now)) << i;
  EXPECT_FALSE(budget.take(2, 20, now));
  EXPECT_FALSE(budget.take(2, 20, now.plus_ms(99)));
  EXPECT_TRUE(budget.take(2, 20, now.plus_ms(100)));
  EXPECT_FALSE(budget.take(2, 20, now.plus_ms(100)));
}

TEST(BudgetTest, SavesUpNoMoreThanASecond) {
  Budget budget;
  EXPECT_TRUE(budget.take(1, 5, WallTime(1'000)));
  int taken = 0;
  while (budget.take(1, 5, WallTime(900'000))) ++taken;
  EXPECT_EQ(taken, 5);
}

TEST(BudgetTest, WhatWasSpentAnywayIsOwedForTwoSecondsAtMost) {
  Budget budget;
  budget.spend(1'000, 20, WallTime(10'000));
  EXPECT_FALSE(budget.take(1, 20, WallTime(12'000)));
  EXPECT_TRUE(budget.take(1, 20, WallTime(12'050)));
}

TEST(BudgetTest, AClockThatGoesBackGivesNothing) {
  Budget budget;
  while (budget.take(1, 5, WallTime(100'000))) continue;
  EXPECT_FALSE(budget.take(1, 5, WallTime(50'000)));
}

TEST(StartWindowTest, CountsWithinTheInterval) {
  const std::optional<Pacing> pacing = Pacing{1'000, 2};
  StartWindow window;
  window.note(pacing, WallTime(10'000));
  window.note(pacing, WallTime(10'500));
  EXPECT_FALSE(window.has_room(pacing, WallTime(10'999)));
  EXPECT_TRUE(window.has_room(pacing, WallTime(11'000)));
  EXPECT_TRUE(window.has_room(std::nullopt, WallTime(10'500)));
}

}  // namespace
}  // namespace srsync::driver
