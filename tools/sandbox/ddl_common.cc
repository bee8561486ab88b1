#include "sandbox/ddl_common.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "sandbox/tables.h"

namespace srsync::sandbox {
namespace {

const std::set<std::string_view> kProperties = {"replication_num",
                                                "compression",
                                                "fast_schema_evolution",
                                                "replicated_storage",
                                                "enable_persistent_index",
                                                "bucket_size",
                                                "mutable_bucket_num",
                                                "storage_medium",
                                                "storage_cooldown_ttl",
                                                "storage_cooldown_time",
                                                "storage_type",
                                                "storage_format",
                                                "in_memory",
                                                "write_quorum",
                                                "bloom_filter_columns",
                                                "bloom_filter_fpp",
                                                "colocate_with",
                                                "partition_live_number",
                                                "partition_ttl",
                                                "unique_constraints",
                                                "foreign_key_constraints",
                                                "binlog_enable",
                                                "binlog_ttl_second",
                                                "binlog_max_size",
                                                "labels.location",
                                                "enable_load_profile",
                                                "base_compaction_forbidden_time_ranges",
                                                "primary_index_cache_expire_sec",
                                                "storage_volume",
                                                "tablet_type"};

bool is_known(Version version, std::string_view key) {
  if (kProperties.contains(key) || key.starts_with("dynamic_partition.")) return true;
  if (key.starts_with("flat_json.")) return version >= Version::k4_0;
  if (key == "file_bundling" || key == "compaction_strategy") return version >= Version::k4_0;
  if (key == "partition_retention_condition" || key == "time_drift_constraint") {
    return version >= Version::k3_5;
  }
  return false;
}

bool intersects(const Table& table, const Partition& a, const Partition& b) {
  return compare_bounds(table, a.lower, b.upper) < 0 && compare_bounds(table, b.lower, a.upper) < 0;
}

// The partition below ends where this one begins.
void fill_lower_bound(const Table& table, Partition& partition) {
  const Partition* below = nullptr;
  for (const Partition& other : table.partitions) {
    if (other.is_temporary != partition.is_temporary) continue;
    if (compare_bounds(table, other.upper, partition.upper) > 0) continue;
    if (below == nullptr || compare_bounds(table, below->upper, other.upper) < 0) below = &other;
  }
  if (below != nullptr) {
    partition.lower = below->upper;
    return;
  }
  for (std::size_t i = 0; i < partition.upper.values.size(); ++i) {
    partition.lower.values.push_back({smallest_value(range_type_of(table, i)), false});
  }
}

std::optional<Answer> check_range(const Table& table, Partition& partition) {
  if (partition.lower.values.empty()) fill_lower_bound(table, partition);
  for (const Partition& other : table.partitions) {
    if (other.is_temporary != partition.is_temporary || !intersects(table, partition, other)) {
      continue;
    }
    return analyze_error(1064, "Range " + range_text(table, partition) +
                                   " is intersected with range: " + range_text(table, other));
  }
  return std::nullopt;
}

std::optional<Answer> check_list(Version version, const Table& table, const Partition& partition) {
  for (const Partition& other : table.partitions) {
    if (other.is_temporary != partition.is_temporary) continue;
    for (const auto& tuple : partition.list_values) {
      if (std::ranges::count(other.list_values, tuple) == 0) continue;
      if (version == Version::k4_1) {
        return analyze_error(1064,
                             "Duplicate partition values exist for partition: " + partition.name);
      }
      std::vector<std::string> values;
      for (const auto& value : tuple) values.push_back(value.value_or("NULL"));
      if (values.size() == 1) {
        return analyze_error(1064, "Duplicate partition value " + values[0]);
      }
      return analyze_error(1064, "Duplicate values (" + join(values, ",") + ") ");
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<Answer> check_new_partition(Version version, const Table& table,
                                          Partition& partition) {
  if (table.find_partition(partition.name, partition.is_temporary) != nullptr) {
    return analyze_error(1517, "Duplicate partition name " + partition.name);
  }
  if (is_range(table.partition_kind)) return check_range(table, partition);
  return check_list(version, table, partition);
}

std::string unknown_properties(Version version, const std::map<std::string, std::string>& given) {
  std::vector<std::string> parts;
  for (const auto& [key, value] : given) {
    if (!is_known(version, key)) parts.push_back(key + "=" + value);
  }
  return parts.empty() ? std::string() : "{" + join(parts, ", ") + "}";
}

Answer operation_in_progress(Version version, const Table& table) {
  const bool old = version < Version::k4_0;
  const std::string name = old ? "\"" + table.name + "\"" : table.name;
  const std::string pages = "https://docs.starrocks.io/docs/sql-reference/sql-statements/";
  const std::string wait = " Please wait until the current operation completes." +
                           std::string(old ? "\n" : " ") +
                           "To check the status of the operation, see ";
  const std::string show_alter =
      pages + (old ? "data-manipulation/SHOW_ALTER" : "table_bucket_part_index/SHOW_ALTER");
  if (table.state == TableState::kRollup) {
    return error(1064, "A materialized view or rollup index is being created on the table " + name +
                           "." + wait + pages + (old ? "data-manipulation" : "materialized_view") +
                           "/SHOW_ALTER_MATERIALIZED_VIEW or " + show_alter);
  }
  return error(1064, "A schema change operation is in progress on the table " + name + "." + wait +
                         show_alter);
}

}  // namespace srsync::sandbox
