// What counts as the same, part by part.
#include "ddl/canonical.h"

#include <gtest/gtest.h>

#include "unit/ddl/samples.h"

namespace srsync::ddl {
namespace {

using test::read_sample;
using test::Sample;

CanonicalTable canonical(const Sample& sample) { return canonical_table(read_sample(sample)); }

CanonicalColumn last_column(const std::string& line) {
  return canonical({.columns = "  `k` int(11) NOT NULL COMMENT \"\",\n" + line}).columns.back();
}

TEST(Canonical, BooleanDefaultsAreNumbers) {
  EXPECT_EQ(last_column("  `b` boolean NULL DEFAULT \"true\" COMMENT \"\"").default_value, "= 1");
  EXPECT_EQ(last_column("  `b` boolean NULL DEFAULT \"0\" COMMENT \"\"").default_value, "= 0");
  EXPECT_EQ(last_column("  `b` varchar(5) NULL DEFAULT \"true\" COMMENT \"\"").default_value,
            "= true");
}

TEST(Canonical, ADefaultsKindIsNotItsText) {
  const auto of = [](const std::string& text) {
    return last_column("  `c` varchar(40) NULL DEFAULT " + text + " COMMENT \"\"").default_value;
  };
  EXPECT_NE(of("\"CURRENT_TIMESTAMP\""), of("CURRENT_TIMESTAMP"));
  EXPECT_NE(of("\"uuid()\""), of("(uuid())"));
  EXPECT_NE(of("\"\""), last_column("  `c` varchar(40) NULL COMMENT \"\"").default_value);
}

TEST(Canonical, SketchesHaveNoDefault) {
  EXPECT_EQ(last_column("  `b` bitmap BITMAP_UNION NULL DEFAULT \"\" COMMENT \"\"").default_value,
            "");
}

TEST(Canonical, ReplaceIsImpliedWhereNothingElseIsPossible) {
  const std::string columns =
      "  `k` int(11) NOT NULL COMMENT \"\",\n  `v` int(11) REPLACE NULL COMMENT \"\"";
  EXPECT_EQ(canonical({.columns = columns, .key = "UNIQUE KEY(`k`)"}).columns[1].aggregation, "");
  EXPECT_EQ(canonical({.columns = columns, .key = "AGGREGATE KEY(`k`)"}).columns[1].aggregation,
            "REPLACE");
}

TEST(Canonical, StatesAreNullableWhateverIsPrinted) {
  EXPECT_TRUE(last_column("  `c` bigint(20) count(int(11)) NOT NULL COMMENT \"\"").nullable);
  EXPECT_FALSE(last_column("  `c` bigint(20) SUM NOT NULL COMMENT \"\"").nullable);
}

TEST(Canonical, WithoutSortKeyTheKeySorts) {
  EXPECT_EQ(canonical({.order = "ORDER BY(`k`)"}).sort_key, canonical({}).sort_key);
  EXPECT_NE(canonical({.order = "ORDER BY(`v`)"}).sort_key, canonical({}).sort_key);
}

TEST(Canonical, GridsAreToldByTheirParts) {
  const std::string columns =
      "  `k` int(11) NOT NULL COMMENT \"\",\n  `dt` datetime NOT NULL COMMENT \"\"";
  const auto of = [&](const std::string& text) {
    return canonical({.columns = columns, .partition = "PARTITION BY " + text}).partitioning;
  };
  EXPECT_EQ(of("date_trunc('day', dt)"), of("date_trunc('DAY', `dt`)"));
  EXPECT_EQ(of("time_slice(dt, 7, 'day', 'floor')"), of("time_slice(`dt`, INTERVAL 7 DAY)"));
  EXPECT_NE(of("date_trunc('day', dt)"), of("date_trunc('month', dt)"));
  EXPECT_NE(of("time_slice(dt, 7, 'day', 'floor')"), of("time_slice(dt, 8, 'day', 'floor')"));
}

}  // namespace
}  // namespace srsync::ddl
