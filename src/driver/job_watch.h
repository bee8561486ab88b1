// Follows the jobs under way by the target's own list: every job of State has a row there, or was
// submitted a moment ago, or is asked for by its label.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/state.h"
#include "driver/outcome.h"

namespace srsync::driver {

// Used by the loop's thread only. Holds nothing that a restart would need.
class JobWatch {
 public:
  // A row may be missing from this many lists in a row before the label is asked.
  static constexpr std::uint32_t kMissesMax = 3;

  // Whether a submission of that job is with a worker at this moment: its outcome comes by itself.
  using InFlight = std::function<bool(const std::string& job_id)>;

  // What a list says. Jobs to be asked about by label stand in to_probe() afterwards.
  std::vector<core::Fact> digest(const core::State& state, const JobsOutcome& outcome,
                                 const InFlight& is_submitting);

  std::vector<core::ReplicationIntent> to_probe() { return std::move(to_probe_); }

 private:
  std::map<std::string, std::uint32_t> misses_;
  std::vector<core::ReplicationIntent> to_probe_;
};

}  // namespace srsync::driver
