// Reading whole clusters: identity, sweeps, tables, the change feed, and what is done about answers
// that lie by being empty.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "base/text.h"
#include "observe/ports.h"
#include "observe/replications.h"
#include "observe/sweep.h"
#include "support/fixture.h"
#include "unit/observe/fake_cluster.h"

namespace srsync::observe {
namespace {

// "b" of "a.b"; recorded objects quote what must be quoted.
std::string table_of(const std::string& object) {
  std::string out = object.substr(object.find('.') + 1);
  std::erase(out, '`');
  return out;
}

// "`a`.`b`" for "a.b", as this room writes names.
std::string quoted(const std::string& object) {
  const std::size_t dot = object.find('.');
  return "`" + object.substr(0, dot) + "`.`" + table_of(object) + "`";
}

// One recorded cluster behind one frontend.
class RecordedCluster : public testing::TestWithParam<std::string> {
 protected:
  RecordedCluster() {
    FakeFrontend& frontend = connector_.target.frontends["fe:9030"];
    for (const char* file : {"catalog.jsonl", "cluster.jsonl", "proc.jsonl", "show_create.jsonl",
                             "partitions.jsonl"}) {
      for (json line : recorded_statements(GetParam(), file)) {
        const auto sql = line["sql"].get<std::string>();
        // The empty catalog of the first minute came first.
        if (sql == "SHOW PROC '/dbs'" && std::string(file) == "cluster.jsonl") continue;
        for (const std::string begin : {"SHOW PARTITIONS FROM ", "SHOW CREATE TABLE "}) {
          if (sql.starts_with(begin) && line.contains("object")) {
            line["sql"] = begin + quoted(line["object"].get<std::string>());
          }
        }
        frontend.teach(line);
      }
    }
    frontend.teach("ADMIN SHOW FRONTEND CONFIG LIKE 'replication_max_parallel%'", {"Key", "Value"},
                   {{"replication_max_parallel_table_count", "77"}});
  }
  FakeFrontend& frontend() { return connector_.target.only(); }
  bool is_shared_data() const { return GetParam() == "4.1-shared-data"; }

