#include "sandbox/profile.h"

#include "base/text.h"
#include "sandbox/dates.h"

namespace srsync::sandbox {
namespace {

Field typed(std::string name, std::uint32_t length, std::uint8_t type, std::uint8_t decimals = 0) {
  return {std::move(name), length, type, 63, decimals};
}

constexpr std::uint8_t kLongLong = 8;
constexpr std::uint8_t kDatetime = 12;
constexpr std::uint8_t kDouble = 5;

// "name:length name:length:type"; lengths as recorded.
std::vector<Field> sized_fields(std::string_view text) {
  std::vector<Field> out;
  for (std::string_view item : split(text, ' ')) {
    const auto parts = split(item, ':');
    Field field;
    field.name = parts[0];
    field.length = static_cast<std::uint32_t>(parse_int64(parts[1]).value_or(90));
    if (parts.size() > 2) {
      const std::uint8_t type = parts[2] == "bigint"     ? kLongLong
                                : parts[2] == "datetime" ? kDatetime
                                                         : kDouble;
      field = typed(field.name, field.length, type, type == kDouble ? 31 : 0);
    }
    out.push_back(std::move(field));
  }
  return out;
}

}  // namespace

std::string_view mysql_version(Version version) {
  return version == Version::k3_3 ? "5.1.0" : "8.0.33";
}

std::string_view build_version(Version version) {
  switch (version) {
    case Version::k3_3:
      return "3.3.14-2ce6e68";
    case Version::k3_4:
      return "3.4.4-bc987bb";
    case Version::k3_5:
      return "3.5.0-7e63e32";
    case Version::k4_0:
      return "4.0.0-b60400e";
    case Version::k4_1:
      return "4.1.0-ad83983";
  }
  return "";
}

std::map<std::string, Config> default_config(Version version) {
  std::map<std::string, Config> config = {
      {"default_replication_num", {"[]", "3", "short", true, ""}},
      {"enable_legacy_compatibility_for_replication", {"[]", "false", "boolean", true, ""}},
      {"replication_interval_ms", {"[]", "100", "int", false, ""}},
      {"replication_max_parallel_data_size_mb", {"[]", "1048576", "int", true, ""}},
      {"replication_max_parallel_replica_count", {"[]", "10240", "int", true, ""}},
      {"replication_max_parallel_table_count", {"[]", "100", "int", true, ""}},
      {"replication_transaction_timeout_sec", {"[]", "86400", "int", true, ""}},
      {"run_mode", {"[]", "shared_nothing", "String", false, ""}},
      {"catalog_trash_expire_second", {"[]", "86400", "long", true, ""}},
      {"lake_compaction_max_tasks",
       {"[]", "-1", "int", true,
        "-1 means calculate the value in an adaptive way. set this value to 0 will disable "
        "compaction."}},
      {"max_get_partitions_meta_result_count", {"[]", "100000", "int", true, ""}},
      {"max_running_txn_num_per_db", {"[]", "1000", "int", true, ""}},
      {"label_keep_max_num", {"[]", "1000", "int", true, ""}},
      {"label_keep_max_second", {"[]", "259200", "int", true, ""}},
      {"enable_experimental_gin", {"[]", "false", "boolean", true, ""}},
      {"enable_experimental_rowstore", {"[]", "false", "boolean", true, ""}},
      {"enable_strict_storage_medium_check", {"[]", "false", "boolean", true, ""}},
      {"enable_display_shadow_partitions", {"[]", "false", "boolean", true, ""}},
      {"tablet_create_timeout_second", {"[]", "10", "int", true, ""}},
      {"max_create_table_timeout_second", {"[]", "600", "int", true, ""}},
      {"max_partitions_in_one_batch", {"[]", "4096", "long", true, ""}},
      {"tablet_stat_update_interval_second", {"[]", "300", "int", true, ""}},
      {"alter_scheduler_interval_millisecond", {"[]", "10000", "int", false, ""}},
  };
  if (version != Version::k3_3) {
    config["max_partition_number_per_table"] = {"[max_automatic_partition_number]", "100000",
                                                "long", true, ""};
  } else {
    config["max_automatic_partition_number"] = {"[]", "4096", "long", true, ""};
  }
  return config;
}

std::map<std::string, std::string> default_variables(Version version) {
  return {{"version", std::string(mysql_version(version))},
          {"version_comment", std::string(build_version(version))},
          {"system_time_zone", "Etc/UTC"},
          {"time_zone", "Etc/UTC"},
          {"lower_case_table_names", "0"},
          {"query_timeout", "300"},
          {"insert_timeout", "14400"},
          {"forward_to_leader", "false"},
          {"sql_mode", "ONLY_FULL_GROUP_BY"},
          {"autocommit", "ON"},
          {"character_set_client", "utf8"},
          {"character_set_connection", "utf8"},
          {"character_set_results", "utf8"},
          {"character_set_server", "utf8"},
          {"collation_connection", "utf8_general_ci"},
          {"max_allowed_packet", "33554432"},
          {"net_buffer_length", "16384"},
          {"wait_timeout", "28800"},
          {"interactive_timeout", "3600"},
          {"tx_isolation", "REPEATABLE-READ"}};
}

std::vector<Field> frontend_fields(Version version) {
  constexpr std::string_view kNames =
      "Id Name IP EditLogPort HttpPort QueryPort RpcPort Role ClusterId Join Alive "
      "ReplayedJournalId LastHeartbeat IsHelper ErrMsg StartTime Version";
  return fields(version < Version::k3_5 ? kNames.substr(3) : kNames);
}

std::vector<Field> backend_fields(Version version) {
  std::string names =
      "BackendId IP HeartbeatPort BePort HttpPort BrpcPort LastStartTime LastHeartbeat Alive "
      "SystemDecommissioned ClusterDecommissioned TabletNum DataUsedCapacity AvailCapacity "
      "TotalCapacity UsedPct MaxDiskUsedPct ErrMsg Version Status DataTotalCapacity DataUsedPct "
      "CpuCores MemLimit NumRunningQueries MemUsedPct CpuUsedPct DataCacheMetrics Location";
  if (version != Version::k3_3) names += " StatusCode";
  return fields(names);
}

std::vector<Field> compute_node_fields(Version version) {
  std::string names =
      "ComputeNodeId IP HeartbeatPort BePort HttpPort BrpcPort LastStartTime LastHeartbeat Alive "
      "SystemDecommissioned ClusterDecommissioned ErrMsg Version CpuCores MemLimit "
      "NumRunningQueries MemUsedPct CpuUsedPct DataCacheMetrics HasStoragePath";
  if (version != Version::k3_3) names += " StatusCode";
  return fields(names);
}

std::vector<Field> partition_fields(Version version, std::string_view value_header) {
  std::string names =
      "PartitionId PartitionName VisibleVersion VisibleVersionTime VisibleVersionHash State "
      "PartitionKey ";
  names += value_header;
  names +=
      " DistributionKey Buckets ReplicationNum StorageMedium CooldownTime "
      "LastConsistencyCheckTime DataSize";
  if (version != Version::k3_3) names += " StorageSize";
  names += " IsInMemory RowCount DataVersion VersionEpoch VersionTxnType";
  if (version >= Version::k4_0) names += " TabletBalanced";
  return fields(names);
}

std::vector<Field> partition_index_fields(Version version) {
  std::string names = "IndexId IndexName State LastConsistencyCheckTime";
  if (version == Version::k4_0) names += " TabletBalanceStat VirtualBuckets Tablets";
  if (version == Version::k4_1) names += " TabletBalanceStat Tablets";
  return fields(names);
}

std::vector<Field> tablet_fields() {
  return fields(
      "TabletId ReplicaId BackendId SchemaHash Version VersionHash LstSuccessVersion "
      "LstSuccessVersionHash LstFailedVersion LstFailedVersionHash LstFailedTime DataSize RowCount "
      "State LstConsistencyCheckTime CheckVersion CheckVersionHash VersionCount PathHash MetaUrl "
      "CompactionStatus DiskRootPath IsConsistent Checksum");
}

std::vector<Field> replica_fields() {
  return fields(
      "ReplicaId BackendId Version VersionHash LstSuccessVersion LstSuccessVersionHash "
      "LstFailedVersion LstFailedVersionHash LstFailedTime SchemaHash DataSize RowCount State "
      "IsBad "
      "IsSetBadForce VersionCount PathHash MetaUrl CompactionStatus IsErrorState");
}

std::vector<Field> transaction_fields(Version version) {
  if (version < Version::k4_0) {
    return fields(
        "TransactionId Label Coordinator TransactionStatus LoadJobSourceType PrepareTime "
        "CommitTime PublishTime FinishTime Reason ErrorReplicasCount ListenerId TimeoutMs ErrMsg");
  }
  return fields(
      "TransactionId Label Coordinator TransactionStatus LoadJobSourceType PrepareTime "
      "PreparedTime CommitTime PublishTime FinishTime Reason ErrorReplicasCount ListenerId "
      "TimeoutMs PreparedTimeoutMs ErrMsg");
}

std::vector<Field> materialized_view_fields(Version version) {
  if (version < Version::k4_0) {
    return sized_fields(
        "id:150 database_name:60 name:150 refresh_type:30 is_active:30 inactive_reason:192 "
        "partition_type:48 task_id:60 task_name:150 last_refresh_start_time:60 "
        "last_refresh_finished_time:60 last_refresh_duration:60 last_refresh_state:60 "
        "last_refresh_force_refresh:24 last_refresh_start_partition:3072 "
        "last_refresh_end_partition:3072 last_refresh_base_refresh_partitions:3072 "
        "last_refresh_mv_refresh_partitions:3072 last_refresh_error_code:60 "
        "last_refresh_error_message:3072 rows:150 text:3072 extra_message:3072 "
        "query_rewrite_status:192 creator:192");
  }
  return sized_fields(
      "id:20:bigint database_name:60 name:150 refresh_type:30 is_active:30 inactive_reason:192 "
      "partition_type:48 task_id:20:bigint task_name:150 last_refresh_start_time:19:datetime "
      "last_refresh_finished_time:19:datetime last_refresh_duration:22:double "
      "last_refresh_state:60 last_refresh_force_refresh:24 last_refresh_start_partition:3072 "
      "last_refresh_end_partition:3072 last_refresh_base_refresh_partitions:3072 "
      "last_refresh_mv_refresh_partitions:3072 last_refresh_error_code:60 "
      "last_refresh_error_message:3072 rows:20:bigint text:3072 extra_message:3072 "
      "query_rewrite_status:192 creator:192 last_refresh_process_time:19:datetime "
      "last_refresh_job_id:192");
}

std::vector<Field> alter_column_fields() {
  return fields(
      "JobId TableName CreateTime FinishTime IndexName IndexId OriginIndexId SchemaVersion "
      "TransactionId State Msg Progress Timeout");
}

std::vector<Field> alter_rollup_fields() {
  return fields(
      "JobId TableName CreateTime FinishedTime BaseIndexName RollupIndexName RollupId "
      "TransactionId State Msg Progress Timeout");
}

std::vector<Field> alter_optimize_fields() {
  return fields(
      "JobId TableName CreateTime FinishTime Operation TransactionId State Msg Progress Timeout");
}

std::vector<Field> describe_fields() { return fields("Field Type Null Key Default Extra"); }

std::vector<Field> describe_all_fields() {
  return sized_fields(
      "IndexName:60 IndexKeysType:60 Field:60 Type:60 Null:30 Key:30 Default:90 Extra:90");
}

std::vector<Field> database_list_fields(Version version) {
  return fields("Database", version < Version::k4_0 ? 60 : 192);
}

std::vector<std::string> proc_roots(Version version) {
  std::vector<std::string> roots = {"brokers",
                                    "frontends",
                                    "routine_loads",
                                    "catalog",
                                    "colocation_group",
                                    "cluster_balance",
                                    "load_error_hub",
                                    "meta_recovery",
                                    "global_current_queries",
                                    "tasks",
                                    "compute_nodes",
                                    "statistic",
                                    "jobs",
                                    "warehouses",
                                    "resources",
                                    "monitor",
                                    "transactions",
                                    "backends",
                                    "current_queries",
                                    "stream_loads",
                                    "replications",
                                    "dbs",
                                    "current_backend_instances"};
  if (version >= Version::k4_0) roots.emplace_back("historical_nodes");
  roots.emplace_back("compactions");
  return roots;
}

std::string shown_time(Version version, std::int64_t ms) {
  constexpr std::int64_t kEightHours = 8 * 3600 * 1000;
  return time_text(version == Version::k4_1 ? ms + kEightHours : ms);
}

std::string_view base_table_type(Version version) {
  return version == Version::k3_4 ? "TABLE" : "BASE TABLE";
}

std::string_view first_words(Version version) {
  return version >= Version::k4_0
             ? "{'SELECT', 'DELETE', 'ENABLE', 'EXECUTE', 'DEALLOCATE', '(', ';'}"
             : "{'SELECT', 'DELETE', 'EXECUTE', 'DEALLOCATE', 'SET', '(', ';'}";
}

}  // namespace srsync::sandbox
