// One-time mode: when the run is over, and what it leaves undone.
#pragma once

#include <string>
#include <vector>

#include "core/progress.h"
#include "core/state.h"
#include "driver/options.h"

namespace srsync::driver {

enum class OncePhase : std::uint8_t {
  kSynchronising,  // some table was never synchronised
  kCatchingUp,     // every table was; newer data is still being copied
  kDraining,       // nothing new starts; waits for what is under way
  kOver,
};

// Asked now and then by the loop. Used by one thread.
class OnceWatch {
 public:
  // `target_feed_round_began`: of the newest complete reading of the target's change feeds; a run
  // ends only after one that began when everything was in sync, so that a stranger's late write is
  // not overlooked. `definitions_read`: in this session, so that a table that was altered before it
  // is not taken for equal.
  OncePhase update(const core::State& state, const core::Progress& progress,
                   const DriverOptions& options, WallTime now, WallTime target_feed_round_began,
                   bool definitions_read);
  OncePhase phase() const { return phase_; }

 private:
  OncePhase phase_ = OncePhase::kSynchronising;
  WallTime all_synced_at_;
  WallTime quiet_since_;
};

// Tables in scope that are not synchronised, with the reason in `reason`.
std::vector<core::TableProgress> not_synchronised(const core::State& state);

}  // namespace srsync::driver