  FakeConnector connector_;
  ClusterReaderImpl reader_{endpoint(Side::kTarget), connector_};
};

INSTANTIATE_TEST_SUITE_P(Recorded, RecordedCluster, testing::ValuesIn(test::fixture_versions()),
                         [](const auto& parameter) {
                           std::string name = parameter.param;
                           for (char& c : name) {
                             if (c == '.' || c == '-') c = '_';
                           }
                           return name;
                         });

TEST_P(RecordedCluster, IsIdentified) {
  const auto facts = reader_.identify();
  ASSERT_TRUE(facts.is_ok()) << facts.status().to_string();
  ASSERT_EQ(facts->size(), 3u);
  const auto& identified = std::get<core::ClusterIdentified>((*facts)[0]);
  EXPECT_EQ(identified.side, Side::kTarget);
  EXPECT_TRUE(identified.version.starts_with(GetParam().substr(0, 3)));
  EXPECT_GT(parse_int64(identified.cluster_id).value_or(0), 0);
  EXPECT_EQ(identified.run_mode,
            is_shared_data() ? core::RunMode::kSharedData : core::RunMode::kSharedNothing);
  EXPECT_TRUE(identified.capabilities.version_epochs);
  EXPECT_TRUE(identified.capabilities.replications_proc);
  EXPECT_TRUE(identified.capabilities.partitions_meta);
  const auto& topology = std::get<core::TopologyObserved>((*facts)[1]);
  EXPECT_EQ(topology.frontends.size(), 1u);
  EXPECT_EQ(topology.backends.size(), 3u);
  const auto& limits = std::get<core::LimitsObserved>((*facts)[2]);
  EXPECT_EQ(limits.max_tables, 77);
  EXPECT_EQ(limits.max_replicas, 10240);
  // The next time only what changes is asked.
  const std::size_t before = connector_.target.log.size();
  ASSERT_TRUE(reader_.identify().is_ok());
  EXPECT_LE(connector_.target.log.size() - before, 4u);
}

TEST_P(RecordedCluster, EveryTableIsReadOrSaysWhyNot) {
  for (json line : recorded_statements(GetParam(), "catalog.jsonl")) {
    const auto sql = line["sql"].get<std::string>();
    if (!sql.starts_with("DESC ") || !sql.ends_with(" ALL") || !line.contains("object")) continue;
    const auto object = line["object"].get<std::string>();
    line["sql"] =
        "DESC `" + object.substr(0, object.find('.')) + "`.`" + table_of(object) + "` ALL";
    frontend().teach(line);
  }
  frontend().teach("SHOW MATERIALIZED VIEWS FROM `shop`", {"name", "refresh_type", "text"},
                   {{"sync_mv", "ROLLUP",
                     "CREATE MATERIALIZED VIEW sync_mv AS SELECT k1, SUM(v) "
                     "FROM shop.dup_hash GROUP BY k1"},
                    {"r_v", "ROLLUP", "create materialized view r_v as select k2,NONE(v) from x"},
                    {"mv_async", "ASYNC", "CREATE MATERIALIZED VIEW mv_async AS SELECT 1"}});
  // Tables that are listed with one index are not asked for rollups.
  for (const char* db : {"shop", "analytics"}) ASSERT_TRUE(reader_.list_database(db).is_ok()) << db;
  std::size_t carried = 0;
  std::set<std::string> unreadable;
  for (const json& line : recorded_statements(GetParam(), "show_create.jsonl")) {
    const auto sql = line["sql"].get<std::string>();
    if (!sql.starts_with("SHOW CREATE TABLE ") || !line.contains("object")) continue;
    const auto object = line["object"].get<std::string>();
    const std::size_t dot = object.find('.');
    const core::TableName name{object.substr(0, dot), table_of(object)};
    const auto read = reader_.read_table(name, core::TableId(5));
    ASSERT_TRUE(read.is_ok()) << object << ": " << read.status().to_string();
    EXPECT_EQ(read->id, core::TableId(5));
    if (!read->unreadable.empty()) {
      unreadable.insert(object);
      continue;
    }
    ++carried;
    EXPECT_EQ(read->rollups.size(),
              object == "shop.dup_hash" || object == "shop.with_rollup" ? 2u : 0u)
        << object;
    const bool is_table =
        read->kind != core::TableKind::kView && read->kind != core::TableKind::kMaterializedView;
    EXPECT_EQ(read->schema_hash != 0u, is_table) << object;
    EXPECT_FALSE(read->create_sql.empty());
    // The frontend's two ways of telling a partition's values agree in canonical form.
    for (const core::Partition& partition : read->partitions) EXPECT_GE(partition.buckets, 1);
  }
  EXPECT_GT(carried, 40u);
  for (const std::string& object : unreadable) {
    EXPECT_TRUE(object == "shop.ext_mysql" || object.starts_with("analytics.") ||
                contains(object, "gen_cols"))
        << object;
  }
}

// What the recorded alterations did to the schema version: a fast change, slow ones and an index
// raise it by one; rollups leave it; a slow change of a shared-data cluster begins at 0 again.
TEST_P(RecordedCluster, TheSourcesSchemaVersionIsAskedForBeforeItsDefinition) {
  connector_.source.frontends = connector_.target.frontends;
  ClusterReaderImpl source(endpoint(Side::kSource), connector_);
  const auto listing = source.list_database("shop");
  ASSERT_TRUE(listing.is_ok() && reader_.list_database("shop").is_ok());
  const std::int64_t slow = is_shared_data() ? 0 : 1;
  const std::map<std::string, std::int64_t> kVersions = {
      {"dup_random", 0}, {"range_date", 1}, {"no_fse", 1}, {"uniq", slow}, {"colo_a", slow}};
  std::size_t found = 0;
  for (const core::TableListing& table : listing->tables) {
    const auto version = kVersions.find(table.name);
    if (version == kVersions.end()) continue;
    ++found;
    auto& log = connector_.source.log;
    log.clear();
    const auto read = source.read_table({"shop", table.name}, table.id);
    ASSERT_TRUE(read.is_ok()) << read.status().to_string();
    EXPECT_TRUE(read->schema_mark.is_known());
    EXPECT_EQ(read->schema_mark.version, version->second) << table.name;
    // One statement more than for the target, and the first one.
    ASSERT_EQ(log.size(), 3u) << table.name;
    EXPECT_TRUE(contains(log[0], "/index_schema'")) << log[0];
    EXPECT_TRUE(contains(log[1], "SHOW CREATE TABLE")) << log[1];
    const auto of_target = reader_.read_table({"shop", table.name}, table.id);
    ASSERT_TRUE(of_target.is_ok());
    EXPECT_FALSE(of_target->schema_mark.is_known());
  }
  EXPECT_EQ(found, kVersions.size());
}

TEST_P(RecordedCluster, AMissingTableIsNotFound) {
  json line;
  for (const json& recorded : recorded_statements(GetParam(), "catalog.jsonl")) {
    if (recorded["sql"] == "SHOW CREATE TABLE shop.no_such_table") line = recorded;
  }
  line["sql"] = "SHOW CREATE TABLE `shop`.`no_such_table`";
  frontend().teach(line);
  EXPECT_EQ(reader_.read_table({"shop", "no_such_table"}, core::TableId(5)).status().code(),
            Code::kNotFound);
}

TEST_P(RecordedCluster, AMissingDatabaseIsNotFound) {
  for (json line : recorded_statements(GetParam(), "catalog.jsonl")) {
    if (line["sql"] == "SHOW PROC '/dbs/999999'") frontend().teach(line);
  }
  EXPECT_EQ(list_tables(reader_.link(), core::DbId(999999)).status().code(), Code::kNotFound);
  EXPECT_EQ(reader_.list_database("no_such_db").status().code(), Code::kNotFound);
}

// The recorded getPartitionsMeta of the cluster that SHOW PROC tells about.
class RecordedMeta : public RecordedCluster {
 protected:
  void load_pages(const std::string& side) {
    for (const json& line : test::load_jsonl(test::fixture_path(GetParam(), "rpc_reads.jsonl"))) {
      if (line["rpc"] != "getPartitionsMeta" || line["side"] != side) continue;
      if (line.contains("step") || !line.contains("response")) continue;
      connector_.target.pages[{"", 0}] = partitions_page_of(line["response"]);
    }
  }
  // SHOW PROC as it fits the tables in the pages.
  void list_what_the_pages_hold() {
    std::map<std::string, std::set<std::string>> tables;
    for (const auto& row : connector_.target.pages.at({"", 0}).partitions) {
      tables[row.db_name].insert(row.table_name);
    }
    std::vector<std::vector<std::string>> databases = {{"1", "information_schema"}};
    int id = 100;
    for (const auto& [db, names] : tables) {
      databases.push_back({std::to_string(++id), db});
      std::vector<std::vector<std::string>> rows;
      int table = 0;
      for (const std::string& name : names) {
        rows.push_back({std::to_string(id * 1000 + ++table), name, "NORMAL", "OLAP", "1"});
      }
      frontend().teach("SHOW PROC '/dbs/" + std::to_string(id) + "'",
                       {"TableId", "TableName", "State", "Type", "PartitionNum"}, rows);
    }
    frontend().teach("SHOW PROC '/dbs'", {"DbId", "DbName"}, databases);
  }
};
INSTANTIATE_TEST_SUITE_P(Recorded, RecordedMeta, testing::ValuesIn(test::fixture_versions()),
                         [](const auto& parameter) {
                           std::string name = parameter.param;
                           for (char& c : name) {
                             if (c == '.' || c == '-') c = '_';
                           }
                           return name;
                         });

TEST_P(RecordedMeta, ASweepTakesVersionsAndLeavesOutWhatIsHidden) {
  for (const char* side : {"source", "target"}) {
    load_pages(side);
    list_what_the_pages_hold();
    const auto sweep = reader_.sweep();
    ASSERT_TRUE(sweep.is_ok()) << sweep.status().to_string();
    EXPECT_TRUE(sweep->complete) << sweep->problem;
    EXPECT_FALSE(sweep->tables.empty());
    for (std::size_t i = 0; i < sweep->tables.size(); ++i) {
      const core::SweptTable& table = sweep->tables[i];
      if (i > 0) {
        EXPECT_LT(sweep->tables[i - 1].name, table.name);
      }
      EXPECT_NE(table.name.db, "_statistics_");
      for (const core::SweptPartition& partition : table.partitions) {
        EXPECT_FALSE(partition.name.starts_with("$"));
        EXPECT_TRUE(partition.version.id.is_set());
        EXPECT_GE(partition.version.visible_version, 1);
        EXPECT_GT(partition.version.epoch, 0);
        EXPECT_NE(partition.version.txn_type, core::TxnType::kUnknown);
      }
    }
    for (const core::DatabaseListing& database : sweep->databases) {
      EXPECT_FALSE(is_system_database(database.name));
    }
  }
}

TEST_P(RecordedMeta, PagesAreFollowedToTheEnd) {
  std::size_t rows = 0;
  std::size_t pages = 0;
  for (const json& line : test::load_jsonl(test::fixture_path(GetParam(), "rpc_reads.jsonl"))) {
    if (!line.value("step", "").starts_with("paging")) continue;
    const std::int64_t offset = line["request"][0].value("start_table_id_offset", std::int64_t{0});
    io::PartitionsMetaPage page = partitions_page_of(line["response"]);
    rows += page.partitions.size();
    ++pages;
    connector_.target.pages[{"", offset}] = page;
  }
  ASSERT_GT(pages, 4u);
  const auto all = read_all_partitions_meta(reader_.link());
  ASSERT_TRUE(all.is_ok()) << all.status().to_string();
  EXPECT_EQ(all->size(), rows);
}

TEST_P(RecordedMeta, AnEmptyAnswerNextToTablesIsNotBelieved) {
  load_pages("source");
  list_what_the_pages_hold();
  connector_.target.pages.clear();  // as for an account without privileges, recorded
  const auto sweep = reader_.sweep();
  ASSERT_TRUE(sweep.is_ok());
  EXPECT_FALSE(sweep->complete);
  EXPECT_TRUE(contains(sweep->problem, "SELECT")) << sweep->problem;
  EXPECT_TRUE(contains(sweep->problem, "'root'@'%'")) << sweep->problem;
  EXPECT_FALSE(sweep->databases.empty());
}

TEST_P(RecordedMeta, OneHiddenTableIsEnoughToDoubt) {
  load_pages("source");
  list_what_the_pages_hold();
  auto& rows = connector_.target.pages.at({"", 0}).partitions;
  const std::string hidden = "rolled";
  std::erase_if(rows, [&](const auto& row) { return row.table_name == hidden; });
  const auto sweep = reader_.sweep();
  ASSERT_TRUE(sweep.is_ok());
  EXPECT_FALSE(sweep->complete);
  EXPECT_TRUE(contains(sweep->problem, hidden)) << sweep->problem;
}

TEST_P(RecordedMeta, ATableDroppedMeanwhileIsNoDoubt) {
  load_pages("source");
  list_what_the_pages_hold();
  auto& rows = connector_.target.pages.at({"", 0}).partitions;
  std::erase_if(rows, [](const auto& row) { return row.table_name == "rolled"; });
  for (auto& [sql, line] : frontend().answers) {
    json without = line;
    if (!sql.starts_with("SHOW PROC '/dbs/") || !line.contains("rows")) continue;
    std::erase_if(without["rows"].get_ref<json::array_t&>(),
                  [](const json& row) { return row.size() > 1 && row[1] == "rolled"; });
    if (without == line) continue;
    frontend().answers_once[sql] = line;
    line = without;
  }
  const auto sweep = reader_.sweep();
  ASSERT_TRUE(sweep.is_ok());
  EXPECT_TRUE(sweep->complete) << sweep->problem;
}

// A whole recorded catalog next to its getPartitionsMeta; one table was dropped in between.
TEST(Agreement, ARecordedCatalogAndItsVersionsAgree) {
  FakeConnector connector;
  FakeFrontend& frontend = add_lone_leader(connector.target);
  std::vector<std::vector<std::string>> databases;
  for (json line : recorded_statements("4.1-shared-data", "proc.jsonl")) {
    const auto sql = line["sql"].get<std::string>();
    const auto object = line["object"].get<std::string>();
    if (object != "shop" && object != "analytics") continue;
    std::erase_if(line["rows"].get_ref<json::array_t&>(),
                  [](const json& row) { return row[1] == "props"; });
    frontend.teach(line);
    const auto id = sql.substr(sql.rfind('/') + 1);
    databases.push_back({id.substr(0, id.size() - 1), object});
  }
  ASSERT_EQ(databases.size(), 2u);
  frontend.teach("SHOW PROC '/dbs'", {"DbId", "DbName"}, databases);
  for (const json& line :
       test::load_jsonl(test::fixture_path("4.1-shared-data", "rpc_reads.jsonl"))) {
    if (line["rpc"] == "getPartitionsMeta" && line["side"] == "target" && !line.contains("step")) {
      connector.target.pages[{"", 0}] = partitions_page_of(line["response"]);
    }
  }
  ClusterReaderImpl reader(endpoint(Side::kTarget), connector);
  const auto sweep = reader.sweep();
  ASSERT_TRUE(sweep.is_ok());
  EXPECT_TRUE(sweep->complete) << sweep->problem;
  EXPECT_GT(sweep->tables.size(), 40u);
}

class ReaderTest : public testing::Test {
 protected:
  ReaderTest() : frontend_(add_lone_leader(connector_.source)) {
    frontend_.teach("SHOW PROC '/dbs'", {"DbId", "DbName"},
                    {{"1", "information_schema"}, {"10", "a"}, {"20", "b"}});
    frontend_.teach("SHOW PROC '/dbs/10'", kColumns, {{"11", "t", "NORMAL", "OLAP", "1"}});
    frontend_.teach("SHOW PROC '/dbs/20'", kColumns, {{"21", "u", "SCHEMA_CHANGE", "OLAP", "1"}});
    for (const char* table : {"`a`.`t`", "`b`.`u`"}) {
      frontend_.teach(
          std::string("SHOW PARTITIONS FROM ") + table,
          {"PartitionId", "PartitionName", "VisibleVersion", "Range", "Buckets", "DataSize"},
          {{"100", "p", "4", "", "2", "585.9KB"}});
    }
  }
  void list_finished(std::vector<std::vector<std::string>> rows) {
    frontend_.teach("SHOW PROC '/transactions/10/finished'",
                    {"TransactionId", "Label", "TransactionStatus", "LoadJobSourceType"},
                    std::move(rows));
  }
  void detail(int txn, const std::string& table, const std::string& partitions) {
    frontend_.teach("SHOW PROC '/transactions/10/finished/" + std::to_string(txn) + "'",
                    {"TableId", "CommittedPartitionIds"}, {{table, partitions}});
  }
  io::Feed feed(std::int64_t after) {
    const auto read = reader_.read_feed("a", core::TxnId(after));
    EXPECT_TRUE(read.is_ok()) << read.status().to_string();
    return read.is_ok() ? *read : io::Feed{};
  }

