// The statements by which catalogs drift, on a cluster that srsync reads: what moves, what keeps
// its id, and where the rows are afterwards.
#include <gtest/gtest.h>

#include "base/text.h"
#include "sandbox/session.h"
#include "unit/sandbox/two_clusters.h"

namespace srsync::sandbox {
namespace {

class Drift : public testing::Test {
 protected:
  Drift() : world(Version::k4_0), session(world.source, 1, nullptr, 1) {
    world.create({.name = "t", .buckets = 2});
    world.create({.name = "u", .buckets = 2});
    world.create({.name = "p", .partitions = {"a", "b"}});
    world.load(world.source, "t");
    world.load(world.source, "p", "a");
    world.source.with([](Catalog& catalog) { catalog.publish_delay_ms = 0; });
    User root;
    root.name = "root";
    root.all = true;
    root.operate = true;
    session.set_user(root);
    run("USE db");
  }
  Answer ask(const std::string& sql) { return session.execute(sql); }
  void run(const std::string& sql) {
    const Answer answer = ask(sql);
    EXPECT_FALSE(answer.is_error()) << sql << ": " << answer.message;
  }
  void refused(const std::string& sql, int code, const std::string& part) {
    const Answer answer = ask(sql);
    EXPECT_TRUE(answer.is_error()) << sql;
    EXPECT_EQ(answer.code, code) << sql;
    EXPECT_TRUE(contains(answer.message, part)) << answer.message;
  }
  Table table(const std::string& name) { return world.table(world.source, name); }
  Partition partition(const std::string& name, const std::string& part = "") {
    return world.partition(world.source, name, part);
  }
  std::vector<std::string> columns(const std::string& name) {
    std::vector<std::string> names;
    const Table of = table(name);
    for (const Column& column : of.columns()) names.push_back(column.name);
    return names;
  }
  std::string alter_state() {
    const Answer answer = ask("SHOW ALTER TABLE COLUMN FROM db ORDER BY CreateTime DESC LIMIT 1");
    EXPECT_EQ(answer.rows.size(), 1U);
    return answer.rows.empty() ? "" : answer.rows[0][9].value_or("");
  }

