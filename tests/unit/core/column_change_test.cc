#include "core/column_change.h"

#include <gtest/gtest.h>

#include "core/assess.h"
#include "core/diff.h"
#include "core/schema_check.h"
#include "unit/core/world.h"

namespace srsync::core {
namespace {

const SchemaMark kFirst{1000, 0};

// test::create_sql() and these columns behind its own.
std::string sql(const std::string& more) {
  std::string text = test::create_sql();
  return text.insert(text.find("\n) ENGINE="), more);
}
const std::string kW = ",\n  `w` bigint(20) NULL COMMENT \"\"";
const std::string kX = ",\n  `x` date NULL COMMENT \"\"";

class ColumnChangeTest : public testing::Test {
 protected:
  // Both tables copied and equal; the source's schema version is 0.
  void open(std::map<std::string, std::string> settings = {},
            const std::string& text = test::create_sql()) {
    world_.open(std::move(settings));
    source(text, kFirst);
    target(text);
  }
  void source(const std::string& text, SchemaMark mark, std::int64_t id = 100) {
    world_.read(Side::kSource, id, {test::partition(id + 1, 5, 7)}, text, mark);
  }
  // As two readings in a row show it.
  void settled(const std::string& text, SchemaMark mark) {
    source(text, mark);
    source(text, mark);
  }
  void target(const std::string& text, std::int64_t id = 500) {
    world_.read(Side::kTarget, id, {test::partition(id + 1, 5, 7, TxnType::kReplication)}, text);
  }
  ColumnChange change() { return next_column_change(world_.state, world_.pair()); }
  Assessment wanted() { return assess(world_.state, world_.pair()); }
  void expect_drop(const std::string& why) {
    EXPECT_EQ(wanted().ddl, DdlKind::kCreateBeside) << wanted().reason;
    EXPECT_NE(wanted().reason.find(why), std::string::npos) << wanted().reason;
  }

