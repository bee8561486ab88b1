// SHOW CREATE TABLE texts into models: every recorded one, and those that are hard to read.
#include "ddl/read_create_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/ddl/fixtures.h"
#include "unit/ddl/samples.h"

namespace srsync::ddl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(ReadCreateTableFixtures, ReadsEveryRecordedTable) {
  int tables = 0;
  for (const test::Printed& printed : test::printed_tables()) {
    SCOPED_TRACE(printed.version + " " + printed.file + " " + printed.object);
    const auto model = read_create_table(printed.text, ReadOptions{parse_version(printed.version)});
    if (printed.text.starts_with("CREATE EXTERNAL")) {
      EXPECT_EQ(model.status().code(), Code::kUnsupported);
      continue;
    }
    ASSERT_TRUE(model.is_ok()) << model.status().to_string() << "\n" << printed.text;
    ++tables;
    // Nothing the frontend printed as a column may be lost.
    std::size_t column_lines = 0;
    for (std::size_t at = printed.text.find("\n  `"); at != std::string::npos;
         at = printed.text.find("\n  `", at + 1)) {
      ++column_lines;
    }
    EXPECT_EQ(model->columns.size(), column_lines);
  }
  EXPECT_GT(tables, 400);
}

TableModel awkward(const std::string& version, const std::string& object) {
  for (const test::Printed& printed : test::printed_tables()) {
    const bool is_it = printed.version == version && printed.object == object;
    if (!is_it || (printed.file != "awkward" && printed.file != "show_create")) continue;
    const auto model = read_create_table(printed.text, ReadOptions{parse_version(version)});
    EXPECT_TRUE(model.is_ok()) << model.status().to_string();
    return model.is_ok() ? *model : TableModel{};
  }
  ADD_FAILURE() << object << " is not recorded for " << version;
  return {};
}

TEST(ReadCreateTableFixtures, CommentsMeanWhatTheirAuthorTyped) {
  for (const char* version : {"3.3", "3.4", "3.5", "4.0", "4.1"}) {
    SCOPED_TRACE(version);
    const TableModel quotes = awkward(version, "c_quote");
    EXPECT_EQ(quotes.columns[0].comment, "it's \"q\" \\ b");
    EXPECT_EQ(quotes.columns[1].comment, "a;b -- c /* d */");
    EXPECT_EQ(quotes.comment, "t's \"q\" \\ b");
    const TableModel lines = awkward(version, "c_lines");
    EXPECT_EQ(lines.columns[0].comment, "two\nlines\ttab");
    EXPECT_EQ(lines.comment, "a\nb");
    EXPECT_EQ(awkward(version, "i_comment").indexes[0].comment, "it's \"q\"");
    // Printed as they are up to 3.5, escaped from 4.0 on.
    EXPECT_EQ(awkward(version, "shop.pk").columns[1].comment, "it's \"quoted\" \\ back");
  }
}

TEST(ReadCreateTableFixtures, DefaultsKeepTheirKind) {
  for (const char* version : {"3.3", "4.1"}) {
    const TableModel model = awkward(version, "c_default");
    const auto of = [&](const char* name) { return model.find_column(name)->default_value; };
    using Kind = ColumnDefault::Kind;
    EXPECT_EQ(of("a"), (ColumnDefault{Kind::kText, "it's"}));
    EXPECT_EQ(of("b"), (ColumnDefault{Kind::kText, "say \"hi\""}));
    EXPECT_EQ(of("c"), (ColumnDefault{Kind::kText, "back\\slash"}));
    EXPECT_EQ(of("d"), (ColumnDefault{Kind::kText, ""}));
    EXPECT_EQ(of("e"), (ColumnDefault{Kind::kText, "NULL"}));
    EXPECT_EQ(of("f"), ColumnDefault{});
    EXPECT_EQ(of("g"), (ColumnDefault{Kind::kText, "CURRENT_TIMESTAMP"}));
    EXPECT_EQ(of("h"), (ColumnDefault{Kind::kCurrentTimestamp, ""}));
    EXPECT_EQ(of("i"), (ColumnDefault{Kind::kText, "uuid()"}));
    EXPECT_EQ(awkward(version, "shop.types").find_column("c_uuid")->default_value,
              (ColumnDefault{Kind::kExpression, "uuid()"}));
  }
}