  const std::vector<std::string> kColumns = {"TableId", "TableName", "State", "Type",
                                             "PartitionNum"};
  FakeConnector connector_;
  FakeFrontend& frontend_;
  ClusterReaderImpl reader_{endpoint(Side::kSource), connector_};
};

TEST_F(ReaderTest, WithoutPartitionsMetaEveryTableIsAsked) {
  connector_.source.has_partitions_meta = false;
  const auto sweep = reader_.sweep();
  ASSERT_TRUE(sweep.is_ok());
  EXPECT_TRUE(sweep->complete) << sweep->problem;
  ASSERT_EQ(sweep->tables.size(), 2u);
  EXPECT_EQ(sweep->tables[0].partitions[0].version.data_version, 4);
  EXPECT_EQ(sweep->tables[0].partitions[0].version.epoch, 0);
  const auto facts = reader_.identify();
  ASSERT_FALSE(facts.is_ok());  // ADMIN SHOW is not taught: run_mode unknown path
}

TEST_F(ReaderTest, ADatabaseThatFailsLeavesTheOthers) {
  connector_.source.has_partitions_meta = false;
  frontend_.teach({{"sql", "SHOW PROC '/dbs/10'"},
                   {"error", {{"code", 1064}, {"message", "something broke"}}}});
  const auto sweep = reader_.sweep();
  ASSERT_TRUE(sweep.is_ok());
  EXPECT_FALSE(sweep->complete);
  EXPECT_TRUE(contains(sweep->problem, "database a"));
  ASSERT_EQ(sweep->databases.size(), 2u);
  EXPECT_FALSE(sweep->databases[0].complete);
  EXPECT_TRUE(sweep->databases[1].complete);
  EXPECT_FALSE(sweep->databases[1].tables[0].state_normal);
}

TEST_F(ReaderTest, ADeniedTableMakesTheSweepIncomplete) {
  connector_.source.has_partitions_meta = false;
  frontend_.teach({{"sql", "SHOW PARTITIONS FROM `a`.`t`"},
                   {"error", {{"code", 5203}, {"message", "Access denied; ANY on TABLE t"}}}});
  const auto sweep = reader_.sweep();
  ASSERT_TRUE(sweep.is_ok());
  EXPECT_FALSE(sweep->complete);
  EXPECT_EQ(sweep->tables.size(), 1u);
}

TEST_F(ReaderTest, WithoutTheDatabasesThereIsNoSweep) {
  for (const json& line : recorded_statements("4.0", "unprivileged.jsonl")) {
    if (line["sql"] == "SHOW PROC '/dbs'") frontend_.teach(line);
  }
  EXPECT_EQ(reader_.sweep().status().code(), Code::kDenied);
}

TEST_F(ReaderTest, ATableWhoseCreateFailsForEverIsUnreadableAndNoError) {
  frontend_.teach(
      {{"sql", "SHOW CREATE TABLE `a`.`t`"},
       {"error", {{"code", 1064}, {"message", "Cannot invoke \"X.y()\" because \"z\" is null"}}}});
  const auto read = reader_.read_table({"a", "t"}, core::TableId(11));
  ASSERT_TRUE(read.is_ok()) << read.status().to_string();
  EXPECT_TRUE(contains(read->unreadable, "SHOW CREATE TABLE fails"));
}

TEST_F(ReaderTest, ADeniedTableIsAnErrorForNow) {
  for (json line : recorded_statements("4.0", "unprivileged.jsonl")) {
    if (line["sql"] != "SHOW CREATE TABLE shop.pk") continue;
    line["sql"] = "SHOW CREATE TABLE `a`.`t`";
    frontend_.teach(line);
  }
  EXPECT_EQ(reader_.read_table({"a", "t"}, core::TableId(11)).status().code(), Code::kDenied);
}

TEST_F(ReaderTest, AViewHasItsDefinitionAndNothingElse) {
  for (const char* name : {"v_daily", "mv_async"}) {
    for (json line : recorded_statements("4.0", "show_create.jsonl")) {
      if (line["sql"] != fmt::format("SHOW CREATE TABLE analytics.{}", name)) continue;
      line["sql"] = fmt::format("SHOW CREATE TABLE `analytics`.`{}`", name);
      frontend_.teach(line);
    }
    const auto read = reader_.read_table({"analytics", name}, core::TableId(12));
    ASSERT_TRUE(read.is_ok());
    EXPECT_EQ(read->unreadable, "");
    EXPECT_TRUE(contains(read->create_sql, "VIEW `"));
    EXPECT_TRUE(read->partitions.empty());
    EXPECT_EQ(read->kind,
              name[0] == 'v' ? core::TableKind::kView : core::TableKind::kMaterializedView);
  }
}

TEST_F(ReaderTest, AViewThatIsNotUnderstoodIsUnreadable) {
  frontend_.teach("SHOW CREATE TABLE `a`.`v`", {"View", "Create View"}, {{"v", "CREATE VIEW"}});
  const auto read = reader_.read_table({"a", "v"}, core::TableId(12));
  ASSERT_TRUE(read.is_ok());
  EXPECT_EQ(read->kind, core::TableKind::kView);
  EXPECT_TRUE(contains(read->unreadable, "not understood"));
}

TEST_F(ReaderTest, TheFeedOfARecordedClusterNamesTablesAndPartitions) {
  for (json line : recorded_statements("4.0", "change_feed.jsonl")) {
    auto sql = line["sql"].get<std::string>();
    const std::string name = "/transactions/feed/";
    const std::size_t at = sql.find(name);
    if (at == std::string::npos) continue;
    line["sql"] = sql.replace(at, name.size(), "/transactions/10/");
    frontend_.teach(line);
  }
  const io::Feed read = feed(1);
  EXPECT_FALSE(read.gap);
  EXPECT_EQ(read.last, core::TxnId(4));
  ASSERT_EQ(read.transactions.size(), 3u);
  EXPECT_EQ(read.transactions[0].id, core::TxnId(2));
  const io::FeedTransaction& both = read.transactions[1];
  EXPECT_TRUE(both.visible);
  EXPECT_EQ(both.source_type, "INSERT_STREAMING");
  ASSERT_EQ(both.touched.size(), 1u);
  EXPECT_EQ(both.touched[0].table, core::TableId(10005));
  EXPECT_EQ(both.touched[0].partitions,
            (std::vector<core::PartitionId>{core::PartitionId(10007), core::PartitionId(10010)}));
  // At rest one statement, and nothing twice.
  const std::size_t before = connector_.source.log.size();
  EXPECT_TRUE(feed(4).transactions.empty());
  EXPECT_EQ(connector_.source.log.size() - before, 1u);
}

TEST_F(ReaderTest, TheFirstReadingTellsTheNewestIdOnly) {
  list_finished({{"9", "l9", "VISIBLE", "INSERT_STREAMING"}});
  EXPECT_EQ(feed(0).last, core::TxnId(9));
  EXPECT_TRUE(feed(0).transactions.empty());
  list_finished({});
  // Nothing yet: the first one to come must not be taken for the newest known.
  EXPECT_EQ(feed(0).last, core::TxnId(1));
}

TEST_F(ReaderTest, ATransactionThatFinishesLateIsNotMissed) {
  list_finished({{"9", "l9", "VISIBLE", "INSERT_STREAMING"}});
  detail(9, "11", "100");
  EXPECT_EQ(feed(1).transactions.size(), 1u);
  list_finished(
      {{"9", "l9", "VISIBLE", "INSERT_STREAMING"}, {"7", "slow", "VISIBLE", "BACKEND_STREAMING"}});
  detail(7, "11", "100");
  const io::Feed read = feed(9);
  ASSERT_EQ(read.transactions.size(), 1u);
  EXPECT_EQ(read.transactions[0].label, "slow");
  EXPECT_EQ(read.last, core::TxnId(9));
}

TEST_F(ReaderTest, ForgottenTransactionsAreAGap) {
  list_finished({{"50", "l50", "ABORTED", "INSERT_STREAMING"}});
  const io::Feed read = feed(9);
  EXPECT_TRUE(read.gap);
  ASSERT_EQ(read.transactions.size(), 1u);
  EXPECT_FALSE(read.transactions[0].visible);
}

TEST_F(ReaderTest, ATransactionForgottenBetweenTwoStatementsIsAGap) {
  list_finished(
      {{"9", "l9", "VISIBLE", "INSERT_STREAMING"}, {"8", "l8", "VISIBLE", "INSERT_STREAMING"}});
  for (json line : recorded_statements("4.0", "change_feed.jsonl")) {
    if (!line.contains("error")) continue;
    line["sql"] = "SHOW PROC '/transactions/10/finished/9'";
    frontend_.teach(line);
  }
  const io::Feed read = feed(8);
  EXPECT_TRUE(read.gap);
  EXPECT_EQ(read.last, core::TxnId(9));
}

TEST_F(ReaderTest, OfAFloodOnTheSourceTheNewestAreRead) {
  std::vector<std::vector<std::string>> rows;
  for (int id = 700; id >= 200; --id) {
    rows.push_back({std::to_string(id), "l", "ABORTED", "INSERT_STREAMING"});
  }
  list_finished(rows);
  const io::Feed read = feed(200);
  EXPECT_FALSE(read.gap);
  EXPECT_EQ(read.transactions.size(), FeedReader::kMaxPerSourceRead);
  EXPECT_EQ(read.last, core::TxnId(700));
  EXPECT_TRUE(feed(700).transactions.empty()) << "the rest is left to the sweeps";
}

class LabelTest : public testing::Test {
 protected:
  LabelTest() : frontend_(add_lone_leader(connector_.target)) {
    intent_.job_id = "j-1";
    intent_.name = {"my db", "t"};
    intent_.target_db = core::DbId(10);
    intent_.target_table = core::TableId(11);
    for (const char* state : {"running", "finished"}) list(state, {});
  }
  void list(const std::string& state, std::vector<std::vector<std::string>> rows) {
    frontend_.teach("SHOW PROC '/transactions/10/" + state + "'",
                    {"TransactionId", "Label", "TransactionStatus", "LoadJobSourceType"},
                    std::move(rows));
  }
  io::LabelState ask() {
    ClusterLink link(endpoint(Side::kTarget), connector_);
    const auto state = find_label(link, intent_);
    EXPECT_TRUE(state.is_ok()) << state.status().to_string();
    return state.is_ok() ? *state : io::LabelState::kUnknown;
  }

