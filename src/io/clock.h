// The seam to the wall clock. Rooms that need the time are given a Clock; nobody asks the system.
#pragma once

#include <algorithm>
#include <chrono>
#include <mutex>

#include "base/ids.h"

namespace srsync::io {

// Safe from any thread. May jump in both directions (an operator sets the clock, NTP steps it):
// whoever needs order takes it from the journal's sequence, not from here.
class Clock {
 public:
  virtual ~Clock() = default;
  // Milliseconds since the Unix epoch.
  virtual WallTime now() = 0;
};

// The machine's clock.
class SystemClock final : public Clock {
 public:
  WallTime now() override {
    const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
    return WallTime(std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count());
  }
};

// A clock that is never set back: it counts what the other one counts up, and leaves out where that
// one goes back. What waits for a moment to come would wait for as long as the clock was set back,
// otherwise. Safe from any thread.
class ForwardClock final : public Clock {
 public:
  // `clock` must outlive it.
  explicit ForwardClock(Clock& clock) : clock_(clock), seen_(clock.now()), now_(seen_) {}

  WallTime now() override {
    const std::lock_guard<std::mutex> lock(mutex_);
    const WallTime seen = clock_.now();
    if (seen > seen_) now_ = now_.plus_ms(seen.ms() - seen_.ms());
    seen_ = seen;
    return now_;
  }
  // Goes on from `moment` when it is not that far: a journal may have been written while the clock
  // was ahead.
  void go_on_from(WallTime moment) {
    const std::lock_guard<std::mutex> lock(mutex_);
    now_ = std::max(now_, moment);
  }

 private:
  Clock& clock_;
  std::mutex mutex_;
  WallTime seen_;  // guarded by mutex_
  WallTime now_;   // guarded by mutex_
};

}  // namespace srsync::io
