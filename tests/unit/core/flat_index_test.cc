#include "core/flat_index.h"

#include <gtest/gtest.h>

namespace srsync::core {
namespace {

TEST(FlatIndex, FindsEveryKeyWhileGrowingAndErasing) {
  FlatIndex index;
  EXPECT_EQ(index.find(7), std::nullopt);
  for (std::int64_t key = 1; key <= 10'000; ++key)
    index.put(key * 3, static_cast<std::uint32_t>(key));
  for (std::int64_t key = 1; key <= 10'000; key += 2) index.erase(key * 3);
  for (std::int64_t key = 1; key <= 10'000; ++key) {
    const auto found = index.find(key * 3);
    if (key % 2 == 1) {
      EXPECT_EQ(found, std::nullopt) << key;
    } else {
      EXPECT_EQ(found, static_cast<std::uint32_t>(key)) << key;
    }
  }
  EXPECT_EQ(index.find(4), std::nullopt);
}

TEST(FlatIndex, AnErasedKeyCanComeBack) {
  FlatIndex index;
  index.put(5, 1);
  index.erase(5);
  index.erase(6);
  index.put(5, 2);
  EXPECT_EQ(index.find(5), 2U);
  index.put(5, 3);
  EXPECT_EQ(index.find(5), 3U);
  index.clear();
  EXPECT_EQ(index.find(5), std::nullopt);
}

}  // namespace
}  // namespace srsync::core
