#include "config/properties.h"

#include <gtest/gtest.h>

namespace srsync::config {
namespace {

PropertiesFile parse(std::string_view text) {
  return parse_properties(text, Separators::kEqualsOrColon);
}

struct Case {
  std::string_view text;
  std::string_view key;
  std::string_view value;
};

TEST(PropertiesTest, ReadsKeysAndValues) {
  const Case cases[] = {
      {"a=b", "a", "b"},
      {"a = b", "a", "b"},
      {"  a\t=\t b", "a", "b"},
      {"a:b", "a", "b"},
      {"a b", "a", "b"},
      {"a=b=c:d", "a", "b=c:d"},
      {"a=", "a", ""},
      {"a", "a", ""},
      {"a=b ", "a", "b "},
      {"a=b # no comment", "a", "b # no comment"},
      {"a\\=b=c", "a=b", "c"},
      {"a=b\\\n   c", "a", "bc"},
      {"a=b\\\\", "a", "b\\"},
      {"a=b\\", "a", "b"},
      {"a=\\t\\n\\q", "a", "\t\nq"},
      {"a=\\u65e5\\u672C", "a", "日本"},
      {"a=\\ud83d\\ude00", "a", "😀"},
      {"a=日本", "a", "日本"},
      {"\xEF\xBB\xBF"
       "a=b",
       "a", "b"},
      {"a=b\r\n", "a", "b"},
  };
  for (const auto& c : cases) {
    const auto file = parse(c.text);
    ASSERT_EQ(file.properties.size(), 1u) << c.text;
    EXPECT_EQ(file.properties[0].key, c.key) << c.text;
    EXPECT_EQ(file.properties[0].value, c.value) << c.text;
    EXPECT_TRUE(file.errors.empty()) << c.text;
  }
}

TEST(PropertiesTest, SkipsCommentsAndBlankLines) {
  EXPECT_TRUE(parse("# a=b\n  ! c=d\n\n   \n#e=f\\\n").properties.empty());
}

TEST(PropertiesTest, CommentDoesNotContinue) {
  const auto file = parse("# a \\\nb=c\n");
  ASSERT_EQ(file.properties.size(), 1u);
  EXPECT_EQ(file.properties[0].key, "b");
}

TEST(PropertiesTest, CountsLinesOverEveryKindOfLineEnd) {
  const auto file = parse("a=1\r\n\nb=2\\\n  3\rc=4");
  ASSERT_EQ(file.properties.size(), 3u);
  EXPECT_EQ(file.properties[0].line, 1);
  EXPECT_EQ(file.properties[1].line, 3);
  EXPECT_EQ(file.properties[1].value, "23");
  EXPECT_EQ(file.properties[2].line, 5);
}

TEST(PropertiesTest, ReportsABrokenEscapeWithItsLine) {
  const auto file = parse("a=1\nb=\\u12g4\nc=3");
  ASSERT_EQ(file.errors.size(), 1u);
  EXPECT_EQ(file.errors[0].line, 2);
  EXPECT_EQ(file.properties.size(), 2u);
}

TEST(PropertiesTest, ColonsMayStandInKeysOfHosts) {
  const auto file = parse_properties("SOURCE_[fd00::1] = 10.0.0.1;1:2", Separators::kEqualsOnly);
  ASSERT_EQ(file.properties.size(), 1u);
  EXPECT_EQ(file.properties[0].key, "SOURCE_[fd00::1]");
  EXPECT_EQ(file.properties[0].value, "10.0.0.1;1:2");
}

}  // namespace
}  // namespace srsync::config
