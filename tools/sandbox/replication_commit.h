// Ending a replication job: the checks that a target's leader makes before it commits, and what the
// transaction does to each partition.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sandbox/model.h"
#include "sandbox/replication_job.h"

namespace srsync::sandbox {

// The text with which an otherwise finished job is aborted, or what it commits. Partitions that
// were dropped meanwhile are left out in silence. Requires the job's table to exist.
std::variant<std::string, std::vector<PartitionCommit>> prepare_commit(const Catalog& target,
                                                                       const Table& table,
                                                                       const ReplicationJob& job);

// The text for a commit to which no backend contributed anything.
std::string nothing_loaded_text(Version version);

}  // namespace srsync::sandbox