TEST(ReadCreateTableFixtures, OddNamesAreNames) {
  const TableModel model = awkward("4.0", "c_names");
  std::vector<std::string> names;
  for (const Column& column : model.columns) names.push_back(column.name);
  EXPECT_THAT(names, ElementsAre("k k", "日本", "select", "a'b", "a\"b", "1st", "a.b", "a,b", "a)b",
                                 "UPPER"));
  EXPECT_EQ(awkward("4.0", "tbl name").name, "tbl name");
}

TEST(ReadCreateTableFixtures, GeneratedColumnsKeepTheirExpression) {
  const TableModel model = awkward("3.3", "g_col");
  EXPECT_EQ(model.find_column("a")->generated_as, R"(concat(`s`, 'it\'s', 'say "x"'))");
  EXPECT_EQ(model.find_column("b")->generated_as, "CAST((`j`->'$.x.y') AS INT)");
  EXPECT_EQ(model.find_column("c d")->generated_as, "`k` + 1");
}

TEST(ReadCreateTableFixtures, OtherKindsAreNamed) {
  int views = 0;
  for (const test::Json& line : test::fixture_lines("4.0/show_create.jsonl")) {
    if (line["columns"].size() < 2 || line["columns"][1] == "Create Table") continue;
    const auto model = read_create_table(line["rows"][0][1].get<std::string>());
    EXPECT_EQ(model.status().code(), Code::kUnsupported);
    EXPECT_THAT(model.status().message(), HasSubstr("view"));
    ++views;
  }
  EXPECT_GT(views, 5);
  const auto external = read_create_table(test::printed_table("3.3", "shop.ext_mysql"));
  EXPECT_EQ(external.status().code(), Code::kUnsupported);
  EXPECT_THAT(external.status().message(), HasSubstr("external table"));
}

// --- by hand ------------------------------------------------------------------------------------

using test::read_sample;

TEST(ReadCreateTable, ReadsEveryPart) {
  const TableModel model = read_sample(
      {.columns = "  `k` int(11) NOT NULL AUTO_INCREMENT COMMENT \"id\",\n"
                  "  `m` map<int(11),struct<a array<int(11)>, b varchar(5)>> NULL COMMENT \"\",\n"
                  "  `s` decimal(18, 2) SUM NULL DEFAULT \"0\" COMMENT \"\",\n"
                  "  `a` varbinary avg(bigint(20)) NULL COMMENT \"\",\n"
                  "  INDEX my idx (`k`, `s`) USING GIN(\"parser\" = \"english\") COMMENT 'x'",
       .key = "AGGREGATE KEY(`k`)\nCOMMENT \"c\"",
       .distribution = "RANDOM BUCKETS 4",
       .order = "ORDER BY(`k`)",
       .properties = "\"b\" = \"2\",\n\"a\" = \"say \\\"x\\\"\""});
  EXPECT_EQ(model.name, "t");
  EXPECT_EQ(model.engine, "OLAP");
  ASSERT_EQ(model.columns.size(), 4U);
  EXPECT_TRUE(model.columns[0].auto_increment);
  EXPECT_TRUE(model.columns[0].is_key);
  EXPECT_FALSE(model.columns[0].nullable);
  EXPECT_EQ(model.columns[0].comment, "id");
  EXPECT_EQ(model.columns[1].canonical_type, "map<int,struct<a:array<int>,b:varchar(5)>>");
  EXPECT_EQ(model.columns[2].type, "decimal(18, 2)");
  EXPECT_EQ(model.columns[2].aggregation, "SUM");
  EXPECT_EQ(model.columns[3].type, "varbinary");
  EXPECT_EQ(model.columns[3].aggregation, "avg(bigint(20))");
  EXPECT_THAT(model.indexes,
              ElementsAre(Index{"my idx", {"k", "s"}, "GIN", {{"parser", "english"}}, "x"}));
  EXPECT_EQ(model.key_type, KeyType::kAggregate);
  EXPECT_EQ(model.comment, "c");
  EXPECT_EQ(model.distribution, (Distribution{Distribution::Kind::kRandom, {}, 4}));
  EXPECT_THAT(model.order_by, ElementsAre("k"));
  EXPECT_EQ(model.properties, (Properties{{"a", "say \"x\""}, {"b", "2"}}));
}

