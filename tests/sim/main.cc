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
#include "sim/commit.h"
#include "sim/hunt.h"
#include "sim/simulation.h"

namespace srsync::sim {
namespace {

struct Options {
  std::optional<std::uint64_t> seed;
  std::string seeds;
  std::string corpus;
  std::int64_t seconds = 0;
  int jobs = 1;
  bool trace = false;
  Wishes wishes;
  std::string mutants;
};

struct Seed {
  std::uint64_t number = 0;
  Wishes wishes;
};

struct Totals {
  std::mutex mutex;
  std::uint64_t runs = 0;
  std::uint64_t failed = 0;
  std::uint64_t events = 0;
  std::uint64_t restarts = 0;
  std::uint64_t migrations = 0;
  double simulated_hours = 0;
};

void print(const std::string& line) { std::printf("%s\n", line.c_str()); }

void tell(const RunReport& report, const Parameters& parameters, const Wishes& wishes) {
  print(fmt::format("seed {}, commit {}: FAILED; {}", report.seed, commit(), to_text(parameters)));
  for (const auto& violation : report.violations) print("  " + violation);
  print(fmt::format("  again: srsync_sim --seed {}{} --trace", report.seed, to_text(wishes)));
  std::fflush(stdout);
}

void run_one(const Seed& seed, Totals& totals) {
  const Parameters parameters = draw_parameters(seed.number, seed.wishes);
  const RunReport report = simulate(parameters, {});
  const std::lock_guard<std::mutex> lock(totals.mutex);
  ++totals.runs;
  totals.events += report.events;
  totals.restarts += report.restarts;
  totals.migrations += report.jobs;
  totals.simulated_hours += static_cast<double>(report.simulated_ms) / 3'600'000.0;
  if (report.good()) return;
  ++totals.failed;
  tell(report, parameters, seed.wishes);
}

int run_traced(std::uint64_t seed, const Options& options) {
  const Parameters parameters = draw_parameters(seed, options.wishes);
  print(fmt::format("seed {}, commit {}: {}", seed, commit(), to_text(parameters)));
  std::function<void(const std::string&)> trace;
  if (options.trace) trace = print;
  const RunReport report = simulate(parameters, trace);
  print(
      fmt::format("{} ms simulated, {} rounds, {} events of {} bytes, {} restarts, {} jobs, {} DDL",
                  report.simulated_ms, report.steps, report.events, report.event_bytes,
                  report.restarts, report.jobs, report.statements));
  if (!report.good()) tell(report, parameters, options.wishes);
  return report.good() ? 0 : 1;
}

// Lines "seed [short] faults description"; faults are separated by commas, "-" means as drawn.
std::vector<Seed> read_corpus(const std::string& path) {
  std::vector<Seed> seeds;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    Seed seed;
    std::string faults;
    if (line.starts_with("#") || !(words >> seed.number >> faults)) continue;
    seed.wishes.short_day = faults == "short";
    if (seed.wishes.short_day) words >> faults;
    seed.wishes.only = read_faults(faults);
    seeds.push_back(std::move(seed));
  }
  return seeds;
}

// Hands out seeds: those of a list, or upwards from `first` to `last` or until the time is over.
class Seeds {
 public:
  Seeds(std::vector<Seed> list, std::uint64_t first, std::uint64_t last, const Options& options)
      : list_(std::move(list)),
        wishes_(options.wishes),
        next_(first),
        last_(last),
        end_(std::chrono::steady_clock::now() + std::chrono::seconds(options.seconds)),
        timed_(options.seconds > 0) {}

  std::optional<Seed> take() {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (at_ < list_.size()) return list_[at_++];
    if (timed_ ? std::chrono::steady_clock::now() >= end_ : next_ > last_) return std::nullopt;
    return Seed{next_++, wishes_};
  }

 private:
  std::mutex mutex_;
  std::vector<Seed> list_;
  Wishes wishes_;
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
      while (const auto seed = seeds.take()) run_one(*seed, totals);
    });
  }
  for (auto& thread : threads) thread.join();
  const double took =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  print(fmt::format(
      "{} seeds, {} failed; {:.1f} seeds/s; {:.0f} simulated hours ({:.0f} times as fast as life); "
      "{} events, {} restarts, {} jobs",
      totals.runs, totals.failed, static_cast<double>(totals.runs) / took, totals.simulated_hours,
      totals.simulated_hours * 3600.0 / took, totals.events, totals.restarts, totals.migrations));
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
  std::vector<Seed> list;
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
    print(fmt::format("fresh seeds from {} on, commit {}", first, commit()));
  }
  if (options.seconds == 0 && options.seeds.empty() && list.empty()) last = 100;
  Seeds seeds(std::move(list), first, last, options);
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
  const CLI::IsMember is_fault(srsync::sim::fault_names());
  app.add_option("--fault", options.wishes.only, "Only these faults, in every run")
      ->check(is_fault);
  app.add_option("--without", options.wishes.without, "None of these faults")->check(is_fault);
  app.add_flag("--short", options.wishes.short_day, "Runs of an hour or two with a lot going on");
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
