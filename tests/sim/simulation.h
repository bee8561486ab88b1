// One simulated migration from its seed: the unmodified core and driver between simulated clusters,
// and the judgement over it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "sim/parameters.h"

namespace srsync::sim {

struct RunReport {
  std::uint64_t seed = 0;
  std::vector<std::string> violations;  // empty: the run is good
  std::int64_t simulated_ms = 0;
  std::uint64_t events = 0;
  std::uint64_t event_bytes = 0;
  std::uint64_t restarts = 0;
  std::uint64_t jobs = 0;
  std::uint64_t statements = 0;
  std::uint64_t steps = 0;
  bool good() const { return violations.empty(); }
};

// `trace` (may be empty) is told what happens, line by line.
RunReport simulate(const Parameters& parameters, std::function<void(const std::string&)> trace);

}  // namespace srsync::sim
