// Tables that only print differently are equal; tables that differ are told apart in words.
#include "ddl/compare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "ddl/read_create_table.h"
#include "unit/ddl/fixtures.h"
#include "unit/ddl/samples.h"

namespace srsync::ddl {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TableModel read(const std::string& text, const std::string& version = "4.0") {
  auto model = read_create_table(text, ReadOptions{parse_version(version)});
  EXPECT_TRUE(model.is_ok()) << model.status().to_string() << "\n" << text;
  return model.is_ok() ? *model : TableModel{};
}

std::vector<std::string> texts(const std::vector<Difference>& differences) {
  std::vector<std::string> all;
  for (const Difference& difference : differences) all.push_back(difference.text);
  return all;
}

// `text` as the recorded target prints it: the lines it printed otherwise are exchanged.
std::string reprinted(std::string text, const test::Json& different) {
  std::vector<std::string> removed;
  std::vector<std::string> added;
  for (const std::string line : different) {
    (line[0] == '-' ? removed : added).push_back(line.substr(1));
  }
  std::size_t at = std::string::npos;
  for (std::size_t i = 0; i < removed.size(); ++i) {
    const std::size_t found = text.find(removed[i] + "\n");
    if (found == std::string::npos) return {};
    const std::string line = i < added.size() ? added[i] + "\n" : "";
    text.replace(found, removed[i].size() + 1, line);
    at = found + line.size();
  }
  for (std::size_t i = removed.size(); i < added.size(); ++i) {
    text.insert(at, added[i] + "\n");
    at += added[i].size() + 1;
  }
  return text;
}

// Only where as many lines go as come, of the same kind: others would be pasted at a wrong place.
bool pairs_up(const test::Json& different) {
  std::size_t removed = 0;
  for (const std::string line : different) {
    if (line[0] == '-') ++removed;
  }
  return removed * 2 == different.size();
}

TEST(CompareFixtures, WhatOnlyPrintsDifferentlyIsNoDifference) {
  int compared = 0;
  for (const std::string target : {"3.3", "3.4", "3.5", "4.0", "4.1"}) {
    for (const test::Json& line : test::fixture_lines("replay/" + target + ".jsonl")) {
      if (!line.contains("different") || !pairs_up(line["different"])) continue;
      const std::string text = test::printed_table(line["source"], line["object"]);
      const std::string other = reprinted(text, line["different"]);
      if (text.empty() || other.empty()) continue;
      SCOPED_TRACE(line.dump());
      const TableModel source = read(text, line["source"]);
      const TableModel on_target = read(other, target);
      EXPECT_THAT(texts(compare(source, on_target)), IsEmpty());
      EXPECT_EQ(fit_fingerprint(source), fit_fingerprint(on_target));
      ++compared;
    }
  }
  EXPECT_GT(compared, 25);
}

// The same corpus was built on every version, so each object must be equal to itself elsewhere.
TEST(CompareFixtures, TheSameTableOnTwoVersionsIsEqual) {
  struct Read {
    std::string version;
    TableModel model;
    std::string fingerprint;
  };
  std::map<std::string, std::vector<Read>> by_object;
  for (const test::Printed& printed : test::printed_tables()) {
    if (printed.file != "show_create" || !printed.text.starts_with("CREATE TABLE")) continue;
    TableModel model = read(printed.text, printed.version);
    std::string fingerprint = fit_fingerprint(model);
    by_object[printed.object].push_back(
        {printed.version, std::move(model), std::move(fingerprint)});
  }
  int compared = 0;
  for (const auto& [object, reads] : by_object) {
    for (const Read& a : reads) {
      for (const Read& b : reads) {
        SCOPED_TRACE(object + " " + a.version + " and " + b.version);
        EXPECT_THAT(texts(compare(a.model, b.model)), IsEmpty());
        EXPECT_EQ(a.fingerprint, b.fingerprint);
        ++compared;
      }
    }
  }
  EXPECT_GT(compared, 1500);
}

// --- differences --------------------------------------------------------------------------------

using test::Sample;
constexpr const char* kKeyColumn = "  `k` int(11) NOT NULL COMMENT \"\",\n";

// The differences between `a` and `b`, with the promise that binds them to the fingerprint.
std::vector<std::string> differences(const Sample& a, const Sample& b) {
  const TableModel source = test::read_sample(a);
  const TableModel target = test::read_sample(b);
  const auto found = compare(source, target);
  bool is_schema = false;
  for (const Difference& difference : found) is_schema = is_schema || difference.is_schema();
  EXPECT_EQ(is_schema, fit_fingerprint(source) != fit_fingerprint(target));
  return texts(found);
}

std::vector<std::string> column_differences(const std::string& a, const std::string& b) {
  return differences({.columns = kKeyColumn + a}, {.columns = kKeyColumn + b});
}

TEST(Compare, ColumnsAreToldInWords) {
  EXPECT_THAT(
      column_differences("  `v` int(11) NULL COMMENT \"\"", "  `v` bigint(20) NULL COMMENT \"\""),
      ElementsAre("column v: INT on source, BIGINT on target"));
  EXPECT_THAT(
      column_differences("  `v` int(11) NULL COMMENT \"\"", "  `v` int(11) NOT NULL COMMENT \"\""),
      ElementsAre("column v: NULL on source, NOT NULL on target"));
  EXPECT_THAT(
      column_differences("  `v` int(11) NULL COMMENT \"\"", "  `w` int(11) NULL COMMENT \"\""),
      ElementsAre("column v: missing on target", "column w: only on target"));
  EXPECT_THAT(column_differences("  `v` int(11) SUM NULL COMMENT \"\"",
                                 "  `v` int(11) MAX NULL COMMENT \"\""),
              ElementsAre("column v: SUM on source, MAX on target"));
}

TEST(Compare, WhatLoadsComputeIsNoSchema) {
  EXPECT_THAT(column_differences("  `v` int(11) NULL DEFAULT \"1\" COMMENT \"\"",
                                 "  `v` int(11) NULL COMMENT \"\""),
              ElementsAre("column v: default = 1 on source, default none on target"));
  EXPECT_THAT(column_differences("  `v` int(11) NULL AS `k` + 1 COMMENT \"\"",
                                 "  `v` int(11) NULL AS `k` + 2 COMMENT \"\""),
              ElementsAre("column v: k+1 on source, k+2 on target"));
  EXPECT_THAT(
      column_differences("  `v` int(11) NULL COMMENT \"a\"", "  `v` int(11) NULL COMMENT \"b\""),
      ElementsAre("column v: comment \"a\" on source, comment \"b\" on target"));
}

TEST(Compare, OrderOfColumnsCounts) {
  const std::string a = "  `a` int(11) NULL COMMENT \"\"";
  const std::string b = "  `b` int(11) NULL COMMENT \"\"";
  EXPECT_THAT(column_differences(a + ",\n" + b, b + ",\n" + a),
              ElementsAre("column order: k, a, b on source, k, b, a on target"));
}

TEST(Compare, ClausesAreToldInWords) {
  EXPECT_THAT(differences({.key = "DUPLICATE KEY(`k`)"}, {.key = "PRIMARY KEY(`k`)"}),
              ElementsAre("key: DUPLICATE KEY (k) on source, PRIMARY KEY (k) on target"));
  EXPECT_THAT(differences({.distribution = "HASH(`k`) BUCKETS 3"}, {.distribution = "RANDOM"}),
              ElementsAre("distribution: hash (k) on source, random on target"));
  EXPECT_THAT(differences({.partition = "PARTITION BY RANGE(`k`)\n()"}, {}),
              ElementsAre("partitioning: range (k) on source, unpartitioned on target"));
  EXPECT_THAT(differences({.order = "ORDER BY(`v`)"}, {}),
              ElementsAre("sort key: (v) on source, (k) on target"));
}

TEST(Compare, IndexesAreNoSchema) {
  const std::string v = "  `v` int(11) NULL COMMENT \"\"";
  const std::string bitmap = v + ",\n  INDEX i (`v`) USING BITMAP COMMENT ''";
  EXPECT_THAT(column_differences(bitmap, v), ElementsAre("index i: missing on target"));
  EXPECT_THAT(column_differences(v, bitmap), ElementsAre("index i: only on target"));
  EXPECT_THAT(column_differences(
                  bitmap, v + ",\n  INDEX i (`v`) USING NGRAMBF(\"gram_num\" = \"4\") COMMENT ''"),
              ElementsAre("index i: BITMAP (v) on source, NGRAMBF (v) gram_num=4 on target"));
}

TEST(Compare, WhatBelongsToPartitionsOrTheClusterIsIgnored) {
  EXPECT_THAT(differences({.distribution = "HASH(`k`) BUCKETS 3"}, {.distribution = "HASH(`k`)"}),
              IsEmpty());
  EXPECT_THAT(differences({.properties = "\"replication_num\" = \"3\""},
                          {.properties = "\"replication_num\" = \"1\",\n\"x\" = \"y\""}),
              IsEmpty());
  EXPECT_THAT(differences({.key = "DUPLICATE KEY(`k`)\nCOMMENT \"OLAP\""}, {}), IsEmpty());
  EXPECT_THAT(differences({.partition = "PARTITION BY RANGE(`k`)\n(PARTITION p VALUES [(\"1\"), "
                                        "(\"2\")))"},
                          {.partition = "PARTITION BY RANGE(`k`)\n()"}),
              IsEmpty());
}

// Seen on real frontends: two tables whose types print alike in one place and not in another.
TEST(Compare, NestedDecimalsOfAnotherWidthDiffer) {
  EXPECT_THAT(column_differences("  `v` array<decimal(9, 0)> NULL COMMENT \"\"",
                                 "  `v` array<decimal64(9, 0)> NULL COMMENT \"\""),
              ElementsAre("column v: ARRAY<DECIMAL(9,0)> on source, ARRAY<DECIMAL64(9,0)> on "
                          "target"));
}

}  // namespace
}  // namespace srsync::ddl
