#include "core/view_index.h"

#include <gtest/gtest.h>

namespace srsync::core {
namespace {

TEST(ViewIndexTest, ReadersAreTheOtherWayRound) {
  ViewIndex index;
  index.set(3, {{"db", "a"}, {"db", "b"}});
  index.set(4, {{"db", "b"}});
  EXPECT_EQ(index.reads(3).size(), 2U);
  EXPECT_EQ(index.readers({"db", "b"}), (std::set<std::uint32_t>{3, 4}));
  index.set(3, {{"db", "c"}});
  EXPECT_TRUE(index.readers({"db", "a"}).empty());
  EXPECT_EQ(index.readers({"db", "b"}), (std::set<std::uint32_t>{4}));
  index.set(3, {});
  EXPECT_TRUE(index.readers({"db", "c"}).empty());
  EXPECT_TRUE(index.reads(3).empty());
  index.clear();
  EXPECT_TRUE(index.readers({"db", "b"}).empty());
}

TEST(ViewIndexTest, AChangeOfReadinessIsToldOnce) {
  ViewIndex index;
  EXPECT_FALSE(index.note(7, 0));
  EXPECT_TRUE(index.note(7, 1));
  EXPECT_FALSE(index.note(7, 1));
  EXPECT_TRUE(index.note(7, 0));
}

}  // namespace
}  // namespace srsync::core
