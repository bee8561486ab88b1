// Values as the target must be told them.
#include "ddl/writable_values.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/ddl/samples.h"

namespace srsync::ddl {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr const char* kColumns =
    "  `k` int(11) NOT NULL COMMENT \"\",\n  `a` varchar(9) NOT NULL COMMENT \"\",\n"
    "  `b` varchar(9) NULL COMMENT \"\",\n  `i` int(11) NULL COMMENT \"\"";

Result<std::string> written(const std::string& partition, const std::string& clause,
                            std::vector<std::string>* notes = nullptr) {
  const TableModel model =
      test::read_sample({.columns = kColumns, .partition = "PARTITION BY " + partition});
  return writable_values(model, "p", *read_clause(clause), notes);
}

TEST(WritableValues, NullIsDecidedByTheColumn) {
  std::vector<std::string> notes;
  EXPECT_EQ(*written("LIST(`a`)(\n)", "VALUES IN (NULL)", &notes), "VALUES IN (\"NULL\")");
  EXPECT_EQ(*written("LIST(`i`)(\n)", "VALUES IN (NULL)", &notes), "VALUES IN (NULL)");
  EXPECT_THAT(notes, IsEmpty());
  EXPECT_EQ(*written("LIST(`b`)(\n)", "VALUES IN (NULL)", &notes), "VALUES IN (NULL)");
  EXPECT_THAT(notes, SizeIs(1));
}

TEST(WritableValues, TuplesAreWrittenForSeveralColumns) {
  EXPECT_EQ(*written("(`a`,`b`)", R"(VALUES IN (("x","y")))"), R"(VALUES IN (("x", "y")))");
  EXPECT_EQ(*written("(`a`)", R"(VALUES IN ("x"))"), R"(VALUES IN ("x"))");
}

TEST(WritableValues, WhatDoesNotSuitTheTableNamesThePartition) {
  for (const auto& [partition, clause] : std::vector<std::pair<std::string, std::string>>{
           {"LIST(`a`)(\n)", R"(VALUES [("1"), ("2")))"},
           {"RANGE(`i`)\n()", R"(VALUES IN ("1"))"},
           {"LIST(`a`)(\n)", R"(VALUES IN (("1","2")))"},
           {"RANGE(`i`)\n()", ""}}) {
    const auto values = written(partition, clause);
    EXPECT_EQ(values.status().code(), Code::kInvalidArgument) << clause;
    EXPECT_THAT(values.status().message(), HasSubstr("partition p"));
  }
}

TEST(WritableValues, MaxValueOnlyInOneColumn) {
  EXPECT_EQ(*written("RANGE(`i`)\n()", R"(VALUES [("1"), (MAXVALUE)))"),
            R"(VALUES [("1"), (MAXVALUE)))");
  EXPECT_EQ(written("RANGE(`i`, `k`)\n()", R"(VALUES [("1","2"), ("3",MAXVALUE)))").status().code(),
            Code::kUnsupported);
}

}  // namespace
}  // namespace srsync::ddl
