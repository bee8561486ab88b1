#include "unit/rpc/recordings.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <set>

#include <fmt/format.h>
#include <thrift/protocol/TBinaryProtocol.h>
#include <thrift/transport/TBufferTransports.h>

#include "base/bytes.h"
#include "frontend/FrontendService.h"
#include "support/paths.h"

namespace srsync::rpc {

namespace {

using nlohmann::json;

const std::set<std::string> kMethods = {
    "startTableReplication", "abortRemoteTxn",  "getPartitionsMeta", "getTableMeta",
    "loadTxnBegin",          "loadTxnRollback", "createPartition"};

std::string bytes_of(const json& line, const char* key) {
  if (!line.contains(key) || !line[key].is_string()) return {};
  Result<std::string> bytes = from_hex(line[key].get<std::string>());
  if (!bytes.is_ok()) std::abort();
  return *bytes;
}

void read_file(const std::filesystem::path& path, std::vector<Recording>& out) {
  std::ifstream file(path);
  std::string text;
  for (int number = 1; std::getline(file, text); ++number) {
    const json line = json::parse(text);
    if (!line.contains("rpc") || !kMethods.contains(line["rpc"].get<std::string>())) continue;
    Recording r;
    r.where = fmt::format("{}/{} line {}, {}", path.parent_path().filename().string(),
                          path.filename().string(), number, line.value("step", ""));
    r.method = line["rpc"].get<std::string>();
    r.request = line["request"][0];
    r.response = line.value("response", json());
    r.application_exception = line.value("application_exception", json());
    r.connection_dropped = line.contains("transport_error");
    r.request_bytes = bytes_of(line, "request_hex");
    r.response_bytes = bytes_of(line, "response_hex");
    out.push_back(std::move(r));
  }
}

frontend::TTabletReplicationInfo tablet_of(const json& j) {
  frontend::TTabletReplicationInfo out;
  out.__set_tablet_id(j.at("tablet_id"));
  out.__set_src_tablet_id(j.at("src_tablet_id"));
  if (!j.contains("replica_replication_infos")) return out;
  std::vector<frontend::TReplicaReplicationInfo> replicas;
  for (const json& r : j["replica_replication_infos"]) {
    frontend::TBackend backend;
    backend.__set_host(r.at("src_backend").at("host"));
    backend.__set_be_port(r.at("src_backend").at("be_port"));
    backend.__set_http_port(r.at("src_backend").at("http_port"));
    replicas.emplace_back().__set_src_backend(backend);
  }
  out.__set_replica_replication_infos(replicas);
  return out;
}

frontend::TIndexReplicationInfo index_of(const json& j) {
  frontend::TIndexReplicationInfo out;
  out.__set_index_id(j.at("index_id"));
  out.__set_src_schema_hash(j.at("src_schema_hash"));
  if (!j.contains("tablet_replication_infos")) return out;
  std::map<std::int64_t, frontend::TTabletReplicationInfo> tablets;
  for (const auto& [key, value] : j["tablet_replication_infos"].items()) {
    tablets.emplace(std::stoll(key), tablet_of(value));
  }
  out.__set_tablet_replication_infos(tablets);
  return out;
}

frontend::TPartitionReplicationInfo partition_of(const json& j) {
  frontend::TPartitionReplicationInfo out;
  out.__set_partition_id(j.at("partition_id"));
  out.__set_src_version(j.at("src_version"));
  if (j.contains("src_version_epoch")) out.__set_src_version_epoch(j["src_version_epoch"]);
  if (!j.contains("index_replication_infos")) return out;
  std::map<std::int64_t, frontend::TIndexReplicationInfo> indexes;
  for (const auto& [key, value] : j["index_replication_infos"].items()) {
    indexes.emplace(std::stoll(key), index_of(value));
  }
  out.__set_index_replication_infos(indexes);
  return out;
}

frontend::TTableReplicationRequest replication_of(const json& j) {
  frontend::TTableReplicationRequest out;
  if (j.contains("username")) out.__set_username(j["username"]);
  if (j.contains("password")) out.__set_password(j["password"]);
  if (j.contains("database_id")) out.__set_database_id(j["database_id"]);
  if (j.contains("table_id")) out.__set_table_id(j["table_id"]);
  if (j.contains("src_token")) out.__set_src_token(j["src_token"]);
  if (j.contains("src_table_type")) out.__set_src_table_type(j["src_table_type"]);
  if (j.contains("src_table_data_size")) out.__set_src_table_data_size(j["src_table_data_size"]);
  if (j.contains("job_id")) out.__set_job_id(j["job_id"]);
  if (!j.contains("partition_replication_infos")) return out;
  std::map<std::int64_t, frontend::TPartitionReplicationInfo> partitions;
  for (const auto& [key, value] : j["partition_replication_infos"].items()) {
    partitions.emplace(std::stoll(key), partition_of(value));
  }
  out.__set_partition_replication_infos(partitions);
  return out;
}

frontend::TGetPartitionsMetaRequest partitions_of(const json& j) {
  frontend::TGetPartitionsMetaRequest out;
  if (j.contains("auth_info")) {
    frontend::TAuthInfo auth;
    if (j["auth_info"].contains("pattern")) auth.__set_pattern(j["auth_info"]["pattern"]);
    if (j["auth_info"].contains("user")) auth.__set_user(j["auth_info"]["user"]);
    if (j["auth_info"].contains("user_ip")) auth.__set_user_ip(j["auth_info"]["user_ip"]);
    out.__set_auth_info(auth);
  }
  if (j.contains("start_table_id_offset")) {
    out.__set_start_table_id_offset(j["start_table_id_offset"]);
  }
  return out;
}

frontend::TLoadTxnRollbackRequest rollback_of(const json& j) {
  frontend::TLoadTxnRollbackRequest out;
  out.__set_user(j.at("user"));
  out.__set_passwd(j.at("passwd"));
  out.__set_db(j.at("db"));
  out.__set_tbl(j.at("tbl"));
  out.__set_user_ip(j.at("user_ip"));
  out.__set_txnId(j.at("txnId"));
  out.__set_reason(j.at("reason"));
  return out;
}

frontend::TLoadTxnBeginRequest begin_of(const json& j) {
  frontend::TLoadTxnBeginRequest out;
  out.__set_user(j.at("user"));
  out.__set_passwd(j.at("passwd"));
  out.__set_db(j.at("db"));
  out.__set_tbl(j.at("tbl"));
  out.__set_user_ip(j.at("user_ip"));
  out.__set_label(j.at("label"));
  out.__set_timestamp(j.at("timestamp"));
  out.__set_timeout(j.at("timeout"));
  return out;
}

frontend::TCreatePartitionRequest create_of(const json& j) {
  frontend::TCreatePartitionRequest out;
  out.__set_txn_id(j.at("txn_id"));
  out.__set_db_id(j.at("db_id"));
  out.__set_table_id(j.at("table_id"));
  out.__set_partition_values(j.at("partition_values"));
  if (j.contains("is_temp")) out.__set_is_temp(j["is_temp"]);
  return out;
}

template <typename Args, typename Request>
std::string encode(const std::string& method, const Request& request) {
  auto memory = std::make_shared<apache::thrift::transport::TMemoryBuffer>();
  apache::thrift::protocol::TBinaryProtocol protocol(memory);
  Args args;
  args.request = &request;
  protocol.writeMessageBegin(method, apache::thrift::protocol::T_CALL, 0);
  args.write(&protocol);
  protocol.writeMessageEnd();
  return memory->getBufferAsString();
}

// The three below: nullopt where a field is missing, or where a map's key is not the id in it.
std::optional<io::TabletReplication> client_tablet(const json& t) {
  if (!t.contains("replica_replication_infos")) return {};
  io::TabletReplication tablet{t.at("tablet_id"), t.at("src_tablet_id"), {}};
  for (const json& r : t["replica_replication_infos"]) {
    const json& b = r.at("src_backend");
    tablet.source_backends.push_back({b.at("host"), b.at("be_port"), b.at("http_port")});
  }
  return tablet;
}

std::optional<io::IndexReplication> client_index(const json& i) {
  if (!i.contains("tablet_replication_infos")) return {};
  io::IndexReplication index{i.at("index_id"), i.at("src_schema_hash"), {}};
  for (const auto& [key, t] : i["tablet_replication_infos"].items()) {
    auto tablet = client_tablet(t);
    if (!tablet || std::to_string(tablet->tablet_id) != key) return {};
    index.tablets.push_back(std::move(*tablet));
  }
  return index;
}

std::optional<io::PartitionReplication> client_partition(const json& p) {
  if (!p.contains("index_replication_infos")) return {};
  io::PartitionReplication partition{
      p.at("partition_id"), p.at("src_version"), p.value("src_version_epoch", std::int64_t{0}), {}};
  for (const auto& [key, i] : p["index_replication_infos"].items()) {
    auto index = client_index(i);
    if (!index || std::to_string(index->index_id) != key) return {};
    partition.indexes.push_back(std::move(*index));
  }
  return partition;
}

}  // namespace

std::vector<Recording> recordings() {
  std::vector<Recording> out;
  for (const char* version : {"3.3", "3.4", "3.5", "4.0", "4.1", "4.1-shared-data"}) {
    const std::filesystem::path folder = test::data_path(std::string("fixtures/") + version);
    read_file(folder / "replication.jsonl", out);
    read_file(folder / "rpc_reads.jsonl", out);
    read_file(folder / "automatic_partitions.jsonl", out);
    read_file(folder / "more.jsonl", out);
    read_file(folder / "high_availability.jsonl", out);  // 4.0 only
  }
  return out;
}

std::string encode_request(const Recording& recording) {
  const json& j = recording.request;
  if (recording.method == "startTableReplication") {
    return encode<frontend::FrontendService_startTableReplication_pargs>(recording.method,
                                                                         replication_of(j));
  }
  if (recording.method == "getPartitionsMeta") {
    return encode<frontend::FrontendService_getPartitionsMeta_pargs>(recording.method,
                                                                     partitions_of(j));
  }
  if (recording.method == "getTableMeta") {
    frontend::TGetTableMetaRequest request;
    request.__set_db_name(j.at("db_name"));
    request.__set_table_name(j.at("table_name"));
    return encode<frontend::FrontendService_getTableMeta_pargs>(recording.method, request);
  }
  if (recording.method == "loadTxnBegin") {
    return encode<frontend::FrontendService_loadTxnBegin_pargs>(recording.method, begin_of(j));
  }
  if (recording.method == "loadTxnRollback") {
    return encode<frontend::FrontendService_loadTxnRollback_pargs>(recording.method,
                                                                   rollback_of(j));
  }
  if (recording.method == "createPartition") {
    return encode<frontend::FrontendService_createPartition_pargs>(recording.method, create_of(j));
  }
  frontend::TAbortRemoteTxnRequest request;
  request.__set_txn_id(j.at("txn_id"));
  request.__set_db_id(j.at("db_id"));
  request.__set_error_msg(j.at("error_msg"));
  return encode<frontend::FrontendService_abortRemoteTxn_pargs>(recording.method, request);
}

std::optional<io::TableReplicationRequest> replication_request(const json& j) {
  if (j.value("src_table_type", 0) != 1 || !j.contains("partition_replication_infos")) return {};
  io::TableReplicationRequest out;
  out.user = j.at("username");
  out.database_id = j.at("database_id");
  out.table_id = j.at("table_id");
  out.source_token = Secret(j.at("src_token").get<std::string>());
  out.source_table_data_size = j.at("src_table_data_size");
  out.job_id = j.at("job_id");
  for (const auto& [key, p] : j["partition_replication_infos"].items()) {
    auto partition = client_partition(p);
    if (!partition || std::to_string(partition->partition_id) != key) return {};
    out.partitions.push_back(std::move(*partition));
  }
  return out;
}

}  // namespace srsync::rpc
