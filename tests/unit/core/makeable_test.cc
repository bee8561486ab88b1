#include "core/makeable.h"

#include <gtest/gtest.h>

#include "core/assess.h"
#include "core/intents.h"
#include "unit/core/world.h"

namespace srsync::core {
namespace {

using test::partition;

const std::string kWeeks = "time_slice(v, 7, 'day', 'floor')";
const std::string kDays = "date_trunc('day', v)";

std::string days(const std::string& from, const std::string& to) {
  return "VALUES [(\"" + from + "\"), (\"" + to + "\"))";
}

Partition named(std::int64_t id, std::int64_t version, const std::string& name,
                const std::string& values, TxnType type = TxnType::kNormal) {
  return partition(id, version, 7, type, name, values);
}

// What the table is partitioned by is a DATETIME.
std::string sql_of(const std::string& by) {
  std::string sql = test::partitioned_sql(by);
  sql.replace(sql.find("int(11) NULL"), 12, "datetime NULL");
  return sql;
}

bool says(const Assessment& a, const std::string& text) {
  return a.reason.find(text) != std::string::npos;
}

TEST(Makeable, TheNullPartitionIsLeftOutAndTheOthersAreMade) {
  test::World w;
  w.open();
  w.read(Side::kSource, 100,
         {named(101, 5, "p00000101", days("0000-01-01 00:00:00", "0000-01-02 00:00:00")),
          named(102, 5, "p20260101", days("2026-01-01 00:00:00", "2026-01-02 00:00:00"))},
         sql_of(kDays));
  w.read(Side::kTarget, 500, {}, sql_of(kDays));
  const Assessment a = assess(w.state, w.pair());
  EXPECT_EQ(a.ddl, DdlKind::kAddPartitions);
  const auto intent = ddl_intent(w.state, w.pair(), a);
  ASSERT_TRUE(intent.is_ok()) << intent.status().to_string();
  EXPECT_EQ(intent->partitions, std::vector<std::string>{"p20260101"});
}

TEST(Makeable, WhatCouldBeMadeIsReplicatedAndTheRestIsReported) {
  test::World w;
  w.open();
  const std::string first = days("2026-01-01 00:00:00", "2026-01-08 00:00:00");
  const std::string second = days("2026-01-08 00:00:00", "2026-01-15 00:00:00");
  w.read(Side::kSource, 100,
         {named(101, 5, "p20260101", first), named(102, 5, "p20260108", second)}, sql_of(kWeeks));
  w.read(Side::kTarget, 500, {named(501, 1, "p20260101", first)}, sql_of(kWeeks));
  Assessment a = assess(w.state, w.pair());
  EXPECT_EQ(a.want, Want::kReplicate);
  EXPECT_EQ(a.lag.size(), 1U);
  w.read(Side::kTarget, 500, {named(501, 5, "p20260101", first, TxnType::kReplication)},
         sql_of(kWeeks));
  a = assess(w.state, w.pair());
  EXPECT_TRUE(a.blocked);
  EXPECT_TRUE(says(a, "p20260108")) << a.reason;
  EXPECT_TRUE(says(a, "1 partitions left out")) << a.reason;
  EXPECT_TRUE(w.planned().empty());
  EXPECT_TRUE(w.pair().source->unreadable.empty());
}

TEST(Makeable, APartitionThatCannotBeMadeAgainIsNotDropped) {
  test::World w;
  w.open();
  const std::string week = days("2026-01-01 00:00:00", "2026-01-08 00:00:00");
  w.read(Side::kSource, 100, {named(101, 5, "p20260101", week)}, sql_of(kWeeks));
  w.read(Side::kTarget, 500, {named(501, 9, "p20260101", week)}, sql_of(kWeeks));
  const Assessment a = assess(w.state, w.pair());
  EXPECT_TRUE(a.blocked);
  EXPECT_TRUE(says(a, "could not be made again")) << a.reason;
  EXPECT_TRUE(w.planned().empty());
}

TEST(Makeable, ATableThatHoldsSuchAPartitionIsNotMadeAnew) {
  test::World w;
  w.open();
  const std::string week = days("2026-01-01 00:00:00", "2026-01-08 00:00:00");
  std::string other = sql_of(kWeeks);
  other.replace(other.find("int(11)"), 7, "bigint(20)");
  w.read(Side::kSource, 100, {named(101, 5, "p20260101", week)}, sql_of(kWeeks));
  w.read(Side::kTarget, 500, {named(501, 5, "p20260101", week)}, other);
  const Assessment a = assess(w.state, w.pair());
  EXPECT_TRUE(a.blocked);
  EXPECT_TRUE(says(a, "INT on source, BIGINT on target")) << a.reason;
  EXPECT_TRUE(says(a, "could not be restored")) << a.reason;
  w.read(Side::kTarget, 500, {}, other);
  EXPECT_EQ(assess(w.state, w.pair()).ddl, DdlKind::kCreateBeside);
}

TEST(Makeable, MaxValueInSeveralColumnsIsLeftOutOfCreateTable) {
  test::World w;
  w.open();
  w.read(Side::kSource, 100,
         {named(101, 5, "p1", R"(VALUES [("1","1"), ("2","2")))"),
          named(102, 5, "p2", R"(VALUES [("2","2"), (MAXVALUE,MAXVALUE)))")},
         test::partitioned_sql("RANGE(`k`, `v`)\n()"));
  w.put(TableMissing{Side::kTarget, TableId(500)});
  const auto intent = ddl_intent(w.state, w.pair(), assess(w.state, w.pair()));
  ASSERT_TRUE(intent.is_ok()) << intent.status().to_string();
  EXPECT_EQ(intent->kind, DdlKind::kCreateTable);
  EXPECT_NE(intent->statements[0].find("`p1`"), std::string::npos);
  EXPECT_EQ(intent->statements[0].find("`p2`"), std::string::npos);
}

TEST(Makeable, AGuessAboutNullIsInTheReason) {
  test::World w;
  w.open();
  const std::string sql = [] {
    std::string text = test::partitioned_sql("LIST(`v`)(\n)");
    return text.replace(text.find("int(11) NULL"), 12, "varchar(9) NULL");
  }();
  w.read(Side::kSource, 100, {named(101, 5, "p", "VALUES IN (NULL)")}, sql);
  w.read(Side::kTarget, 500, {}, sql);
  const auto intent = ddl_intent(w.state, w.pair(), assess(w.state, w.pair()));
  ASSERT_TRUE(intent.is_ok()) << intent.status().to_string();
  EXPECT_NE(intent->reason.find("may be the text 'NULL'"), std::string::npos) << intent->reason;
}

}  // namespace
}  // namespace srsync::core
