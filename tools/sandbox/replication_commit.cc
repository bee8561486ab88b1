#include "sandbox/replication_commit.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace srsync::sandbox {

namespace {

std::string describe_replica(const Catalog& target, const Replica& replica,
                             std::string_view replica_state, std::int64_t version) {
  const auto at =
      std::find_if(target.backends.begin(), target.backends.end(),
                   [&](const Backend& backend) { return backend.id == replica.backend_id; });
  const std::string host = at == target.backends.end() ? "" : at->host;
  return fmt::format("{}:{{be:{} {} st:{} V:{} LFV:-1}}", replica.id, replica.backend_id, host,
                     replica_state, version);
}

std::string quorum_text(const Catalog& target, const Table& table, const ReplicationJob& job,
                        const Partition& partition, const Tablet& tablet) {
  const std::size_t quorum = tablet.replicas.size() / 2 + 1;
  const std::string_view state = table.state == TableState::kNormal ? "NORMAL" : "ALTER";
  std::string replicas;
  for (const Replica& replica : tablet.replicas) {
    if (!replicas.empty()) replicas += ',';
    replicas += describe_replica(target, replica, state, partition.visible_version);
  }
  return fmt::format(
      "Commit failed. txn: {} table: {} tablet: {} quorum: 0<{} errorReplicas: {}, "
      "commitBackends: ",
      job.txn_id, table.name, tablet.id, quorum, replicas);
}

// The tablet of the partition that the request left out, if any: each tablet of each index of a
// touched partition must have been written.
const Tablet* left_out(const Partition& partition, const JobPartition& asked) {
  std::set<std::int64_t> written;
  for (const JobTablet& tablet : asked.tablets) written.insert(tablet.tablet_id);
  for (const PartitionIndex& index : partition.indexes) {
    for (const Tablet& tablet : index.tablets) {
      if (!written.contains(tablet.id)) return &tablet;
    }
  }
  return nullptr;
}

PartitionCommit commit_of(const Partition& partition, const JobPartition& asked) {
  PartitionCommit out;
  out.physical_id = partition.physical_id;
  // Visible and data version keep their distance. A version that was given out is never reused.
  out.version =
      std::max(partition.committed_version + asked.source_version - partition.data_version,
               partition.committed_version + 1);
  out.data_version = asked.source_version;
  out.version_epoch = asked.source_version_epoch;
  out.rows = asked.rows;
  out.bytes = asked.bytes;
  out.batches = asked.batches;
  out.replaces_content = asked.is_full_copy;
  return out;
}

}  // namespace

std::string nothing_loaded_text(Version version) {
  if (version >= Version::k4_1) {
    return "No rows were imported from upstream. Possible causes: 1) all rows were filtered by "
           "load conditions, 2) all rows failed data quality/validation checks, or 3) upstream has "
           "no data. If this is acceptable, set `ADMIN SET FRONTEND CONFIG ('empty_load_as_error' "
           "= 'false')` to ignore empty loads";
  }
  return "No partitions have data available for loading. If you are sure there may be no data to "
         "be loaded, you can use `ADMIN SET FRONTEND CONFIG ('empty_load_as_error' = 'false')` to "
         "ensure such load jobs can succeed";
}

std::variant<std::string, std::vector<PartitionCommit>> prepare_commit(const Catalog& target,
                                                                       const Table& table,
                                                                       const ReplicationJob& job) {
  std::vector<PartitionCommit> commits;
  for (const JobPartition& asked : job.partitions) {
    const Partition* partition = table.find_physical(asked.physical_id);
    if (partition == nullptr) continue;
    if (const Tablet* tablet = left_out(*partition, asked)) {
      return quorum_text(target, table, job, *partition, *tablet);
    }
    // From 4.1 on a write that came in between is noticed here; before, nobody notices it ever.
    const bool written_meanwhile =
        partition->publish_pending() || partition->data_version != asked.data_version;
    if (target.version >= Version::k4_1 && written_meanwhile) {
      return fmt::format(
          "Partition {} data version mismatch for replication, committed: {}, current: {}, "
          "expected: {}",
          partition->physical_id, partition->committed_version, partition->data_version,
          asked.data_version);
    }
    commits.push_back(commit_of(*partition, asked));
  }
  return commits;
}

}  // namespace srsync::sandbox
