// The short statements.
#include "ddl/partition_statements.h"

#include <gtest/gtest.h>

namespace srsync::ddl {
namespace {

TEST(Statements, AreSafeToRepeat) {
  EXPECT_EQ(create_database("d"), "CREATE DATABASE IF NOT EXISTS `d`");
  EXPECT_EQ(create_database("d", "v"),
            "CREATE DATABASE IF NOT EXISTS `d` PROPERTIES (\"storage_volume\" = \"v\")");
  EXPECT_EQ(drop_database("d"), "DROP DATABASE IF EXISTS `d`");
  EXPECT_EQ(drop_table("d", "t"), "DROP TABLE IF EXISTS `d`.`t`");
  EXPECT_EQ(drop_table("d", "t", IfExists::kNo, DropMode::kForce), "DROP TABLE `d`.`t` FORCE");
  EXPECT_EQ(drop_partition("d", "t", "p"), "ALTER TABLE `d`.`t` DROP PARTITION IF EXISTS `p`");
  EXPECT_EQ(truncate_table("d", "t"), "TRUNCATE TABLE `d`.`t`");
  EXPECT_EQ(truncate_table("d", "t", {"p", "q"}), "TRUNCATE TABLE `d`.`t` PARTITION (`p`, `q`)");
  EXPECT_EQ(rename_table("d", "t", "u"), "ALTER TABLE `d`.`t` RENAME `u`");
  EXPECT_EQ(swap_tables("d", "t", "u"), "ALTER TABLE `d`.`t` SWAP WITH `u`");
  EXPECT_EQ(rename_partition("d", "t", "p1", "p`2"),
            "ALTER TABLE `d`.`t` RENAME PARTITION `p1` `p``2`");
  EXPECT_EQ(set_table_property("d", "t", "a", "b\"c"),
            "ALTER TABLE `d`.`t` SET (\"a\" = \"b\\\"c\")");
}

}  // namespace
}  // namespace srsync::ddl
