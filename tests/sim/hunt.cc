#include "sim/hunt.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <vector>

#include "base/mutant.h"
#include "sim/commit.h"
#include "sim/simulation.h"

namespace srsync::sim {

#ifdef SRSYNC_MUTANTS

namespace {

struct Mutant {
  std::string name;
  std::uint64_t seeds = 0;  // it must be found within so many
  std::vector<std::string> faults;
};

// Lines "name seeds fault,fault,... description"; "-" for the faults as drawn.
std::vector<Mutant> read_mutants(const std::string& path) {
  std::vector<Mutant> mutants;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    Mutant mutant;
    std::string faults;
    if (line.starts_with("#") || !(words >> mutant.name >> mutant.seeds >> faults)) continue;
    mutant.faults = read_faults(faults);
    mutants.push_back(std::move(mutant));
  }
  return mutants;
}

// Runs seeds until one fails that is good without the bug. Returns how many it took; 0: none.
std::uint64_t hunt(const Mutant& mutant, std::string& found) {
  const Wishes wishes{mutant.faults, {}, true};
  for (std::uint64_t seed = 1; seed <= mutant.seeds; ++seed) {
    const Parameters parameters = draw_parameters(seed, wishes);
    choose_mutant(mutant.name.c_str());
    const RunReport report = simulate(parameters, {});
    choose_mutant(nullptr);
    if (report.good() || !simulate(parameters, {}).good()) continue;
    found = report.violations.front();
    return seed;
  }
  return 0;
}

}  // namespace

int run_mutants(const std::string& path) {
  const std::vector<Mutant> mutants = read_mutants(path);
  std::size_t missed = 0;
  std::printf("seeds from 1 on, commit %s\n", commit());
  std::printf("%-24s %8s %8s %8s  %s\n", "mutant", "found at", "allowed", "seconds", "as");
  for (const auto& mutant : mutants) {
    const auto begin = std::chrono::steady_clock::now();
    std::string found;
    const std::uint64_t seed = hunt(mutant, found);
    if (seed == 0) ++missed;
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    std::printf("%-24s %8s %8llu %8.1f  %s\n", mutant.name.c_str(),
                seed == 0 ? "MISSED" : std::to_string(seed).c_str(),
                static_cast<unsigned long long>(mutant.seeds), took.count(),
                found.substr(0, 110).c_str());
    std::fflush(stdout);
  }
  std::printf("%zu mutants, %zu missed\n", mutants.size(), missed);
  return missed == 0 && !mutants.empty() ? 0 : 1;
}

#else

int run_mutants(const std::string&) { return 2; }

#endif

}  // namespace srsync::sim
