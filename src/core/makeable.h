// Which partitions of a source table srsync can make on the target, and how. Some cannot be made at
// all: the table goes on without them, they are reported, and nothing is dropped that could not be
// made again.
#pragma once

#include <string>
#include <vector>

#include "core/state.h"

namespace srsync::core {

struct Makeable {
  // Both in the order given.
  std::vector<const Partition*> can;      // by a statement
  std::vector<const Partition*> by_call;  // by calling the target's frontend
  std::size_t cannot = 0;
  std::string why_not;  // the first one's reason, with its name; empty when all can be made
};

// Into which table of the target: the one that is there, or the one that is made in its place.
enum class TableFate : std::uint8_t { kStays, kMadeAnew };

// Why some of `partitions`, which are the source's, could not be made again after they were dropped
// on the target, alone or with their table; empty when all could. That a call makes them is
// believed only where the last change asked of the target's table was a call, and what it made is
// there.
std::string why_not_restorable(const State& state, const TablePair& pair,
                               const std::vector<const Partition*>& partitions, TableFate fate);

// Splits `partitions`, which are the source's. A table whose definition cannot be read has them all
// in `can`: making it reports what is wrong.
Makeable makeable(const State& state, const TablePair& pair,
                  const std::vector<const Partition*>& partitions,
                  TableFate fate = TableFate::kStays);

// The same for one.
std::string why_not_makeable(const State& state, const TablePair& pair, const Partition& partition);

}  // namespace srsync::core
