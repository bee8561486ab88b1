// Rates: a budget of statements, and an operator's "at most N per interval". Used by one thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

#include "base/ids.h"
#include "driver/options.h"

namespace srsync::driver {

// Fills at `per_second` up to one second's worth.
class Budget {
 public:
  // Takes `cost` when it is there.
  bool take(std::int64_t cost, std::int64_t per_second, WallTime now) {
    fill(cost, per_second, now);
    if (milli_ < cost * 1'000) return false;
    milli_ -= cost * 1'000;
    return true;
  }

  // Takes `cost` that was spent already, also when it is not there: at most two seconds' worth is
  // owed, so that one large reading does not stop all others for long.
  void spend(std::int64_t cost, std::int64_t per_second, WallTime now) {
    fill(1, per_second, now);
    milli_ = std::max(milli_ - cost * 1'000, -2'000 * per_second);
  }

 private:
  void fill(std::int64_t cost, std::int64_t per_second, WallTime now) {
    const std::int64_t capacity = std::max<std::int64_t>(cost, per_second) * 1'000;
    if (!filled_at_) {
      milli_ = capacity;
    } else {
      const std::int64_t passed = std::max<std::int64_t>(0, now.ms() - filled_at_->ms());
      milli_ = std::min(capacity, milli_ + std::min<std::int64_t>(passed, 3'000) * per_second);
    }
    filled_at_ = now;
  }

  std::int64_t milli_ = 0;  // thousandths of a statement
  std::optional<WallTime> filled_at_;
};

// Counts starts within an interval.
class StartWindow {
 public:
  bool has_room(const std::optional<Pacing>& pacing, WallTime now) {
    if (!pacing) return true;
    while (!starts_.empty() && starts_.front().plus_ms(pacing->interval_ms) <= now) {
      starts_.pop_front();
    }
    return starts_.size() < pacing->batch;
  }
  void note(const std::optional<Pacing>& pacing, WallTime now) {
    if (pacing) starts_.push_back(now);
  }

 private:
  std::deque<WallTime> starts_;
};

}  // namespace srsync::driver
