// Pairs the partitions of the two sides of a table and says for each what is to be done.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/catalog.h"
#include "core/state.h"

namespace srsync::core {

// What a target partition is dropped for; each has its switch.
enum class DropCause : std::uint8_t {
  kTargetOnly,    // ddl_job_allow_drop_partition_target_only
  kInconsistent,  // ddl_job_allow_drop_inconsistent_partition
  kInvalidBase,   // ddl_job_allow_drop_inconsistent_time_partition
};
// The switch's name in sync.properties.
std::string_view switch_name(DropCause cause);

struct PartitionDrop {
  const Partition* target = nullptr;
  DropCause cause = DropCause::kTargetOnly;
  std::string reason;
  const Partition* source = nullptr;  // what would be made in its place; nullptr: nothing
};
struct PartitionLag {
  const Partition* source = nullptr;
  const Partition* target = nullptr;
};

// Pointers point into the pair and live as long as it is unchanged.
struct PartitionMatch {
  std::vector<const Partition*> missing;  // on the target, by source id
  std::vector<PartitionDrop> drops;       // by target id
  std::vector<PartitionLag> behind;       // valid bases, by target id
  std::vector<PartitionLag> renamed;      // the same values under another name, by target id
  std::size_t in_sync = 0;
  std::size_t copied_once = 0;  // in sync, or behind with a copy of an earlier version
};

// Requires both sides to be present. Partitions are paired by name and, where names differ, by
// values.
PartitionMatch match_partitions(const State& state, const TablePair& pair);

}  // namespace srsync::core