  TwoClusters world;
  Session session;
};

using Names = std::vector<std::string>;

TEST_F(Drift, ARenamedTableKeepsItsIdAndItsRows) {
  const Table before = table("t");
  run("ALTER TABLE t RENAME renamed");
  const Table after = table("renamed");
  EXPECT_EQ(after.id, before.id);
  EXPECT_EQ(after.partitions[0].name, "renamed");
  EXPECT_EQ(after.partitions[0].content, before.partitions[0].content);
  refused("SHOW CREATE TABLE t", 1064, "not found");
  refused("ALTER TABLE renamed RENAME u", 1064, "already used");
}

TEST_F(Drift, ARenamedPartitionKeepsItsIdAndItsRows) {
  const Partition before = partition("p", "a");
  run("ALTER TABLE p RENAME PARTITION a c");
  EXPECT_EQ(partition("p", "c").physical_id, before.physical_id);
  EXPECT_EQ(partition("p", "c").content, before.content);
  refused("ALTER TABLE p RENAME PARTITION c b", 1064, "already used");
  refused("ALTER TABLE t RENAME PARTITION t x", 1064, "single partitioned");
}

TEST_F(Drift, ATruncatedPartitionIsNewAtVersionOne) {
  const Partition before = partition("p", "a");
  const Partition other = partition("p", "b");
  run("TRUNCATE TABLE p PARTITION (a)");
  const Partition after = partition("p", "a");
  EXPECT_NE(after.physical_id, before.physical_id);
  EXPECT_NE(after.version_epoch, before.version_epoch);
  EXPECT_EQ(after.visible_version, 1);
  EXPECT_TRUE(after.content.empty());
  EXPECT_EQ(partition("p", "b").physical_id, other.physical_id);
}

TEST_F(Drift, AnOverwrittenPartitionIsNewAtVersionTwo) {
  world.load(world.source, "p", "a");
  const Partition before = partition("p", "a");
  ASSERT_EQ(before.visible_version, 3);
  run("INSERT OVERWRITE p PARTITION (a) VALUES (1, 2)");
  const Partition after = partition("p", "a");
  EXPECT_NE(after.physical_id, before.physical_id);
  EXPECT_NE(after.version_epoch, before.version_epoch);
  EXPECT_EQ(after.visible_version, 2);
  EXPECT_EQ(after.content.size(), 1U);
  EXPECT_EQ(table("p").partitions.size(), 2U) << "no temporary partition is left";
  EXPECT_TRUE(table("p").find_partition("a", true) == nullptr);
}

TEST_F(Drift, AnOverwriteMayMeetTheOldVersionNumber) {
  world.load(world.source, "p", "a");
  const Partition before = partition("p", "a");
  run("SANDBOX OVERWRITE db.p PARTITION a");
  const Partition after = partition("p", "a");
  EXPECT_EQ(after.visible_version, before.visible_version);
  EXPECT_NE(after.physical_id, before.physical_id);
  EXPECT_NE(after.version_epoch, before.version_epoch);
  EXPECT_NE(after.content, before.content);
}

TEST_F(Drift, SwappedTablesTakeTheirIdsAndRowsAlong) {
  const Table t = table("t");
  const Table u = table("u");
  run("ALTER TABLE t SWAP WITH u");
  EXPECT_EQ(table("t").id, u.id);
  EXPECT_EQ(table("u").id, t.id);
  EXPECT_EQ(table("u").partitions[0].name, "u");
  EXPECT_EQ(table("u").partitions[0].content, t.partitions[0].content);
}

TEST_F(Drift, AReplicationOntoASwappedTableMixesNothing) {
  ASSERT_FALSE(world.engine.submit(world.request("t", "j1"), 1));
  world.settle();
  ASSERT_TRUE(world.same_content("t"));
  run("ALTER TABLE t SWAP WITH u");
  EXPECT_FALSE(world.same_content("t"));
  Session target(world.target, 1, nullptr, 2);
  target.set_user(session.user());
  EXPECT_FALSE(target.execute("ALTER TABLE db.t SWAP WITH u").is_error());
  EXPECT_TRUE(world.same_content("t"));
  EXPECT_TRUE(world.same_content("u"));
}

TEST_F(Drift, TemporaryPartitionsReplaceOthers) {
  run("CREATE TABLE r (d DATE, k INT) DUPLICATE KEY(d) PARTITION BY RANGE(d) "
      "(PARTITION a VALUES LESS THAN ('2026-01-01'), PARTITION b VALUES LESS THAN ('2026-02-01')) "
      "DISTRIBUTED BY HASH(k) BUCKETS 1 PROPERTIES ('replication_num' = '1')");
  run("ALTER TABLE r ADD TEMPORARY PARTITION tb VALUES [('2026-01-01'), ('2026-02-01'))");
  run("INSERT INTO r PARTITION (a) VALUES ('2025-01-01', 1)");
  const std::int64_t fresh = table("r").find_partition("tb", true)->physical_id;
  run("ALTER TABLE r REPLACE PARTITION (b) WITH TEMPORARY PARTITION (tb)");
  EXPECT_EQ(partition("r", "b").physical_id, fresh);
  EXPECT_EQ(table("r").partitions.size(), 2U);
  refused("ALTER TABLE r REPLACE PARTITION (b) WITH TEMPORARY PARTITION (tb)", 1064, "tb");
}

TEST_F(Drift, AColumnAddedWithoutFastEvolutionTakesTime) {
  run("ALTER TABLE t ADD COLUMN w INT DEFAULT '7'");
  EXPECT_EQ(table("t").state, TableState::kSchemaChange);
  EXPECT_EQ(columns("t"), (Names{"k", "v"}));
  refused("ALTER TABLE t ADD COLUMN too_soon INT", 1064,
          "A schema change operation is in progress");
  refused("TRUNCATE TABLE t", 1064, "A schema change operation is in progress");
  const std::int64_t index = table("t").indexes[0].id;
  const auto content = partition("t").content;
  world.advance(400);
  EXPECT_EQ(alter_state(), "FINISHED");
  EXPECT_EQ(table("t").state, TableState::kNormal);
  EXPECT_EQ(columns("t"), (Names{"k", "v", "w"}));
  EXPECT_NE(table("t").indexes[0].id, index) << "a slow change makes a new index";
  EXPECT_EQ(partition("t").content, content);
}

TEST_F(Drift, SeveralColumnsChangeInOneStatementAtOnceWithFastEvolution) {
  world.source.with([](Catalog& catalog) {
    catalog.find_database("db")->find_table("t")->properties["fast_schema_evolution"] = "true";
  });
  const std::int64_t index = table("t").indexes[0].id;
  run("ALTER TABLE t ADD COLUMN n1 INT DEFAULT '5', ADD COLUMN n2 VARCHAR(10) NULL AFTER k");
  EXPECT_EQ(columns("t"), (Names{"k", "n2", "v", "n1"}));
  EXPECT_EQ(table("t").indexes[0].id, index);
  EXPECT_EQ(alter_state(), "FINISHED");
  run("ALTER TABLE t RENAME COLUMN n1 TO n9");
  run("ALTER TABLE t DROP COLUMN n2");
  run("ALTER TABLE t MODIFY COLUMN v COMMENT 'col comment'");
  EXPECT_EQ(columns("t"), (Names{"k", "v", "n9"}));
  EXPECT_EQ(table("t").columns()[1].comment, "col comment");
  run("ALTER TABLE t MODIFY COLUMN v BIGINT");
  world.advance(400);
  EXPECT_EQ(table("t").columns()[1].type, "bigint(20)");
}

TEST_F(Drift, EveryChangeOfColumnsOrIndexesRaisesTheSchemaVersionAndNoPartitionsVersion) {
  const std::int64_t version = partition("t").visible_version;
  const auto content = partition("t").content;
  int expected = 0;
  for (const char* sql :
       {"ALTER TABLE t ADD COLUMN n1 INT DEFAULT '5', ADD COLUMN n2 VARCHAR(10) NULL AFTER k",
        "ALTER TABLE t MODIFY COLUMN v BIGINT", "ALTER TABLE t DROP COLUMN n1, DROP COLUMN n2",
        "ALTER TABLE t ADD INDEX iv (v) USING BITMAP"}) {
    run(sql);
    world.advance(400);
    EXPECT_EQ(table("t").indexes[0].schema_version, ++expected) << sql;
  }
  run("ALTER TABLE t RENAME COLUMN v TO u");
  run("ALTER TABLE t COMMENT = 'x'");
  EXPECT_EQ(table("t").indexes[0].schema_version, expected);
  EXPECT_EQ(partition("t").visible_version, version);
  EXPECT_EQ(partition("t").content, content);
  const auto shown = ask("SHOW PROC '/dbs/db/t/index_schema'");
  ASSERT_EQ(shown.rows.size(), 1U) << shown.message;
  EXPECT_EQ(shown.rows[0][2], std::to_string(expected));
}

TEST_F(Drift, ColumnsThatCannotBeAddedDroppedOrModified) {
  run("CREATE TABLE pk (k INT NOT NULL, v BIGINT, s VARCHAR(10)) PRIMARY KEY(k) DISTRIBUTED BY "
      "HASH(k) BUCKETS 1 PROPERTIES ('replication_num' = '1')");
  // Nor in the place of one that the same statement drops.
  refused("ALTER TABLE pk ADD COLUMN v INT", 1064, "Duplicate column name v");
  refused("ALTER TABLE pk DROP COLUMN v, ADD COLUMN v BIGINT", 1064, "already exists");
  refused("ALTER TABLE pk ADD COLUMN w INT NOT NULL", 1064, "no default");
  refused("ALTER TABLE pk DROP COLUMN k", 1064, "cannot be dropped");
  refused("ALTER TABLE pk MODIFY COLUMN k BIGINT", 1064, "primary key");
  refused("ALTER TABLE pk MODIFY COLUMN v INT", 1064, "Can not change");
  refused("ALTER TABLE pk MODIFY COLUMN s VARCHAR(5)", 1064, "Can not change");
  refused("ALTER TABLE pk MODIFY COLUMN v BIGINT NOT NULL", 1064, "non-nullable");
  refused("ALTER TABLE pk MODIFY COLUMN v BIGINT DEFAULT '1'", 1064, "default");
  EXPECT_EQ(table("pk").indexes[0].schema_version, 0);
}

TEST_F(Drift, IndexesComeAndGoByJobs) {
  run("ALTER TABLE t ADD INDEX iv (v) USING BITMAP COMMENT 'x'");
  EXPECT_TRUE(table("t").index_defs.empty());
  world.advance(400);
  EXPECT_EQ(ask("SHOW INDEX FROM t").rows.size(), 1U);
  refused("ALTER TABLE t DROP INDEX nothing", 1064, "does not exist");
  run("ALTER TABLE t DROP INDEX iv");
  world.advance(400);
  EXPECT_TRUE(table("t").index_defs.empty());
}

TEST_F(Drift, RollupsAndSynchronousViewsAreListedAndDropped) {
  run("ALTER TABLE t ADD ROLLUP r1 (k, v)");
  world.advance(400);
  run("CREATE MATERIALIZED VIEW s1 AS SELECT k, SUM(v) FROM t GROUP BY k");
  world.advance(400);
  const Answer listed = ask("SHOW MATERIALIZED VIEWS FROM db");
  ASSERT_EQ(listed.rows.size(), 2U);
  EXPECT_EQ(listed.rows[0][2], "r1");
  EXPECT_EQ(listed.rows[0][3], "ROLLUP");
  EXPECT_EQ(listed.rows[1][21],
            "CREATE MATERIALIZED VIEW s1 AS SELECT k, SUM(v) FROM t GROUP BY k");
  EXPECT_EQ(partition("t").indexes.size(), 3U);
  run("ALTER TABLE t DROP ROLLUP r1");
  run("DROP MATERIALIZED VIEW s1");
  EXPECT_EQ(partition("t").indexes.size(), 1U);
  EXPECT_EQ(table("t").indexes.size(), 1U);
}

TEST_F(Drift, WhatWasDroppedWithoutForceComesBackWithItsIds) {
  const Table before = table("t");
  run("DROP TABLE t");
  run("RECOVER TABLE t");
  EXPECT_EQ(table("t").id, before.id);
  EXPECT_EQ(partition("t").content, before.partitions[0].content);
  refused("RECOVER TABLE t", 1050, "already exists");
  const Partition a = partition("p", "a");
  run("ALTER TABLE p DROP PARTITION a");
  run("RECOVER PARTITION a FROM p");
  EXPECT_EQ(partition("p", "a").physical_id, a.physical_id);
  run("ALTER TABLE p DROP PARTITION a FORCE");
  refused("RECOVER PARTITION a FROM p", 1064, "No partition named 'a' in recycle bin");
  run("DROP TABLE t FORCE");
  refused("RECOVER TABLE t", 5502, "Unknown table 't'");
  run("DROP DATABASE db");
  run("RECOVER DATABASE db");
  EXPECT_EQ(table("p").name, "p");
}

TEST_F(Drift, ViewsAndMaterializedViewsAreAltered) {
  run("CREATE VIEW v AS SELECT k FROM t");
  run("ALTER VIEW v AS SELECT v FROM t");
  EXPECT_TRUE(contains(ask("SHOW CREATE VIEW v").rows[0][1].value_or(""), "SELECT v FROM t"));
  refused("ALTER VIEW nothing AS SELECT v FROM t", 1064, "not found");
  refused("ALTER VIEW t AS SELECT v FROM t", 1347, "is not 'VIEW'");
  run("CREATE MATERIALIZED VIEW m DISTRIBUTED BY HASH(k) BUCKETS 1 REFRESH MANUAL "
      "PROPERTIES ('replication_num' = '1') AS SELECT k FROM t");
  run("ALTER MATERIALIZED VIEW m INACTIVE");
  EXPECT_EQ(ask("SHOW MATERIALIZED VIEWS FROM db").rows[0][4], "false");
  run("ALTER MATERIALIZED VIEW m ACTIVE");
  EXPECT_EQ(ask("SHOW MATERIALIZED VIEWS FROM db").rows[0][4], "true");
  run("ALTER MATERIALIZED VIEW m RENAME m2");
  const std::string text = ask("SHOW CREATE MATERIALIZED VIEW m2").rows[0][1].value_or("");
  EXPECT_TRUE(text.starts_with("CREATE MATERIALIZED VIEW `m2`")) << text;
  refused("DROP TABLE m2", 1064, "is a materialized view");
}

TEST_F(Drift, PartitionsOfADynamicTableAreOnlyTruncated) {
  run("ALTER TABLE p SET ('dynamic_partition.enable' = 'true')");
  refused("ALTER TABLE p DROP PARTITION IF EXISTS a", 1064, "Dynamic Partition Table");
  run("TRUNCATE TABLE p PARTITION (a)");
  run("ALTER TABLE p SET ('dynamic_partition.enable' = 'false')");
  run("ALTER TABLE p DROP PARTITION a");
  EXPECT_EQ(table("p").partitions.size(), 1U);
}

}  // namespace
}  // namespace srsync::sandbox
