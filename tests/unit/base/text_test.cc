#include "base/text.h"

#include <gtest/gtest.h>

namespace srsync {
namespace {

TEST(Text, TrimsAndSplits) {
  EXPECT_EQ(trim(" \t a b\n"), "a b");
  EXPECT_EQ(trim("  "), "");
  const auto parts = split("a,,b", ',');
  ASSERT_EQ(parts.size(), 3U);
  EXPECT_EQ(parts[1], "");
  EXPECT_EQ(split("", ',').size(), 1U);
}

TEST(Text, ReadsWholeNumbersOnly) {
  EXPECT_EQ(parse_int64("-12"), -12);
  EXPECT_EQ(parse_int64("12x"), std::nullopt);
  EXPECT_EQ(parse_int64(""), std::nullopt);
  EXPECT_EQ(parse_int64("99999999999999999999"), std::nullopt);
}

TEST(Text, CountsEdits) {
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
  EXPECT_EQ(edit_distance("", "abc"), 3U);
  EXPECT_EQ(edit_distance("same", "same"), 0U);
}

TEST(Text, IgnoresCaseWhereAsked) {
  EXPECT_TRUE(equals_ignore_case("TableId", "TABLEID"));
  EXPECT_FALSE(equals_ignore_case("a", "ab"));
}

TEST(TextTest, LoopbackByName) {
  for (const char* host : {"localhost", "LOCALHOST", "127.0.0.1", "127.255.0.3", "::1", "[::1]"}) {
    EXPECT_TRUE(is_loopback_name(host)) << host;
  }
  for (const char* host : {"", "0.0.0.0", "127.0.0", "127.0.0.1.example", "127.0.0.x", "128.0.0.1",
                           "127.0.0.999", "::", "localhost."}) {
    EXPECT_FALSE(is_loopback_name(host)) << host;
  }
}

}  // namespace
}  // namespace srsync
