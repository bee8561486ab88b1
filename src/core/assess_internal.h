// Shared by the parts of assess(); not for other rooms.
#pragma once

#include <optional>
#include <string>

#include "core/assess.h"
#include "core/state.h"

namespace srsync::core::internal {

Assessment nothing(std::string reason);
Assessment blocked(std::string reason);
Assessment want(Want what, std::string reason, WallTime not_before = {});
Assessment want_ddl(DdlKind kind, std::string reason, const Retry& retry);

// Both sides are needed fresh before anything is dropped for what they show.
std::optional<Assessment> fresh_before_drop(const TablePair& pair);

// A table with both sides is dropped to be made anew, through the guards that every drop passes.
Assessment guarded_drop(const State& state, const TablePair& pair, const std::string& reason);

// A target backend's disk is above target_cluster_max_disk_used_percent.
bool disk_full(const State& state);

// When a database of the target may be listed (again).
WallTime next_listing(const DbPair& db);

}  // namespace srsync::core::internal
