// Which partitions of a source table srsync can make on the target. Some cannot be made by any
// statement: the table goes on without them, they are reported, and nothing is dropped that could
// not be made again.
#pragma once

#include <string>
#include <vector>

#include "core/state.h"

namespace srsync::core {

struct Makeable {
  std::vector<const Partition*> can;  // in the order given
  std::size_t cannot = 0;
  std::string why_not;  // the first one's reason, with its name; empty when all can be made
};

// Splits `partitions`, which are the source's. A table whose definition cannot be read has them all
// in `can`: making it reports what is wrong.
Makeable makeable(const State& state, const TablePair& pair,
                  const std::vector<const Partition*>& partitions);

// The same for one.
std::string why_not_makeable(const State& state, const TablePair& pair, const Partition& partition);

}  // namespace srsync::core
