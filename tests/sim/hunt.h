// Deliberate bugs, and whether the simulator finds each of them.
#pragma once

#include <string>

namespace srsync::sim {

// Hunts every deliberate bug that the file lists: short days from seed 1 on, until one of them goes
// wrong. Prints a table. 0: each was found within its number of seeds; 1 otherwise.
// Only in a program that has the bugs (SRSYNC_MUTANTS).
int run_mutants(const std::string& path);

}  // namespace srsync::sim
