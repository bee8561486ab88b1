// ADD PARTITION in both forms.
#include "ddl/partition_statements.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ddl/read_create_table.h"

namespace srsync::ddl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TableModel table(const std::string& partitioning, const std::string& distribution = "HASH(`k`)") {
  const auto model = read_create_table(
      "CREATE TABLE `t` (\n  `k` int(11) NULL COMMENT \"\",\n  `d` date NULL COMMENT \"\",\n"
      "  `c` varchar(20) NOT NULL COMMENT \"\",\n  `n` varchar(20) NULL COMMENT \"\"\n"
      ") ENGINE=OLAP \nDUPLICATE KEY(`k`)\n" +
      partitioning + "\nDISTRIBUTED BY " + distribution +
      " BUCKETS 3 \nPROPERTIES (\n\"replication_num\" = \"1\"\n);");
  EXPECT_TRUE(model.is_ok()) << model.status().to_string();
  return model.is_ok() ? *model : TableModel{};
}

PartitionSpec partition(const std::string& name, const std::string& clause, int buckets = 3) {
  return {name, *read_clause(clause), buckets, {}};
}

PartitionSpec day(const std::string& from, const std::string& to, int buckets = 3) {
  std::string name = "p" + from;
  std::erase(name, '-');
  return partition(name, "VALUES [(\"" + from + "\"), (\"" + to + "\"))", buckets);
}

std::string add(const TableModel& model, const PartitionSpec& spec) {
  const auto sql = add_partition("db", "t", model, spec);
  return sql.is_ok() ? *sql : sql.status().to_string();
}

TEST(AddPartition, RangeHasItsOwnBuckets) {
  EXPECT_EQ(add(table("PARTITION BY RANGE(`d`)\n()"), day("2026-01-01", "2026-02-01", 8)),
            "ALTER TABLE `db`.`t` ADD PARTITION IF NOT EXISTS `p20260101` VALUES "
            "[(\"2026-01-01\"), (\"2026-02-01\")) DISTRIBUTED BY HASH(`k`) BUCKETS 8");
}

TEST(AddPartition, PropertiesStandBeforeTheDistribution) {
  PartitionSpec spec = day("2026-01-01", "2026-02-01");
  spec.properties = {{"replication_num", "1"}};
  EXPECT_THAT(add(table("PARTITION BY RANGE(`d`)\n()", "RANDOM"), spec),
              HasSubstr(") (\"replication_num\" = \"1\") DISTRIBUTED BY RANDOM BUCKETS 3"));
}

