#include "ddl/view_references.h"

#include <gtest/gtest.h>

#include <map>

#include "ddl/view_model.h"
#include "unit/ddl/printed_views.h"

namespace srsync::ddl {
namespace {

TEST(ViewReferencesTest, WhatRecordedViewsReadIsTheSameInEveryVersion) {
  std::map<std::string, std::vector<ObjectName>> first;
  for (const auto& view : test::printed_views()) {
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

TEST(ViewReferencesTest, LiteralsAndCaseOfNamesCount) {
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

TEST(ViewReferencesTest, ReferencesAreFoundWhereverTablesStand) {
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

TEST(ViewReferencesTest, NamesOfWithAreNoObjects) {
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

TEST(ViewReferencesTest, QueriesFollowRenamedDatabasesAndTables) {
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

TEST(ViewReferencesTest, LookingForNamesEndsWhateverTheQueryLooksLike) {
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
