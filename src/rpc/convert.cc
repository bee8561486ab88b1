#include "rpc/convert.h"

#include <utility>

#include "rpc/type_text.h"

namespace srsync::rpc {

namespace {

constexpr std::int32_t kOlapTable = 1;
constexpr std::int32_t kShadowIndex = 1;

frontend::TTabletReplicationInfo to_thrift(const io::TabletReplication& tablet) {
  frontend::TTabletReplicationInfo out;
  out.__set_tablet_id(tablet.tablet_id);
  out.__set_src_tablet_id(tablet.source_tablet_id);
  // Set even when empty: the frontend reads its size.
  std::vector<frontend::TReplicaReplicationInfo> replicas(tablet.source_backends.size());
  for (std::size_t i = 0; i < replicas.size(); ++i) {
    frontend::TBackend backend;
    backend.__set_host(tablet.source_backends[i].host);
    backend.__set_be_port(tablet.source_backends[i].be_port);
    backend.__set_http_port(tablet.source_backends[i].http_port);
    replicas[i].__set_src_backend(backend);
  }
  out.__set_replica_replication_infos(replicas);
  return out;
}

frontend::TIndexReplicationInfo to_thrift(const io::IndexReplication& index) {
  frontend::TIndexReplicationInfo out;
  out.__set_index_id(index.index_id);
  out.__set_src_schema_hash(index.source_schema_hash);
  std::map<std::int64_t, frontend::TTabletReplicationInfo> tablets;
  for (const auto& tablet : index.tablets) tablets.emplace(tablet.tablet_id, to_thrift(tablet));
  out.__set_tablet_replication_infos(tablets);
  return out;
}

frontend::TPartitionReplicationInfo to_thrift(const io::PartitionReplication& partition) {
  frontend::TPartitionReplicationInfo out;
  out.__set_partition_id(partition.partition_id);
  out.__set_src_version(partition.source_version);
  std::map<std::int64_t, frontend::TIndexReplicationInfo> indexes;
  for (const auto& index : partition.indexes) indexes.emplace(index.index_id, to_thrift(index));
  out.__set_index_replication_infos(indexes);
  if (partition.source_version_epoch != 0) {
    out.__set_src_version_epoch(partition.source_version_epoch);
  }
  return out;
}

io::PartitionMeta from_thrift(frontend::TPartitionMetaInfo&& row) {
  io::PartitionMeta out;
  out.db_name = std::move(row.db_name);
  out.table_name = std::move(row.table_name);
  out.partition_name = std::move(row.partition_name);
  out.partition_id = row.partition_id;
  out.visible_version = row.visible_version;
  out.next_version = row.next_version;
  if (row.__isset.data_version) out.data_version = row.data_version;
  if (row.__isset.version_epoch) out.version_epoch = row.version_epoch;
  if (row.__isset.version_txn_type) out.version_txn_type = row.version_txn_type;
  out.buckets = row.buckets;
  out.replication_num = row.replication_num;
  out.is_temp = row.is_temp;
  out.data_size = std::move(row.data_size);
  out.row_count = row.row_count;
  out.storage_path = std::move(row.storage_path);
  return out;
}

// A key part as text; one that is neither a date nor a text has none here.
std::string key_text(const frontend::TExprNode& node) {
  return node.__isset.date_literal ? node.date_literal.value : node.string_literal.value;
}

std::string bound_text(const std::vector<frontend::TExprNode>& keys) {
  return keys.empty() ? std::string() : key_text(keys.front());
}

io::ColumnMeta from_thrift(const frontend::TColumnMeta& column) {
  io::ColumnMeta out;
  out.name = column.columnName;
  out.type = type_text(column.columnType);
  out.key = column.key;
  out.aggregation = column.aggregationType;
  out.nullable = column.allowNull;
  out.default_value = column.defaultValue;
  return out;
}

io::TabletMeta from_thrift(const frontend::TTabletMeta& tablet) {
  io::TabletMeta out;
  out.tablet_id = tablet.tablet_id;
  out.partition_id = tablet.partition_id;
  out.replicas.reserve(tablet.replicas.size());
  for (const auto& replica : tablet.replicas) {
    out.replicas.push_back({replica.replica_id, replica.backend_id, replica.schema_hash,
                            replica.version, replica.data_size, replica.state,
                            replica.last_failed_version, replica.bad});
  }
  return out;
}

io::IndexMeta from_thrift(const frontend::TIndexMeta& index) {
  io::IndexMeta out;
  out.index_id = index.index_id;
  out.partition_id = index.partition_id;
  out.schema_hash = index.schema_meta.schema_hash;
  out.schema_version = index.schema_meta.schema_version;
  out.keys_type = index.schema_meta.keys_type;
  out.shadow = index.index_state == kShadowIndex;
  for (const auto& column : index.schema_meta.columns) out.columns.push_back(from_thrift(column));
  for (const auto& tablet : index.tablets) out.tablets.push_back(from_thrift(tablet));
  return out;
}

}  // namespace

frontend::TTableReplicationRequest to_thrift(const io::TableReplicationRequest& request) {
  frontend::TTableReplicationRequest out;
  out.__set_username(request.user);
  out.__set_password("");
  out.__set_database_id(request.database_id);
  out.__set_table_id(request.table_id);
  out.__set_src_token(request.source_token.reveal());
  out.__set_src_table_type(kOlapTable);
  out.__set_src_table_data_size(request.source_table_data_size);
  std::map<std::int64_t, frontend::TPartitionReplicationInfo> partitions;
  for (const auto& partition : request.partitions) {
    partitions.emplace(partition.partition_id, to_thrift(partition));
  }
  out.__set_partition_replication_infos(partitions);
  out.__set_job_id(request.job_id);
  return out;
}

frontend::TGetPartitionsMetaRequest to_thrift(const io::RpcIdentity& identity,
                                              const std::string& db_pattern,
                                              std::int64_t start_table_id_offset) {
  frontend::TAuthInfo auth;
  if (!db_pattern.empty()) auth.__set_pattern(db_pattern);
  auth.__set_user(identity.user);
  auth.__set_user_ip(identity.host);
  frontend::TGetPartitionsMetaRequest out;
  out.__set_auth_info(auth);
  if (start_table_id_offset != 0) out.__set_start_table_id_offset(start_table_id_offset);
  return out;
}

frontend::TLoadTxnBeginRequest to_thrift(const io::LoadTransaction& load) {
  frontend::TLoadTxnBeginRequest out;
  out.__set_user(load.user);
  out.__set_passwd(load.password.reveal());
  out.__set_db(load.db);
  out.__set_tbl(load.table);
  out.__set_user_ip(load.user_ip);
  out.__set_label(load.label);
  out.__set_timestamp(load.timestamp_s);
  out.__set_timeout(load.timeout_s);
  return out;
}

frontend::TCreatePartitionRequest to_thrift(const io::CreatePartitionRequest& request) {
  frontend::TCreatePartitionRequest out;
  out.__set_txn_id(request.txn_id);
  out.__set_db_id(request.database_id);
  out.__set_table_id(request.table_id);
  out.__set_partition_values(request.values);
  if (request.is_temporary) out.__set_is_temp(*request.is_temporary);
  return out;
}

std::vector<io::CreatedPartition> from_thrift(const frontend::TCreatePartitionResult& reply) {
  std::vector<io::CreatedPartition> out;
  for (const auto& partition : reply.partitions) {
    io::CreatedPartition& made = out.emplace_back();
    made.partition_id = partition.id;
    made.lower = bound_text(partition.start_keys);
    made.upper = bound_text(partition.end_keys);
    for (const auto& tuple : partition.in_keys) {
      auto& texts = made.list.emplace_back();
      for (const auto& node : tuple) texts.push_back(key_text(node));
    }
  }
  return out;
}

io::PartitionsMetaPage from_thrift(frontend::TGetPartitionsMetaResponse&& reply) {
  io::PartitionsMetaPage out;
  out.partitions.reserve(reply.partitions_meta_infos.size());
  for (auto& row : reply.partitions_meta_infos)
    out.partitions.push_back(from_thrift(std::move(row)));
  if (reply.__isset.next_table_id_offset) out.next_table_id_offset = reply.next_table_id_offset;
  return out;
}

io::TableMeta from_thrift(frontend::TGetTableMetaResponse&& reply) {
  frontend::TTableMeta& meta = reply.table_meta;
  io::TableMeta out;
  out.table_id = meta.table_id;
  out.table_name = std::move(meta.table_name);
  out.db_id = meta.db_id;
  out.db_name = std::move(meta.db_name);
  out.state = std::move(meta.state);
  out.base_index_id = meta.base_index_id;
  out.key_type = std::move(meta.key_type);
  out.distribution_type = std::move(meta.distribution_desc.distribution_type);
  out.distribution_columns =
      std::move(meta.distribution_desc.hash_distribution.distribution_columns);
  out.colocate_group = std::move(meta.colocate_group);
  out.table_type = std::move(meta.table_type);
  for (const auto& index : meta.indexes) out.indexes.push_back(from_thrift(index));
  for (const auto& p : meta.partitions) {
    out.partitions.push_back(
        {p.partition_id, p.partition_name, p.state, p.visible_version, p.next_version, p.is_temp});
  }
  for (const auto& b : reply.backends) {
    out.backends.push_back({b.backend_id, b.host, b.be_port, b.http_port, b.alive});
  }
  return out;
}

}  // namespace srsync::rpc