TEST(ReadCreateTable, AReleaseThatEscapesNothingIsReadAsItIs) {
  const test::Sample sample = {.columns =
                                   "  `k` int(11) NOT NULL COMMENT \"a\\b \"c\", d\",\n"
                                   "  `v` varchar(9) NULL DEFAULT \"x\\ny \"z\"\" COMMENT \"\"",
                               .key = "PRIMARY KEY(`k`)"};
  const TableModel old = read_sample(sample, {Version{2, 5, 0}});
  EXPECT_EQ(old.columns[0].comment, "a\\b \"c\", d");
  EXPECT_EQ(old.columns[1].default_value.text, "x\\ny \"z\"");
}

TEST(ReadCreateTable, PrintsOf25AreRead) {
  const TableModel model = read_sample(
      {.columns = "  `k` int(11) NOT NULL COMMENT \"\",\n  `v` bigint(20) NULL COMMENT \"\"",
       .properties = "\"replication_num\" = \"3\",\n\"in_memory\" = \"false\",\n"
                     "\"storage_format\" = \"DEFAULT\",\n\"enable_persistent_index\" = \"false\""},
      {Version{2, 5, 0}});
  EXPECT_EQ(model.properties.size(), 4U);
}

TEST(ReadCreateTable, NothingPrintedForBucketsIsZero) {
  EXPECT_EQ(read_sample({.distribution = "HASH(`k`)"}).distribution.buckets, 0);
  EXPECT_EQ(read_sample({.distribution = "RANDOM"}).distribution.buckets, 0);
}

TEST(ReadCreateTable, DamageIsRefusedWithItsPlace) {
  const std::string whole = test::print({});
  ASSERT_TRUE(read_create_table(whole).is_ok());
  const std::size_t end = whole.find("PROPERTIES");
  int refused = 0;
  for (std::size_t length = 0; length < end; ++length) {
    const auto model = read_create_table(whole.substr(0, length));
    if (model.is_ok()) continue;  // cut behind a whole clause that may be the last one
    ++refused;
    // Cut inside ENGINE=OLAP it names another engine.
    const bool is_other_engine = model.status().code() == Code::kUnsupported;
    EXPECT_TRUE(is_other_engine || model.status().code() == Code::kInvalidArgument) << length;
  }
  EXPECT_GT(refused, static_cast<int>(end) - 25);
  const auto model = read_create_table(
      "CREATE TABLE `t` (\n  `k` int(11) NULL COMMENT \"\",\n  oops\n) ENGINE=OLAP \n");
  EXPECT_THAT(model.status().message(), HasSubstr("a column type at offset 57, found: ) ENGINE"));
}

TEST(ReadCreateTable, ContradictionsAreRefused) {
  EXPECT_THAT(read_create_table(test::print({.key = "DUPLICATE KEY(`x`)"})).status().message(),
              HasSubstr("key column x"));
  EXPECT_THAT(read_create_table(test::print({.key = ""})).status().message(),
              HasSubstr("no key clause"));
  EXPECT_THAT(read_create_table(test::print({}) + " x").status().message(), HasSubstr("the end"));
  EXPECT_EQ(read_create_table("").status().code(), Code::kInvalidArgument);
  EXPECT_EQ(read_create_table("SELECT 1").status().code(), Code::kInvalidArgument);
}

// A damaged or hostile text may not take the process with it.
TEST(ReadCreateTable, AnyByteMayBeWrong) {
  const std::string whole = test::printed_table("3.4", "shop.types");
  ASSERT_FALSE(whole.empty());
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (char c : {'"', '\'', '`', '(', '\0'}) {
      std::string damaged = whole;
      damaged[at] = c;
      (void)read_create_table(damaged).is_ok();
    }
  }
}

}  // namespace
}  // namespace srsync::ddl
