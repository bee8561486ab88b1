#include "ddl/view_model.h"

#include <gtest/gtest.h>

#include "ddl/view_statements.h"
#include "unit/ddl/printed_views.h"

namespace srsync::ddl {
namespace {

TEST(ViewModelTest, EveryRecordedViewIsReadAndWrittenForEveryTarget) {
  std::size_t read = 0;
  std::size_t written = 0;
  for (const auto& view : test::printed_views()) {
    SCOPED_TRACE(view.version + " " + view.name + ": " + view.text);
    const auto model = read_view(view.text);
    ASSERT_TRUE(model.is_ok()) << model.status().to_string();
    EXPECT_EQ(model->name, view.name);
    EXPECT_EQ(model->materialized, view.name.starts_with("m"));
    EXPECT_FALSE(model->columns.empty());
    EXPECT_FALSE(model->query.ends_with(';'));
    ++read;
    for (const auto& version : test::recorded_versions()) {
      const ViewTarget target = test::target_for(view, version);
      const auto sql = write_view(*model, target, IfThere::kFail, nullptr);
      if (model->security == "INVOKER" && version == "3.3") {
        EXPECT_EQ(sql.status().code(), Code::kUnsupported);
        continue;
      }
      ASSERT_TRUE(sql.is_ok()) << sql.status().to_string();
      // Read again it is what it was: nothing of a definition is lost on the way.
      const auto again = read_view(*sql);
      ASSERT_TRUE(again.is_ok()) << again.status().to_string();
      EXPECT_EQ(view_difference(*model, *again, target, false).words, "") << *sql;
      EXPECT_EQ(again->columns, model->columns);
      EXPECT_EQ(again->refresh, model->refresh);
      ++written;
    }
  }
  EXPECT_EQ(read, 67U);
  EXPECT_GT(written, 350U);
}

TEST(ViewModelTest, WhatIsNotKnownIsToldAndNothingBreaks) {
  for (const char* text :
       {"", "CREATE", "CREATE TABLE t (a int)", "CREATE VIEW `v` (`a`", "CREATE VIEW `v` (`a`) AS",
        "CREATE VIEW `v` (`a`) AS ;", "CREATE VIEW `v` WITH ROW ACCESS POLICY p AS SELECT 1",
        "CREATE VIEW `v` COMMENT \"open AS SELECT 1", "CREATE MATERIALIZED VIEW m PARTITION BY (a",
        "CREATE MATERIALIZED VIEW m REFRESH ASYNC EVERY(INTERVAL 1"}) {
    const auto model = read_view(text);
    ASSERT_FALSE(model.is_ok()) << text;
    EXPECT_EQ(model.status().code(), Code::kUnsupported) << text;
  }
}

}  // namespace
}  // namespace srsync::ddl
