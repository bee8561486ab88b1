// Version texts.
#include "ddl/version.h"

#include <gtest/gtest.h>

namespace srsync::ddl {
namespace {

TEST(Version, IsFoundInWhatFrontendsSay) {
  EXPECT_EQ(parse_version("3.3.14"), (Version{3, 3, 14}));
  EXPECT_EQ(parse_version("4.1.0-rc01 abc1234"), (Version{4, 1, 0}));
  EXPECT_EQ(parse_version("StarRocks version 3.4.4"), (Version{3, 4, 4}));
  EXPECT_EQ(parse_version("4.1"), (Version{4, 1, 0}));
  EXPECT_EQ(parse_version("4.1-shared-data"), (Version{4, 1, 0}));
}

TEST(Version, IsNotMadeUp) {
  for (const char* text : {"", "main", "UNKNOWN", "branch-7", "99999999999.1", "12345.1.1"}) {
    EXPECT_FALSE(parse_version(text)) << text;
  }
}

TEST(Version, IsOrderedByNumber) {
  EXPECT_LT((Version{3, 9, 9}), (Version{3, 10, 0}));
  EXPECT_EQ(to_string(Version{3, 10, 2}), "3.10.2");
}

}  // namespace
}  // namespace srsync::ddl