  const std::string kUrl = "fe:8030/api/my%20db/get_load_state?label=REPLICATION_10_11_j-1";
  FakeConnector connector_;
  FakeFrontend& frontend_;
  core::ReplicationIntent intent_;
};

TEST_F(LabelTest, IsFoundAmongTheRunningAndTheFinished) {
  list("running", {{"5", "REPLICATION_10_11_j-1", "PREPARE", "REPLICATION"}});
  EXPECT_EQ(ask(), io::LabelState::kRunning);
  list("running", {});
  list("finished", {{"5", "REPLICATION_10_11_j-1", "VISIBLE", "REPLICATION"}});
  EXPECT_EQ(ask(), io::LabelState::kVisible);
  EXPECT_TRUE(connector_.target.http_with_login.empty());
}

TEST_F(LabelTest, IsAskedByHttpWhenNoListHasIt) {
  connector_.target.http[kUrl] = {200, R"({"state":"ABORTED","reason":"x","status":"OK"})"};
  EXPECT_EQ(ask(), io::LabelState::kAborted);
  EXPECT_EQ(connector_.target.http_with_login, std::vector<std::string>{kUrl});
}

TEST_F(LabelTest, IsUnknownWhenNobodyKnowsIt) {
  connector_.target.http[kUrl] = {200, R"({"state":"UNKNOWN","status":"OK"})"};
  EXPECT_EQ(ask(), io::LabelState::kUnknown);
  connector_.has_http = false;
  EXPECT_EQ(ask(), io::LabelState::kUnknown);
  connector_.has_http = true;
  connector_.target.http.clear();  // a closed port; the lists were complete
  EXPECT_EQ(ask(), io::LabelState::kUnknown);
}

TEST_F(LabelTest, ACutListAndAClosedPortAreNoAnswer) {
  list("finished", std::vector<std::vector<std::string>>(2000, {"5", "x", "VISIBLE", "y"}));
  ClusterLink link(endpoint(Side::kTarget), connector_);
  EXPECT_EQ(find_label(link, intent_).status().code(), Code::kUnavailable);
}

TEST_F(LabelTest, OldTargetsHaveNoListOfJobs) {
  add_lone_leader(connector_.source);
  PortsFactoryImpl factory(endpoint(Side::kSource), endpoint(Side::kTarget), connector_);
  auto ports = factory.make();
  EXPECT_EQ(ports->writer().list_jobs().status().code(), Code::kUnsupported);
  EXPECT_TRUE(ports->writer().cancel(intent_, core::TxnId(5), "stalled").is_ok());
  EXPECT_EQ(connector_.target.aborted, std::vector<std::int64_t>{5});
}

}  // namespace
}  // namespace srsync::observe
