// srsync_sim: runs simulated migrations from seeds and says which went wrong, and how to see it
// again.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <mutex>
#include <optional>
#include <sstream>
#include <thread>

#include "base/mutant.h"
#include "sim/simulation.h"

#ifndef SRSYNC_VERSION
#define SRSYNC_VERSION "unknown"
#endif

namespace srsync::sim {
namespace {

struct Options {
  std::optional<std::uint64_t> seed;
  std::string seeds;
  std::string corpus;
  std::int64_t seconds = 0;
  int jobs = 1;
  bool trace = false;
  std::vector<std::string> faults;
  std::string mutants;
};

struct Totals {
  std::mutex mutex;
  std::uint64_t runs = 0;
  std::uint64_t failed = 0;
  std::uint64_t events = 0;
  std::uint64_t restarts = 0;
  std::uint64_t migrations = 0;
  double simulated_hours = 0;
  std::vector<std::uint64_t> failures;
};

std::string reproduction(std::uint64_t seed, const Options& options) {
  std::string line = fmt::format("srsync_sim --seed {} --trace", seed);
  for (const auto& fault : options.faults) line += " --fault " + fault;
  return line;
}

void tell(const RunReport& report, const Parameters& parameters, const Options& options) {
  std::printf("seed %llu FAILED (%s)\n", static_cast<unsigned long long>(report.seed),
              to_text(parameters).c_str());
  for (const auto& violation : report.violations) std::printf("  %s\n", violation.c_str());
  std::printf("  again: %s\n", reproduction(report.seed, options).c_str());
  std::fflush(stdout);
}

void run_one(std::uint64_t seed, const Options& options, Totals& totals) {
  const Parameters parameters = draw_parameters(seed, options.faults);
  const RunReport report = simulate(parameters, {});
  const std::lock_guard<std::mutex> lock(totals.mutex);
  ++totals.runs;
  totals.events += report.events;
  totals.restarts += report.restarts;
  totals.migrations += report.jobs;
  totals.simulated_hours += static_cast<double>(report.simulated_ms) / 3'600'000.0;
  if (report.good()) return;
  ++totals.failed;
  totals.failures.push_back(seed);
  tell(report, parameters, options);
}

int run_traced(std::uint64_t seed, const Options& options) {
  const Parameters parameters = draw_parameters(seed, options.faults);
  std::printf("srsync_sim %s seed %llu\n%s\n", SRSYNC_VERSION,
              static_cast<unsigned long long>(seed), to_text(parameters).c_str());
  const RunReport report = simulate(parameters, [&](const std::string& line) {
    if (options.trace) std::printf("%s\n", line.c_str());
  });
  std::printf("%lld ms simulated, %llu rounds, %llu events, %llu restarts, %llu jobs, %llu DDL\n",
              static_cast<long long>(report.simulated_ms),
              static_cast<unsigned long long>(report.steps),
              static_cast<unsigned long long>(report.events),
              static_cast<unsigned long long>(report.restarts),
              static_cast<unsigned long long>(report.jobs),
              static_cast<unsigned long long>(report.statements));
  if (!report.good()) tell(report, parameters, options);
  return report.good() ? 0 : 1;
}

std::vector<std::uint64_t> read_corpus(const std::string& path) {
  std::vector<std::uint64_t> seeds;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::uint64_t seed = 0;
    if (line.starts_with("#") || !(words >> seed)) continue;
    seeds.push_back(seed);
  }
  return seeds;
}

#ifdef SRSYNC_MUTANTS

struct Mutant {
  std::string name;
  std::uint64_t seeds = 0;  // it must be found within so many
  std::vector<std::string> faults;
  std::string description;
};

// Lines "name seeds fault,fault,... description"; "-" for no particular faults.
std::vector<Mutant> read_mutants(const std::string& path) {
  std::vector<Mutant> mutants;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    Mutant mutant;
    std::string faults;
    if (line.starts_with("#") || !(words >> mutant.name >> mutant.seeds >> faults)) continue;
    std::getline(words >> std::ws, mutant.description);
    std::istringstream list(faults);
    for (std::string fault; faults != "-" && std::getline(list, fault, ',');) {
      mutant.faults.push_back(fault);
    }
    mutants.push_back(std::move(mutant));
  }
  return mutants;
}

// Runs seeds until one fails. Returns how many it took; 0: none failed.
std::uint64_t hunt(const Mutant& mutant, std::string& found) {
  choose_mutant(mutant.name.c_str());
  for (std::uint64_t seed = 1; seed <= mutant.seeds; ++seed) {
    const RunReport report = simulate(draw_parameters(seed, mutant.faults), {});
    if (report.good()) continue;
    found = report.violations.front();
    return seed;
  }
  return 0;
}

int run_mutants(const std::string& path) {
  const std::vector<Mutant> mutants = read_mutants(path);
  std::size_t missed = 0;
  std::printf("%-24s %10s %8s  %s\n", "mutant", "found at", "allowed", "as");
  for (const auto& mutant : mutants) {
    std::string found;
    const std::uint64_t seed = hunt(mutant, found);
    if (seed == 0) ++missed;
    std::printf("%-24s %10s %8llu  %s\n", mutant.name.c_str(),
                seed == 0 ? "MISSED" : std::to_string(seed).c_str(),
                static_cast<unsigned long long>(mutant.seeds), found.substr(0, 110).c_str());
    std::fflush(stdout);
  }
  std::printf("%zu mutants, %zu missed\n", mutants.size(), missed);
  return missed == 0 && !mutants.empty() ? 0 : 1;
}

