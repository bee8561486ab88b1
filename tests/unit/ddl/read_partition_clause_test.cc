// PARTITION BY in all its prints.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ddl/readers.h"

namespace srsync::ddl {
namespace {

using ::testing::HasSubstr;

PartitionClause clause(const std::string& text) {
  Scanner scanner(text);
  const auto read = read_partition_clause(scanner);
  EXPECT_TRUE(read.is_ok()) << text << ": " << read.status().to_string();
  return read.is_ok() ? *read : PartitionClause{};
}

std::vector<std::string> items(const PartitionClause& read) {
  std::vector<std::string> texts;
  for (const PartitionItem& item : read.items) {
    texts.push_back((item.kind == PartitionItem::Kind::kColumn ? "column " : "expression ") +
                    item.text);
  }
  return texts;
}

using Texts = std::vector<std::string>;

TEST(ReadPartitionClause, Range) {
  const PartitionClause read = clause(
      "RANGE(`d`, `n`)\n(PARTITION p2 VALUES [(\"1\", \"2\"), (\"3\", \"4\"))"
      "(\"replication_num\" = \"2\"),\nPARTITION p1 VALUES [(\"0\", \"0\"), (\"1\", \"2\")))\n"
      "DISTRIBUTED BY HASH(`d`)");
  EXPECT_EQ(read.kind, PartitionKind::kRangeColumns);
  EXPECT_EQ(items(read), (Texts{"column d", "column n"}));
  ASSERT_EQ(read.listed.size(), 2U);
  EXPECT_EQ(read.listed[0].name, "p1");
  EXPECT_EQ(to_clause(read.listed[1].values), R"(VALUES [("1","2"), ("3","4")))");
  EXPECT_EQ(read.listed[1].properties, (Properties{{"replication_num", "2"}}));
}

TEST(ReadPartitionClause, AGridNeedsItsColumn) {
  for (const char* text : {"date_trunc('day', )", "date_trunc('day', ``)"}) {
    Scanner scanner(text);
    EXPECT_FALSE(read_partition_clause(scanner).is_ok()) << text;
  }
}

TEST(ReadPartitionClause, RangeByExpression) {
  const PartitionClause read = clause(
      "RANGE(str2date(s, '%Y-%m-%d'))\n(PARTITION p1 VALUES [(\"2026-01-01\"), (MAXVALUE)))");
  EXPECT_EQ(read.kind, PartitionKind::kRangeExpression);
  EXPECT_EQ(items(read), Texts{"expression str2date(s, '%Y-%m-%d')"});
  EXPECT_EQ(read.listed.size(), 1U);
  EXPECT_EQ(items(clause("RANGE(from_unixtime(ts))\n()")), Texts{"expression from_unixtime(ts)"});
}

TEST(ReadPartitionClause, AutomaticRange) {
  const PartitionClause day = clause("date_trunc('day', dt)\nDISTRIBUTED BY RANDOM");
  EXPECT_EQ(day.kind, PartitionKind::kAutoRange);
  ASSERT_TRUE(day.auto_range);
  EXPECT_EQ(*day.auto_range, (AutoRange{AutoRange::Function::kDateTrunc, "dt", "day", 1, ""}));
  const PartitionClause slice = clause("time_slice(dt, 7, 'day', 'floor')\nDISTRIBUTED BY RANDOM");
  ASSERT_TRUE(slice.auto_range);
  EXPECT_EQ(*slice.auto_range,
            (AutoRange{AutoRange::Function::kTimeSlice, "dt", "day", 7, "floor"}));
}

// The frontend prints the column as it is called.
TEST(ReadPartitionClause, AutomaticRangeOfAnOddlyNamedColumn) {
  EXPECT_EQ(clause("date_trunc('day', my day)\nDISTRIBUTED BY RANDOM").auto_range->column,
            "my day");
}

TEST(ReadPartitionClause, AutomaticList) {
  const PartitionClause read = clause("(date_trunc('month', dt),`city`)\nDISTRIBUTED BY RANDOM");
  EXPECT_EQ(read.kind, PartitionKind::kAutoList);
  EXPECT_EQ(items(read), (Texts{"expression date_trunc('month', dt)", "column city"}));
  EXPECT_EQ(items(clause("date_trunc('month', dt), `city`\nDISTRIBUTED BY RANDOM")), items(read));
  EXPECT_EQ(clause("(`city`)").kind, PartitionKind::kAutoList);
}

TEST(ReadPartitionClause, ListValuesWithQuotesEndWhereTheNextLineBegins) {
  const PartitionClause read = clause(
      "LIST(`c`)(\n  PARTITION p1 VALUES IN ('it's', 'a\"b'),\n  PARTITION p2 VALUES IN ('), (', "
      "'x)')(\"replication_num\" = \"2\"),\n  PARTITION p3 VALUES IN ('back\\slash')\n)\n"
      "DISTRIBUTED BY RANDOM");
  ASSERT_EQ(read.listed.size(), 3U);
  EXPECT_EQ(to_clause(read.listed[0].values), R"(VALUES IN ("a\"b", "it's"))");
  EXPECT_EQ(to_clause(read.listed[1].values), R"x(VALUES IN ("), (", "x)"))x");
  EXPECT_EQ(read.listed[1].properties.size(), 1U);
  EXPECT_EQ(to_clause(read.listed[2].values), R"(VALUES IN ("back\\slash"))");
}

TEST(ReadPartitionClause, DamageIsRefusedWithItsPlace) {
  for (const char* text : {"", "RANGE", "RANGE(", "RANGE()()", "LIST(`a`)(PARTITION)",
                           "RANGE(`a`)(PARTITION p VALUES LESS THAN (\"1\"))",
                           "RANGE(`a`)(PARTITION p VALUES [(\"1\"), (\"2\")", "(`a`",
                           "date_trunc('day')", "time_slice(dt)"}) {
    Scanner scanner(text);
    const auto read = read_partition_clause(scanner);
    EXPECT_EQ(read.status().code(), Code::kInvalidArgument) << text;
    EXPECT_THAT(read.status().message(), HasSubstr("offset")) << text;
  }
}

}  // namespace
}  // namespace srsync::ddl
