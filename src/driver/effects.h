// Turns actions into tasks: the calls that one piece of work makes on a worker's thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "driver/outcome.h"

namespace srsync::driver {

// What an action is to the driver: which limit it counts against.
enum class WorkKind : std::uint8_t { kRead, kDdl, kSubmit, kOther, kNone };
WorkKind kind_of(const core::Action& action);

// Names of what an action works on ("target/db.table"); no two actions that share one run at once.
std::vector<std::string> resources_of(const core::Action& action);

// Whether an action needs that cluster to answer.
bool needs(const core::Action& action, Side side);

// Requires an action with an effect (kind_of() is not kNone). `started`: this moment in the
// journal's time, so that what is read can be compared with when State learnt something.
Task make_task(const core::Action& action, WallTime started);

// '/replications' and, when the job is not there, its label.
Task probe_task(std::string key, core::ReplicationIntent intent, WallTime started);
Task identify_task(std::string key, Side side);
Task sweep_task(std::string key, Side side, WallTime started);
Task jobs_task(std::string key, WallTime started);
struct FeedPosition {
  std::string db;
  core::TxnId after;
};
Task feed_task(std::string key, Side side, std::vector<FeedPosition> positions);

}  // namespace srsync::driver
