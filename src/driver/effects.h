// Turns actions into tasks: the calls that one piece of work makes on a worker's thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "driver/outcome.h"
#include "io/clock.h"

namespace srsync::driver {

// What an action is to the driver: which limit it counts against.
enum class WorkKind : std::uint8_t { kRead, kDdl, kSubmit, kOther, kNone };
WorkKind kind_of(const core::Action& action);

// Names of what an action works on ("target/db.table"); no two actions that share one run at once.
std::vector<std::string> resources_of(const core::Action& action);

// Whether an action needs that cluster to answer.
bool needs(const core::Action& action, Side side);

// Requires an action with an effect (kind_of() is not kNone). `clock` must outlive the task.
Task make_task(const core::Action& action, io::Clock& clock);

// '/replications' and, when the job is not there, its label.
Task probe_task(std::string key, core::ReplicationIntent intent, io::Clock& clock);
Task identify_task(std::string key, Side side);
Task sweep_task(std::string key, Side side, io::Clock& clock);
Task jobs_task(std::string key, io::Clock& clock);
struct FeedPosition {
  std::string db;
  core::TxnId after;
};
Task feed_task(std::string key, Side side, std::vector<FeedPosition> positions);

}  // namespace srsync::driver