TEST(AddPartition, ListValuesAreQuoted) {
  EXPECT_THAT(add(table("PARTITION BY LIST(`n`)(\n)"),
                  partition("p", R"(VALUES IN ("it's", "a\"b", NULL))")),
              HasSubstr(R"(VALUES IN ("a\"b", "it's", NULL) )"));
}

TEST(AddPartition, NullInANotNullColumnIsText) {
  EXPECT_THAT(add(table("PARTITION BY LIST(`c`)(\n)"), partition("p", "VALUES IN (NULL)")),
              HasSubstr("VALUES IN (\"NULL\") "));
  EXPECT_THAT(
      add(table("PARTITION BY LIST(`c`,`n`)(\n)"), partition("p", "VALUES IN ((NULL,NULL))")),
      HasSubstr("VALUES IN ((\"NULL\", NULL)) "));
}

TEST(AddPartition, AutomaticListTakesOneValue) {
  const TableModel model = table("PARTITION BY (`c`,`d`)");
  EXPECT_THAT(add(model, partition("px", R"(VALUES IN (("x","2026-01-01")))")),
              HasSubstr(R"(VALUES IN (("x", "2026-01-01")) DISTRIBUTED)"));
  const auto two =
      add_partition("db", "t", model, partition("p", R"(VALUES IN (("x","1"), ("y","1")))"));
  EXPECT_EQ(two.status().code(), Code::kUnsupported);
}

TEST(AddPartition, WhatDoesNotSuitTheTableIsRefused) {
  const TableModel model = table("PARTITION BY RANGE(`d`)\n()");
  const auto code = [&](const PartitionSpec& spec) {
    return add_partition("db", "t", model, spec).status().code();
  };
  EXPECT_EQ(code(partition("p", "VALUES IN (\"a\")")), Code::kInvalidArgument);
  EXPECT_EQ(code(partition("p", R"(VALUES [("1","2"), ("3","4")))")), Code::kInvalidArgument);
  EXPECT_EQ(code(day("2026-01-01", "2026-01-02", 0)), Code::kInvalidArgument);
  EXPECT_EQ(code({"p", {}, 3, {}}), Code::kInvalidArgument);
  EXPECT_EQ(add_partition("db", "t", table(""), day("2026-01-01", "2026-01-02")).status().code(),
            Code::kInvalidArgument);
  EXPECT_EQ(add_partition("db", "t", table("PARTITION BY RANGE(`k`, `d`)\n()"),
                          partition("p", R"(VALUES [("1","2"), (MAXVALUE,MAXVALUE)))"))
                .status()
                .code(),
            Code::kUnsupported);
  EXPECT_EQ(add_partition("db", "t", table("PARTITION BY date_trunc('day', d)"),
                          day("2026-01-01", "2026-01-02"))
                .status()
                .code(),
            Code::kUnsupported);
}

// --- batches ------------------------------------------------------------------------------------

std::vector<std::string> batches(const TableModel& model, const std::vector<PartitionSpec>& specs,
                                 int limit = 1000) {
  const auto sql = add_partition_batches("db", "t", model, specs, limit);
  return sql.is_ok() ? *sql : std::vector<std::string>{sql.status().to_string()};
}

TEST(AddPartitionBatches, AdjoiningPartitionsGoTogether) {
  const TableModel model = table("PARTITION BY date_trunc('day', d)");
  const std::vector<PartitionSpec> specs = {
      day("2026-03-01", "2026-03-02"), day("2026-02-27", "2026-02-28"),
      day("2026-02-28", "2026-03-01"), day("2026-03-05", "2026-03-06"),
      day("2026-03-06", "2026-03-07", 9)};
  const std::string head = "ALTER TABLE `db`.`t` ADD PARTITIONS START ";
  const std::string tail = " EVERY (INTERVAL 1 DAY) DISTRIBUTED BY HASH(`k`) BUCKETS ";
  EXPECT_THAT(batches(model, specs),
              ElementsAre(head + "(\"2026-02-27\") END (\"2026-03-02\")" + tail + "3",
                          head + "(\"2026-03-05\") END (\"2026-03-06\")" + tail + "3",
                          head + "(\"2026-03-06\") END (\"2026-03-07\")" + tail + "9"));
  EXPECT_EQ(batches(model, specs, 2).size(), 4U);
  EXPECT_TRUE(batches(model, {}).empty());
}

TEST(AddPartitionBatches, EveryUnitHasItsNames) {
  struct Case {
    std::string unit, name, from, to, expected;
  };
  for (const Case& c :
       std::vector<Case>{{"hour", "p2026123123", "2026-12-31 23:00:00", "2027-01-01 00:00:00",
                          "START (\"2026-12-31 23:00:00\") END (\"2027-01-01 00:00:00\") EVERY "
                          "(INTERVAL 1 HOUR)"},
                         {"day", "p20240229", "2024-02-29 00:00:00", "2024-03-01 00:00:00",
                          "START (\"2024-02-29\") END (\"2024-03-01\") EVERY (INTERVAL 1 DAY)"},
                         {"month", "p202612", "2026-12-01", "2027-01-01",
                          "START (\"2026-12-01\") END (\"2027-01-01\") EVERY (INTERVAL 1 MONTH)"},
                         {"year", "p2026", "2026-01-01", "2027-01-01",
                          "START (\"2026-01-01\") END (\"2027-01-01\") EVERY (INTERVAL 1 YEAR)"}}) {
    const TableModel model = table("PARTITION BY date_trunc('" + c.unit + "', d)");
    const PartitionSpec spec =
        partition(c.name, "VALUES [(\"" + c.from + "\"), (\"" + c.to + "\"))");
    EXPECT_EQ(batch_partition_name(model, spec.values), c.name);
    EXPECT_THAT(batches(model, {spec}), ElementsAre(HasSubstr(c.expected)));
  }
}

TEST(AddPartitionBatches, WhatABatchCannotMakeIsUnsupportedAndNamed) {
  const TableModel daily = table("PARTITION BY date_trunc('day', d)");
  const auto status = [](const TableModel& model, const PartitionSpec& spec) {
    return add_partition_batches("db", "t", model, {spec}).status();
  };
  for (const PartitionSpec& spec :
       {day("2026-01-01", "2026-01-03"), day("0000-01-01", "0000-01-02"),
        partition("other", R"(VALUES [("2026-01-01"), ("2026-01-02")))"),
        partition("p20260101", R"(VALUES [("2026-01-01 12:00:00"), ("2026-01-02 12:00:00")))"),
        partition("pmax", R"(VALUES [("2026-01-01"), (MAXVALUE)))")}) {
    EXPECT_EQ(status(daily, spec).code(), Code::kUnsupported) << spec.name;
    EXPECT_THAT(status(daily, spec).message(), HasSubstr(spec.name));
  }
  const PartitionSpec one = day("2026-01-01", "2026-01-02");
  EXPECT_EQ(status(table("PARTITION BY time_slice(d, 7, 'day', 'floor')"), one).code(),
            Code::kUnsupported);
  EXPECT_EQ(status(table("PARTITION BY date_trunc('minute', d)"), one).code(), Code::kUnsupported);
  EXPECT_EQ(status(table("PARTITION BY RANGE(`d`)\n()"), one).code(), Code::kInvalidArgument);
}

}  // namespace
}  // namespace srsync::ddl
