#include "ddl/alter.h"

#include <gtest/gtest.h>

#include "ddl/read_create_table.h"

namespace srsync::ddl {
namespace {

TableModel table(const std::string& columns, const std::string& comment,
                 const std::string& properties = "") {
  const auto model = read_create_table(
      "CREATE TABLE `t` (\n" + columns + "\n) ENGINE=OLAP \nDUPLICATE KEY(`k`)\nCOMMENT \"" +
      comment + "\"\nDISTRIBUTED BY HASH(`k`) BUCKETS 2 \nPROPERTIES (\n" + properties +
      "\"replication_num\" = \"1\"\n);");
  EXPECT_TRUE(model.is_ok()) << model.status().to_string();
  return *model;
}

const char* const kPlain =
    "  `k` int(11) NULL COMMENT \"\",\n  `v` varchar(10) NULL COMMENT \"old\"";

TargetOptions on(Version version) {
  TargetOptions options;
  options.database = "db";
  options.table = "t";
  options.version = version;
  options.buckets = 2;
  return options;
}

TEST(Alter, CommentsAreWrittenWithTheirQuotesEscaped) {
  const auto source = table(
      "  `k` int(11) NULL COMMENT \"\",\n  `v` varchar(10) NULL COMMENT \"it's \\\"new\\\"\"", "b");
  const Alteration found = alter_comments(source, table(kPlain, "a"), on({4, 0, 0}));
  ASSERT_EQ(found.statements.size(), 2U);
  EXPECT_EQ(found.statements[0],
            "ALTER TABLE `db`.`t` MODIFY COLUMN `v` COMMENT \"it's \\\"new\\\"\"");
  EXPECT_EQ(found.statements[1], "ALTER TABLE `db`.`t` COMMENT = \"b\"");
  EXPECT_NE(found.reason.find("table comment: \"b\" on source, \"a\" on target"),
            std::string::npos);
}

// 3.3 and 3.4 refuse MODIFY COLUMN with nothing but a comment.
TEST(Alter, ColumnCommentsWaitForReleasesThatTakeThemAlone) {
  const auto source =
      table("  `k` int(11) NULL COMMENT \"\",\n  `v` varchar(10) NULL COMMENT \"new\"", "a");
  EXPECT_TRUE(alter_comments(source, table(kPlain, "a"), on({3, 4, 9})).statements.empty());
  EXPECT_EQ(alter_comments(source, table(kPlain, "a"), on({3, 5, 0})).statements.size(), 1U);
}

TEST(Alter, ColumnsAreNeverAltered) {
  const auto source =
      table("  `k` int(11) NULL COMMENT \"\",\n  `w` varchar(10) NULL COMMENT \"old\"", "a");
  EXPECT_TRUE(alter_comments(source, table(kPlain, "a"), on({4, 0, 0})).statements.empty());
}

TEST(Alter, OnePropertyPerStatementAndOnlyThoseThatMoveNothing) {
  const auto source = table(kPlain, "a",
                            "\"write_quorum\" = \"ALL\",\n\"enable_load_profile\" = \"true\",\n"
                            "\"colocate_with\" = \"g\",\n\"compression\" = \"ZSTD\",\n");
  const auto target = table(kPlain, "a", "\"compression\" = \"LZ4\",\n");
  const Alteration found = alter_properties(source, target, on({4, 0, 0}));
  ASSERT_EQ(found.statements.size(), 2U);
  EXPECT_EQ(found.statements[0], "ALTER TABLE `db`.`t` SET (\"enable_load_profile\" = \"true\")");
  EXPECT_EQ(found.statements[1], "ALTER TABLE `db`.`t` SET (\"write_quorum\" = \"ALL\")");
  // Unknown before 3.3.
  EXPECT_EQ(alter_properties(source, target, on({3, 2, 0})).statements.size(), 1U);
  EXPECT_TRUE(alter_properties(source, source, on({4, 0, 0})).statements.empty());
}

std::string with_index(const std::string& index) {
  return std::string(kPlain) + ",\n  INDEX " + index + " USING BITMAP COMMENT ''";
}

TEST(Alter, BitmapIndexesOneAtATime) {
  const auto source = table(with_index("a (`k`)"), "a");
  const auto none = table(kPlain, "a");
  const auto other = table(with_index("a (`v`)"), "a");
  const IndexSwitches all{true, true};
  EXPECT_EQ(alter_bitmap_indexes(source, none, on({4, 0, 0}), all).statements.at(0),
            "CREATE INDEX `a` ON `db`.`t` (`k`) USING BITMAP");
  EXPECT_EQ(alter_bitmap_indexes(source, other, on({4, 0, 0}), all).statements.at(0),
            "DROP INDEX `a` ON `db`.`t`");
  EXPECT_EQ(alter_bitmap_indexes(none, other, on({4, 0, 0}), all).statements.at(0),
            "DROP INDEX `a` ON `db`.`t`");
  const auto kept = alter_bitmap_indexes(source, other, on({4, 0, 0}), {false, true});
  EXPECT_TRUE(kept.statements.empty());
  EXPECT_NE(kept.forbidden.find("ddl_job_allow_drop_inconsistent_bitmap_index is false"),
            std::string::npos);
  const auto stray = alter_bitmap_indexes(none, other, on({4, 0, 0}), {true, false});
  EXPECT_TRUE(stray.statements.empty());
  EXPECT_NE(stray.forbidden.find("ddl_job_allow_drop_bitmap_index_target_only is false"),
            std::string::npos);
}

TEST(Alter, RollupStatements) {
  EXPECT_EQ(add_rollup("d", "t", "r", {"a", "b"}), "ALTER TABLE `d`.`t` ADD ROLLUP `r` (`a`, `b`)");
  EXPECT_EQ(drop_rollup("d", "t", "r"), "ALTER TABLE `d`.`t` DROP ROLLUP `r`");
  EXPECT_EQ(drop_materialized_view("d", "m"), "DROP MATERIALIZED VIEW IF EXISTS `d`.`m`");
}

TEST(Alter, TheConditionOfAView) {
  EXPECT_EQ(view_condition("CREATE MATERIALIZED VIEW m AS SELECT k, SUM(v) FROM b GROUP BY k"), "");
  EXPECT_EQ(view_condition("CREATE MATERIALIZED VIEW m AS\nSELECT k FROM b\n  WHERE  K > 'A B';"),
            "where k > 'A B'");
  EXPECT_EQ(view_condition("SELECT ' where ' FROM `where `"), "");
}

}  // namespace
}  // namespace srsync::ddl
