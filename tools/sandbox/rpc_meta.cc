// The rows of getPartitionsMeta and getTableMeta, field by field as each version fills them.
#include <algorithm>

#include <fmt/format.h>

#include "sandbox/rpc_service.h"
#include "sandbox/rpc_types.h"
#include "sandbox/tables.h"

namespace srsync::sandbox {

namespace {

constexpr std::int64_t kNeverCoolsMs = 253402271999000;  // 9999-12-31 15:59:59
constexpr std::int32_t kHdd = 0;
constexpr std::int32_t kColumnStorage = 1;
constexpr std::int32_t kUnpartitioned = 0;
constexpr std::int32_t kRangePartitioned = 3;

// "585.9KB", as frontends before 4.0 print sizes here.
std::string size_text(std::int64_t bytes) {
  constexpr std::string_view kUnits[] = {"B", "KB", "MB", "GB", "TB"};
  double value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (value >= 1024 && unit + 1 < std::size(kUnits)) {
    value /= 1024;
    ++unit;
  }
  return unit == 0 ? fmt::format("{}B", bytes) : fmt::format("{:.1f}{}", value, kUnits[unit]);
}

std::string join(const std::vector<std::string>& parts) {
  std::string out;
  for (const std::string& part : parts) {
    if (!out.empty()) out += ", ";
    out += part;
  }
  return out;
}

std::string column_text(const Table& table, const std::string& name) {
  for (const Column& column : table.columns()) {
    if (column.name != name) continue;
    std::string text = fmt::format("`{}` {} {}", column.name, column.type,
                                   column.is_nullable ? "NULL" : "NOT NULL");
    if (!column.generated.empty()) text += fmt::format(" AS {}", column.generated);
    return text + fmt::format(" COMMENT \"{}\"", column.comment);
  }
  return name;
}

std::string partition_key(const Table& table) {
  std::vector<std::string> parts;
  for (const std::string& name : table.partition_columns) parts.push_back(column_text(table, name));
  return join(parts);
}

std::string partition_value(Version version, const Table& table, const Partition& partition) {
  if (is_range(table.partition_kind)) return range_text(table, partition);
  if (is_list(table.partition_kind)) return list_text(version, partition);
  return "";
}

frontend::TColumnMeta column_meta(const Table& table, const Column& column) {
  frontend::TColumnMeta out;
  out.__set_columnName(column.name);
  out.__set_columnType(type_nodes(column.type));
  out.__set_key(column.is_key);
  if (!column.is_key) {
    std::string how = column.aggregate;
    if (how.empty()) {
      const bool replaces = table.keys == KeysType::kPrimary || table.keys == KeysType::kUnique;
      how = replaces ? "REPLACE" : "NONE";
    }
    out.__set_aggregationType(how);
  }
  out.__set_comment(column.comment);
  out.__set_allowNull(column.is_nullable);
  if (column.default_text) {
    std::string text = *column.default_text;
    if (text.size() >= 2 && text.front() == '"') text = text.substr(1, text.size() - 2);
    out.__set_defaultValue(text);
  }
  return out;
}

frontend::TSchemaMeta schema_meta(const Table& table, const TableIndex& index) {
  frontend::TSchemaMeta out;
  std::vector<frontend::TColumnMeta> columns;
  for (const Column& column : index.columns) columns.push_back(column_meta(table, column));
  out.__set_columns(columns);
  out.__set_schema_version(index.schema_version);
  out.__set_schema_hash(index.schema_hash);
  out.__set_short_key_col_count(static_cast<std::int16_t>(index.short_key_columns));
  out.__set_storage_type(kColumnStorage);
  out.__set_keys_type(std::string(keys_type_name(table.keys)));
  return out;
}

frontend::TReplicaMeta replica_meta(const Replica& replica, const Partition& partition,
                                    const TableIndex& index) {
  frontend::TReplicaMeta out;
  const auto buckets = std::max<std::int64_t>(partition.buckets, 1);
  out.__set_replica_id(replica.id);
  out.__set_backend_id(replica.backend_id);
  out.__set_schema_hash(index.schema_hash);
  out.__set_version(partition.visible_version);
  out.__set_data_size(partition.bytes / buckets);
  out.__set_row_count(partition.rows / buckets);
  out.__set_state("NORMAL");
  out.__set_last_failed_version(-1);
  out.__set_last_failed_time(-1);
  out.__set_last_success_version(partition.visible_version);
  out.__set_version_count(0);
  out.__set_path_hash(123456);
  out.__set_bad(false);
  return out;
}

frontend::TTabletMeta tablet_meta(Version version, const Database& database, const Table& table,
                                  const Partition& partition, const TableIndex& index,
                                  const Tablet& tablet) {
  frontend::TTabletMeta out;
  out.__set_tablet_id(tablet.id);
  out.__set_db_id(database.id);
  out.__set_table_id(table.id);
  out.__set_partition_id(partition.physical_id);
  out.__set_index_id(index.id);
  out.__set_storage_medium(kHdd);
  if (version < Version::k4_0) {
    out.__set_old_schema_hash(index.schema_hash);
    out.__set_new_schema_hash(-1);
  }
  out.__set_checked_version(-1);
  out.__set_consistent(true);
  std::vector<frontend::TReplicaMeta> replicas;
  for (const Replica& replica : tablet.replicas) {
    replicas.push_back(replica_meta(replica, partition, index));
  }
  out.__set_replicas(replicas);
  return out;
}

// One entry for each index of each partition.
frontend::TIndexMeta index_meta(Version version, const Database& database, const Table& table,
                                const Partition& partition, const PartitionIndex& place) {
  const TableIndex& index = *table.find_index(place.index_id);
  frontend::TIndexMeta out;
  out.__set_index_id(index.id);
  out.__set_partition_id(partition.logical_id);
  out.__set_index_state(0);
  out.__set_row_count(partition.rows);
  out.__set_rollup_index_id(-1);
  out.__set_rollup_finished_version(-1);
  out.__set_schema_meta(schema_meta(table, index));
  std::vector<frontend::TTabletMeta> tablets;
  for (const Tablet& tablet : place.tablets) {
    tablets.push_back(tablet_meta(version, database, table, partition, index, tablet));
  }
  out.__set_tablets(tablets);
  return out;
}

std::map<std::string, std::string> properties(Version version, const Table& table) {
  std::map<std::string, std::string> out = {
      {"storage_type", "COLUMN"},     {"base_compaction_forbidden_time_ranges", ""},
      {"unique_constraints", ""},     {"primary_index_cache_expire_sec", "0"},
      {"mutable_bucket_num", "0"},    {"write_quorum", "MAJORITY"},
      {"foreign_key_constraints", ""}};
  if (version < Version::k4_1) out["in_memory"] = "false";
  if (version < Version::k4_0) out["bucket_size"] = "4294967296";
  if (version < Version::k3_5) out["enable_persistent_index"] = "false";
  if (version >= Version::k4_0) out["file_bundling"] = "true";
  if (version == Version::k4_0) out["enable_dynamic_tablet"] = "false";
  if (version >= Version::k4_1) out["enable_statistic_collect_on_first_load"] = "true";
  for (const auto& [name, value] : table.properties) out[name] = value;
  return out;
}

frontend::TPartitionInfo partition_info(Version version, const Table& table) {
  frontend::TBasePartitionDesc base;
  for (const Partition& partition : table.partitions) {
    const std::int64_t id = partition.logical_id;
    base.replica_num_map[id] = static_cast<std::int16_t>(partition.replication_num);
    if (version < Version::k4_1) base.in_memory_map[id] = false;
    frontend::TDataProperty property;
    property.__set_storage_medium(kHdd);
    property.__set_cold_time(kNeverCoolsMs);
    base.data_property[id] = property;
  }
  base.__isset.replica_num_map = true;
  base.__isset.in_memory_map = version < Version::k4_1;
  base.__isset.data_property = true;
  frontend::TPartitionInfo out;
  if (!is_range(table.partition_kind)) {
    out.__set_type(kUnpartitioned);
    frontend::TSinglePartitionDesc single;
    single.__set_base_desc(base);
    out.__set_single_partition_desc(single);
    return out;
  }
  out.__set_type(kRangePartitioned);
  frontend::TRangePartitionDesc ranges;
  for (const Partition& partition : table.partitions) {
    frontend::TRange range;
    range.__set_partition_id(partition.logical_id);
    range.__set_base_desc(base);  // the real frontend repeats all of it in each range, too
    range.__set_is_temp(partition.is_temporary);
    ranges.ranges[partition.logical_id] = range;
  }
  ranges.__isset.ranges = true;
  out.__set_range_partition_desc(ranges);
  return out;
}

frontend::TDistributionDesc distribution_desc(const Table& table) {
  frontend::TDistributionDesc out;
  const int buckets = table.partitions.empty() ? table.buckets : table.partitions.front().buckets;
  if (table.random_distribution) {
    out.__set_distribution_type("RANDOM");
    frontend::TRandomDistributionInfo random;
    random.__set_bucket_num(buckets);
    out.__set_random_distribution(random);
    return out;
  }
  out.__set_distribution_type("HASH");
  frontend::THashDistributionInfo hash;
  hash.__set_bucket_num(buckets);
  hash.__set_distribution_columns(table.distribution_columns);
  out.__set_hash_distribution(hash);
  return out;
}

std::string_view state_name(TableState state) {
  if (state == TableState::kRollup) return "ROLLUP";
  return state == TableState::kSchemaChange ? "SCHEMA_CHANGE" : "NORMAL";
}

}  // namespace

frontend::TPartitionMetaInfo partition_meta(Version version, const Database& database,
                                            const Table& table, const Partition& partition) {
  frontend::TPartitionMetaInfo out;
  const std::int64_t bytes = shown_bytes(partition);
  out.__set_db_name(database.name);
  out.__set_table_name(table.name);
  out.__set_partition_name(partition.name);
  out.__set_partition_id(partition.physical_id);
  out.__set_visible_version(partition.visible_version);
  out.__set_visible_version_time(partition.visible_ms / 1000);
  out.__set_next_version(partition.committed_version + 1);
  out.__set_partition_key(partition_key(table));
  out.__set_partition_value(partition_value(version, table, partition));
  out.__set_distribution_key(table.random_distribution ? "ALL KEY"
                                                       : join(table.distribution_columns));
  out.__set_buckets(partition.buckets);
  out.__set_replication_num(partition.replication_num);
  out.__set_storage_medium("HDD");
  out.__set_cooldown_time(kNeverCoolsMs / 1000);
  out.__set_last_consistency_check_time(0);
  if (version < Version::k4_1) out.__set_is_in_memory(false);
  out.__set_is_temp(partition.is_temporary);
  out.__set_data_size(version >= Version::k4_0 ? std::to_string(bytes) : size_text(bytes));
  out.__set_row_count(shown_rows(partition));
  out.__set_data_version(partition.data_version);
  out.__set_version_epoch(partition.version_epoch);
  out.__set_version_txn_type(partition.txn_type == TxnType::kReplication ? 1 : 0);
  if (version >= Version::k3_5) out.__set_storage_size(bytes);
  if (version >= Version::k4_0) out.__set_tablet_balanced(true);
  return out;
}

std::optional<frontend::TPartitionMetaInfo> shadow_partition_meta(Version version,
                                                                  const Database& database,
                                                                  const Table& table) {
  constexpr std::int64_t kShadowIds = 1'000'000'000;
  const bool is_list = table.partition_kind == PartitionKind::kAutoList;
  if (!is_list && table.partition_kind != PartitionKind::kAutoRange) return std::nullopt;
  Partition shadow;
  shadow.physical_id = kShadowIds + table.id;
  shadow.logical_id = shadow.physical_id;
  shadow.name = "$shadow_automatic_partition";
  shadow.buckets =
      table.partitions.empty() ? std::max(table.buckets, 1) : table.partitions.front().buckets;
  shadow.replication_num = table.default_replication_num();
  shadow.visible_ms = table.created_ms;
  shadow.version_epoch = 1;
  if (!is_list) {
    shadow.lower.values.assign(1, {"0000-00-00 00:00:00", false});
    shadow.upper = shadow.lower;
  }
  frontend::TPartitionMetaInfo out = partition_meta(version, database, table, shadow);
  if (is_list) out.__set_partition_value("");
  return out;
}

frontend::TTableMeta table_meta(Version version, const Database& database, const Table& table) {
  frontend::TTableMeta out;
  out.__set_table_id(table.id);
  out.__set_table_name(table.name);
  out.__set_db_id(database.id);
  out.__set_db_name(database.name);
  out.__set_state(std::string(state_name(table.state)));
  out.__set_bloomfilter_fpp(0);
  out.__set_base_index_id(table.indexes.empty() ? 0 : table.indexes.front().id);
  out.__set_key_type(std::string(keys_type_name(table.keys)));
  out.__set_distribution_desc(distribution_desc(table));
  out.__set_properties(properties(version, table));
  std::vector<frontend::TIndexMeta> indexes;
  std::vector<frontend::TPartitionMeta> partitions;
  for (const Partition& partition : table.partitions) {
    for (const PartitionIndex& place : partition.indexes) {
      if (table.find_index(place.index_id) == nullptr) continue;
      indexes.push_back(index_meta(version, database, table, partition, place));
    }
    frontend::TPartitionMeta row;
    row.__set_partition_id(partition.logical_id);
    row.__set_partition_name(partition.name);
    row.__set_state("NORMAL");
    row.__set_visible_version(partition.visible_version);
    row.__set_visible_time(partition.visible_ms);
    row.__set_next_version(partition.committed_version + 1);
    row.__set_is_temp(partition.is_temporary);
    partitions.push_back(row);
  }
  out.__set_indexes(indexes);
  out.__set_partition_info(partition_info(version, table));
  out.__set_partitions(partitions);
  const bool is_view = table.kind == TableKind::kMaterializedView;
  out.__set_table_type(is_view ? "MATERIALIZED_VIEW" : "OLAP");
  return out;
}

frontend::TBackendMeta backend_meta(const Backend& backend) {
  frontend::TBackendMeta out;
  out.__set_backend_id(backend.id);
  out.__set_host(backend.host);
  out.__set_be_port(backend.be_port);
  out.__set_rpc_port(backend.brpc_port);
  out.__set_http_port(backend.http_port);
  out.__set_alive(backend.is_alive);
  out.__set_state(2);
  return out;
}

}  // namespace srsync::sandbox
