#include "base/text_table.h"

#include <gtest/gtest.h>

namespace srsync {
namespace {

TEST(TextTableTest, ColumnsAreAsWideAsTheirWidestCell) {
  EXPECT_EQ(aligned({{"a", "bbb", "c"}, {"aaaa", "b", "cc"}}), "  a     bbb  c\n  aaaa  b    cc\n");
}

TEST(TextTableTest, CharactersCountNotBytes) {
  EXPECT_EQ(width_of("caf\xc3\xa9"), 4U);
  EXPECT_EQ(aligned({{"caf\xc3\xa9", "x"}, {"cafe", "y"}}, ""), "caf\xc3\xa9  x\ncafe  y\n");
}

TEST(TextTableTest, ACellIsOneLineAndNothingTrails) {
  EXPECT_EQ(aligned({{"a\r\nb", ""}, {"c"}}, ""), "a b\nc\n");
  EXPECT_EQ(aligned({}), "");
}

}  // namespace
}  // namespace srsync
