#include "ddl/renames.h"

#include <gtest/gtest.h>

namespace srsync::ddl {
namespace {

TEST(RenamesTest, PatternsFitTheWholeName) {
  EXPECT_TRUE(matches_pattern("sales_*", "sales_2026"));
  EXPECT_TRUE(matches_pattern("sales_*", "sales_"));
  EXPECT_FALSE(matches_pattern("sales_*", "old_sales_2026"));
  EXPECT_TRUE(matches_pattern("*", ""));
  EXPECT_TRUE(matches_pattern("", ""));
  EXPECT_FALSE(matches_pattern("", "a"));
  EXPECT_TRUE(matches_pattern("a*b*c", "a1b2b3c"));
  EXPECT_FALSE(matches_pattern("a*b*c", "a1b2b3"));
  EXPECT_TRUE(matches_pattern("db?", "db1"));
  EXPECT_FALSE(matches_pattern("db?", "db"));
  EXPECT_FALSE(matches_pattern("db?", "db12"));
  EXPECT_FALSE(matches_pattern("Sales", "sales"));
}

TEST(RenamesTest, AQuestionMarkIsOneCharacterOfUtf8) {
  EXPECT_TRUE(matches_pattern("?", "表"));
  EXPECT_TRUE(matches_pattern("t_??", "t_表é"));
  EXPECT_FALSE(matches_pattern("t_?", "t_表é"));
  EXPECT_TRUE(matches_pattern("*é", "t_表é"));
}

TEST(RenamesTest, RulesAreReadInAnySpelling) {
  const auto rules = parse_renames(" a->b ,, c.t  ->  d.u,");
  ASSERT_TRUE(rules.is_ok()) << rules.status().message();
  EXPECT_EQ(renames_text(*rules), "a -> b, c.t -> d.u");
  EXPECT_EQ(renames_text(*parse_renames(renames_text(*rules))), "a -> b, c.t -> d.u");
  EXPECT_TRUE(parse_renames("")->empty());
  // A swap, of databases and of tables.
  EXPECT_TRUE(parse_renames("a -> b, b -> a, c.t -> c.u, c.u -> c.t").is_ok());
}

void expect_fault(const std::string& text, const std::string& part) {
  const auto rules = parse_renames(text);
  ASSERT_FALSE(rules.is_ok()) << text;
  EXPECT_EQ(rules.status().code(), Code::kInvalidArgument);
  EXPECT_NE(rules.status().message().find(part), std::string::npos) << rules.status().message();
}

TEST(RenamesTest, WrongRulesAreNamed) {
  expect_fault("a", "there is no ->");
  expect_fault("a ->", "a name is missing");
  expect_fault("a. -> b.t", "a name is missing");
  expect_fault("a -> b.t", "one side is a database, the other a table");
  expect_fault("a -> b*", "b* is no name of a database");
  expect_fault("a.t -> a.t.u", "a.t.u is no name of a table");
  expect_fault("a -> `b`", "is no name of a database");
  expect_fault("a -> größe", "ASCII");
  expect_fault("sys -> a", "system database");
  expect_fault("a -> information_schema", "system database");
  expect_fault("a.t -> a.srsync_new_t", "which srsync keeps");
  expect_fault("a.my_srsync_new_t -> a.t", "which srsync keeps");
}

TEST(RenamesTest, RulesThatContradictEachOtherAreNamed) {
  expect_fault("a -> b, a -> c", "one object cannot have two names");
  expect_fault("a -> c, b -> c", "a -> c and b -> c: two objects cannot have one name");
  expect_fault("a.t -> c.t, b.t -> c.t", "two objects cannot have one name");
  // Nothing of b has a place on the target, so no table of it can be listed there.
  expect_fault("a -> b, b.t -> c.t", "is taken by a -> b");
  EXPECT_TRUE(parse_renames("a -> b, b.t -> c.t, b -> d").is_ok());
}

TEST(RenamesTest, ASynchronousViewMovesWithItsDatabase) {
  const ObjectName from{"a", "t"};
  const ObjectName to{"b", "t"};
  const auto moved = [&](const std::string& text) {
    return moved_view(text, from, to).value_or("-");
  };
  EXPECT_EQ(moved("CREATE MATERIALIZED VIEW m AS SELECT k, sum(v) FROM t GROUP BY k"),
            "CREATE MATERIALIZED VIEW m AS SELECT k, sum(v) FROM `b`.`t` GROUP BY k");
  EXPECT_EQ(moved("CREATE MATERIALIZED VIEW m AS SELECT a.t.k FROM a.t"),
            "CREATE MATERIALIZED VIEW m AS SELECT `b`.`t`.`k` FROM `b`.`t`");
  EXPECT_EQ(moved("CREATE MATERIALIZED VIEW a.m AS SELECT k FROM t"), "-");
  EXPECT_EQ(moved("CREATE MATERIALIZED VIEW m AS SELECT k FROM other.t"), "-");
  EXPECT_EQ(moved_view("CREATE MATERIALIZED VIEW m AS SELECT k FROM t", from, {"a", "u"}),
            std::nullopt);
  EXPECT_EQ(moved_view("as it is", from, from), "as it is");
}

}  // namespace
}  // namespace srsync::ddl
