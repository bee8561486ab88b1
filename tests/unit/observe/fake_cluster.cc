#include "unit/observe/fake_cluster.h"

#include <algorithm>

#include <fmt/format.h>

#include "mysql/error_table.h"
#include "support/fixture.h"

namespace srsync::observe {

io::ResultSet rows_of(const json& line) {
  io::ResultSet out;
  out.columns = line.at("columns").get<std::vector<std::string>>();
  for (const json& row : line.at("rows")) {
    auto& cells = out.rows.emplace_back();
    for (const json& cell : row) {
      if (cell.is_null()) {
        cells.emplace_back(std::nullopt);
      } else {
        cells.emplace_back(cell.get<std::string>());
      }
    }
  }
  return out;
}

const std::vector<json>& recorded_statements(const std::string& version, const std::string& file) {
  static std::map<std::string, std::vector<json>> cache;  // parsing takes longer than the tests
  const std::string path = test::fixture_path(version, file);
  const auto [at, is_new] = cache.try_emplace(path);
  if (!is_new) return at->second;
  for (json& line : test::load_jsonl(path)) {
    if (line.contains("sql")) at->second.push_back(std::move(line));
  }
  return at->second;
}

io::PartitionsMetaPage partitions_page_of(const json& response) {
  io::PartitionsMetaPage out;
  for (const json& row : response.at("partitions_meta_infos")) {
    io::PartitionMeta meta;
    meta.db_name = row.at("db_name");
    meta.table_name = row.at("table_name");
    meta.partition_name = row.at("partition_name");
    meta.partition_id = row.at("partition_id");
    meta.visible_version = row.at("visible_version");
    meta.next_version = row.at("next_version");
    if (row.contains("data_version")) meta.data_version = row["data_version"];
    if (row.contains("version_epoch")) meta.version_epoch = row["version_epoch"];
    if (row.contains("version_txn_type")) meta.version_txn_type = row["version_txn_type"];
    meta.buckets = row.at("buckets");
    meta.is_temp = row.at("is_temp");
    meta.data_size = row.at("data_size");
    out.partitions.push_back(std::move(meta));
  }
  if (response.contains("next_table_id_offset")) {
    out.next_table_id_offset = response["next_table_id_offset"];
  }
  return out;
}

namespace {

// The types that the recorded tables have.
std::string type_of(const json& column) {
  const json& scalar = column.at("columnType").at("types").at(0).at("scalar_type");
  switch (scalar.at("type").get<int>()) {
    case 5:
      return "INT";
    case 6:
      return "BIGINT";
    case 15:
      return fmt::format("VARCHAR({})", scalar.at("len").get<int>());
    default:
      throw std::runtime_error("teach type_of() the type of " + column.dump());
  }
}

io::IndexMeta index_of(const json& index) {
  io::IndexMeta out;
  out.index_id = index.at("index_id");
  out.partition_id = index.at("partition_id");
  out.shadow = index.at("index_state") == 1;
  const json& schema = index.at("schema_meta");
  out.schema_hash = schema.at("schema_hash");
  out.schema_version = schema.at("schema_version");
  out.keys_type = schema.at("keys_type");
  for (const json& column : schema.at("columns")) {
    out.columns.push_back({column.at("columnName"), type_of(column), column.at("key"),
                           column.value("aggregationType", ""), column.at("allowNull"),
                           column.value("defaultValue", "")});
  }
  for (const json& tablet : index.at("tablets")) {
    io::TabletMeta& meta = out.tablets.emplace_back();
    meta.tablet_id = tablet.at("tablet_id");
    meta.partition_id = tablet.at("partition_id");
    for (const json& r : tablet.at("replicas")) {
      meta.replicas.push_back({r.at("replica_id"), r.at("backend_id"), r.at("schema_hash"),
                               r.at("version"), r.at("data_size"), r.at("state"),
                               r.at("last_failed_version"), r.at("bad")});
    }
  }
  return out;
}

Status failure(const json& error, io::SqlError& last) {
  last.code = error.at("code");
  last.message = error.at("message");
  const mysql::ErrorClass meaning = mysql::classify_server_error(last.code, last.message);
  return Status(meaning.code, last.message, std::string(meaning.hint));
}

class FakeSession final : public io::SqlSession {
 public:
  FakeSession(FakeCluster& cluster, Address address)
      : cluster_(cluster), address_(to_string(address)) {}

