// What is refused before the first start, and that every refusal says what to do.
#include "observe/preflight.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "observe/grants.h"
#include "support/fixture.h"
#include "unit/observe/fake_cluster.h"

namespace srsync::observe {
namespace {

const std::string kDownload = "/api/_tablet/_download?token=to%2Fken";
const std::string kBootstrap = "fe:8030/api/bootstrap?token=to%2Fken";

class PreflightTest : public testing::Test {
 protected:
  PreflightTest() {
    fill(connector_.source, "3.5.0-a", 1, "shared_nothing");
    fill(connector_.target, "4.0.0-b", 2, "shared_nothing");
    connector_.source.http[kBootstrap] = {200, R"({"status":"OK"})"};
    connector_.source.http["be1:8040" + kDownload] = {200, "file: not given"};
  }
  void fill(FakeCluster& cluster, const std::string& version, int id, const std::string& mode) {
    FakeFrontend& fe = add_lone_leader(cluster, version, id);
    fe.teach("ADMIN SHOW FRONTEND CONFIG LIKE 'run_mode'", {"Key", "Value"}, {{"run_mode", mode}});
    fe.teach("SHOW PROC '/dbs'", {"DbId", "DbName"}, {{"1", "information_schema"}, {"10", "a"}});
    fe.teach("SHOW PROC '/dbs/10'", {"TableId", "TableName", "State", "Type", "PartitionNum"},
             {{"11", "t", "NORMAL", "OLAP", "1"}});
    fe.teach("SHOW BACKENDS", {"BackendId", "IP", "BePort", "HttpPort", "Alive", "MaxDiskUsedPct"},
             {{"1", "be1", "9060", "8040", "true", "1.00 %"}});
    fe.teach("SHOW GRANTS", {"UserIdentity", "Catalog", "Grants"},
             {{"'root'@'%'", "", "GRANT 'root' TO 'root'@'%'"}});
    io::PartitionMeta row;
    row.db_name = "a";
    row.table_name = row.partition_name = "t";
    row.partition_id = 12;
    row.visible_version = 1;
    cluster.pages[{"", 0}].partitions = {row};
  }
  Preflight run() {
    ClusterEndpoint from = endpoint(Side::kSource);
    from.token = token_;
    ClusterLink source(from, connector_);
    ClusterLink target(endpoint(Side::kTarget), connector_);
    return run_preflight(source, target, settings_);
  }
  // Exactly one finding of that weight, with these words and an advice.
  void expect_one(Severity severity, const std::string& where, const std::string& words) {
    const Preflight result = run();
    int found = 0;
    std::string all;
    for (const Finding& finding : result.findings) {
      const std::string text = to_string(finding);
      all += text + "\n";
      EXPECT_FALSE(contains(text, "to/ken")) << "a secret in " << text;
      if (finding.severity != severity) continue;
      ++found;
      EXPECT_TRUE(contains(finding.where, where)) << text;
      EXPECT_TRUE(contains(text, words)) << text;
      EXPECT_NE(finding.what_to_do, "") << text;
    }
    EXPECT_EQ(found, 1) << all;
    EXPECT_EQ(result.may_start(), severity != Severity::kRefusal);
  }

