// Every recorded answer that this room parses, in every recorded version, and what it does when a
// column is missing or new.
#include <gtest/gtest.h>

#include <set>

#include "base/text.h"
#include "observe/identify.h"
#include "observe/listing.h"
#include "observe/partitions.h"
#include "observe/proof.h"
#include "observe/replications.h"
#include "observe/sizes.h"
#include "observe/topology.h"
#include "observe/transactions.h"
#include "support/fixture.h"
#include "unit/observe/fake_cluster.h"

namespace srsync::observe {
namespace {

class EveryVersion : public testing::TestWithParam<std::string> {
 protected:
  const std::vector<json>& statements(const std::string& file) const {
    return recorded_statements(GetParam(), file);
  }
  bool is_shared_data() const { return GetParam() == "4.1-shared-data"; }
};

INSTANTIATE_TEST_SUITE_P(Recorded, EveryVersion, testing::ValuesIn(test::fixture_versions()),
                         [](const auto& parameter) {
                           std::string name = parameter.param;
                           for (char& c : name) {
                             if (c == '.' || c == '-') c = '_';
                           }
                           return name;
                         });

bool is_answered(const json& line, const std::string& sql_begin) {
  return line.contains("rows") && line.at("sql").get<std::string>().starts_with(sql_begin);
}

std::size_t slashes(const std::string& sql) {
  return static_cast<std::size_t>(std::count(sql.begin(), sql.end(), '/'));
}

// The same rows with one more column in front, as a newer version might print them.
io::ResultSet with_extra_column(io::ResultSet rows) {
  rows.columns.insert(rows.columns.begin(), "SomethingNew");
  for (auto& row : rows.rows) row.insert(row.begin(), "x");
  return rows;
}

io::ResultSet without_column(io::ResultSet rows, const std::string& name) {
  const auto at = rows.find_column(name);
  EXPECT_TRUE(at.has_value()) << name;
  rows.columns.erase(rows.columns.begin() + static_cast<std::ptrdiff_t>(*at));
  for (auto& row : rows.rows) row.erase(row.begin() + static_cast<std::ptrdiff_t>(*at));
  return rows;
}

TEST_P(EveryVersion, FrontendsNameTheLeaderAndItsPorts) {
  int read = 0;
  for (const json& line : statements("cluster.jsonl")) {
    if (!is_answered(line, "SHOW FRONTENDS") && !is_answered(line, "SHOW PROC '/frontends'")) {
      continue;
    }
    ++read;
    const auto list = read_frontends(rows_of(line));
    ASSERT_TRUE(list.is_ok()) << list.status().to_string();
    ASSERT_NE(list->leader(), nullptr);
    EXPECT_TRUE(list->leader()->alive);
    EXPECT_EQ(list->leader()->query_port % 1000, 90);
    EXPECT_EQ(list->leader()->rpc_port, list->leader()->query_port - 70);
    EXPECT_EQ(list->leader()->http_port, list->leader()->query_port - 60);
    EXPECT_TRUE(list->version.starts_with(GetParam().substr(0, 3))) << list->version;
    EXPECT_GT(parse_int64(list->cluster_id).value_or(0), 0);
    EXPECT_EQ(read_frontends(with_extra_column(rows_of(line)))->frontends, list->frontends);
  }
  EXPECT_EQ(read, 2);
}

TEST_P(EveryVersion, BackendsAndComputeNodesAreRead) {
  for (const json& line : statements("cluster.jsonl")) {
    if (is_answered(line, "SHOW BACKENDS")) {
      const auto backends = read_backends(rows_of(line));
      ASSERT_TRUE(backends.is_ok()) << backends.status().to_string();
      ASSERT_EQ(backends->size(), 3u);
      for (const core::Backend& backend : *backends) {
        EXPECT_TRUE(backend.alive);
        EXPECT_GT(backend.id, 0);
        EXPECT_TRUE(backend.host.starts_with("127.0."));
        EXPECT_EQ(backend.disk_used_permille, 500);
        EXPECT_EQ(backend.http_port, backend.be_port + 1);
      }
    }
    if (is_answered(line, "SHOW COMPUTE NODES")) {
      const auto nodes = read_compute_nodes(rows_of(line));
      ASSERT_TRUE(nodes.is_ok()) << nodes.status().to_string();
      EXPECT_TRUE(nodes->empty());
    }
  }
}

TEST_P(EveryVersion, SettingsAreReadByKey) {
  bool seen = false;
  for (const json& line : statements("cluster.jsonl")) {
    if (!is_answered(line, "ADMIN SHOW FRONTEND CONFIG")) continue;
    const auto config = read_config(rows_of(line));
    ASSERT_TRUE(config.is_ok());
    if (line["sql"] == "ADMIN SHOW FRONTEND CONFIG LIKE '%replication%'") {
      EXPECT_EQ(config->at("replication_max_parallel_table_count"), "100");
      EXPECT_EQ(config->at("replication_max_parallel_replica_count"), "10240");
      seen = true;
    }
    if (line["sql"] == "ADMIN SHOW FRONTEND CONFIG LIKE 'run_mode'") {
      EXPECT_EQ(config->at("run_mode"), is_shared_data() ? "shared_data" : "shared_nothing");
    }
  }
  EXPECT_TRUE(seen);
}

TEST_P(EveryVersion, DatabasesAndTablesAreListed) {
  std::set<std::string> types;
  std::size_t databases_read = 0;
  for (const char* file : {"cluster.jsonl", "catalog.jsonl", "proc.jsonl"}) {
    for (const json& line : statements(file)) {
      const auto sql = line.at("sql").get<std::string>();
      if (is_answered(line, "SHOW PROC '/dbs'")) {
        const auto databases = read_databases(rows_of(line));
        ASSERT_TRUE(databases.is_ok()) << databases.status().to_string();
        EXPECT_EQ(databases->front().name, "information_schema");
        EXPECT_TRUE(is_system_database(databases->front().name));
        ++databases_read;
      } else if (is_answered(line, "SHOW PROC '/dbs/") && slashes(sql) == 2) {
        const auto tables = read_tables(rows_of(line), sql);
        ASSERT_TRUE(tables.is_ok()) << tables.status().to_string();
        for (const TableRow& table : *tables) {
          types.insert(table.type);
          EXPECT_TRUE(table.listing.id.is_set());
          EXPECT_TRUE(table.listing.state_normal) << table.listing.name;
          if (table.type == "VIEW") {
            EXPECT_EQ(table.listing.kind, core::TableKind::kView);
          }
          if (table.type == "OLAP" || table.type == "CLOUD_NATIVE") {
            EXPECT_EQ(table.listing.kind, core::TableKind::kTable);
          }
          if (contains(table.type, "MATERIALIZED_VIEW")) {
            EXPECT_EQ(table.listing.kind, core::TableKind::kMaterializedView);
          }
          if (table.type == "MYSQL") {
            EXPECT_EQ(table.listing.kind, core::TableKind::kOther);
          }
        }
      }
    }
  }
  EXPECT_GE(databases_read, 2u);
  EXPECT_TRUE(types.contains(is_shared_data() ? "CLOUD_NATIVE" : "OLAP"));
  EXPECT_TRUE(types.contains("VIEW"));
}

// Whether a line is an answer in the columns of SHOW PARTITIONS.
bool shows_partitions(const json& line) {
  const auto sql = line.at("sql").get<std::string>();
  if (!line.contains("rows")) return false;
  return sql.starts_with("SHOW PARTITIONS") || sql.starts_with("SHOW TEMPORARY PARTITIONS") ||
         (sql.starts_with("SHOW PROC '/dbs/") && sql.ends_with("partitions'"));
}

TEST_P(EveryVersion, PartitionsOfEveryTableAreRead) {
  std::size_t tables = 0;
  std::size_t partitions = 0;
  std::size_t with_values = 0;
  for (const char* file : {"partitions.jsonl", "proc.jsonl", "replication.jsonl"}) {
    for (const json& line : statements(file)) {
      if (!shows_partitions(line)) continue;
      const auto sql = line.at("sql").get<std::string>();
      const io::ResultSet rows = rows_of(line);
      const auto read = read_partitions(rows, sql);
      ASSERT_TRUE(read.is_ok()) << sql << ": " << read.status().to_string();
      ++tables;
      EXPECT_TRUE(read->version_epochs) << sql;
      EXPECT_EQ(read->unreadable, "") << sql;
      EXPECT_EQ(read->partitions.size(), rows.rows.size()) << sql;
      for (const core::Partition& partition : read->partitions) {
        ++partitions;
        EXPECT_TRUE(partition.id.is_set());
        EXPECT_GE(partition.visible_version, 1);
        EXPECT_GE(partition.data_version, 1);
        EXPECT_GT(partition.epoch, 1'000'000);
        EXPECT_GE(partition.buckets, 1);
        EXPECT_NE(partition.txn_type, core::TxnType::kUnknown);
        if (!partition.values.empty()) ++with_values;
      }
      EXPECT_EQ(read_partitions(with_extra_column(rows), sql)->partitions, read->partitions);
    }
  }
  EXPECT_GT(tables, 100u);
  EXPECT_GT(partitions, 100u);
  EXPECT_GT(with_values, 50u);
}

TEST_P(EveryVersion, AMissingColumnIsNamedWithItsStatement) {
  for (const json& line : statements("partitions.jsonl")) {
    if (!shows_partitions(line)) continue;
    for (const char* column : {"PartitionId", "PartitionName", "VisibleVersion", "Buckets"}) {
      const auto read = read_partitions(without_column(rows_of(line), column), "SHOW PARTITIONS x");
      ASSERT_FALSE(read.is_ok());
      EXPECT_TRUE(contains(read.status().message(), column)) << read.status().to_string();
      EXPECT_TRUE(contains(read.status().message(), "SHOW PARTITIONS x"));
    }
    // Before 3.3.2 there were no epochs: the visible version stands for the data version.
    const auto old = read_partitions(
        without_column(without_column(without_column(rows_of(line), "DataVersion"), "VersionEpoch"),
                       "VersionTxnType"),
        "SHOW PARTITIONS x");
    ASSERT_TRUE(old.is_ok());
    EXPECT_FALSE(old->version_epochs);
    for (const core::Partition& partition : old->partitions) {
      EXPECT_EQ(partition.data_version, partition.visible_version);
      EXPECT_EQ(partition.epoch, 0);
      EXPECT_EQ(partition.txn_type, core::TxnType::kUnknown);
    }
    return;
  }
  FAIL() << "nothing recorded";
}

TEST_P(EveryVersion, TabletsAreReadInBucketOrder) {
  std::size_t read = 0;
  for (const char* file : {"proc.jsonl", "tablets.jsonl"}) {
    for (const json& line : statements(file)) {
      const auto sql = line.at("sql").get<std::string>();
      const bool is_proc = is_answered(line, "SHOW PROC '/dbs/") && contains(sql, "/partitions/") &&
                           slashes(sql) == 6;
      const bool is_show = is_answered(line, "SHOW TABLET") && !line["columns"].empty() &&
                           line["columns"][0] == "TabletId";
      if (!is_proc && !is_show) continue;
      const auto tablets = read_tablets(rows_of(line), sql);
      ASSERT_TRUE(tablets.is_ok()) << sql << ": " << tablets.status().to_string();
      ++read;
      for (std::size_t i = 0; i < tablets->size(); ++i) {
        const TabletProof& tablet = (*tablets)[i];
        if (i > 0) {
          EXPECT_LT((*tablets)[i - 1].id, tablet.id);
        }
        EXPECT_EQ(tablet.replicas.empty(), is_shared_data()) << sql;
        for (const ReplicaProof& replica : tablet.replicas) {
          EXPECT_TRUE(replica.healthy);
          EXPECT_GE(replica.version, 1);
          EXPECT_GT(replica.backend_id, 0);
        }
      }
    }
  }
  EXPECT_GT(read, 50u);
}

TEST_P(EveryVersion, IndexSchemasAndDescAllAgreeOnTheIndexes) {
  std::map<std::string, std::set<std::string>> by_schema;
  for (const json& line : statements("proc.jsonl")) {
    const auto sql = line.at("sql").get<std::string>();
    if (!sql.ends_with("/index_schema'") || !line.contains("rows")) continue;
    const auto indexes = read_index_schema(rows_of(line), sql);
    ASSERT_TRUE(indexes.is_ok()) << sql << indexes.status().to_string();
    for (const IndexRow& index : *indexes) {
      if (index.id < 0) continue;  // of a view
      by_schema[line.at("object")].insert(index.name);
      if (!is_shared_data()) {
        EXPECT_NE(index.schema_hash, 0) << sql;
      }
    }
  }
  std::size_t compared = 0;
  for (const json& line : statements("catalog.jsonl")) {
    const auto sql = line.at("sql").get<std::string>();
    if (!is_answered(line, "DESC ") || !sql.ends_with(" ALL")) continue;
    const std::string object = line.at("object");
    if (!by_schema.contains(object)) continue;
    const std::string table = object.substr(object.find('.') + 1);
    const auto indexes = read_desc_all(rows_of(line), table);
    ASSERT_TRUE(indexes.is_ok()) << sql << ": " << indexes.status().to_string();
    std::set<std::string> names;
    for (const auto& [name, index] : *indexes) {
      names.insert(name.empty() ? table : name);
      EXPECT_FALSE(index.columns.empty()) << sql;
      EXPECT_TRUE(index.keys_type.ends_with("_KEYS")) << sql;
    }
    EXPECT_EQ(names, by_schema[object]) << sql;
    ++compared;
  }
  EXPECT_GT(compared, 30u);
}

TEST_P(EveryVersion, DescAllKnowsAggregationsFromOtherWords) {
  for (const json& line : statements("catalog.jsonl")) {
    if (line["sql"] != "DESC shop.agg ALL") continue;
    const auto indexes = read_desc_all(rows_of(line), "agg");
    ASSERT_TRUE(indexes.is_ok());
    std::vector<std::string> words;
    for (const ColumnProof& column : indexes->at("").columns) words.push_back(column.aggregation);
    EXPECT_EQ(words, (std::vector<std::string>{"", "", "SUM", "MIN", "MAX", "REPLACE",
                                               "REPLACE_IF_NOT_NULL", "HLL_UNION", "BITMAP_UNION",
                                               "PERCENTILE_UNION"}));
    return;
  }
  FAIL() << "nothing recorded";
}

TEST_P(EveryVersion, JobsAreReadInEveryStateAndOnce) {
  std::set<std::string> states;
  std::size_t answers = 0;
  for (const json& line : statements("replication.jsonl")) {
    if (!is_answered(line, "SHOW PROC '/replications'")) continue;
    ++answers;
    const auto jobs = read_replications(rows_of(line));
    ASSERT_TRUE(jobs.is_ok()) << jobs.status().to_string();
    std::set<std::string> ids;
    for (const io::JobStatus& job : *jobs) {
      EXPECT_TRUE(ids.insert(job.job_id).second) << job.job_id << " twice";
      states.insert(job.state);
      if (job.state == "ABORTED") {
        EXPECT_NE(job.error, "");
      }
      if (job.state == "INITIALIZING") {
        EXPECT_FALSE(job.txn.is_set());
      }
    }
  }
  EXPECT_GT(answers, 40u);
  for (const char* state : {"INITIALIZING", "SNAPSHOTING", "REPLICATING", "COMMITTED", "ABORTED"}) {
    EXPECT_TRUE(states.contains(state)) << state;
  }
}

TEST_P(EveryVersion, TransactionsOfAJobAreFoundByLabel) {
  std::set<std::string> seen;
  for (const json& line : statements("replication.jsonl")) {
    if (!is_answered(line, "SHOW PROC '/transactions/")) continue;
    const auto rows = read_transactions(rows_of(line), line["sql"]);
    ASSERT_TRUE(rows.is_ok()) << rows.status().to_string();
    for (const TransactionRow& row : *rows) {
      if (!row.label.ends_with("_j-dup-1")) continue;
      EXPECT_EQ(row.source_type, "REPLICATION");
      seen.insert(row.status);
    }
  }
  EXPECT_TRUE(seen.contains("PREPARE"));
  EXPECT_TRUE(seen.contains("VISIBLE"));
}

TEST_P(EveryVersion, LoadStatesOfHttpAreUnderstood) {
  std::set<io::LabelState> states;
  for (const json& line : test::load_jsonl(test::fixture_path(GetParam(), "replication.jsonl"))) {
    if (!line.contains("http")) continue;
    states.insert(parse_load_state(line.at("body").get<std::string>()));
  }
  EXPECT_TRUE(states.contains(io::LabelState::kUnknown));
  EXPECT_TRUE(states.contains(io::LabelState::kVisible));
  EXPECT_TRUE(states.contains(io::LabelState::kAborted));
}

TEST(Rows, HighAvailabilityAnswersAreRead) {
  std::size_t read = 0;
  for (const json& line : recorded_statements("4.0", "high_availability.jsonl")) {
    const auto sql = line.at("sql").get<std::string>();
    if (!line.contains("rows")) continue;
    ++read;
    if (sql == "SHOW FRONTENDS") {
      const auto list = read_frontends(rows_of(line));
      ASSERT_TRUE(list.is_ok());
      EXPECT_EQ(list->frontends.size(), 3u);
      EXPECT_NE(list->leader(), nullptr);
    } else if (sql == "SHOW BACKENDS") {
      EXPECT_TRUE(read_backends(rows_of(line)).is_ok());
    } else if (sql == "SHOW PROC '/dbs'") {
      EXPECT_TRUE(read_databases(rows_of(line)).is_ok());
    } else if (sql == "SHOW PROC '/replications'") {
      EXPECT_TRUE(read_replications(rows_of(line)).is_ok());
    } else if (sql.starts_with("SHOW PROC '/transactions/")) {
      EXPECT_TRUE(read_transactions(rows_of(line), sql).is_ok());
    } else if (sql.starts_with("SHOW PARTITIONS")) {
      EXPECT_TRUE(read_partitions(rows_of(line), sql).is_ok());
    } else {
      --read;
    }
  }
  EXPECT_GT(read, 25u);
}

TEST(Rows, AJobListedTwiceKeepsItsFurtherState) {
  io::ResultSet rows;
  rows.columns = {"JobID", "DatabaseID", "TableID", "TxnID", "State", "Progress", "Error"};
  rows.rows = {{"j", "1", "2", "7", "REPLICATING", "1/2", ""},
               {"j", "1", "2", "7", "COMMITTED", "", ""},
               {"j", "1", "2", "7", "SNAPSHOTING", "", ""}};
  const auto jobs = read_replications(rows);
  ASSERT_TRUE(jobs.is_ok());
  ASSERT_EQ(jobs->size(), 1u);
  EXPECT_EQ(jobs->front().state, "COMMITTED");
}

TEST(Rows, SeveralPhysicalPartitionsUnderOneNameAreUnreadable) {
  io::ResultSet rows;
  rows.columns = {"PartitionId", "PartitionName", "VisibleVersion", "Range", "Buckets", "DataSize"};
  rows.rows = {{"12", "t", "2", "", "1", "0B"}, {"11", "t", "3", "", "1", "0B"}};
  const auto read = read_partitions(rows, "SHOW PARTITIONS FROM t");
  ASSERT_TRUE(read.is_ok());
  EXPECT_TRUE(contains(read->unreadable, "several physical partitions under one name"));
  EXPECT_EQ(read->partitions.front().id, core::PartitionId(11));
}

TEST(Rows, HiddenPartitionsAreLeftOut) {
  io::ResultSet rows;
  rows.columns = {"PartitionId", "PartitionName", "VisibleVersion", "Range", "Buckets", "DataSize"};
  rows.rows = {{"12", "$shadow_automatic_partition", "1", "", "1", "0B"}};
  const auto read = read_partitions(rows, "SHOW PARTITIONS FROM t");
  ASSERT_TRUE(read.is_ok());
  EXPECT_TRUE(read->partitions.empty());
}

TEST(Rows, ValuesThatCannotBeReadMakeTheTableUnreadable) {
  io::ResultSet rows;
  rows.columns = {"PartitionId", "PartitionName", "VisibleVersion", "Range", "Buckets", "DataSize"};
  rows.rows = {{"12", "p", "1", "not a range", "1", "0B"}};
  const auto read = read_partitions(rows, "SHOW PARTITIONS FROM t");
  ASSERT_TRUE(read.is_ok());
  EXPECT_TRUE(contains(read->unreadable, "partition p")) << read->unreadable;
}

TEST(Rows, ANumberThatIsNoneIsCorruptionWithItsPlace) {
  io::ResultSet rows;
  rows.columns = {"PartitionId", "PartitionName", "VisibleVersion", "Range", "Buckets", "DataSize"};
  rows.rows = {{"12", "p", "many", "", "1", "0B"}};
  const auto read = read_partitions(rows, "SHOW PARTITIONS FROM t");
  EXPECT_EQ(read.status().code(), Code::kCorruption);
  EXPECT_TRUE(contains(read.status().message(), "VisibleVersion")) << read.status().to_string();
}

TEST(Sizes, BothFamiliesOfSizeText) {
  EXPECT_EQ(*parse_size("0B"), 0);
  EXPECT_EQ(*parse_size("585.9KB"), 599961);
  EXPECT_EQ(*parse_size("1.1MB"), 1153433);
  EXPECT_EQ(*parse_size("600000"), 600000);
  EXPECT_EQ(*parse_size("0.000 "), 0);
  EXPECT_EQ(*parse_size("1.5 GB"), 1610612736);
  EXPECT_EQ(*parse_size("2TB"), 2199023255552);
  EXPECT_EQ(*parse_size(""), 0);
  for (const char* bad : {"KB", "1.2XB", "-1", "1.2.3KB", "1KBB", "nan", "1e400"}) {
    EXPECT_EQ(parse_size(bad).status().code(), Code::kCorruption) << bad;
  }
}

TEST(Sizes, Percentages) {
  EXPECT_EQ(*parse_permille("50.00 %"), 500);
  EXPECT_EQ(*parse_permille("23.46 %"), 235);
  EXPECT_EQ(*parse_permille(""), 0);
  EXPECT_EQ(parse_permille("50").status().code(), Code::kCorruption);
  EXPECT_EQ(parse_permille("x %").status().code(), Code::kCorruption);
}

TEST(LoadState, TextsThatAreNoAnswerAreUnknown) {
  EXPECT_EQ(parse_load_state(""), io::LabelState::kUnknown);
  EXPECT_EQ(parse_load_state("{\"state\":7}"), io::LabelState::kUnknown);
  EXPECT_EQ(parse_load_state("{ \"state\" : \"PREPARED\" }"), io::LabelState::kRunning);
  EXPECT_EQ(parse_load_state("{\"state\":\"COMMITTED\"}"), io::LabelState::kCommitted);
}

}  // namespace
}  // namespace srsync::observe
