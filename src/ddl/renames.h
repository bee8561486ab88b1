// Names of databases and tables as settings write them: wildcards, and rules that give objects
// another name on the target. Pure functions, safe from any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "ddl/view_references.h"

namespace srsync::ddl {

// What a frontend makes by itself: information_schema, sys, _statistics_.
bool is_system_database(std::string_view db);

// Whether the whole text fits: '*' stands for any characters, also none, '?' for exactly one.
bool matches_pattern(std::string_view pattern, std::string_view text);

// Tables whose names begin so are srsync's own on the target.
inline constexpr std::string_view kReservedTablePrefix = "srsync_new_";

// "db" or "db.table".
std::string to_string(const ObjectName& name);

// Either two databases (their name is empty) or two tables.
struct RenameRule {
  ObjectName from;  // on the source
  ObjectName to;    // on the target
  friend bool operator==(const RenameRule&, const RenameRule&) = default;
};
std::string to_string(const RenameRule& rule);

// Reads "db1 -> db1_copy, db1.t -> db2.t2". kInvalidArgument: the message names the first rule that
// is wrong, or the two that contradict each other, and says what is allowed.
Result<std::vector<RenameRule>> parse_renames(std::string_view text);

// As parse_renames() reads it, in one spelling.
std::string renames_text(const std::vector<RenameRule>& rules);

// The statement of a synchronous materialized view of table `from`, for the table's name on the
// target. nullopt: it names something that cannot be rewritten with certainty.
std::optional<std::string> moved_view(const std::string& view_sql, const ObjectName& from,
                                      const ObjectName& to);

}  // namespace srsync::ddl
