#include "io/rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace srsync::io {
namespace {

using ::testing::HasSubstr;

ResultSet partitions() {
  ResultSet rows;
  rows.columns = {"PartitionId", "Name", "Alive", "Size"};
  rows.rows = {{"17", "p1", "true", std::nullopt}, {"x", std::nullopt, "maybe", "5"}};
  return rows;
}

TEST(RowReaderTest, FindsColumnsByNameInAnyOrder) {
  const ResultSet rows = partitions();
  const auto reader = RowReader::bind(rows, "SHOW PARTITIONS", {"name", "PARTITIONID", "Alive"});
  ASSERT_TRUE(reader.is_ok());
  EXPECT_EQ(reader->size(), 2u);
  EXPECT_EQ(*reader->get_text(0, 0), "p1");
  EXPECT_EQ(*reader->get_int64(0, 1), 17);
  EXPECT_EQ(*reader->get_bool(0, 2), true);
}

TEST(RowReaderTest, AMissingColumnIsNamedWithTheStatement) {
  const ResultSet rows = partitions();
  const auto reader = RowReader::bind(rows, "SHOW PARTITIONS", {"Name", "VisibleVersion"});
  EXPECT_EQ(reader.status().code(), Code::kUnsupported);
  EXPECT_EQ(reader.status().message(),
            "SHOW PARTITIONS: the answer has no column VisibleVersion, it has: PartitionId, Name, "
            "Alive, Size");
}

TEST(RowReaderTest, AMissingOptionalColumnReadsAsNull) {
  const ResultSet rows = partitions();
  const auto reader = RowReader::bind(rows, "SHOW PARTITIONS", {"Name"}, {"VersionEpoch", "Size"});
  ASSERT_TRUE(reader.is_ok());
  EXPECT_FALSE(reader->has(1));
  EXPECT_TRUE(reader->has(2));
  EXPECT_EQ(reader->text(0, 1), std::nullopt);
  EXPECT_EQ(*reader->get_optional_int64(0, 1), std::nullopt);
  EXPECT_EQ(*reader->get_optional_int64(0, 2), std::nullopt);
  EXPECT_EQ(*reader->get_optional_int64(1, 2), 5);
  EXPECT_EQ(reader->text_or_empty(0, 1), "");
}

TEST(RowReaderTest, WrongTypesAreNamedWithTheirPlace) {
  const ResultSet rows = partitions();
  const auto reader =
      RowReader::bind(rows, "SHOW PARTITIONS", {"PartitionId", "Name", "Alive"}, {});
  ASSERT_TRUE(reader.is_ok());
  EXPECT_EQ(reader->get_int64(1, 0).status().message(),
            "SHOW PARTITIONS: row 2, column PartitionId: 'x' is not a number");
  EXPECT_EQ(reader->get_text(1, 1).status().message(),
            "SHOW PARTITIONS: row 2, column Name: NULL is not a text");
  EXPECT_THAT(reader->get_bool(1, 2).status().message(), HasSubstr("'maybe'"));
  EXPECT_EQ(reader->get_bool(1, 2).status().code(), Code::kCorruption);
}

}  // namespace
}  // namespace srsync::io
