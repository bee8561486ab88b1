// Whether the two sides of a pair have the same schema, by what SHOW CREATE TABLE said on each.
#pragma once

#include <cstdint>
#include <string>

#include "core/state.h"

namespace srsync::core {

// Why replication does not fit, in words: what differs between the definitions, or what may have
// happened to the source's columns unseen. Empty when it fits. Requires both sides read in full.
std::string schema_difference(const State& state, const TablePair& pair);

// The first differences of the definitions alone. Equal fingerprints answer at once; different ones
// are never believed by themselves: both texts are read again and compared, since fingerprints of
// two releases of srsync may differ where the tables do not.
std::string definitions_differ(const State& state, const TablePair& pair);

// Names this very difference, so that a table is not made anew for it twice. Never 0.
std::uint64_t schema_pair_hash(const TablePair& pair);

}  // namespace srsync::core
