#include "ddl/alter_columns.h"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include "unit/ddl/fixtures.h"
#include "unit/ddl/samples.h"

namespace srsync::ddl {
namespace {

using test::Sample;

const std::string kKey = "  `k` int(11) NOT NULL COMMENT \"\"";

std::string column(const std::string& text) { return ",\n  " + text + " COMMENT \"\""; }

TableModel with(const std::string& columns, Sample sample = {}) {
  sample.columns = kKey + columns;
  return test::read_sample(sample);
}

TargetOptions options(std::optional<Version> source = Version{4, 0, 0}) {
  TargetOptions out;
  out.database = "db";
  out.table = "t";
  out.version = {4, 0, 0};
  out.source_version = source;
  return out;
}

ColumnAlteration change(const std::string& target, const std::string& source, Sample sample = {}) {
  return alter_columns(with(source, sample), with(target, sample), options(), false);
}

const std::string kV = column("`v` int(11) NULL");
const std::string kW = column("`w` varchar(10) NULL");

TEST(AlterColumns, AddedAtTheEndAndInTheMiddleByOneStatement) {
  const auto found = change(
      kV, column("`n2` varchar(10) NULL") + kV + column("`n1` int(11) NOT NULL DEFAULT \"5\""));
  EXPECT_EQ(found.statement,
            "ALTER TABLE `db`.`t` ADD COLUMN `n2` varchar(10) NULL COMMENT \"\" AFTER `k`, "
            "ADD COLUMN `n1` int(11) NOT NULL DEFAULT \"5\" COMMENT \"\" AFTER `v`");
  EXPECT_EQ(found.reason, "column n2: missing on target; column n1: missing on target");
  EXPECT_EQ(found.refusal, "");
}

TEST(AlterColumns, SeveralNewOnesStandOneBehindTheOther) {
  EXPECT_EQ(change("", kV + kW).statement,
            "ALTER TABLE `db`.`t` ADD COLUMN `v` int(11) NULL COMMENT \"\" AFTER `k`, "
            "ADD COLUMN `w` varchar(10) NULL COMMENT \"\" AFTER `v`");
}

TEST(AlterColumns, NoneWhoseOldRowsHaveAnotherValueOnEachCluster) {
  for (const char* text :
       {"`d` datetime NULL DEFAULT CURRENT_TIMESTAMP", "`d` varchar(36) NULL DEFAULT (uuid())"}) {
    const auto found = change(kV, kV + column(text));
    EXPECT_EQ(found.statement, "") << text;
    EXPECT_EQ(found.refusal,
              "column d has a default that is another one for the rows of each cluster");
  }
  EXPECT_EQ(change(kV, kV + column("`d` int(11) NOT NULL")).refusal,
            "column d is NOT NULL and has no default");
  EXPECT_EQ(change(kV, kV + column("`d` bigint(20) NOT NULL AUTO_INCREMENT")).refusal,
            "column d has AUTO_INCREMENT");
  EXPECT_EQ(change(kV, kV + column("`d` int(11) NULL AS `v` + 1")).refusal,
            "column d is generated");
}

TEST(AlterColumns, NoKeyColumn) {
  Sample longer;
  longer.key = "DUPLICATE KEY(`k`, `k2`)";
  const auto found =
      alter_columns(with(column("`k2` int(11) NULL") + kV, longer), with(kV), options(), false);
  EXPECT_EQ(found.statement, "");
  EXPECT_EQ(found.refusal, "not only columns differ");
}

TEST(AlterColumns, AnAggregateIsAddedWithItsFunction) {
  Sample sums;
  sums.key = "AGGREGATE KEY(`k`)";
  const auto found = change(
      column("`v` bigint(20) SUM NULL"),
      column("`v` bigint(20) SUM NULL") + column("`m` int(11) MAX NULL DEFAULT \"0\""), sums);
  EXPECT_EQ(found.statement,
            "ALTER TABLE `db`.`t` ADD COLUMN `m` int(11) MAX NULL DEFAULT \"0\" COMMENT \"\" "
            "AFTER `v`");
}

TEST(AlterColumns, Dropped) {
  const auto found = change(kV + kW, kV);
  EXPECT_EQ(found.statement, "ALTER TABLE `db`.`t` DROP COLUMN `w`");
  EXPECT_EQ(found.reason, "column w: only on target");
}

// v dropped and w renamed to v prints the same as w dropped.
TEST(AlterColumns, NoDropThatMayHaveBeenARename) {
  const std::string alike = column("`w` int(11) NULL");
  EXPECT_EQ(change(kV + alike, kV).statement, "");
  EXPECT_NE(change(kV + alike, kV).refusal.find("renamed"), std::string::npos);
  // Before there was a RENAME COLUMN names say it all.
  EXPECT_EQ(alter_columns(with(kV), with(kV + alike), options(Version{3, 3, 1}), false).statement,
            "ALTER TABLE `db`.`t` DROP COLUMN `w`");
  EXPECT_EQ(alter_columns(with(kV), with(kV + alike), options(std::nullopt), false).statement, "");
}

TEST(AlterColumns, NoDropOfWhatSomethingElseIsMadeOf) {
  Sample sorted;
  sorted.order = "ORDER BY(`w`)";
  EXPECT_EQ(alter_columns(with(kV), with(kV + kW, sorted), options(), false).statement, "");
  const std::string index = ",\n  INDEX i (`w`) USING BITMAP COMMENT ''";
  EXPECT_EQ(alter_columns(with(kV), with(kV + kW + index), options(), false).refusal,
            "column w is a column of index i");
  Sample bloom;
  bloom.properties = "\"bloom_filter_columns\" = \"w\",\n\"replication_num\" = \"1\"";
  EXPECT_EQ(change(kV + kW, kV, bloom).refusal, "column w is a column with a bloom filter");
  Sample partitioned;
  partitioned.partition = "PARTITION BY date_trunc('day', dw)";
  const std::string dw = column("`dw` datetime NULL");
  EXPECT_EQ(change(dw + kW, dw, partitioned).statement, "ALTER TABLE `db`.`t` DROP COLUMN `w`");
  EXPECT_EQ(change(dw + kW, kW, partitioned).refusal, "column dw is a partition column");
  const std::string generated = column("`g` int(11) NULL AS `v` + 1");
  EXPECT_EQ(change(kV + kW + generated, kV + generated).refusal, "the table has generated columns");
}

TEST(AlterColumns, WidenedWhereNoValueChanges) {
  const std::pair<const char*, const char*> kWider[] = {
      {"tinyint(4)", "smallint(6)"},      {"smallint(6)", "int(11)"},
      {"int(11)", "bigint(20)"},          {"bigint(20)", "largeint(40)"},
      {"varchar(10)", "varchar(20)"},     {"decimal(10, 2)", "decimal(27, 2)"},
      {"varchar(10)", "varchar(1048576)"}};
  for (const auto& [narrow, wide] : kWider) {
    const auto found = change(column(fmt::format("`v` {} NULL", narrow)) + kW,
                              column(fmt::format("`v` {} NULL", wide)) + kW);
    EXPECT_EQ(found.statement,
              fmt::format("ALTER TABLE `db`.`t` MODIFY COLUMN `v` {} NULL COMMENT \"\"", wide))
        << found.refusal;
  }
  EXPECT_EQ(change(column("`v` int(11) NOT NULL"), column("`v` int(11) NULL")).statement,
            "ALTER TABLE `db`.`t` MODIFY COLUMN `v` int(11) NULL COMMENT \"\"");
}

TEST(AlterColumns, NothingThatIsNotWider) {
  const std::pair<const char*, const char*> kOthers[] = {
      {"bigint(20) NULL", "int(11) NULL"},
      {"int(11) NULL", "double NULL"},
      {"varchar(20) NULL", "varchar(10) NULL"},
      {"decimal(10, 2) NULL", "decimal(12, 4) NULL"},
      {"int(11) NULL", "varchar(20) NULL"},
      {"int(11) NULL", "bigint(20) NOT NULL"},
      {"char(10) NULL", "varchar(20) NULL"},
      {"date NULL", "datetime NULL"},
      {"int(11) NULL DEFAULT \"1\"", "bigint(20) NULL DEFAULT \"2\""}};
  for (const auto& [before, after] : kOthers) {
    const auto found =
        change(column(fmt::format("`v` {}", before)), column(fmt::format("`v` {}", after)));
    EXPECT_EQ(found.statement, "") << before << " -> " << after;
    EXPECT_NE(found.refusal, "");
  }
}

TEST(AlterColumns, OneKindOfChangeOnly) {
  EXPECT_EQ(change(kV, kW).refusal, "columns were changed in more than one way");
  EXPECT_EQ(change(kV + kW, column("`v` bigint(20) NULL") + column("`w` varchar(11) NULL")).refusal,
            "several columns were modified");
  EXPECT_EQ(change(kV + kW, kW + kV).refusal, "not only columns differ");
}

TEST(AlterColumns, RollupsLeaveOnlyAdding) {
  EXPECT_EQ(alter_columns(with(kV), with(kV + kW), options(), true).refusal,
            "the table has rollups");
  EXPECT_NE(alter_columns(with(kV + kW), with(kV), options(), true).statement, "");
}

TEST(AlterColumns, ReplacedColumnsAreDeclaredWithoutTheirFunction) {
  Sample unique;
  unique.key = "UNIQUE KEY(`k`)";
  EXPECT_EQ(change(column("`v` int(11) REPLACE NULL"),
                   column("`v` int(11) REPLACE NULL") + column("`w` int(11) REPLACE NULL"), unique)
                .statement,
            "ALTER TABLE `db`.`t` ADD COLUMN `w` int(11) NULL COMMENT \"\" AFTER `v`");
}

// What `version` printed for that table at that step of the recorded alterations.
std::string printed(const std::string& version, const std::string& table, const std::string& step) {
  for (const auto& line : test::fixture_lines(version + "/alters.jsonl")) {
    if (line.value("sql", "") != "SHOW CREATE TABLE shop." + table) continue;
    if (line.value("step", "") == step) return line["rows"][0][1];
  }
  return {};
}

// The statements lead from what was recorded before an ALTER TABLE to what was recorded after it.
TEST(AlterColumns, WhatRealFrontendsDid) {
  const std::pair<const char*, const char*> kDone[] = {
      {"range_date", "ADD COLUMN `w` varchar(10) NULL DEFAULT \"n\" COMMENT \"added\" AFTER `v`"},
      {"no_fse", "ADD COLUMN `w` int(11) NULL DEFAULT \"7\" COMMENT \"\" AFTER `v`"},
      {"uniq", "MODIFY COLUMN `v` decimal(27, 4) NULL COMMENT \"\""}};
  for (const std::string& version : test::recorded_versions()) {
    for (const auto& [table, clause] : kDone) {
      const auto before = read_create_table(printed(version, table, "before"));
      const auto after = read_create_table(printed(version, table, "after"));
      ASSERT_TRUE(before.is_ok() && after.is_ok()) << version << " " << table;
      const auto found = alter_columns(*after, *before, options(), false);
      EXPECT_EQ(found.statement, fmt::format("ALTER TABLE `db`.`t` {}", clause))
          << version << " " << table << ": " << found.refusal;
    }
  }
}

}  // namespace
}  // namespace srsync::ddl