#endif

// Hands out seeds: those of a list, or upwards from `first` to `last` or until the time is over.
class Seeds {
 public:
  Seeds(std::vector<std::uint64_t> list, std::uint64_t first, std::uint64_t last,
        std::int64_t seconds)
      : list_(std::move(list)),
        next_(first),
        last_(last),
        end_(std::chrono::steady_clock::now() + std::chrono::seconds(seconds)),
        timed_(seconds > 0) {}

  std::optional<std::uint64_t> take() {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (at_ < list_.size()) return list_[at_++];
    if (timed_ ? std::chrono::steady_clock::now() >= end_ : next_ > last_) return std::nullopt;
    return next_++;
  }

 private:
  std::mutex mutex_;
  std::vector<std::uint64_t> list_;
  std::size_t at_ = 0;
  std::uint64_t next_;
  std::uint64_t last_;
  std::chrono::steady_clock::time_point end_;
  bool timed_;
};

int run_many(const Options& options, Seeds& seeds) {
  Totals totals;
  const auto begin = std::chrono::steady_clock::now();
  std::vector<std::thread> threads;
  for (int i = 0; i < std::max(1, options.jobs); ++i) {
    threads.emplace_back([&] {
      while (const auto seed = seeds.take()) run_one(*seed, options, totals);
    });
  }
  for (auto& thread : threads) thread.join();
  const double took =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  std::printf(
      "srsync_sim %s: %llu seeds, %llu failed; %.1f seeds/s; %.0f simulated hours (%.0f times as "
      "fast as life); %llu events, %llu restarts, %llu jobs\n",
      SRSYNC_VERSION, static_cast<unsigned long long>(totals.runs),
      static_cast<unsigned long long>(totals.failed), static_cast<double>(totals.runs) / took,
      totals.simulated_hours, totals.simulated_hours * 3600.0 / took,
      static_cast<unsigned long long>(totals.events),
      static_cast<unsigned long long>(totals.restarts),
      static_cast<unsigned long long>(totals.migrations));
  return totals.failed == 0 && totals.runs > 0 ? 0 : 1;
}

// "A..B"; false when it is not that.
bool parse_range(const std::string& text, std::uint64_t& first, std::uint64_t& last) {
  const std::size_t dots = text.find("..");
  if (dots == std::string::npos) return false;
  try {
    first = std::stoull(text.substr(0, dots));
    last = std::stoull(text.substr(dots + 2));
  } catch (const std::exception&) {
    return false;
  }
  return first <= last;
}

int run(const Options& options) {
#ifdef SRSYNC_MUTANTS
  if (!options.mutants.empty()) return run_mutants(options.mutants);
#endif
  if (options.seed) return run_traced(*options.seed, options);
  std::vector<std::uint64_t> list;
  if (!options.corpus.empty()) {
    list = read_corpus(options.corpus);
    if (list.empty()) {
      std::fprintf(stderr, "srsync_sim: no seed in %s\n", options.corpus.c_str());
      return 2;
    }
  }
  std::uint64_t first = 1;
  std::uint64_t last = 0;
  if (!options.seeds.empty() && !parse_range(options.seeds, first, last)) {
    std::fprintf(stderr, "srsync_sim: --seeds takes A..B with A <= B, not '%s'\n",
                 options.seeds.c_str());
    return 2;
  }
  if (options.seconds > 0 && options.seeds.empty()) {
    // Other seeds each day; the first one is printed with every failure.
    first = static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(
                                           std::chrono::system_clock::now().time_since_epoch())
                                           .count());
    std::printf("fresh seeds from %llu on\n", static_cast<unsigned long long>(first));
  }
  if (options.seconds == 0 && options.seeds.empty() && list.empty()) last = 100;
  Seeds seeds(std::move(list), first, last, options.seconds);
  return run_many(options, seeds);
}

}  // namespace
}  // namespace srsync::sim

int main(int argc, char** argv) {
  srsync::sim::Options options;
  CLI::App app{
      "Simulated migrations: the real reducer, planner and driver between two simulated clusters, "
      "with a simulated clock, network and disk. Everything follows from the seed."};
  std::uint64_t seed = 0;
  auto* one = app.add_option("--seed", seed, "Run this one seed and print its figures");
  app.add_flag("--trace", options.trace, "With --seed: print what happens, line by line");
  app.add_option("--seeds", options.seeds, "Run the seeds A..B");
  app.add_option("--corpus", options.corpus, "Run the seeds in this file (one a line) first");
  app.add_option("--seconds", options.seconds, "Run seeds until this time is over");
  app.add_option("--jobs", options.jobs, "Simulations side by side")->capture_default_str();
  app.add_option(
      "--fault", options.faults, "Only these faults, in every run: " + [] {
        std::string names;
        for (const auto& name : srsync::sim::fault_names())
          names += (names.empty() ? "" : ", ") + name;
        return names;
      }());
#ifdef SRSYNC_MUTANTS
  app.add_option("--mutants", options.mutants,
                 "Hunt every deliberate bug listed in this file, each within its number of seeds");
  std::string mutant;
  app.add_option("--mutant", mutant, "Run with this deliberate bug");
#endif
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    const int status = app.exit(e);
    return status == 0 ? 0 : 2;
  }
  if (one->count() > 0) options.seed = seed;
#ifdef SRSYNC_MUTANTS
  if (!mutant.empty()) srsync::choose_mutant(mutant.c_str());
#endif
  return srsync::sim::run(options);
}
