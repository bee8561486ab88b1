#include "base/arithmetic.h"

#include <gtest/gtest.h>

#include "base/ids.h"

namespace srsync {
namespace {

constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();

TEST(Arithmetic, SaturatesAtTheEnds) {
  EXPECT_EQ(saturating_add(1, 2), 3);
  EXPECT_EQ(saturating_add(kMax, 1), kMax);
  EXPECT_EQ(saturating_add(kMin, -1), kMin);
  EXPECT_EQ(WallTime(kMax).plus_ms(5), WallTime(kMax));
}

TEST(Arithmetic, WhatWentRoundComesBack) {
  EXPECT_EQ(wrapping_sub(wrapping_add(kMax, 7), 7), kMax);
  EXPECT_EQ(wrapping_add(wrapping_sub(kMin, 7), 7), kMin);
}

}  // namespace
}  // namespace srsync