  FakeConnector connector_;
  core::Settings settings_;
  Secret token_{"to/ken"};
};

TEST_F(PreflightTest, FindsNothingWrongWithTwoSoundClusters) {
  const Preflight result = run();
  EXPECT_TRUE(result.findings.empty()) << to_string(result.findings.front());
  EXPECT_TRUE(result.may_start());
}

TEST_F(PreflightTest, ChangesNothing) {
  run();
  for (const FakeCluster* cluster : {&connector_.source, &connector_.target}) {
    for (const std::string& line : cluster->log) {
      EXPECT_TRUE(contains(line, " SHOW ") || contains(line, " ADMIN SHOW ") ||
                  contains(line, " SET "))
          << line;
    }
    EXPECT_TRUE(cluster->http_with_login.empty());
  }
}

TEST_F(PreflightTest, AnUnreachableFrontend) {
  connector_.source.only().dead = true;
  expect_one(Severity::kRefusal, "source", "fe:9030");
}

TEST_F(PreflightTest, AWrongPassword) {
  connector_.target.only().teach(
      {{"sql", "SHOW FRONTENDS"},
       {"error",
        {{"code", 1045}, {"message", "Access denied for user 'root' (using password: YES)"}}}});
  expect_one(Severity::kRefusal, "target", "password");
}

TEST_F(PreflightTest, AnAccountWithoutOperate) {
  for (json line : recorded_statements("4.0", "unprivileged.jsonl")) {
    if (line["sql"] == "SHOW PROC '/dbs'") connector_.source.only().teach(line);
  }
  expect_one(Severity::kRefusal, "source", "OPERATE ON SYSTEM");
}

TEST_F(PreflightTest, AnAccountThatSeesNoTables) {
  connector_.source.pages.clear();
  expect_one(Severity::kRefusal, "source", "GRANT SELECT ON ALL TABLES");
}

TEST_F(PreflightTest, TheSameClusterTwice) {
  connector_.target.only().teach(connector_.source.only().answers.at("SHOW FRONTENDS"));
  expect_one(Severity::kRefusal, "source and target", "same cluster");
}

TEST_F(PreflightTest, TwoClustersWithOneId) {
  connector_.target.only().teach(show_frontends({{"fe", 9030, "LEADER"}}, "4.0.0-b", 1));
  json& row = connector_.target.only().answers.at("SHOW FRONTENDS")["rows"][0];
  row[1] = "other_name";
  expect_one(Severity::kRefusal, "source and target", "cannot tell them apart");
}

TEST_F(PreflightTest, ATargetThatIsTooOld) {
  for (const char* version : {"2.5.22-a", "3.0.9-a", "3.1.7-a", "3.2.2-a"}) {
    connector_.target.only().teach(show_frontends({{"fe", 9030, "LEADER"}}, version, 2));
    expect_one(Severity::kRefusal, "target", "upgrade");
  }
}

TEST_F(PreflightTest, ATargetWithoutEpochsIsAWarning) {
  for (const char* version : {"3.1.8-a", "3.2.3-a", "3.3.1-a"}) {
    connector_.target.only().teach(show_frontends({{"fe", 9030, "LEADER"}}, version, 2));
    expect_one(Severity::kWarning, "target", "epochs");
  }
}

TEST_F(PreflightTest, ASharedDataSource) {
  fill(connector_.source, "4.1.0-a", 1, "shared_data");
  expect_one(Severity::kRefusal, "source and target", "shared-nothing target");
}

TEST_F(PreflightTest, ASharedNothingSourceAndASharedDataTargetAreFine) {
  fill(connector_.target, "4.1.0-a", 2, "shared_data");
  EXPECT_TRUE(run().may_start());
}

TEST_F(PreflightTest, ATokenThatTheFrontendRefuses) {
  connector_.source.http[kBootstrap] = {200, R"({"status":"FAILED","msg":"invalid parameter"})"};
  expect_one(Severity::kRefusal, "source", "token");
}

TEST_F(PreflightTest, ATokenThatABackendRefuses) {
  connector_.source.http.erase(kBootstrap);
  connector_.source.http["be1:8040" + kDownload] = {200, "invalid token."};
  expect_one(Severity::kRefusal, "source backend be1:8040", "token");
}

TEST_F(PreflightTest, ATokenThatCannotBeTriedIsANote) {
  connector_.has_http = false;
  const Preflight result = run();
  ASSERT_EQ(result.findings.size(), 1u);
  EXPECT_EQ(result.findings[0].severity, Severity::kNote);
}

// An empty token is always accepted by /api/bootstrap, so that answer proves nothing.
TEST_F(PreflightTest, NoToken) {
  token_ = Secret();
  connector_.source.http["fe:8030/api/bootstrap?token="] = {200, R"({"status":"OK"})"};
  expect_one(Severity::kRefusal, "source", "no token");
}

// The rights of the target's account, as its frontend tells them.
class TargetRights : public PreflightTest {
 protected:
  void grant(const std::vector<std::string>& grants) {
    std::vector<std::vector<std::string>> rows;
    for (const std::string& text : grants) {
      rows.push_back({"'u'@'10.%'", "default_catalog", "GRANT " + text + " TO USER 'u'@'10.%'"});
    }
    connector_.target.only().teach("SHOW GRANTS", {"UserIdentity", "Catalog", "Grants"}, rows);
  }
  void grant_all_but(const std::string& left_out) {
    std::vector<std::string> grants;
    for (const char* text :
         {"OPERATE ON SYSTEM", "CREATE DATABASE ON CATALOG default_catalog",
          "CREATE TABLE ON ALL DATABASES", "ALTER ON ALL TABLES IN ALL DATABASES",
          "DROP ON ALL TABLES IN ALL DATABASES"}) {
      if (text != left_out) grants.emplace_back(text);
    }
    grant(grants);
  }
};

TEST_F(TargetRights, WhatIsNeededIsEnough) {
  grant_all_but("");
  EXPECT_TRUE(run().findings.empty());
}

TEST_F(TargetRights, EachMissingOneIsRefusedWithTheGrantThatMendsIt) {
  connector_.target.only().teach("SHOW PROC '/dbs'", {"DbId", "DbName"}, {{"1", "_statistics_"}});
  for (const char* left_out :
       {"CREATE DATABASE ON CATALOG default_catalog", "CREATE TABLE ON ALL DATABASES",
        "ALTER ON ALL TABLES IN ALL DATABASES", "DROP ON ALL TABLES IN ALL DATABASES"}) {
    grant_all_but(left_out);
    expect_one(Severity::kRefusal, "target", left_out);
    expect_one(Severity::kRefusal, "target",
               std::string("GRANT ") + left_out + " TO USER 'u'@'10.%';");
  }
}

TEST_F(TargetRights, AllThatAreMissingAreNamedAtOnce) {
  connector_.target.only().teach("SHOW PROC '/dbs'", {"DbId", "DbName"}, {{"1", "_statistics_"}});
  grant({"SELECT ON ALL TABLES IN ALL DATABASES"});
  EXPECT_EQ(run().findings.size(), 4u);
}

TEST_F(TargetRights, DropIsNotNeededWhenNothingMayBeDropped) {
  settings_.allow_drop_schema_change_table = false;
  settings_.allow_drop_inconsistent_partition = false;
  settings_.allow_drop_inconsistent_time_partition = false;
  grant_all_but("DROP ON ALL TABLES IN ALL DATABASES");
  EXPECT_TRUE(run().findings.empty());
}

TEST_F(TargetRights, OfTheDatabasesInScopeAreEnough) {
  settings_.include = {{"a", ""}};
  grant({"CREATE TABLE ON DATABASE a", "ALTER, DROP ON ALL TABLES IN DATABASE a"});
  EXPECT_TRUE(run().findings.empty());
}

TEST_F(TargetRights, AreNeededOnTheNamesThatTheTargetHas) {
  settings_.include = {{"a", ""}};
  settings_.renames = core::Renames::from_text("a -> copy");
  connector_.target.only().teach("SHOW PROC '/dbs'", {"DbId", "DbName"}, {{"10", "copy"}});
  grant({"CREATE TABLE ON DATABASE copy", "ALTER, DROP ON ALL TABLES IN DATABASE copy"});
  EXPECT_TRUE(run().findings.empty());
  grant({"CREATE TABLE ON DATABASE a", "ALTER, DROP ON ALL TABLES IN DATABASE copy"});
  expect_one(Severity::kRefusal, "target", "GRANT CREATE TABLE ON DATABASE `copy` TO USER");
}

TEST_F(TargetRights, ADatabaseForOneRenamedTableHasToBeMade) {
  settings_.include = {{"a", ""}};
  settings_.renames = core::Renames::from_text("a.t -> elsewhere.t");
  grant({"CREATE TABLE ON ALL DATABASES", "ALTER, DROP ON ALL TABLES IN ALL DATABASES"});
  expect_one(Severity::kRefusal, "target", "needed to create elsewhere");
}

TEST_F(TargetRights, OfOneTableAreEnoughForThatTable) {
  settings_.include = {{"a", "t"}};
  grant({"CREATE TABLE ON DATABASE a", "ALTER, DROP ON TABLE a.t"});
  EXPECT_TRUE(run().findings.empty());
}

TEST_F(TargetRights, OfOneDatabaseAreNotEnoughForWhatComesLater) {
  grant({"CREATE TABLE ON DATABASE a", "ALTER, DROP ON ALL TABLES IN ALL DATABASES",
         "CREATE DATABASE ON CATALOG default_catalog"});
  expect_one(Severity::kWarning, "target", "made on the source later");
}

TEST_F(TargetRights, OfAnotherDatabaseAreNotEnough) {
  settings_.include = {{"a", ""}};
  grant({"CREATE TABLE ON DATABASE b", "ALTER, DROP ON ALL TABLES IN DATABASE a"});
  expect_one(Severity::kRefusal, "target", "GRANT CREATE TABLE ON DATABASE `a` TO USER");
}

TEST_F(TargetRights, OfAnotherCatalogDoNotCount) {
  connector_.target.only().teach(
      "SHOW GRANTS", {"UserIdentity", "Catalog", "Grants"},
      {{"'u'@'%'", "default_catalog", "GRANT CREATE TABLE ON ALL DATABASES TO USER 'u'@'%'"},
       {"'u'@'%'", "default_catalog",
        "GRANT CREATE DATABASE ON CATALOG default_catalog TO USER 'u'@'%'"},
       {"'u'@'%'", "hive", "GRANT ALTER ON ALL TABLES IN ALL DATABASES TO USER 'u'@'%'"},
       {"'u'@'%'", "default_catalog",
        "GRANT DROP ON ALL TABLES IN ALL DATABASES TO USER 'u'@'%'"}});
  expect_one(Severity::kRefusal, "target", "ALTER ON ALL TABLES");
}

TEST_F(TargetRights, RolesAreFollowed) {
  connector_.target.only().teach(
      "SHOW GRANTS", {"UserIdentity", "Catalog", "Grants"},
      {{"'u'@'%'", "", "GRANT 'writer' TO 'u'@'%'"},
       {"'u'@'%'", "default_catalog",
        "GRANT CREATE DATABASE ON CATALOG default_catalog TO USER 'u'@'%'"}});
  connector_.target.only().teach(
      "SHOW GRANTS FOR ROLE writer", {"UserIdentity", "Catalog", "Grants"},
      {{"writer", "default_catalog", "GRANT CREATE TABLE ON ALL DATABASES TO ROLE 'writer'"},
       {"writer", "default_catalog",
        "GRANT ALTER, SELECT ON ALL TABLES IN ALL DATABASES TO ROLE 'writer'"}});
  expect_one(Severity::kRefusal, "target", "DROP ON ALL TABLES");
}

TEST_F(TargetRights, DbAdminMayAll) {
  connector_.target.only().teach("SHOW GRANTS", {"UserIdentity", "Catalog", "Grants"},
                                 {{"'u'@'%'", "", "GRANT 'db_admin' TO 'u'@'%'"}});
  connector_.target.only().teach("SHOW GRANTS FOR ROLE db_admin",
                                 {"UserIdentity", "Catalog", "Grants"}, {});
  EXPECT_TRUE(run().findings.empty());
}

// What cannot be seen is no proof that it is missing.
TEST_F(TargetRights, ARoleThatMayNotBeReadMakesItAWarning) {
  connector_.target.only().teach(
      "SHOW GRANTS", {"UserIdentity", "Catalog", "Grants"},
      {{"'u'@'%'", "", "GRANT 'hidden' TO 'u'@'%'"},
       {"'u'@'%'", "default_catalog", "GRANT CREATE TABLE ON ALL DATABASES TO USER 'u'@'%'"},
       {"'u'@'%'", "default_catalog",
        "GRANT ALTER, DROP ON ALL TABLES IN ALL DATABASES TO USER 'u'@'%'"}});
  connector_.target.only().teach(
      {{"sql", "SHOW GRANTS FOR ROLE hidden"},
       {"error", {{"code", 5203}, {"message", "Access denied; you need ... GRANT on SYSTEM"}}}});
  expect_one(Severity::kWarning, "target", "hidden");
}

TEST(Grants, RecordedSentencesAreUnderstood) {
  for (const std::string& version : test::fixture_versions()) {
    GrantedRights root;
    for (const json& line : recorded_statements(version, "cluster.jsonl")) {
      if (line["sql"] != "SHOW GRANTS") continue;
      for (const json& row : line["rows"]) root.add(row[2]);
    }
    EXPECT_TRUE(root.may_all()) << version;
    GrantedRights app;
    GrantedRights writer;
    for (const json& line : recorded_statements(version, "catalog.jsonl")) {
      if (!line.contains("rows")) continue;
      if (line["sql"] == "SHOW GRANTS FOR 'app'@'%'") {
        for (const json& row : line["rows"]) app.add(row[2]);
      }
      if (line["sql"] == "SHOW GRANTS FOR ROLE writer") {
        for (const json& row : line["rows"]) writer.add(row[2]);
      }
    }
    EXPECT_EQ(app.take_roles(), std::vector<std::string>{"reader"}) << version;
    EXPECT_TRUE(app.may_on_database("CREATE TABLE", "analytics")) << version;
    EXPECT_FALSE(app.may_on_database("CREATE TABLE", "shop"));
    EXPECT_FALSE(app.may_on_database("CREATE TABLE", ""));
    EXPECT_FALSE(app.may_all());
    EXPECT_TRUE(writer.may_on_system("OPERATE")) << version;
    EXPECT_TRUE(writer.may_on_object("INSERT", "TABLE", "shop", "")) << version;
    EXPECT_FALSE(writer.may_on_object("DROP", "TABLE", "shop", "")) << version;
  }
}

}  // namespace
}  // namespace srsync::observe
