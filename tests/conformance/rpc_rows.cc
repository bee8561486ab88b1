#include "conformance/rpc_rows.h"

#include <algorithm>

namespace srsync::sandbox {

namespace {

using nlohmann::json;

// Shown by presence only.
constexpr const char* kBlotted[] = {"partition_id", "version_epoch", "visible_version_time",
                                    "data_size",    "row_count",     "storage_size"};

json types_of(const frontend::TTypeDesc& type) {
  json out = json::array();
  for (const auto& node : type.types) {
    json scalar = json::object();
    scalar["type"] = node.scalar_type.type;
    if (node.scalar_type.__isset.len) scalar["len"] = node.scalar_type.len;
    if (node.scalar_type.__isset.precision) scalar["precision"] = node.scalar_type.precision;
    if (node.scalar_type.__isset.scale) scalar["scale"] = node.scalar_type.scale;
    out.push_back({{"type", node.type}, {"scalar_type", scalar}});
  }
  return {{"types", out}};
}

json columns_of(const frontend::TSchemaMeta& schema) {
  json out = json::array();
  for (const auto& column : schema.columns) {
    json row = {{"columnName", column.columnName},
                {"columnType", types_of(column.columnType)},
                {"key", column.key},
                {"comment", column.comment},
                {"allowNull", column.allowNull}};
    if (column.__isset.aggregationType) row["aggregationType"] = column.aggregationType;
    if (column.__isset.defaultValue) row["defaultValue"] = column.defaultValue;
    out.push_back(row);
  }
  return out;
}

json index_of(const frontend::TIndexMeta& index) {
  json replicas = json::array();
  for (const auto& tablet : index.tablets) replicas.push_back(tablet.replicas.size());
  return {{"columns", columns_of(index.schema_meta)},
          {"short_key_col_count", index.schema_meta.short_key_col_count},
          {"keys_type", index.schema_meta.keys_type},
          {"replicas", replicas},
          {"old_hash", !index.tablets.empty() && index.tablets[0].__isset.old_schema_hash}};
}

json recorded_index(const json& index) {
  json replicas = json::array();
  for (const json& tablet : index["tablets"]) replicas.push_back(tablet["replicas"].size());
  const json& schema = index["schema_meta"];
  return {{"columns", schema["columns"]},
          {"short_key_col_count", schema["short_key_col_count"]},
          {"keys_type", schema["keys_type"]},
          {"replicas", replicas},
          {"old_hash", index["tablets"][0].contains("old_schema_hash")}};
}

}  // namespace

json comparable_partition(json recorded) {
  for (const char* field : kBlotted) {
    if (recorded.contains(field)) recorded[field] = "-";
  }
  return recorded;
}

json comparable(const frontend::TPartitionMetaInfo& row) {
  json out = json::object();
  const auto put = [&out](const char* name, bool is_set, const json& value) {
    if (is_set) out[name] = value;
  };
  const auto& set = row.__isset;
  put("db_name", set.db_name, row.db_name);
  put("table_name", set.table_name, row.table_name);
  put("partition_name", set.partition_name, row.partition_name);
  put("partition_id", set.partition_id, "-");
  put("visible_version", set.visible_version, row.visible_version);
  put("visible_version_time", set.visible_version_time, "-");
  put("next_version", set.next_version, row.next_version);
  put("partition_key", set.partition_key, row.partition_key);
  put("partition_value", set.partition_value, row.partition_value);
  put("distribution_key", set.distribution_key, row.distribution_key);
  put("buckets", set.buckets, row.buckets);
  put("replication_num", set.replication_num, row.replication_num);
  put("storage_medium", set.storage_medium, row.storage_medium);
  put("cooldown_time", set.cooldown_time, row.cooldown_time);
  put("last_consistency_check_time", set.last_consistency_check_time,
      row.last_consistency_check_time);
  put("is_in_memory", set.is_in_memory, row.is_in_memory);
  put("is_temp", set.is_temp, row.is_temp);
  put("data_size", set.data_size, "-");
  put("row_count", set.row_count, "-");
  put("data_version", set.data_version, row.data_version);
  put("version_epoch", set.version_epoch, "-");
  put("version_txn_type", set.version_txn_type, row.version_txn_type);
  put("storage_size", set.storage_size, "-");
  put("tablet_balanced", set.tablet_balanced, row.tablet_balanced);
  return out;
}

json comparable(const frontend::TTableMeta& table) {
  json indexes = json::array();
  for (const auto& index : table.indexes) indexes.push_back(index_of(index));
  std::sort(indexes.begin(), indexes.end());
  return {{"state", table.state},
          {"key_type", table.key_type},
          {"table_type", table.table_type},
          {"properties", table.properties},
          {"visible_version", table.partitions.at(0).visible_version},
          {"indexes", indexes}};
}

json comparable_table(const json& recorded) {
  json indexes = json::array();
  for (const json& index : recorded["indexes"]) indexes.push_back(recorded_index(index));
  // A rollup may come before the base index: a hash map's order, which differs between versions.
  std::sort(indexes.begin(), indexes.end());
  return {{"state", recorded["state"]},
          {"key_type", recorded["key_type"]},
          {"table_type", recorded["table_type"]},
          {"properties", recorded["properties"]},
          {"visible_version", recorded["partitions"][0]["visible_version"]},
          {"indexes", indexes}};
}

}  // namespace srsync::sandbox
