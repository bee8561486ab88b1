// How the objects of a pair are called on the target. Everything else calls them as the source
// does.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/side.h"
#include "core/catalog.h"
#include "core/state.h"

namespace srsync::core {

// Tables of the target with this prefix are srsync's own: what follows is the name of the table
// that is made anew beside the old one (core/beside.h).
inline constexpr std::string_view kReservedPrefix = "srsync_new_";
// Characters of a table's name at most; bytes are counted, which are never fewer.
inline constexpr std::size_t kTableNameMax = 1024;

bool is_reserved(const TableName& name);
// The reserved name that belongs to a pair's name.
TableName reserved_name(const TableName& name);

// The name of the pair to which a table belongs that `side` calls `seen`.
TableName pair_name(Side side, const TableName& seen);

// The name that statements about the pair's object on the target use.
TableName target_name(const State& state, const TablePair& pair);
// The same for either side.
TableName name_on(Side side, const State& state, const TablePair& pair);

// The pair whose table on `side` stands under the name `seen`; nullptr when there is none, or when
// the pair's table stands under its other name.
const TablePair* find_seen(const State& state, Side side, const TableName& seen);

}  // namespace srsync::core
