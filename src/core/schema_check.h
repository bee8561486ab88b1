// Whether the two sides of a pair have the same schema, by what SHOW CREATE TABLE said on each.
#pragma once

#include <cstdint>
#include <string>

#include "core/state.h"

namespace srsync::core {

// The first differences in words; empty when replication fits as far as the definitions tell.
// Requires both sides read in full. Equal fingerprints answer at once; different ones are never
// believed by themselves: both texts are read again and compared, since fingerprints of two
// releases of srsync may differ where the tables do not.
std::string schema_difference(const State& state, const TablePair& pair);

// Names this very difference, so that a table is not made anew for it twice. Never 0.
std::uint64_t schema_pair_hash(const TablePair& pair);

}  // namespace srsync::core
