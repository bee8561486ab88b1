// Types and expressions in canonical form.
#include "ddl/types.h"

#include <gtest/gtest.h>

namespace srsync::ddl {
namespace {

TEST(CanonicalType, PrintingDoesNotMatter) {
  EXPECT_EQ(canonical_type("bigint(20)"), "bigint");
  EXPECT_EQ(canonical_type("INT(11)"), canonical_type("int"));
  EXPECT_EQ(canonical_type("varbinary(1048576)"), canonical_type("varbinary"));
  EXPECT_EQ(canonical_type("decimal(18, 2)"), canonical_type("DECIMAL64(18,2)"));
  EXPECT_EQ(canonical_type("string"), canonical_type("varchar(65533)"));
  EXPECT_EQ(canonical_type("struct<`a` int(11), b array<date>>"), "struct<a:int,b:array<date>>");
  EXPECT_EQ(canonical_type("map<int(11),varchar(65533)>"), "map<int,varchar(65533)>");
  EXPECT_EQ(canonical_type("avg(bigint(20))"), "avg(bigint)");
}

TEST(CanonicalType, WhatIsStoredOtherwiseStaysApart) {
  EXPECT_NE(canonical_type("varbinary(16)"), canonical_type("varbinary"));
  EXPECT_NE(canonical_type("decimal(9, 2)"), canonical_type("decimal(10, 2)"));
  EXPECT_NE(canonical_type("array<decimal64(9,0)>"), canonical_type("array<decimal(9,0)>"));
  EXPECT_NE(canonical_type("varchar(10)"), canonical_type("varchar(11)"));
  EXPECT_NE(canonical_type("char(10)"), canonical_type("varchar(10)"));
  EXPECT_NE(canonical_type("struct<a int, b int>"), canonical_type("struct<b int, a int>"));
}

TEST(CanonicalType, UnknownTextsAreKeptApartAndDoNotFail) {
  EXPECT_EQ(canonical_type("Weird {x}"), "weird{x}");
  std::string deep;
  for (int i = 0; i < 1000; ++i) deep += "array<";
  EXPECT_FALSE(canonical_type(deep).empty());
}

TEST(WritableType, QuotesEveryStructField) {
  EXPECT_EQ(writable_type("struct<select int(11), b struct<c varchar(65533)>>"),
            "struct<`select` int(11), `b` struct<`c` varchar(65533)>>");
}

TEST(WritableType, Decimal256IsToldByItsPrecision) {
  EXPECT_EQ(writable_type("array<decimal256(50, 2)>"), "array<decimal(50, 2)>");
  EXPECT_EQ(writable_type("map<int(11),DECIMAL256(76,10)>"), "map<int(11), decimal(76, 10)>");
  EXPECT_EQ(writable_type("array<decimal64(9,0)>"), "array<decimal64(9, 0)>");
}

TEST(CanonicalExpression, PrintingDoesNotMatter) {
  EXPECT_EQ(canonical_expression("CAST((`data`->'$.a') AS INT)"),
            canonical_expression("CAST(data->'$.a' AS INT)"));
  EXPECT_EQ(canonical_expression("`id` * 2"), canonical_expression("id*2"));
  EXPECT_EQ(canonical_expression(R"(concat(`s`, 'it\'s'))"),
            canonical_expression(R"(CONCAT(s, "it's"))"));
  EXPECT_EQ(canonical_expression("date_trunc('month', dt)"),
            canonical_expression("date_trunc('month', `dt`)"));
}

TEST(CanonicalExpression, MeaningMatters) {
  EXPECT_NE(canonical_expression("(a + b) * c"), canonical_expression("a + b * c"));
  EXPECT_NE(canonical_expression("f('A')"), canonical_expression("f('a')"));
  EXPECT_NE(canonical_expression("f((a, b))"), canonical_expression("f(a, b)"));
  EXPECT_NE(canonical_expression("f('a', 'b')"), canonical_expression("f('a, b')"));
}

}  // namespace
}  // namespace srsync::ddl
