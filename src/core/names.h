// How the objects of a pair are called on the target. Everything else calls them as the source
// does.
#pragma once

#include "core/catalog.h"
#include "core/state.h"

namespace srsync::core {

// The name that statements about the pair's object on the target use.
TableName target_name(const State& state, const TablePair& pair);

}  // namespace srsync::core
