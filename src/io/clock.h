// The seam to the wall clock. Rooms that need the time are given a Clock; nobody asks the system.
#pragma once

#include <chrono>

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

}  // namespace srsync::io
