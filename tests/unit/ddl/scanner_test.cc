// Tokens.
#include "ddl/scanner.h"

#include <gtest/gtest.h>

namespace srsync::ddl {
namespace {

std::vector<std::string> raw_tokens(std::string_view text) {
  std::vector<std::string> tokens;
  Scanner scanner(text);
  while (!scanner.at_end()) tokens.emplace_back(scanner.next().raw);
  return tokens;
}

TEST(Scanner, SplitsWordsNamesStringsAndSymbols) {
  EXPECT_EQ(raw_tokens("a.b `c d`,0.5(日本 'x\\'y' \"z\")"),
            (std::vector<std::string>{"a", ".", "b", "`c d`", ",", "0.5", "(", "日本", "'x\\'y'",
                                      "\"z\"", ")"}));
}

TEST(Scanner, NamesKeepDoubledQuotesAsOne) {
  Scanner scanner("`a``b`");
  EXPECT_EQ(scanner.peek().kind, Token::Kind::kName);
  EXPECT_EQ(scanner.next().text(), "a`b");
}

TEST(Scanner, AnOpenQuoteIsBroken) {
  for (const char* text : {"'a", "\"a\\\"", "`a"}) {
    EXPECT_EQ(Scanner(text).peek().kind, Token::Kind::kBroken) << text;
  }
}

TEST(Scanner, SkipsBracketsButNotThoseInStrings) {
  Scanner scanner("(a, ')', [b < c]) d");
  ASSERT_TRUE(scanner.skip_brackets().is_ok());
  EXPECT_EQ(scanner.peek().raw, "d");
  Scanner type("<a int, b map<int,int>> e");
  ASSERT_TRUE(type.skip_brackets().is_ok());
  EXPECT_EQ(type.peek().raw, "e");
  EXPECT_FALSE(Scanner("(a").skip_brackets().is_ok());
}

TEST(Scanner, SaysWhatItExpectedWhereAndWhatItFound) {
  Scanner scanner("alpha beta");
  scanner.next();
  EXPECT_EQ(scanner.expect_word("gamma").message(), "expected gamma at offset 6, found: beta");
  scanner.next();
  EXPECT_EQ(scanner.expect_symbol(')').message(),
            "expected ')' at offset 10, found the end of the text");
}

TEST(Scanner, NumbersMustBeNumbers) {
  EXPECT_EQ(*Scanner("42").expect_number("n"), 42);
  for (const char* text : {"x", "4x", "99999999999999", "'4'", ""}) {
    EXPECT_FALSE(Scanner(text).expect_number("n").is_ok()) << text;
  }
}

}  // namespace
}  // namespace srsync::ddl
