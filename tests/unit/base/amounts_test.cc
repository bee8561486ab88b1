#include "base/amounts.h"

#include <gtest/gtest.h>

namespace srsync {
namespace {

TEST(AmountsTest, Sizes) {
  EXPECT_EQ(size_text(0), "0 B");
  EXPECT_EQ(size_text(1023), "1023 B");
  EXPECT_EQ(size_text(1536), "1.50 KB");
  EXPECT_EQ(size_text(-(5LL << 30)), "-5.00 GB");
}

TEST(AmountsTest, Durations) {
  EXPECT_EQ(duration_text(-5), "0 s");
  EXPECT_EQ(duration_text(119'999), "119 s");
  EXPECT_EQ(duration_text(120'000), "2 min");
  EXPECT_EQ(duration_text(7'200'000), "2 h");
  EXPECT_EQ(duration_text(200'000'000), "2 days");
}

}  // namespace
}  // namespace srsync
