// SHOW CREATE TABLE texts into models: every recorded one, and those that are hard to read.
#include "ddl/read_create_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/ddl/fixtures.h"

namespace srsync::ddl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(ReadCreateTableFixtures, ReadsEveryRecordedTable) {
  int tables = 0;
  for (const test::Printed& printed : test::printed_tables()) {
    SCOPED_TRACE(printed.version + " " + printed.file + " " + printed.object);
    const auto model = read_create_table(printed.text, ReadOptions{parse_version(printed.version)});
    if (printed.text.starts_with("CREATE EXTERNAL")) {
      EXPECT_EQ(model.status().code(), Code::kUnsupported);
      continue;
    }
    ASSERT_TRUE(model.is_ok()) << model.status().to_string() << "\n" << printed.text;
    ++tables;
    // Nothing the frontend printed as a column may be lost.
    std::size_t column_lines = 0;
    for (std::size_t at = printed.text.find("\n  `"); at != std::string::npos;
         at = printed.text.find("\n  `", at + 1)) {
      ++column_lines;
    }
    EXPECT_EQ(model->columns.size(), column_lines);
  }
  EXPECT_GT(tables, 400);
}

}  // namespace
}  // namespace srsync::ddl