  Result<io::ResultSet> query(std::string_view sql) override {
    last_ = {};
    const auto found = cluster_.frontends.find(address_);
    if (found == cluster_.frontends.end() || found->second.dead) {
      return unavailable("nothing listens at " + address_);
    }
    FakeFrontend& frontend = found->second;
    cluster_.log.push_back(address_ + " " + std::string(sql));
    if (!frontend.break_after.empty() && sql.starts_with(frontend.break_after)) {
      frontend.break_after.clear();
      return outcome_unknown("the connection broke");
    }
    if (sql.starts_with("SET ")) return io::ResultSet{};
    if (const auto once = frontend.answers_once.find(std::string(sql));
        once != frontend.answers_once.end()) {
      const json line = once->second;
      frontend.answers_once.erase(once);
      return rows_of(line);
    }
    const auto answer = frontend.answers.find(std::string(sql));
    if (answer == frontend.answers.end()) {
      last_ = {1064, "HY000", fmt::format("Unknown proc node path: {}", sql)};
      return rejected(last_.message);
    }
    if (answer->second.contains("error")) return failure(answer->second["error"], last_);
    if (!answer->second.contains("rows")) return io::ResultSet{};
    return rows_of(answer->second);
  }
  const io::SqlError& last_error() const override { return last_; }

 private:
  FakeCluster& cluster_;
  std::string address_;
  io::SqlError last_;
};

class FakeRpc final : public io::FrontendRpc {
 public:
  FakeRpc(FakeCluster& cluster, std::string host) : cluster_(cluster), host_(std::move(host)) {}

  Result<io::PartitionsMetaPage> get_partitions_meta(const io::RpcIdentity& identity,
                                                     const std::string& db_pattern,
                                                     std::int64_t offset) override {
    if (is_dead()) return unavailable("nothing listens at the RPC port of " + host_);
    if (!cluster_.has_partitions_meta) return unsupported("Invalid method name");
    if (identity.host != "%") return io::PartitionsMetaPage{};
    const auto page = cluster_.pages.find({db_pattern, offset});
    return page == cluster_.pages.end() ? io::PartitionsMetaPage{} : page->second;
  }
  Result<io::TableMeta> get_table_meta(const std::string& db, const std::string& table) override {
    if (is_dead()) return unavailable("nothing listens at the RPC port of " + host_);
    cluster_.log.push_back(host_ + " RPC getTableMeta");
    const auto found = cluster_.tables.find(db + "." + table);
    if (found == cluster_.tables.end()) return unsupported("getTableMeta: unknown result");
    return found->second;
  }
  Status start_table_replication(const io::TableReplicationRequest& request) override {
    if (is_dead()) return unavailable("nothing listens at the RPC port of " + host_);
    cluster_.started.push_back(request);
    if (cluster_.start_answers.empty()) return Status::ok();
    const Status answer = cluster_.start_answers.front();
    cluster_.start_answers.erase(cluster_.start_answers.begin());
    return answer;
  }
  Result<std::int64_t> begin_load(const io::LoadTransaction& load) override {
    if (is_dead()) return unavailable("nothing listens at the RPC port of " + host_);
    cluster_.begun.push_back(load);
    if (cluster_.begin_answers.empty()) {
      return 70 + static_cast<std::int64_t>(cluster_.begun.size());
    }
    const auto answer = cluster_.begin_answers.front();
    cluster_.begin_answers.erase(cluster_.begin_answers.begin());
    return answer;
  }
  Result<std::vector<io::CreatedPartition>> create_partitions(
      const io::CreatePartitionRequest& request) override {
    if (is_dead()) return unavailable("nothing listens at the RPC port of " + host_);
    cluster_.created.push_back(request);
    if (cluster_.create_answers.empty()) return std::vector<io::CreatedPartition>{};
    auto answer = cluster_.create_answers.front();
    cluster_.create_answers.erase(cluster_.create_answers.begin());
    return answer;
  }
  Status abort_remote_txn(std::int64_t txn_id, std::int64_t, const std::string&) override {
    if (is_dead()) return unavailable("nothing listens at the RPC port of " + host_);
    cluster_.aborted.push_back(txn_id);
    return Status::ok();
  }

 private:
  bool is_dead() const {
    for (const auto& [address, frontend] : cluster_.frontends) {
      if (address.starts_with(host_ + ":")) return frontend.dead;
    }
    return true;
  }

