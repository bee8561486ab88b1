// The derived work lists: which pairs want something done, so that re-planning after one change
// costs what that change touches and not a scan of the catalog.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/ids.h"

namespace srsync::core {

// What a pair wants next. Lower runs first where one budget is shared.
enum class Want : std::uint8_t {
  kNothing = 0,
  kVerifyDdl = 1,  // DDL in doubt: look
  kProbeJob = 2,   // job in doubt or over: look
  kReadSource = 3,
  kReadTarget = 4,
  kListTarget = 5,  // its database's listing
  kDdl = 6,
  kReplicate = 7,
};

struct AgendaItem {
  std::int64_t order = 0;  // smaller first; meaning depends on the list
  std::uint32_t slot = 0;
  friend auto operator<=>(const AgendaItem&, const AgendaItem&) = default;
};

// Items by want; pairs that wait for a moment stand in `timers` instead.
class Agenda {
 public:
  struct Entry {
    Want want = Want::kNothing;
    std::int64_t order = 0;
    WallTime not_before;
    friend bool operator==(const Entry&, const Entry&) = default;
  };

  // Replaces what `slot` wants.
  void set(std::uint32_t slot, const Entry& entry);
  const Entry& get(std::uint32_t slot) const;
  // In order; the moment of an item may lie ahead (check not_before).
  const std::set<AgendaItem>& items(Want want) const;
  // Earliest not_before after `now` over all items; nullopt when none waits.
  const std::set<std::pair<std::int64_t, std::uint32_t>>& timers() const { return timers_; }
  void clear();

 private:
  std::vector<Entry> entries_;  // by slot
  std::map<Want, std::set<AgendaItem>> lists_;
  std::set<std::pair<std::int64_t, std::uint32_t>> timers_;  // not_before ms -> slot
};

}  // namespace srsync::core
