#include "core/catalog.h"

#include <gtest/gtest.h>

namespace srsync::core {
namespace {

TEST(Catalog, FindsPartitionsById) {
  Table table;
  for (const std::int64_t id : {3, 5, 9}) {
    table.partitions.emplace_back();
    table.partitions.back().id = PartitionId(id);
  }
  ASSERT_NE(table.find(PartitionId(5)), nullptr);
  EXPECT_EQ(table.find(PartitionId(5))->id, PartitionId(5));
  EXPECT_EQ(table.find(PartitionId(4)), nullptr);
  EXPECT_EQ(table.find(PartitionId(10)), nullptr);
}

TEST(Catalog, NamesForPeople) {
  EXPECT_EQ(to_string(TableName{"a", "b"}), "a.b");
  EXPECT_EQ(to_string(TableName{"a", ""}), "a");
}

}  // namespace
}  // namespace srsync::core