  FakeCluster& cluster_;
  std::string host_;
};

}  // namespace

io::TableMeta table_meta_of(const json& response) {
  const json& meta = response.at("table_meta");
  io::TableMeta out;
  out.table_id = meta.at("table_id");
  out.table_name = meta.at("table_name");
  out.db_id = meta.at("db_id");
  out.db_name = meta.at("db_name");
  out.state = meta.at("state");
  out.base_index_id = meta.at("base_index_id");
  out.key_type = meta.at("key_type");
  for (const json& index : meta.at("indexes")) out.indexes.push_back(index_of(index));
  for (const json& p : meta.at("partitions")) {
    out.partitions.push_back({p.at("partition_id"), p.at("partition_name"), p.at("state"),
                              p.at("visible_version"), p.at("next_version"), p.at("is_temp")});
  }
  for (const json& b : response.at("backends")) {
    out.backends.push_back(
        {b.at("backend_id"), b.at("host"), b.at("be_port"), b.at("http_port"), b.at("alive")});
  }
  return out;
}

io::TableReplicationRequest replication_request_of(const json& j) {
  io::TableReplicationRequest out;
  out.user = j.at("username");
  out.database_id = j.at("database_id");
  out.table_id = j.at("table_id");
  out.source_token = Secret(j.at("src_token").get<std::string>());
  out.source_table_data_size = j.at("src_table_data_size");
  out.job_id = j.at("job_id");
  for (const json& p : j.at("partition_replication_infos")) {
    io::PartitionReplication& partition = out.partitions.emplace_back();
    partition.partition_id = p.at("partition_id");
    partition.source_version = p.at("src_version");
    partition.source_version_epoch = p.value("src_version_epoch", std::int64_t{0});
    for (const json& i : p.at("index_replication_infos")) {
      io::IndexReplication& index = partition.indexes.emplace_back();
      index.index_id = i.at("index_id");
      index.source_schema_hash = i.at("src_schema_hash");
      for (const json& t : i.at("tablet_replication_infos")) {
        io::TabletReplication& tablet = index.tablets.emplace_back();
        tablet.tablet_id = t.at("tablet_id");
        tablet.source_tablet_id = t.at("src_tablet_id");
        for (const json& r : t.at("replica_replication_infos")) {
          const json& b = r.at("src_backend");
          tablet.source_backends.push_back({b.at("host"), b.at("be_port"), b.at("http_port")});
        }
      }
    }
  }
  return out;
}

void FakeFrontend::teach(const std::string& sql, std::vector<std::string> columns,
                         std::vector<std::vector<std::string>> rows) {
  answers[sql] = {{"sql", sql}, {"columns", std::move(columns)}, {"rows", std::move(rows)}};
}

FakeFrontend& FakeCluster::only() { return frontends.begin()->second; }

std::size_t FakeCluster::count(const std::string& statement) const {
  return static_cast<std::size_t>(
      std::count_if(log.begin(), log.end(),
                    [&](const std::string& line) { return line.ends_with(" " + statement); }));
}

std::unique_ptr<io::SqlSession> FakeConnector::open_sql(Side side, const Address& address) {
  return std::make_unique<FakeSession>(cluster(side), address);
}

std::unique_ptr<io::FrontendRpc> FakeConnector::open_rpc(Side side, const Address& address) {
  cluster(side).rpc_addresses.push_back(to_string(address));
  return std::make_unique<FakeRpc>(cluster(side), address.host);
}

Result<HttpReply> FakeConnector::http_get(Side side, const Address& address,
                                          const std::string& path, bool log_in) {
  if (!has_http) return unsupported("no HTTP here");
  const std::string url = to_string(address) + path;
  if (log_in) cluster(side).http_with_login.push_back(url);
  const auto found = cluster(side).http.find(url);
  if (found == cluster(side).http.end()) return unavailable("nothing listens at " + url);
  return found->second;
}

Address FakeConnector::map(Side, const Address& address) {
  const auto found = host_map.find(to_string(address));
  return found == host_map.end() ? address : found->second;
}

json show_frontends(const std::vector<FakeFrontendRow>& rows, const std::string& version,
                    int cluster_id) {
  json line = {{"sql", "SHOW FRONTENDS"},
               {"columns",
                {"Id", "Name", "IP", "EditLogPort", "HttpPort", "QueryPort", "RpcPort", "Role",
                 "ClusterId", "Alive", "Version"}},
               {"rows", json::array()}};
  int id = 0;
  for (const FakeFrontendRow& row : rows) {
    line["rows"].push_back({std::to_string(++id), fmt::format("{}_{}", row.host, cluster_id),
                            row.host, "9010", "8030", std::to_string(row.query_port), "9020",
                            row.role, std::to_string(cluster_id), row.alive ? "true" : "false",
                            row.alive ? version : "NULL"});
  }
  return line;
}

ClusterEndpoint endpoint(Side side, std::vector<Address> seeds) {
  ClusterEndpoint out;
  out.side = side;
  out.seeds = std::move(seeds);
  out.user = "root";
  return out;
}

FakeFrontend& add_lone_leader(FakeCluster& cluster, const std::string& version, int cluster_id) {
  FakeFrontend& frontend = cluster.frontends["fe:9030"];
  frontend.teach(show_frontends({{"fe", 9030, "LEADER"}}, version, cluster_id));
  return frontend;
}

}  // namespace srsync::observe
