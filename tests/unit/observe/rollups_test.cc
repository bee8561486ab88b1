// Rollups and synchronous materialized views, told apart in every recorded version.
#include "observe/rollups.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "support/fixture.h"
#include "unit/observe/fake_cluster.h"

namespace srsync::observe {
namespace {

class Rollups : public testing::TestWithParam<std::string> {
 protected:
  // The recorded answer to `sql` in any of the files that have such; null without one.
  json answer(const std::string& sql) const {
    for (const char* file : {"catalog.jsonl", "more.jsonl"}) {
      if (GetParam() == "4.1-shared-data" && std::string(file) == "more.jsonl") continue;
      for (const json& line : recorded_statements(GetParam(), file)) {
        if (line["sql"] == sql && line.contains("rows")) return line;
      }
    }
    return {};
  }
};

INSTANTIATE_TEST_SUITE_P(Recorded, Rollups, testing::ValuesIn(test::fixture_versions()),
                         [](const auto& parameter) {
                           std::string name = parameter.param;
                           for (char& c : name) {
                             if (c == '.' || c == '-') c = '_';
                           }
                           return name;
                         });

const std::map<std::string, std::string> kTexts = {
    {"sync_mv", "CREATE MATERIALIZED VIEW sync_mv AS SELECT k, SUM(v) AS sv FROM base GROUP BY k"},
    {"r1", "create materialized view r1 as select s,NONE(v) from base group by s"}};

TEST_P(Rollups, AMadeUpTextDoesNotMakeARollupAView) {
  const json line = answer("DESC base ALL");
  if (line.is_null()) GTEST_SKIP() << "not recorded";
  const auto found = rollups_of(rows_of(line), kTexts, {"more", "base"});
  ASSERT_TRUE(found.is_ok()) << found.status().to_string();
  ASSERT_EQ(found->size(), 2u);
  EXPECT_EQ((*found)[0].name, "r1");
  EXPECT_EQ((*found)[0].view_sql, "");
  EXPECT_EQ((*found)[0].columns, (std::vector<std::string>{"s", "v"}));
  EXPECT_EQ((*found)[0].definition, "DUP_KEYS: s varchar(10) key, v int");
  EXPECT_EQ((*found)[1].name, "sync_mv");
  EXPECT_EQ((*found)[1].view_sql, kTexts.at("sync_mv"));
  EXPECT_EQ((*found)[1].definition, "AGG_KEYS: k int key, mv_sum_v bigint SUM");
}

TEST_P(Rollups, OfAnAggregateTable) {
  const json line = answer("DESC shop.with_rollup ALL");
  if (line.is_null()) GTEST_SKIP() << "not recorded";
  const auto found = rollups_of(rows_of(line), {}, {"shop", "with_rollup"});
  ASSERT_TRUE(found.is_ok()) << found.status().to_string();
  ASSERT_EQ(found->size(), 2u);
  for (const auto& rollup : *found) EXPECT_EQ(rollup.view_sql, "");
  EXPECT_EQ((*found)[1].definition, "AGG_KEYS: k2 int key, v bigint SUM");
}

TEST_P(Rollups, AViewWhoseStatementIsNotListedCannotBeCarried) {
  const json line = answer("DESC base ALL");
  if (line.is_null()) GTEST_SKIP() << "not recorded";
  const auto found = rollups_of(rows_of(line), {}, {"more", "base"});
  EXPECT_EQ(found.status().code(), Code::kUnsupported);
  EXPECT_NE(found.status().message().find("sync_mv"), std::string::npos);
}

TEST_P(Rollups, AConditionMakesItAViewAndPartOfItsDefinition) {
  const json line = answer("DESC base ALL");
  if (line.is_null()) GTEST_SKIP() << "not recorded";
  auto texts = kTexts;
  texts["r1"] = "CREATE MATERIALIZED VIEW r1 AS SELECT s, v FROM base WHERE v > 3";
  const auto found = rollups_of(rows_of(line), texts, {"more", "base"});
  ASSERT_TRUE(found.is_ok());
  EXPECT_EQ((*found)[0].view_sql, texts["r1"]);
  EXPECT_TRUE((*found)[0].definition.ends_with("; where v > 3")) << (*found)[0].definition;
}

TEST(IndexCounts, WhatWasListedIsKnown) {
  IndexCounts counts;
  EXPECT_EQ(counts.get(core::TableId(1)), 0);
  core::DatabaseListing listing;
  listing.tables = {{core::TableId(1), "a", core::TableKind::kTable, true, 1},
                    {core::TableId(2), "b", core::TableKind::kTable, true, 3},
                    {core::TableId(3), "v", core::TableKind::kView, true, 0}};
  counts.note(listing);
  EXPECT_EQ(counts.get(core::TableId(1)), 1);
  EXPECT_EQ(counts.get(core::TableId(2)), 3);
  EXPECT_EQ(counts.get(core::TableId(3)), 0);
}

}  // namespace
}  // namespace srsync::observe
