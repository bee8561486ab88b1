// The model itself.
#include "ddl/table_model.h"

#include <gtest/gtest.h>

namespace srsync::ddl {
namespace {

TEST(TableModel, FindsColumnsWhateverTheirCase) {
  TableModel model;
  model.columns.resize(2);
  model.columns[0].name = "Id";
  model.columns[1].name = "日本";
  ASSERT_NE(model.find_column("iD"), nullptr);
  EXPECT_EQ(model.find_column("iD")->name, "Id");
  EXPECT_NE(model.find_column("日本"), nullptr);
  EXPECT_EQ(model.find_column("other"), nullptr);
}

TEST(TableModel, OnlyAutomaticKindsAreAutomatic) {
  EXPECT_TRUE(is_automatic(PartitionKind::kAutoRange));
  EXPECT_TRUE(is_automatic(PartitionKind::kAutoList));
  for (PartitionKind kind : {PartitionKind::kNone, PartitionKind::kRangeColumns,
                             PartitionKind::kRangeExpression, PartitionKind::kList}) {
    EXPECT_FALSE(is_automatic(kind)) << partition_kind_name(kind);
  }
}

TEST(TableModel, EveryDifferenceCounts) {
  const TableModel model;
  TableModel other;
  EXPECT_EQ(model, other);
  other.partition.listed.push_back({"p", {}, {}});
  EXPECT_NE(model, other);
  EXPECT_EQ(key_type_name(other.key_type), "DUPLICATE");
}

}  // namespace
}  // namespace srsync::ddl
