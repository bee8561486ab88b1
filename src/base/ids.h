// Tagged integers: two ids of different meaning cannot be mixed, and none does arithmetic.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

#include "base/arithmetic.h"

namespace srsync {

template <typename Tag>
class Id {
 public:
  constexpr Id() = default;
  constexpr explicit Id(std::int64_t value) : value_(value) {}
  constexpr std::int64_t value() const { return value_; }
  // 0 is never given out by a frontend: it means "none known".
  constexpr bool is_set() const { return value_ != 0; }
  friend constexpr auto operator<=>(Id, Id) = default;

 private:
  std::int64_t value_ = 0;
};

// Position in the journal, from 1 without gaps; 0 means "before the first event".
class EventSeq {
 public:
  constexpr EventSeq() = default;
  constexpr explicit EventSeq(std::uint64_t value) : value_(value) {}
  constexpr std::uint64_t value() const { return value_; }
  constexpr EventSeq next() const { return EventSeq(value_ + 1); }
  friend constexpr auto operator<=>(EventSeq, EventSeq) = default;

 private:
  std::uint64_t value_ = 0;
};

// Milliseconds since the Unix epoch by srsync's own clock. Frontends' times are never put in here.
class WallTime {
 public:
  constexpr WallTime() = default;
  constexpr explicit WallTime(std::int64_t ms) : ms_(ms) {}
  constexpr std::int64_t ms() const { return ms_; }
  constexpr WallTime plus_ms(std::int64_t delta) const {
    return WallTime(saturating_add(ms_, delta));
  }
  friend constexpr auto operator<=>(WallTime, WallTime) = default;

 private:
  std::int64_t ms_ = 0;
};

}  // namespace srsync
