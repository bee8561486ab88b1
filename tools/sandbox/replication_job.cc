#include "sandbox/replication_job.h"

#include <algorithm>

#include <fmt/format.h>

namespace srsync::sandbox {

namespace {

constexpr std::int32_t kOlapTable = 1;
constexpr std::size_t kMaxLabelLength = 128;

// A step of building a job: empty when all is well.
using Refused = std::string;

std::string null_pointer(std::string_view call, std::string_view variable) {
  return fmt::format("Cannot invoke \"{}\" because \"{}\" is null", call, variable);
}

const Tablet* find_tablet(const PartitionIndex& index, std::int64_t id, int& bucket) {
  for (std::size_t i = 0; i < index.tablets.size(); ++i) {
    bucket = static_cast<int>(i);
    if (index.tablets[i].id == id) return &index.tablets[i];
  }
  return nullptr;
}

Refused add_tablet(const Table& table, const PartitionIndex& index,
                   const frontend::TIndexReplicationInfo& index_info,
                   const frontend::TTabletReplicationInfo& info, JobPartition& out) {
  JobTablet tablet;
  const Tablet* found = find_tablet(index, info.tablet_id, tablet.bucket);
  if (found == nullptr) {
    return fmt::format("Tablet {} in index {} in table {} not found", info.tablet_id,
                       index.index_id, table.name);
  }
  if (!info.__isset.replica_replication_infos) {
    return null_pointer("java.util.List.size()", "tReplicaInfos");
  }
  if (found->replicas.empty()) return "/ by zero";
  tablet.tablet_id = found->id;
  tablet.index_id = index.index_id;
  tablet.source_schema_hash = index_info.src_schema_hash;
  tablet.source_tablet_id = info.src_tablet_id;
  tablet.target_replicas = static_cast<int>(found->replicas.size());
  for (const auto& replica : info.replica_replication_infos) {
    tablet.source_backends.push_back(replica.src_backend);
  }
  out.tablets.push_back(std::move(tablet));
  return {};
}

Refused add_indexes(const Table& table, const Partition& partition,
                    const frontend::TPartitionReplicationInfo& info, JobPartition& out) {
  if (!info.__isset.index_replication_infos) {
    return null_pointer("java.util.Map.values()", "tPartitionInfo.index_replication_infos");
  }
  for (const auto& [key, index_info] : info.index_replication_infos) {
    const auto at =
        std::find_if(partition.indexes.begin(), partition.indexes.end(),
                     [&](const PartitionIndex& i) { return i.index_id == index_info.index_id; });
    if (at == partition.indexes.end()) {
      return fmt::format("Index {} in partition {} in table {} not found", index_info.index_id,
                         partition.physical_id, table.name);
    }
    if (!index_info.__isset.tablet_replication_infos) {
      return null_pointer("java.util.Map.values()", "tIndexInfo.tablet_replication_infos");
    }
    for (const auto& [tablet_key, tablet] : index_info.tablet_replication_infos) {
      if (Refused refused = add_tablet(table, *at, index_info, tablet, out); !refused.empty()) {
        return refused;
      }
    }
  }
  return {};
}

// A partition that is at the asked version already is passed over in silence.
Refused add_partition_to(const Database& db, const Table& table,
                         const frontend::TPartitionReplicationInfo& info, ReplicationJob& job) {
  const Partition* partition = table.find_physical(info.partition_id);
  if (partition == nullptr) {
    return fmt::format("Partition {} in table {} in database {} not found", info.partition_id,
                       table.name, db.name);
  }
  if (partition->publish_pending()) {
    return fmt::format("Partition {} in table {} in database {} publish version not finished",
                       info.partition_id, table.name, db.name);
  }
  if (partition->data_version > info.src_version) {
    return fmt::format("Target data version: {} is larger than source data version: {}",
                       partition->data_version, info.src_version);
  }
  if (partition->data_version == info.src_version) return {};
  JobPartition out;
  out.physical_id = info.partition_id;
  out.source_version = info.src_version;
  out.source_version_epoch = info.src_version_epoch;
  out.data_version = partition->data_version;
  if (Refused refused = add_indexes(table, *partition, info, out); !refused.empty()) return refused;
  job.partitions.push_back(std::move(out));
  return {};
}

Refused fill(Catalog& target, const frontend::TTableReplicationRequest& request,
             ReplicationJob& job) {
  Database* db = target.find_database(request.database_id);
  if (db == nullptr) return fmt::format("Database {} not found", request.database_id);
  const auto at = db->tables.find(request.table_id);
  if (at == db->tables.end()) {
    return fmt::format("Table {} in database {} not found", request.table_id, db->name);
  }
  const Table& table = at->second;
  if (table.kind == TableKind::kView || table.kind == TableKind::kExternal) {
    return fmt::format("Table {} in database {} is not olap table", request.table_id, db->name);
  }
  if (!request.__isset.partition_replication_infos) {
    return null_pointer("java.util.Map.values()", "request.partition_replication_infos");
  }
  job.db_id = db->id;
  job.table_id = table.id;
  job.table_name = table.name;
  job.data_size = request.src_table_data_size;
  for (const Partition& partition : table.partitions) {
    job.data_size -= partition.bytes * partition.replication_num;
  }
  for (const auto& [key, info] : request.partition_replication_infos) {
    if (Refused refused = add_partition_to(*db, table, info, job); !refused.empty()) return refused;
  }
  return job.partitions.empty() ? "No data need to replicate" : Refused{};
}

}  // namespace

std::string_view job_state_name(JobState state) {
  switch (state) {
    case JobState::kInitializing:
      return "INITIALIZING";
    case JobState::kSnapshoting:
      return "SNAPSHOTING";
    case JobState::kReplicating:
      return "REPLICATING";
    case JobState::kCommitted:
      return "COMMITTED";
    case JobState::kAborted:
      return "ABORTED";
  }
  return "";
}

std::variant<ReplicationJob, JobRefusal> build_job(
    Catalog& target, const frontend::TTableReplicationRequest& request) {
  if (!request.__isset.src_table_type || request.src_table_type != kOlapTable) {
    return JobRefusal{true, ""};
  }
  ReplicationJob job;
  job.job_id = request.job_id;
  job.token = request.src_token;
  if (Refused refused = fill(target, request, job); !refused.empty()) {
    return JobRefusal{false, refused};
  }
  for (const JobPartition& partition : job.partitions) {
    for (const JobTablet& tablet : partition.tablets) job.replicas += tablet.target_replicas;
  }
  return job;
}

bool is_valid_label(std::string_view label) {
  const auto fits = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           c == '-';
  };
  return !label.empty() && label.size() <= kMaxLabelLength &&
         std::all_of(label.begin(), label.end(), fits);
}

}  // namespace srsync::sandbox
