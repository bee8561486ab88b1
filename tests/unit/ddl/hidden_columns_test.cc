// Partition expressions printed as generated columns.
#include "ddl/hidden_columns.h"

#include <gtest/gtest.h>

#include "ddl/read_create_table.h"
#include "unit/ddl/fixtures.h"

namespace srsync::ddl {
namespace {

TableModel mixed(const std::string& version) {
  const auto model = read_create_table(test::printed_table(version, "shop.expr_mixed"));
  EXPECT_TRUE(model.is_ok()) << model.status().to_string();
  return model.is_ok() ? *model : TableModel{};
}

TEST(HiddenColumns, BothPrintsAreOneTable) {
  const TableModel with_column = mixed("4.0");
  const TableModel without = mixed("4.1");
  EXPECT_EQ(with_column.columns.size(), without.columns.size() + 1);
  EXPECT_EQ(visible_columns(with_column).size(), visible_columns(without).size());
  EXPECT_EQ(canonical_items(with_column), canonical_items(without));
  EXPECT_EQ(canonical_items(without).front(), "date_trunc(\"month\",dt)");
}

// A user's own column of that name is data and must not be overlooked.
TEST(HiddenColumns, AColumnThatPartitionsNothingIsVisible) {
  TableModel model = mixed("4.0");
  model.partition.items.erase(model.partition.items.begin());
  EXPECT_EQ(visible_columns(model).size(), model.columns.size());
}

TEST(HiddenColumns, AColumnThatIsNotGeneratedIsVisible) {
  TableModel model = mixed("4.0");
  model.columns.back().generated_as.clear();
  EXPECT_EQ(visible_columns(model).size(), model.columns.size());
}

TEST(HiddenColumns, AreNamedByNumber) {
  EXPECT_EQ(hidden_column_name(3), "__generated_partition_column_3");
  EXPECT_TRUE(is_hidden_column_name(hidden_column_name(0)));
  EXPECT_FALSE(is_hidden_column_name("generated_partition_column_0"));
}

}  // namespace
}  // namespace srsync::ddl
