// Undoing escapes.
#include "ddl/escapes.h"

#include <gtest/gtest.h>

namespace srsync::ddl {
namespace {

TEST(Escapes, NoneMeansNone) { EXPECT_EQ(decode(R"(a\"b\\)", Escapes::kNone), R"(a\"b\\)"); }

TEST(Escapes, QuotesLeavesOtherBackslashesAlone) {
  EXPECT_EQ(decode(R"(a\"b\\c\'d\n)", Escapes::kQuotes), R"(a"b\c'd\n)");
  EXPECT_EQ(decode(R"(end\)", Escapes::kQuotes), R"(end\)");
}

TEST(Escapes, AllKnowsControlAndUnicode) {
  EXPECT_EQ(decode(R"(a\nb\tc\/d)", Escapes::kAll), "a\nb\tc/d");
  EXPECT_EQ(decode(R"(\u0027\u65e5\u00E9)", Escapes::kAll), "'日é");
  EXPECT_EQ(decode(R"(\ud83d\ude00!)", Escapes::kAll), "😀!");
  EXPECT_EQ(decode(R"(\u12g4 \q)", Escapes::kAll), R"(\u12g4 \q)");
  EXPECT_EQ(decode(R"(\u12)", Escapes::kAll), R"(\u12)");
}

}  // namespace
}  // namespace srsync::ddl
