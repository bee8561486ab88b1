#include "core/alter.h"

#include <gtest/gtest.h>

#include "unit/core/world.h"

namespace srsync::core {
namespace {

class AlterTest : public testing::Test {
 protected:
  // Both tables of the pair equal and copied, with these rollups.
  void open(std::vector<Rollup> source, std::vector<Rollup> target,
            std::map<std::string, std::string> settings = {}) {
    world_.open(std::move(settings));
    world_.read(Side::kSource, 100, {test::partition(101, 5, 7)});
    world_.read(Side::kTarget, 500, {test::partition(501, 5, 7, TxnType::kReplication)});
    world_.pair().source->rollups = std::move(source);
    world_.pair().target->rollups = std::move(target);
  }
  Alter rollup_change() { return next_rollup_change(world_.state, world_.pair()); }

  // A comment that only the source has.
  void open_with_comment(std::map<std::string, std::string> settings = {}) {
    world_.open(std::move(settings));
    std::string sql = test::create_sql();
    sql.insert(sql.find("DISTRIBUTED"), "COMMENT \"orders\"\n");
    world_.read(Side::kSource, 100, {test::partition(101, 5, 7)}, sql);
    world_.read(Side::kTarget, 500, {test::partition(501, 5, 7, TxnType::kReplication)});
  }
  Alter cosmetic_change() { return next_cosmetic_change(world_.state, world_.pair()); }

  test::World world_;
};

const Rollup kPlain{"r1", "DUP_KEYS: v int key", {"v"}, ""};
const Rollup kView{"mv", "AGG_KEYS: s bigint SUM", {"s"}, "CREATE MATERIALIZED VIEW mv AS SELECT"};

TEST_F(AlterTest, AMissingRollupIsAdded) {
  open({kPlain}, {});
  const Alter change = rollup_change();
  EXPECT_EQ(change.kind, DdlKind::kAddRollup);
  EXPECT_EQ(change.reason, "rollup r1: missing on target");
  EXPECT_EQ(change.statements,
            std::vector<std::string>{"ALTER TABLE `shop`.`t` ADD ROLLUP `r1` (`v`)"});
}

TEST_F(AlterTest, ASynchronousViewIsMadeByItsOwnStatementInItsDatabase) {
  open({kView}, {});
  EXPECT_EQ(rollup_change().statements,
            (std::vector<std::string>{"USE `shop`", "CREATE MATERIALIZED VIEW mv AS SELECT"}));
}

TEST_F(AlterTest, EqualRollupsNeedNothing) {
  open({kPlain, kView}, {kPlain, kView});
  EXPECT_TRUE(rollup_change().statements.empty());
  EXPECT_EQ(rollup_change().forbidden, "");
}

TEST_F(AlterTest, ARollupOfOtherColumnsGoesFirstUnlessASwitchForbids) {
  Rollup other = kPlain;
  other.definition = "DUP_KEYS: k int key";
  open({kPlain}, {other});
  const Alter change = rollup_change();
  EXPECT_EQ(change.kind, DdlKind::kDropRollup);
  EXPECT_EQ(change.statements, std::vector<std::string>{"ALTER TABLE `shop`.`t` DROP ROLLUP `r1`"});
  world_.state.settings.allow_drop_schema_change_table = false;
  EXPECT_TRUE(rollup_change().statements.empty());
  EXPECT_NE(rollup_change().forbidden.find("ddl_job_allow_drop_schema_change_table is false"),
            std::string::npos);
}

TEST_F(AlterTest, WhatFailedTooOftenIsGivenUpAndSaid) {
  open({kPlain}, {});
  world_.pair().given_up.push_back(hash64(rollup_change().reason));
  EXPECT_TRUE(rollup_change().statements.empty());
  EXPECT_NE(rollup_change().forbidden.find("was tried 3 times"), std::string::npos);
}

TEST_F(AlterTest, CountsAChangeOnlyWhileItIsTheSame) {
  open({}, {});
  for (int i = 0; i < 2; ++i) note_alter(world_.pair(), "a");
  EXPECT_EQ(world_.pair().alter_tries, 2u);
  note_alter(world_.pair(), "b");
  EXPECT_EQ(world_.pair().alter_tries, 1u);
}

TEST_F(AlterTest, AComment) {
  open_with_comment();
  const Alter change = cosmetic_change();
  EXPECT_EQ(change.kind, DdlKind::kAlterTable);
  EXPECT_EQ(change.statements,
            std::vector<std::string>{"ALTER TABLE `shop`.`t` COMMENT = \"orders\""});
  DdlIntent intent;
  intent.kind = change.kind;
  intent.reason = change.reason;
  EXPECT_FALSE(alter_took_effect(world_.state, world_.pair(), intent));
  world_.pair().target->create_sql = world_.pair().source->create_sql;
  EXPECT_TRUE(alter_took_effect(world_.state, world_.pair(), intent));
}

TEST_F(AlterTest, ASettingTurnsItOff) {
  open_with_comment({{"srsync_alter", "false"}});
  EXPECT_TRUE(cosmetic_change().statements.empty());
}

TEST_F(AlterTest, APartitionTakesTheSourcesName) {
  world_.open();
  const std::string sql =
      test::partitioned_sql("RANGE(`k`)(PARTITION p1 VALUES [(\"1\"), (\"5\")))");
  world_.read(Side::kSource, 100, {test::partition(101, 5, 7, TxnType::kNormal, "p9", "1-5")}, sql);
  world_.read(Side::kTarget, 500, {test::partition(501, 5, 7, TxnType::kReplication, "p1", "1-5")},
              sql);
  const auto change = [&] {
    return next_partition_rename(world_.state, world_.pair(),
                                 match_partitions(world_.state, world_.pair()));
  };
  EXPECT_EQ(change().statements,
            std::vector<std::string>{"ALTER TABLE `shop`.`t` RENAME PARTITION `p1` `p9`"});
  DdlIntent intent;
  intent.kind = DdlKind::kAlterTable;
  intent.reason = change().reason;
  EXPECT_EQ(intent.reason, "partition p1 is named p9 on source");
  EXPECT_FALSE(alter_took_effect(world_.state, world_.pair(), intent));
  world_.state.settings.alter = false;
  EXPECT_TRUE(change().statements.empty());
  EXPECT_EQ(change().forbidden, "partition p1 is named p9 on source; srsync_alter is false");
  world_.pair().target->partitions[0].name = "p9";
  EXPECT_TRUE(alter_took_effect(world_.state, world_.pair(), intent));
  EXPECT_EQ(change().forbidden, "");
}

TEST_F(AlterTest, ATableAtWorkCountsAsChanged) {
  open({kPlain}, {});
  DdlIntent intent;
  intent.kind = DdlKind::kAddRollup;
  intent.reason = rollup_change().reason;
  EXPECT_FALSE(alter_took_effect(world_.state, world_.pair(), intent));
  world_.pair().target->state_normal = false;
  EXPECT_TRUE(alter_took_effect(world_.state, world_.pair(), intent));
}

}  // namespace
}  // namespace srsync::core