  test::World world_;
};

TEST_F(ColumnChangeTest, OneChangeIsBroughtOverByAlter) {
  open();
  settled(sql(kW), {1000, 1});
  const Assessment a = wanted();
  EXPECT_EQ(a.want, Want::kDdl);
  EXPECT_EQ(a.ddl, DdlKind::kColumnChange);
  EXPECT_FALSE(a.wants_drop);
  EXPECT_EQ(a.reason, "column w: missing on target");
  EXPECT_EQ(a.statements, std::vector<std::string>{"ALTER TABLE `shop`.`t` ADD COLUMN `w` "
                                                   "bigint(20) NULL COMMENT \"\" AFTER `v`"});
}

TEST_F(ColumnChangeTest, ASlowChangeOfASharedNothingSourceCountsAsOne) {
  open();
  settled(test::create_sql("bigint(20)"), {2000, 1});
  EXPECT_EQ(wanted().ddl, DdlKind::kColumnChange);
}

// The first reading's version may be from before another change.
TEST_F(ColumnChangeTest, ASecondReadingMustShowTheSame) {
  open();
  source(sql(kW), {1000, 1});
  EXPECT_EQ(wanted().want, Want::kReadSource);
  source(sql(kW + kX), {1000, 2});
  expect_drop("2 schema changes between two readings");
}

// Nothing but the columns' part of the text counts: list partitions are printed in any order.
TEST_F(ColumnChangeTest, TheSecondReadingMayShowOtherProperties) {
  open();
  source(sql(kW), {1000, 1});
  std::string other = sql(kW);
  other.replace(other.find("\"1\""), 3, "\"2\"");
  source(other, {1000, 1});
  EXPECT_EQ(wanted().ddl, DdlKind::kColumnChange);
}

TEST_F(ColumnChangeTest, TheSecondReadingIsNews) {
  open();
  TableRead read{Side::kSource, test::kName, TableId(100), sql(kW), 0, "", {}};
  read.schema_hash = 77;
  read.schema_mark = {1000, 1};
  read.partitions = {test::partition(101, 5, 7)};
  world_.put(read);
  EXPECT_EQ(diff_table(world_.state, read).size(), 1u);
  world_.put(read);
  EXPECT_TRUE(diff_table(world_.state, read).empty());
  read.schema_mark.version = 2;
  EXPECT_EQ(diff_table(world_.state, read).size(), 1u);
  read.schema_mark = {};
  EXPECT_TRUE(diff_table(world_.state, read).empty());
}

std::string renamed_sql() {
  std::string renamed = test::create_sql();
  return renamed.replace(renamed.find("`v`"), 3, "`u`");
}

TEST_F(ColumnChangeTest, ARenameMovesNoVersionAndIsARenameOnTheTarget) {
  open();
  source(renamed_sql(), kFirst);
  EXPECT_EQ(wanted().want, Want::kReadSource);
  source(renamed_sql(), kFirst);
  const Assessment a = wanted();
  EXPECT_EQ(a.ddl, DdlKind::kColumnChange);
  EXPECT_EQ(a.reason, "column v is named u on source");
  EXPECT_EQ(a.statements,
            std::vector<std::string>{"ALTER TABLE `shop`.`t` RENAME COLUMN `v` TO `u`"});
}

// A new table would get none of the values: the backends of the source still call the column v.
TEST_F(ColumnChangeTest, WhatMayBeARenameIsNeverMadeAnew) {
  open({{"srsync_alter", "false"}});
  settled(renamed_sql(), kFirst);
  EXPECT_TRUE(wanted().blocked);
  EXPECT_NE(wanted().reason.find("RENAME COLUMN `v` TO `u`"), std::string::npos);
  settled(renamed_sql(), {1000, 1});
  EXPECT_TRUE(wanted().blocked);
  EXPECT_NE(wanted().reason.find("may be another column"), std::string::npos);
  // Two changes make another column of it.
  settled(renamed_sql(), {1000, 2});
  expect_drop("srsync_alter is false");
}

TEST_F(ColumnChangeTest, OfASharedDataSourceASlowChangeIsNotCounted) {
  open();
  world_.state.cluster(Side::kSource).run_mode = RunMode::kSharedData;
  settled(sql(kW), {2000, 1});
  expect_drop("does not tell how often");
}

TEST_F(ColumnChangeTest, WhatWasNeverSeenEqualIsMadeAnew) {
  world_.open();
  settled(sql(kW), {1000, 1});
  target(test::create_sql());
  expect_drop("never seen equal");
}

TEST_F(ColumnChangeTest, AnotherTableUnderTheNameStartsFromNothing) {
  open();
  world_.put(TableObserved{Side::kSource, test::kName, TableId(200), TableKind::kTable, true});
  source(sql(kW), {1000, 1}, 200);
  source(sql(kW), {1000, 1}, 200);
  expect_drop("never seen equal");
}

TEST_F(ColumnChangeTest, ATargetThatSomebodyElseChangedIsMadeAnew) {
  open();
  target(sql(kX));
  settled(sql(kW), {1000, 1});
  expect_drop("by somebody else");
}

TEST_F(ColumnChangeTest, ASettingTurnsItOff) {
  open({{"srsync_alter", "false"}});
  settled(sql(kW), {1000, 1});
  expect_drop("srsync_alter is false");
}

TEST_F(ColumnChangeTest, ADefaultThatIsNoConstantIsMadeAnew) {
  open();
  settled(sql(",\n  `d` datetime NULL DEFAULT CURRENT_TIMESTAMP COMMENT \"\""), {1000, 1});
  expect_drop("default that is another one");
}

TEST_F(ColumnChangeTest, RollupsLeaveOnlyAdding) {
  open({}, sql(kW));
  settled(test::create_sql(), {1000, 1});
  EXPECT_EQ(wanted().ddl, DdlKind::kColumnChange);
  world_.pair().target->rollups = {{"r", "DUP_KEYS: v int key", {"v"}, ""}};
  expect_drop("rollups");
}

TEST_F(ColumnChangeTest, ItTookEffectWhenTheDefinitionsAreEqual) {
  open();
  settled(sql(kW), {1000, 1});
  DdlIntent intent;
  intent.kind = DdlKind::kColumnChange;
  EXPECT_FALSE(alter_took_effect(world_.state, world_.pair(), intent));
  target(sql(kW));
  EXPECT_TRUE(alter_took_effect(world_.state, world_.pair(), intent));
  EXPECT_EQ(world_.pair().schema_fit.mark, (SchemaMark{1000, 1}));
  // From there on the next one counts.
  settled(sql(kW + kX), {1000, 2});
  EXPECT_EQ(wanted().ddl, DdlKind::kColumnChange);
}

TEST_F(ColumnChangeTest, ThreeFailuresMakeItAnew) {
  open();
  settled(sql(kW), {1000, 1});
  for (int i = 0; i < 3; ++i) {
    const std::string key = world_.start_planned();
    world_.put(DdlFailed{key, Code::kRejected, "no"});
    world_.now = world_.now.plus_ms(60'000);
    world_.put(DatabaseListed{Side::kTarget, "shop"});
    target(test::create_sql());
  }
  expect_drop("it was tried 3 times: no");
}

TEST_F(ColumnChangeTest, ABusyFrontendDoesNotCountAsAFailure) {
  open();
  settled(sql(kW), {1000, 1});
  for (int i = 0; i < 5; ++i) {
    const std::string key = world_.start_planned();
    world_.put(DdlFailed{key, Code::kBusy, "operation is in progress on the table"});
    world_.now = world_.now.plus_ms(600'000);
    world_.put(DatabaseListed{Side::kTarget, "shop"});
    target(test::create_sql());
  }
  EXPECT_EQ(wanted().ddl, DdlKind::kColumnChange);
}

// --- what the definitions do not show
// -------------------------------------------------------------

TEST_F(ColumnChangeTest, OneUnseenChangeIsAnIndexOrAComment) {
  open();
  source(test::create_sql(), {2000, 1});
  EXPECT_EQ(wanted().want, Want::kNothing) << wanted().reason;
  EXPECT_EQ(world_.pair().schema_fit.mark, (SchemaMark{2000, 1}));
}

TEST_F(ColumnChangeTest, TwoUnseenChangesMayBeAColumnMadeAnew) {
  open();
  source(test::create_sql(), {1000, 2});
  expect_drop("changed 2 times");
  // A reading of either side changes nothing in that.
  target(test::create_sql());
  source(test::create_sql(), {1000, 2});
  expect_drop("changed 2 times");
  EXPECT_EQ(wanted().reason.find("not by ALTER"), std::string::npos);
}

TEST_F(ColumnChangeTest, TheTableMadeAnewFitsAgain) {
  open();
  source(test::create_sql(), {1000, 2});
  const std::string key = world_.start_planned();
  world_.put(DdlSucceeded{key});
  world_.put(TableObserved{Side::kTarget, test::kName, TableId(600), TableKind::kTable, true});
  world_.put(DatabaseListed{Side::kTarget, "shop"});
  target(test::create_sql(), 600);
  EXPECT_EQ(wanted().want, Want::kNothing) << wanted().reason;
}

TEST_F(ColumnChangeTest, ASwitchForbidsTheDropForUnseenChangesToo) {
  open({{"ddl_job_allow_drop_schema_change_table", "false"}});
  source(test::create_sql(), {1000, 3});
  EXPECT_TRUE(wanted().blocked);
  EXPECT_NE(wanted().reason.find("changed 3 times"), std::string::npos);
}

// Brought to the target, and made anew on the source meanwhile.
TEST_F(ColumnChangeTest, AColumnAddedOnBothSidesIsNotYetTheSame) {
  open();
  settled(sql(kW), {1000, 1});
  const std::string key = world_.start_planned();
  source(test::create_sql(), {1000, 2});
  source(sql(kW), {1000, 3});
  world_.put(DdlSucceeded{key});
  world_.put(DatabaseListed{Side::kTarget, "shop"});
  target(sql(kW));
  expect_drop("changed 3 times");
}

// The proof of the first job reads the target's definition; what the job copies is of the schema
// that it was meant for, whatever was read of the source meanwhile.
TEST_F(ColumnChangeTest, AJobUnderWayTellsUnderWhichSchemaTheTwoFit) {
  world_.open();
  source(test::create_sql(), kFirst);
  TableRead unread{Side::kTarget, test::kName, TableId(500), "", 0, "", {}};
  unread.partitions = {test::partition(501, 1, 9)};
  world_.put(unread);
  world_.start_planned();
  const auto& job = std::get<Replicating>(world_.pair().stage);
  EXPECT_EQ(job.intent.source_schema, kFirst);
  source(test::create_sql(), {1000, 2});
  target(test::create_sql());
  EXPECT_EQ(world_.pair().schema_fit.mark, kFirst);
  EXPECT_NE(unseen_change(world_.state, world_.pair()), "");
}

TEST_F(ColumnChangeTest, CountsChangesByIndexAndVersion) {
  const auto count = [](SchemaMark from, SchemaMark to, RunMode mode) {
    return schema_changes(from, to, mode).value_or(-1);
  };
  EXPECT_EQ(count({1, 3}, {1, 3}, RunMode::kSharedNothing), 0);
  EXPECT_EQ(count({1, 3}, {1, 5}, RunMode::kSharedData), 2);
  EXPECT_EQ(count({1, 3}, {2, 4}, RunMode::kSharedNothing), 1);
  EXPECT_EQ(count({1, 3}, {2, 4}, RunMode::kSharedData), -1);
  EXPECT_EQ(count({1, 3}, {2, 4}, RunMode::kUnknown), -1);
  EXPECT_EQ(count({1, 3}, {2, 3}, RunMode::kSharedNothing), -1);
  EXPECT_EQ(count({1, 3}, {1, 2}, RunMode::kSharedNothing), -1);
}

// Slow changes of a shared-data cluster start the version from 0 again.
TEST_F(ColumnChangeTest, OfASharedDataSourceWhatCameOnTopOfASlowChangeCounts) {
  open();
  world_.state.cluster(Side::kSource).run_mode = RunMode::kSharedData;
  source(test::create_sql(), {2000, 0});
  EXPECT_EQ(unseen_change(world_.state, world_.pair()), "");
  source(test::create_sql(), {3000, 1});
  expect_drop("changed 2 times");
}

TEST_F(ColumnChangeTest, UnknownVersionsSayNothing) {
  open();
  source(test::create_sql(), {});
  EXPECT_EQ(wanted().want, Want::kNothing) << wanted().reason;
  source(test::create_sql(), {1000, 1});
  EXPECT_EQ(wanted().want, Want::kNothing);
}

}  // namespace
}  // namespace srsync::core
