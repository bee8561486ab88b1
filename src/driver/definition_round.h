// Rounds in which every definition is read again: nothing else shows a column, an index or a
// comment that was changed on a table that nobody loads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "core/plan.h"
#include "core/state.h"
#include "driver/options.h"

namespace srsync::driver {

// Used by the loop's thread only. The first round begins with the session, since nobody watched
// before; it has the tables and views that State knew then. A reading that finds nothing new leaves
// no trace in the journal.
class DefinitionRound {
 public:
  // Begins a round when one is due.
  void begin_when_due(const core::State& state, const DriverOptions& options, WallTime now);

  // What is next, at most `max`; each is handed out again, later, until done() is told of it. Left
  // for later is what has work under way; left out what is to be read for another reason.
  std::vector<core::ReadTable> next(const core::State& state, std::size_t max);

  // It was read, in full, for whatever reason.
  void done(Side side, core::TableId id) { waiting_.erase({side, id}); }

  bool first_is_over() const { return begun_ && (rounds_ > 1 || waiting_.empty()); }

 private:
  using Key = std::pair<Side, core::TableId>;
  std::map<Key, core::TableName> waiting_;
  std::deque<Key> order_;  // may hold what is done
  bool begun_ = false;
  std::uint64_t rounds_ = 0;
  WallTime due_;
};

}  // namespace srsync::driver
