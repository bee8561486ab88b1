// Types of SHOW PROC rows.
#include "ddl/view_kinds.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "unit/ddl/fixtures.h"

namespace srsync::ddl {
namespace {

TEST(ViewKinds, EveryTypeHasItsKind) {
  EXPECT_EQ(classify_table_type("OLAP"), ObjectKind::kTable);
  EXPECT_EQ(classify_table_type("CLOUD_NATIVE"), ObjectKind::kTable);
  EXPECT_EQ(classify_table_type("LAKE"), ObjectKind::kTable);
  EXPECT_EQ(classify_table_type("VIEW"), ObjectKind::kView);
  EXPECT_EQ(classify_table_type("MATERIALIZED_VIEW"), ObjectKind::kMaterializedView);
  EXPECT_EQ(classify_table_type("CLOUD_NATIVE_MATERIALIZED_VIEW"), ObjectKind::kMaterializedView);
  EXPECT_EQ(classify_table_type("MYSQL"), ObjectKind::kExternalTable);
  EXPECT_EQ(classify_table_type("OLAP_EXTERNAL"), ObjectKind::kExternalTable);
  EXPECT_EQ(classify_table_type("SOMETHING_NEW"), ObjectKind::kOther);
  EXPECT_EQ(classify_table_type(""), ObjectKind::kOther);
  EXPECT_EQ(object_kind_name(ObjectKind::kMaterializedView), "materialized view");
}

// A type that is not known would be left out of the migration in silence.
TEST(ViewKindsFixtures, EveryRecordedTypeOfUserDatabasesIsKnown) {
  int rows = 0;
  for (const std::string& version : test::recorded_versions()) {
    for (const test::Json& line : test::fixture_lines(version + "/proc.jsonl")) {
      if (!line.contains("columns") || line["columns"].size() < 7) continue;
      if (line["columns"][1] != "TableName" || line["columns"][6] != "Type") continue;
      for (const test::Json& row : line["rows"]) {
        ++rows;
        const std::string type = row[6];
        EXPECT_TRUE(type == "SCHEMA" || classify_table_type(type) != ObjectKind::kOther) << type;
      }
    }
  }
  EXPECT_GT(rows, 100);
}

}  // namespace
}  // namespace srsync::ddl
