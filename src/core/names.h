// How the objects of a pair are called on the target. Everything else calls them as the source
// does.
#pragma once

#include <string>
#include <string_view>

#include "core/catalog.h"
#include "core/state.h"

namespace srsync::core {

// Tables of the target that srsync makes beside those that they are to replace.
inline constexpr std::string_view kReservedPrefix = "srsync_new_";

// The name that statements about the pair's object on the target use.
TableName target_name(const State& state, const TablePair& pair);
// The same for a database of the source.
std::string target_database(const State& state, const std::string& db);

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
