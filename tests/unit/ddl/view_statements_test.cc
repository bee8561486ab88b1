#include "ddl/view_statements.h"

#include <gtest/gtest.h>

#include "unit/ddl/printed_views.h"

namespace srsync::ddl {
namespace {

using test::printed;
using test::PrintedView;
using test::target_for;

// 3.3 to 4.0 print the same tree in nearly the same words; 3.4 and later add SECURITY NONE.
TEST(ViewStatementsTest, WhatOnlyPrintsOtherwiseIsNoDifference) {
  for (const std::string other : {"3.4", "3.5", "4.0"}) {
    for (const char* name : {"v_daily", "v_on_view", "v_cross", "v_quote", "v_star", "v_cte",
                             "mv_async", "mv_manual", "mv_on_mv", "mv_renamed", "m_quote"}) {
      const PrintedView a = printed("3.3", name);
      const PrintedView b = printed(other, name);
      const auto difference =
          view_difference(*read_view(a.text), *read_view(b.text), target_for(a, other), false);
      EXPECT_EQ(difference.words, "") << other << "\n" << a.text << "\n" << b.text;
    }
  }
  const PrintedView a = printed("4.1", "mv_manual");
  const PrintedView b = printed("4.1-shared-data", "mv_manual");
  EXPECT_EQ(view_difference(*read_view(a.text), *read_view(b.text),
                            target_for(a, "4.1-shared-data"), false)
                .words,
            "");
}

TEST(ViewStatementsTest, MaterializedViewMadeFromThisOneHasItsQueryHoweverItPrints) {
  const PrintedView a = printed("3.3", "mv_async");
  const PrintedView b = printed("4.1", "mv_async");
  const auto source = *read_view(a.text);
  const auto target = *read_view(b.text);
  EXPECT_NE(view_difference(source, target, target_for(a, "4.1"), false).words, "");
  EXPECT_EQ(view_difference(source, target, target_for(a, "4.1"), true).words, "");
}

ObjectName moved(const ObjectName& name) { return {name.database + "_copy", name.name}; }

// Recorded views, to another database: up to 4.0 the text says it all.
TEST(ViewStatementsTest, AViewIsRenamedWhereItsTextNamesEveryDatabase) {
  for (const std::string release : {"3.3", "3.4", "3.5", "4.0", "4.1"}) {
    for (const char* name : {"v_daily", "v_on_view", "v_cross", "v_quote", "v_star", "v_cte"}) {
      const PrintedView a = printed(release, name);
      const ViewModel model = *read_view(a.text);
      ViewTarget options = target_for(a, "4.0");
      options.name = moved(options.name);
      options.renamer = moved;
      const std::string why = why_not_renamed(model, options);
      if (release == "4.1") {
        EXPECT_NE(why, "") << a.text;
        continue;
      }
      EXPECT_EQ(why, "") << release << "\n" << a.text;
      const auto sql = write_view(model, options, IfThere::kFail, nullptr);
      ASSERT_TRUE(sql.is_ok()) << sql.status().message();
      EXPECT_EQ(view_difference(model, *read_view(*sql), options, false).words, "") << *sql;
      for (const auto& read : view_references(read_view(*sql)->query, "")) {
        EXPECT_TRUE(read.database.ends_with("_copy")) << *sql;
      }
    }
  }
}

TEST(ViewStatementsTest, WhatElseNamesTablesIsNotRenamed) {
  const std::string head = "CREATE MATERIALIZED VIEW `m` (`a`)\nDISTRIBUTED BY RANDOM\nREFRESH ";
  ViewTarget options;
  options.source_database = "db";
  options.source_version = Version{3, 5, 0};
  options.name = {"db_copy", "m"};
  options.version = {3, 5, 0};
  options.renamer = moved;
  const auto why = [&](const std::string& rest) {
    const auto model = read_view(head + rest);
    return model.is_ok() ? why_not_renamed(*model, options) : model.status().message();
  };
  EXPECT_EQ(why("ASYNC\nAS SELECT `a` FROM `db`.`t`;"), "");
  EXPECT_EQ(why("ASYNC\nPROPERTIES (\n\"excluded_trigger_tables\" = \"db.t\"\n)\nAS SELECT `a` "
                "FROM `db`.`t`;"),
            "its property excluded_trigger_tables names tables");
}

ViewModel view(const std::string& query) {
  return *read_view("CREATE VIEW `v` (`a`) AS " + query + ";");
}

std::string words(const std::string& source, const std::string& target) {
  ViewTarget options;
  options.source_database = "db";
  options.name = {"db", "v"};
  options.version = {4, 0, 0};
  return view_difference(*read_view(source), *read_view(target), options, false).words;
}

TEST(ViewStatementsTest, DifferencesInWords) {
  const std::string base = "CREATE VIEW `v` (`a`)\nCOMMENT \"c\" SECURITY NONE AS SELECT a FROM t;";
  EXPECT_EQ(words(base, base), "");
  EXPECT_EQ(words(base, "CREATE VIEW `v` (`a`)\nCOMMENT \"c\" AS select `a` from `db`.`t`;"), "");
  EXPECT_EQ(words(base, "CREATE VIEW `v` (`b`)\nCOMMENT \"c\" AS SELECT a FROM t;"),
            "a column's name: a on the source, b on the target");
  EXPECT_EQ(words(base, "CREATE VIEW `v` (`a` COMMENT \"x\")\nCOMMENT \"c\" AS SELECT a FROM t;"),
            "the comment of column a: none on the source, x on the target");
  EXPECT_EQ(words(base, "CREATE VIEW `v` (`a`)\nCOMMENT \"d\" AS SELECT a FROM t;"),
            "comment: c on the source, d on the target");
  EXPECT_EQ(
      words(base, "CREATE VIEW `v` (`a`)\nCOMMENT \"c\" SECURITY INVOKER AS SELECT a FROM t;"),
      "security: none on the source, INVOKER on the target");
  EXPECT_EQ(words(base, "CREATE VIEW `v` (`a`)\nCOMMENT \"c\" AS SELECT a FROM u;"),
            "query: SELECT a FROM `db`.`t` on the source, SELECT a FROM u on the target");
  EXPECT_EQ(words(base, "CREATE VIEW `v` (`a`, `b`) AS SELECT a FROM t;"),
            "1 columns on the source, 2 on the target");
}

TEST(ViewStatementsTest, Statements) {
  ViewTarget target;
  target.source_database = "db";
  target.name = {"db", "v"};
  target.version = {3, 5, 0};
  EXPECT_EQ(*write_view(view("SELECT a FROM t"), target, IfThere::kFail, nullptr),
            "CREATE VIEW `db`.`v` (`a`)\nAS SELECT a FROM `db`.`t`");
  EXPECT_EQ(*write_view(view("SELECT a FROM t"), target, IfThere::kReplace, nullptr),
            "CREATE OR REPLACE VIEW `db`.`v` (`a`)\nAS SELECT a FROM `db`.`t`");
  EXPECT_EQ(drop_view({"db", "v"}, false), "DROP VIEW IF EXISTS `db`.`v`");
  EXPECT_EQ(drop_view({"db", "v"}, true), "DROP MATERIALIZED VIEW IF EXISTS `db`.`v`");
}

constexpr const char* kMaterialized =
    "CREATE MATERIALIZED VIEW `m` (`a`, `b`)\nCOMMENT \"x\"\nPARTITION BY (`a`)\n"
    "DISTRIBUTED BY HASH(`a`) BUCKETS 2 \nORDER BY (a,b)\n"
    "REFRESH ASYNC START(\"2026-12-01 00:00:00\") EVERY(INTERVAL 1 DAY)\nPROPERTIES (\n"
    "\"replication_num\" = \"3\",\n\"storage_medium\" = \"HDD\",\n"
    "\"session.query_timeout\" = \"600\",\n\"session.insert_timeout\" = \"600\",\n"
    "\"partition_refresh_number\" = \"2\",\n\"resource_group\" = \"rg\",\n\"novel\" = \"1\"\n)\n"
    "AS SELECT a, b FROM t;";

TEST(ViewStatementsTest, MaterializedViewIsRewrittenForTheTarget) {
  ViewTarget target;
  target.source_database = "db";
  target.name = {"db", "m"};
  target.version = {3, 5, 0};
  target.source_version = Version{4, 0, 0};
  target.replication_num = 1;
  std::vector<std::string> notes;
  EXPECT_EQ(*write_view(*read_view(kMaterialized), target, IfThere::kFail, &notes),
            "CREATE MATERIALIZED VIEW `db`.`m` (`a`, `b`)\nCOMMENT \"x\"\n"
            "PARTITION BY (`a`)\nDISTRIBUTED BY HASH(`a`) BUCKETS 2\nORDER BY (a,b)\n"
            "REFRESH ASYNC START(\"2026-12-01 00:00:00\") EVERY(INTERVAL 1 DAY)\nPROPERTIES (\n"
            "\"partition_refresh_number\" = \"2\",\n\"replication_num\" = \"1\",\n"
            "\"session.query_timeout\" = \"600\"\n)\nAS SELECT a, b FROM `db`.`t`");
  EXPECT_EQ(notes,
            (std::vector<std::string>{
                "property novel = 1 left out: it is not known whether the target takes it",
                "property resource_group = rg left out: it names what only the source has"}));
}

TEST(ViewStatementsTest, RefreshAndPropertiesAreAltered) {
  const auto source = *read_view(kMaterialized);
  auto target = source;
  target.refresh = {RefreshMoment::kManual, true, "", ""};
  target.properties["partition_refresh_number"] = "1";
  target.properties["replication_num"] = "1";
  target.properties.erase("session.insert_timeout");
  ViewTarget options;
  options.source_database = "db";
  options.name = {"db", "m"};
  options.version = {3, 5, 0};
  const auto difference = view_difference(source, target, options, false);
  EXPECT_EQ(difference.alters,
            (std::vector<std::string>{
                "ALTER MATERIALIZED VIEW `db`.`m` REFRESH ASYNC START(\"2026-12-01 00:00:00\") "
                "EVERY(INTERVAL 1 DAY)",
                "ALTER MATERIALIZED VIEW `db`.`m` SET (\"partition_refresh_number\" = \"2\")"}));
  EXPECT_NE(difference.words, "");
  // Whether the first refresh was put off is over once the view is there.
  target = source;
  target.refresh.deferred = true;
  EXPECT_EQ(view_difference(source, target, options, false).words, "");
  // A number of buckets that nobody asked for.
  target = source;
  target.distributed_by = "HASH(`a`)";
  EXPECT_EQ(view_difference(source, target, options, false).words, "");
  target.distributed_by = "HASH(`b`)";
  EXPECT_NE(view_difference(source, target, options, false).words, "");
  EXPECT_TRUE(view_difference(source, target, options, false).alters.empty());
}

}  // namespace
}  // namespace srsync::ddl
