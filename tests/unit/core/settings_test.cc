#include "core/settings.h"

#include <gtest/gtest.h>

namespace srsync::core {
namespace {

TEST(Settings, DefaultsAreTheDocumentedOnes) {
  const Settings s = Settings::from_text({});
  EXPECT_FALSE(s.allow_drop_target_only);
  EXPECT_TRUE(s.allow_drop_schema_change_table);
  EXPECT_TRUE(s.allow_drop_inconsistent_partition);
  EXPECT_TRUE(s.allow_drop_inconsistent_time_partition);
  EXPECT_TRUE(s.allow_drop_partition_target_only);
  EXPECT_EQ(s.replication_num, -1);
  EXPECT_EQ(s.max_disk_used_percent, 80);
}

TEST(Settings, ReadsWhatTheFileSays) {
  const Settings s = Settings::from_text({{"ddl_job_allow_drop_target_only", "TRUE"},
                                          {"target_cluster_replication_num", " 3 "},
                                          {"max_replication_data_size_per_job_in_gb", "2"},
                                          {"srsync_lost_job_grace_seconds", "1"},
                                          {"target_cluster_enable_persistent_index", "true"}});
  EXPECT_TRUE(s.allow_drop_target_only);
  EXPECT_EQ(s.replication_num, 3);
  EXPECT_EQ(s.max_job_bytes, 2LL << 30);
  EXPECT_EQ(s.lost_grace_ms, 1000);
  EXPECT_EQ(s.persistent_index, true);
}

TEST(Settings, AValueThatDoesNotParseKeepsTheDefault) {
  EXPECT_EQ(
      Settings::from_text({{"target_cluster_max_disk_used_percent", "lots"}}).max_disk_used_percent,
      80);
}

TEST(Settings, ScopeIncludesFirstAndExcludesThen) {
  const Settings s =
      Settings::from_text({{"include_data_list", "a, b.t1"}, {"exclude_data_list", "a.secret"}});
  EXPECT_TRUE(s.in_scope({"a", "x"}));
  EXPECT_FALSE(s.in_scope({"a", "secret"}));
  EXPECT_TRUE(s.in_scope({"b", "t1"}));
  EXPECT_FALSE(s.in_scope({"b", "t2"}));
  EXPECT_FALSE(s.in_scope({"c", "x"}));
  EXPECT_TRUE(s.database_in_scope("b"));
  EXPECT_FALSE(s.database_in_scope("c"));
}

TEST(Settings, PatternsAddToTheLists) {
  const Settings s = Settings::from_text({{"include_data_list", "a.t"},
                                          {"srsync_include_patterns", "sales_*, b?.log_*"},
                                          {"exclude_data_list", "sales_old"},
                                          {"srsync_exclude_patterns", "*.tmp_*, sales_x*, b2.*"}});
  EXPECT_TRUE(s.in_scope({"a", "t"}));
  EXPECT_FALSE(s.in_scope({"a", "u"}));
  EXPECT_TRUE(s.in_scope({"sales_new", "t"}));
  EXPECT_FALSE(s.in_scope({"sales_old", "t"}));
  EXPECT_FALSE(s.in_scope({"sales_xy", "t"}));
  EXPECT_FALSE(s.in_scope({"sales_new", "tmp_1"}));
  EXPECT_TRUE(s.in_scope({"b1", "log_a"}));
  EXPECT_FALSE(s.in_scope({"b1", "a_log_"}));
  EXPECT_FALSE(s.in_scope({"b2", "log_a"}));
  EXPECT_TRUE(s.database_in_scope("a"));
  EXPECT_TRUE(s.database_in_scope("b1"));
  EXPECT_TRUE(s.database_in_scope("sales_new")) << "only some of its tables are left out";
  EXPECT_FALSE(s.database_in_scope("sales_xy"));
  EXPECT_FALSE(s.database_in_scope("b2")) << "all of its tables are left out";
  EXPECT_FALSE(s.database_in_scope("c"));
}

TEST(Settings, WhatLeavesATableOutIsNamed) {
  const auto why = [](const std::map<std::string, std::string>& text, const TableName& name) {
    return Settings::from_text(text).why_out_of_scope(name);
  };
  EXPECT_EQ(why({}, {"a", "t"}), "");
  EXPECT_EQ(why({}, {"sys", "t"}), "a system database");
  EXPECT_EQ(why({{"include_data_list", "b"}}, {"a", "t"}), "not in include_data_list");
  EXPECT_EQ(why({{"srsync_include_patterns", "b*"}}, {"a", "t"}), "not in srsync_include_patterns");
  EXPECT_EQ(why({{"include_data_list", "b"}, {"srsync_include_patterns", "b*"}}, {"a", "t"}),
            "neither in include_data_list nor in srsync_include_patterns");
  EXPECT_EQ(why({{"exclude_data_list", "a"}}, {"a", "t"}), "excluded by exclude_data_list");
  EXPECT_EQ(why({{"srsync_exclude_patterns", "?"}}, {"a", "t"}),
            "excluded by srsync_exclude_patterns");
}

TEST(Settings, SystemDatabasesNeverAre) {
  const Settings s = Settings::from_text({});
  for (const char* db : {"information_schema", "sys", "_statistics_", "INFORMATION_SCHEMA"}) {
    EXPECT_FALSE(s.in_scope({db, "t"})) << db;
    EXPECT_FALSE(s.database_in_scope(db)) << db;
  }
  EXPECT_TRUE(s.in_scope({"sysx", "t"}));
}

}  // namespace
}  // namespace srsync::core
