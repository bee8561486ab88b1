// How the objects of a pair are called on the target. Everything else calls them as the source
// does.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/side.h"
#include "core/catalog.h"
#include "core/fact.h"
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

// The name under which readings of the target show the pair's object: its own, or the reserved one
// while it is built beside the old one. Rules of srsync_rename are not in it: the reader takes them
// off.
TableName seen_name(const TablePair& pair);
// The same of a piece of work.
const TableName& seen_name(const DdlIntent& intent);
const TableName& seen_name(const ReplicationIntent& intent);
// The same for either side.
TableName name_on(Side side, const TablePair& pair);

// The name that statements about the pair's object on the target use.
TableName target_name(const State& state, const TablePair& pair);
// The same for a database of the source.
std::string target_database(const State& state, const std::string& db);

// The pair whose table on `side` stands under the name `seen`; nullptr when there is none, or when
// the pair's table stands under its other name.
const TablePair* find_seen(const State& state, Side side, const TableName& seen);

// For people: "db1.t -> db2.t2", or the one name that it has on both sides. The table may be empty.
std::string both_names(const Renames& renames, const TableName& name);
// `target` may be empty: not known.
std::string both_names(const TableName& source, const TableName& target);
// The second of them: the name on the target, or the same where that is taken.
TableName name_there(const Renames& renames, const TableName& name);

// The database that must be made before the pair's object can be, because it is not the one where
// its database's other objects stand; empty when it is that one, or is there.
std::string database_to_be_made(const State& state, const TablePair& pair);

// Why what only the target has in this database, or the database itself, is not the source's: the
// source does not have it, and a rule puts a table of another one there. Empty: it is.
std::string left_alone(const State& state, const std::string& db);

}  // namespace srsync::core
