#include <gtest/gtest.h>

#include <map>
#include <set>

#include "ddl/view_model.h"
#include "ddl/view_references.h"
#include "ddl/view_statements.h"
#include "unit/ddl/fixtures.h"

namespace srsync::ddl {
namespace {

using test::Json;

struct PrintedView {
  std::string version;
  std::string database;
  std::string name;
  std::string text;
};

// Every text that a recorded frontend printed for a view or a materialized view.
std::vector<PrintedView> printed_views() {
  std::vector<PrintedView> views;
  for (const auto& version : test::recorded_versions()) {
    std::set<std::string> seen;
    for (const char* file : {"show_create", "awkward", "more"}) {
      for (const Json& line : test::fixture_lines(version + "/" + file + ".jsonl")) {
        if (!line.contains("rows") || !line["rows"].is_array() || line["rows"].empty()) continue;
        if (!line["sql"].get<std::string>().starts_with("SHOW CREATE")) continue;
        const auto text = line["rows"][0][1].get<std::string>();
        if (text.find("VIEW") > 24 || !seen.insert(text).second) continue;
        const std::string database = std::string(file) == "awkward" ? "awk" : "analytics";
        views.push_back({version, database, line["rows"][0][0].get<std::string>(), text});
      }
    }
  }
  return views;
}

Version version_of(const std::string& folder) { return *parse_version(folder + ".9"); }

ViewTarget target_for(const PrintedView& view, const std::string& version) {
  ViewTarget target;
  target.source_database = view.database;
  target.name = {view.database, view.name};
  target.version = version_of(version);
  target.source_version = version_of(view.version);
  if (version == "4.1-shared-data") target.run_mode = RunMode::kSharedData;
  return target;
}

PrintedView printed(const std::string& version, const std::string& name) {
  for (auto& view : printed_views()) {
    if (view.version == version && view.name == name) return view;
  }
  ADD_FAILURE() << version << " has no " << name;
  return {};
}

TEST(ViewTest, EveryRecordedViewIsReadAndWrittenForEveryTarget) {
  std::size_t read = 0;
  std::size_t written = 0;
  for (const auto& view : printed_views()) {
    SCOPED_TRACE(view.version + " " + view.name + ": " + view.text);
    const auto model = read_view(view.text);
    ASSERT_TRUE(model.is_ok()) << model.status().to_string();
    EXPECT_EQ(model->name, view.name);
    EXPECT_EQ(model->materialized, view.name.starts_with("m"));
    EXPECT_FALSE(model->columns.empty());
    EXPECT_FALSE(model->query.ends_with(';'));
    ++read;
    for (const auto& version : test::recorded_versions()) {
      const ViewTarget target = target_for(view, version);
      const auto sql = write_view(*model, target, IfThere::kKeep, nullptr);
      if (model->security == "INVOKER" && version == "3.3") {
        EXPECT_EQ(sql.status().code(), Code::kUnsupported);
        continue;
      }
      ASSERT_TRUE(sql.is_ok()) << sql.status().to_string();
      // Read again it is what it was: nothing of a definition is lost on the way.
      std::string printed = *sql;
      for (const std::string word : {"IF NOT EXISTS "}) {
        printed.erase(printed.find(word), word.size());
      }
      const auto again = read_view(printed);
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

TEST(ViewTest, WhatRecordedViewsReadIsTheSameInEveryVersion) {
  std::map<std::string, std::vector<ObjectName>> first;
  for (const auto& view : printed_views()) {
    const auto model = read_view(view.text);
    ASSERT_TRUE(model.is_ok());
    const auto names = view_references(model->query, view.database);
    EXPECT_FALSE(names.empty()) << view.text;
    const auto [at, is_new] = first.emplace(view.name, names);
    EXPECT_EQ(at->second, names) << view.version << " " << view.text;
  }
  EXPECT_EQ(first["v_cross"],
            (std::vector<ObjectName>{{"analytics", "fact"}, {"shop", "dup_hash"}}));
  EXPECT_EQ(first["v_cte"], (std::vector<ObjectName>{{"awk", "UpperCase"}, {"awk", "c_quote"}}));
  EXPECT_EQ(first["mv_on_mv"], (std::vector<ObjectName>{{"analytics", "mv_async"}}));
}

// 3.3 to 4.0 print the same tree in nearly the same words; 3.4 and later add SECURITY NONE.
TEST(ViewTest, WhatOnlyPrintsOtherwiseIsNoDifference) {
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

TEST(ViewTest, MaterializedViewMadeFromThisOneHasItsQueryHoweverItPrints) {
  const PrintedView a = printed("3.3", "mv_async");
  const PrintedView b = printed("4.1", "mv_async");
  const auto source = *read_view(a.text);
  const auto target = *read_view(b.text);
  EXPECT_NE(view_difference(source, target, target_for(a, "4.1"), false).words, "");
  EXPECT_EQ(view_difference(source, target, target_for(a, "4.1"), true).words, "");
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

TEST(ViewTest, DifferencesInWords) {
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

TEST(ViewTest, LiteralsAndCaseOfNamesCount) {
  const auto same = [](const char* a, const char* b) {
    return canonical_query(a, "db") == canonical_query(b, "db");
  };
  EXPECT_TRUE(same("SELECT a FROM t WHERE b <> 'x'", "select `a` from db.t where `b` != \"x\""));
  EXPECT_TRUE(same("SELECT sum(a) AS s FROM t INNER JOIN u ON t.k = u.k",
                   "SELECT SUM(a) s FROM t JOIN u ON t.k = u.k -- why\n"));
  EXPECT_FALSE(same("SELECT a FROM t WHERE b = 'x'", "SELECT a FROM t WHERE b = 'X'"));
  EXPECT_FALSE(same("SELECT a FROM t", "SELECT a FROM T"));
  EXPECT_FALSE(same("SELECT a FROM t", "SELECT a FROM other.t"));
  EXPECT_FALSE(same("SELECT t.a FROM t, u", "SELECT u.a FROM t, u"));
  EXPECT_FALSE(same("SELECT 1 FROM t", "SELECT 2 FROM t"));
  EXPECT_FALSE(
      same("SELECT a FROM t LEFT JOIN u ON t.k = u.k", "SELECT a FROM t JOIN u ON t.k = u.k"));
}

std::string names(const char* query) {
  std::string text;
  for (const auto& name : view_references(query, "db")) {
    text += (text.empty() ? "" : " ") + name.database + "." + name.name;
  }
  return text;
}

TEST(ViewTest, ReferencesAreFoundWhereverTablesStand) {
  EXPECT_EQ(names("SELECT 1"), "");
  EXPECT_EQ(names("SELECT a FROM t"), "db.t");
  EXPECT_EQ(names("SELECT a FROM t AS x, `o`.`u` y, w"), "db.t db.w o.u");
  EXPECT_EQ(names("SELECT * FROM a JOIN [BROADCAST] b ON a.k = b.k LEFT JOIN c USING (k)"),
            "db.a db.b db.c");
  EXPECT_EQ(names("SELECT * FROM (SELECT * FROM a WHERE k IN (SELECT k FROM b)) x"), "db.a db.b");
  EXPECT_EQ(names("SELECT * FROM (a JOIN b ON a.k = b.k)"), "db.a db.b");
  EXPECT_EQ(names("SELECT a FROM t UNION ALL SELECT a FROM u ORDER BY a, b"), "db.t db.u");
  EXPECT_EQ(names("SELECT (SELECT max(k) FROM u), b FROM t GROUP BY b, c"), "db.t db.u");
  EXPECT_EQ(names("SELECT extract(day FROM d), trim(both 'x' FROM e) FROM t"), "db.t");
  EXPECT_EQ(names("SELECT x FROM t, unnest(t.arr) AS u(x)"), "db.t");
  EXPECT_EQ(names("SELECT x FROM t CROSS JOIN LATERAL unnest(arr) u"), "db.t");
  EXPECT_EQ(names("SELECT * FROM TABLE(generate_series(1, 3))"), "");
  EXPECT_EQ(names("SELECT a FROM t PARTITION (p1) WHERE b = 'FROM x' -- FROM y\n"), "db.t");
  EXPECT_EQ(names("SELECT /* FROM z, 'it */ a FROM t"), "db.t");
  EXPECT_EQ(names("SELECT a FROM default_catalog.o.t, hive.o.u"), "o.t");
  EXPECT_TRUE(reads_other_catalogs("SELECT a FROM hive.o.u"));
  EXPECT_FALSE(reads_other_catalogs("SELECT o.u.a FROM o.u"));
}

TEST(ViewTest, NamesOfWithAreNoObjects) {
  EXPECT_EQ(names("WITH x AS (SELECT a FROM t), y (a) AS (SELECT a FROM x) SELECT * FROM x, y, z"),
            "db.t db.z");
  // A name is not yet known inside its own query.
  EXPECT_EQ(names("WITH t AS (SELECT a FROM t) SELECT * FROM t"), "db.t");
  EXPECT_EQ(names("WITH RECURSIVE r AS (SELECT 1 a UNION ALL SELECT a FROM r) SELECT a FROM r"),
            "");
  // Nor behind the brackets that it stands in.
  EXPECT_EQ(names("SELECT * FROM (WITH x AS (SELECT 1) SELECT * FROM x) q JOIN x ON 1 = 1"),
            "db.x");
}

std::string renamed(const char* query) {
  return qualified_query(query, "db", [](const ObjectName& name) {
    if (name.database == "db" && name.name == "t") return ObjectName{"copy", "t2"};
    if (name.database == "db") return ObjectName{"copy", name.name};
    return name;
  });
}

TEST(ViewTest, QueriesFollowRenamedDatabasesAndTables) {
  EXPECT_EQ(renamed("SELECT a FROM u"), "SELECT a FROM `copy`.`u`");
  EXPECT_EQ(renamed("SELECT t.a FROM t"), "SELECT t.a FROM `copy`.`t2` AS `t`");
  EXPECT_EQ(renamed("SELECT `db`.`u`.`a` FROM `db`.`u`"), "SELECT `copy`.`u`.`a` FROM `copy`.`u`");
  EXPECT_EQ(renamed("SELECT `db`.`f`.`a` FROM `db`.`t` AS `f`"),
            "SELECT `copy`.`f`.`a` FROM `copy`.`t2` AS `f`");
  EXPECT_EQ(renamed("SELECT `o`.`u`.`a`, 'db.t' FROM `o`.`u`"),
            "SELECT `o`.`u`.`a`, 'db.t' FROM `o`.`u`");
  EXPECT_EQ(renamed("SELECT s.db.t FROM u s"), "SELECT s.db.t FROM `copy`.`u` s");
  EXPECT_EQ(renamed("WITH t AS (SELECT 1 a) SELECT a FROM t"),
            "WITH t AS (SELECT 1 a) SELECT a FROM t");
}

TEST(ViewTest, Statements) {
  ViewTarget target;
  target.source_database = "db";
  target.name = {"db", "v"};
  target.version = {3, 5, 0};
  EXPECT_EQ(*write_view(view("SELECT a FROM t"), target, IfThere::kKeep, nullptr),
            "CREATE VIEW IF NOT EXISTS `db`.`v` (`a`)\nAS SELECT a FROM `db`.`t`");
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

TEST(ViewTest, MaterializedViewIsRewrittenForTheTarget) {
  ViewTarget target;
  target.source_database = "db";
  target.name = {"db", "m"};
  target.version = {3, 5, 0};
  target.source_version = Version{4, 0, 0};
  target.replication_num = 1;
  std::vector<std::string> notes;
  EXPECT_EQ(*write_view(*read_view(kMaterialized), target, IfThere::kKeep, &notes),
            "CREATE MATERIALIZED VIEW IF NOT EXISTS `db`.`m` (`a`, `b`)\nCOMMENT \"x\"\n"
            "PARTITION BY (`a`)\nDISTRIBUTED BY HASH(`a`) BUCKETS 2\nORDER BY (a,b)\n"
            "REFRESH ASYNC START(\"2026-12-01 00:00:00\") EVERY(INTERVAL 1 DAY)\nPROPERTIES (\n"
            "\"partition_refresh_number\" = \"2\",\n\"replication_num\" = \"1\",\n"
            "\"session.query_timeout\" = \"600\"\n)\nAS SELECT a, b FROM `db`.`t`");
  EXPECT_EQ(notes,
            (std::vector<std::string>{
                "property novel = 1 left out: it is not known whether the target takes it",
                "property resource_group = rg left out: it names what only the source has"}));
}

TEST(ViewTest, RefreshAndPropertiesAreAltered) {
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

TEST(ViewTest, WhatIsNotKnownIsToldAndNothingBreaks) {
  for (const char* text :
       {"", "CREATE", "CREATE TABLE t (a int)", "CREATE VIEW `v` (`a`", "CREATE VIEW `v` (`a`) AS",
        "CREATE VIEW `v` (`a`) AS ;", "CREATE VIEW `v` WITH ROW ACCESS POLICY p AS SELECT 1",
        "CREATE VIEW `v` COMMENT \"open AS SELECT 1", "CREATE MATERIALIZED VIEW m PARTITION BY (a",
        "CREATE MATERIALIZED VIEW m REFRESH ASYNC EVERY(INTERVAL 1"}) {
    const auto model = read_view(text);
    ASSERT_FALSE(model.is_ok()) << text;
    EXPECT_EQ(model.status().code(), Code::kUnsupported) << text;
  }
  // Whatever a query looks like, looking for names ends.
  for (const char* query : {"", "(((", ")))", "FROM", "SELECT FROM FROM", "WITH", "WITH x AS (",
                            "SELECT a FROM `t", "SELECT 'a FROM t", "SELECT a FROM t /* open",
                            "SELECT a FROM t.", "SELECT a FROM [", "/*", "--"}) {
    (void)names(query);
    (void)renamed(query);
    (void)canonical_query(query, "db");
  }
}

}  // namespace
}  // namespace srsync::ddl
