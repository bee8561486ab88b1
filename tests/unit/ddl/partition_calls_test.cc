// Partitions that a frontend makes when it is called.
#include "ddl/partition_calls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ddl/read_create_table.h"

namespace srsync::ddl {
namespace {

using ::testing::HasSubstr;

TableModel auto_table(const std::string& partitioning, const std::string& type = "datetime") {
  const auto model = read_create_table(
      "CREATE TABLE `t` (\n  `d` " + type +
      " NULL COMMENT \"\",\n  `k` int(11) NULL COMMENT \"\"\n) ENGINE=OLAP \nDUPLICATE KEY(`d`)\n" +
      "PARTITION BY " + partitioning +
      "\nDISTRIBUTED BY HASH(`k`) BUCKETS 3 \nPROPERTIES (\n\"replication_num\" = \"1\"\n);");
  EXPECT_TRUE(model.is_ok()) << model.status().to_string();
  return model.is_ok() ? *model : TableModel{};
}

PartitionSpec range_spec(const std::string& from, const std::string& to, int buckets = 3) {
  return {"p", *read_clause("VALUES [(\"" + from + "\"), (\"" + to + "\"))"), buckets, {}};
}

// The value, or why there is none.
std::string called_with(const std::string& partitioning, const PartitionSpec& spec) {
  const auto made = create_partition_value(auto_table(partitioning), spec, 3);
  return made.is_ok() ? *made : made.status().message();
}

const std::string kWeeks = "time_slice(d, 7, 'day', 'floor')";

TEST(CreatePartitionValue, IsTheLowerBoundAsTheSourcePrintsIt) {
  EXPECT_EQ(called_with(kWeeks, range_spec("2026-05-09 00:00:00", "2026-05-16 00:00:00")),
            "2026-05-09 00:00:00");
  EXPECT_EQ(called_with("time_slice(d, 15, 'minute', 'floor')",
                        range_spec("2026-05-09 23:45:00", "2026-05-10 00:00:00")),
            "2026-05-09 23:45:00");
  EXPECT_EQ(called_with("time_slice(d, 2, 'month', 'floor')",
                        range_spec("2026-11-01 00:00:00", "2027-01-01 00:00:00")),
            "2026-11-01 00:00:00");
  EXPECT_EQ(called_with("date_trunc('minute', d)",
                        range_spec("2026-12-31 23:59:00", "2027-01-01 00:00:00")),
            "2026-12-31 23:59:00");
  EXPECT_EQ(create_partition_value(auto_table("date_trunc('month', d)", "date"),
                                   range_spec("0000-01-01", "0000-02-01"), 3)
                .value(),
            "0000-01-01");
}

TEST(CreatePartitionValue, TheNullPartitionOfEveryUnit) {
  for (const auto& [unit, end] : {std::pair{"minute", "0000-01-01 00:01:00"},
                                  {"hour", "0000-01-01 01:00:00"},
                                  {"day", "0000-01-02 00:00:00"},
                                  {"month", "0000-02-01 00:00:00"},
                                  {"year", "0001-01-01 00:00:00"}}) {
    EXPECT_EQ(called_with("date_trunc('" + std::string(unit) + "', d)",
                          range_spec("0000-01-01 00:00:00", end)),
              "0000-01-01 00:00:00")
        << unit;
  }
}

TEST(CreatePartitionValue, WhatTheCallWouldMakeOtherwiseIsRefused) {
  const PartitionSpec week = range_spec("2026-05-09 00:00:00", "2026-05-16 00:00:00");
  EXPECT_THAT(called_with(kWeeks, range_spec("2026-05-09 00:00:00", "2026-05-10 00:00:00")),
              HasSubstr("partition p cannot be made: it is not exactly one slice"));
  // The frontend cuts the time of day off a slice of days.
  EXPECT_THAT(called_with(kWeeks, range_spec("2026-05-09 13:00:00", "2026-05-16 13:00:00")),
              HasSubstr("not exactly one slice"));
  EXPECT_THAT(called_with("date_trunc('month', d)",
                          range_spec("2026-05-02 00:00:00", "2026-06-02 00:00:00")),
              HasSubstr("not exactly one unit"));
  EXPECT_THAT(called_with("time_slice(d, 7, 'day', 'ceil')", week), HasSubstr("where they begin"));
  EXPECT_THAT(called_with("date_trunc('week', d)", week), HasSubstr("the unit week"));
  EXPECT_THAT(called_with("RANGE(`d`)\n()", week),
              HasSubstr("not partitioned automatically by range"));
  EXPECT_THAT(called_with(kWeeks, range_spec("2026-05-09 00:00:00", "2026-05-16 00:00:00", 5)),
              HasSubstr("it has 5 buckets, and the target would give it its table's 3"));
  PartitionSpec open = week;
  open.values = *read_clause("VALUES [(\"2026-05-09 00:00:00\"), (MAXVALUE))");
  EXPECT_THAT(called_with(kWeeks, open), HasSubstr("no range of dates"));
}

TEST(IsRange, ReadsTheAnswersOfACall) {
  const auto week = *read_clause(R"(VALUES [("2026-05-09 00:00:00"), ("2026-05-16 00:00:00")))");
  EXPECT_TRUE(is_range(week, "2026-05-09 00:00:00", "2026-05-16 00:00:00"));
  EXPECT_TRUE(is_range(week, "2026-05-09", "2026-05-16"));
  EXPECT_FALSE(is_range(week, "2026-05-07 00:00:00", "2026-05-14 00:00:00"));
  EXPECT_FALSE(is_range(week, "2026-05-09 00:00:00", "2026-05-10 00:00:00"));
  EXPECT_FALSE(is_range(week, "", "2026-05-16 00:00:00"));
  EXPECT_FALSE(is_range(week, "", ""));
  const auto null = *read_clause(R"(VALUES [("0000-01-01"), ("0000-02-01")))");
  EXPECT_TRUE(is_range(null, "", "0000-02-01 00:00:00"));
  EXPECT_FALSE(is_range(*read_clause(R"(VALUES IN ("a"))"), "", "0000-02-01 00:00:00"));
}

TEST(DescribeCreatePartition, IsNoStatement) {
  EXPECT_EQ(describe_create_partition("db", "t", {"2026-05-09 00:00:00", "it's"}),
            "-- createPartition in a load transaction that is aborted: `db`.`t` (\"2026-05-09 "
            "00:00:00\"), (\"it's\")");
}

}  // namespace
}  // namespace srsync::ddl
