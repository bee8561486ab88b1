// What is done again and again: identify, sweep, change feeds, the job list.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/state.h"
#include "driver/options.h"
#include "driver/outcome.h"

namespace srsync::driver {

// Used by the loop's thread only; empty after a restart, which makes everything due at once.
class Periodic {
 public:
  // Tasks that are due, each under way until its end is told below. `stamp`: this moment in the
  // journal's time; `now` only ever counts up, for intervals.
  std::vector<Task> due(const core::State& state, const DriverOptions& options, WallTime now,
                        WallTime stamp);
  // When something is due next, given that nothing happens before.
  WallTime next(const core::State& state, const DriverOptions& options, WallTime now) const;

  void identified(Side side, bool ok, WallTime now, const DriverOptions& options);
  // `statements`: that it took.
  void swept(Side side, std::int64_t took_ms, std::int64_t statements, WallTime now,
             const DriverOptions& options);
  // `statements`: that count against the budget; `complete`: all of them were read.
  void feed_read(Side side, std::size_t statements, bool complete, WallTime now,
                 const DriverOptions& options);
  void jobs_listed(WallTime now, const DriverOptions& options);

  // The next sweep as soon as the share of the time that sweeps may take allows it.
  void hurry_sweep(Side side) {
    at(side).sweep_due = std::min(at(side).sweep_due, at(side).sweep_rested);
  }
  // The cluster did not answer: nothing else is asked of it before it was identified again.
  void lost(Side side, WallTime now);
  bool is_up(Side side) const { return at(side).identified; }

  // Complete rounds of a cluster's change feeds, and when the newest of them began.
  WallTime feed_round_began(Side side) const { return at(side).complete_round_began; }

 private:
  struct Cluster {
    bool identified = false;
    bool identifying = false;
    bool sweeping = false;
    bool feeding = false;
    std::uint32_t failures = 0;
    WallTime identify_due;
    WallTime sweep_due;
    WallTime sweep_rested;  // not before this, even in a hurry
    WallTime feed_due;
    std::string feed_after;  // last database read in this round
    WallTime round_began;
    WallTime complete_round_began;
  };
  Cluster& at(Side side) { return clusters_[static_cast<std::size_t>(side)]; }
  const Cluster& at(Side side) const { return clusters_[static_cast<std::size_t>(side)]; }
  void due_of(Side side, const core::State& state, const DriverOptions& options, WallTime now,
              WallTime stamp, std::vector<Task>& tasks);
  std::optional<Task> feed_of(Side side, const core::State& state, const DriverOptions& options,
                              WallTime now);

  std::array<Cluster, 2> clusters_;
  bool listing_jobs_ = false;
  WallTime jobs_due_;
};

}  // namespace srsync::driver
