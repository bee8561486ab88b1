// The tables and views that a query reads, found without understanding the query: a name stands for
// a table behind FROM and JOIN, and between the commas of a FROM. Pure, safe from any thread.
#pragma once

#include <compare>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace srsync::ddl {

struct ObjectName {
  std::string database;
  std::string name;
  friend auto operator<=>(const ObjectName&, const ObjectName&) = default;
};

// What an object is called on the target.
using Renamer = std::function<ObjectName(const ObjectName&)>;

// Each object once, in order; a name without a database is one of `database`. Names of WITH, table
// functions and objects of other catalogs are left out.
std::vector<ObjectName> view_references(std::string_view query, std::string_view database);

// True when the query reads from a catalog other than default_catalog.
bool reads_other_catalogs(std::string_view query);

// The query with every object named by database and name as `renamer` calls it, so that it means
// the same in a session without a current database. Column paths that begin with a renamed database
// follow. A query that already reads so comes back as it is.
std::string qualified_query(std::string_view query, std::string_view database,
                            const Renamer& renamer);

// The query in one spelling: no back quotes, comments or line ends, one kind of quotes, one case
// for key words, objects with their database, columns without. Two queries with one spelling are
// equal; two that differ may still mean the same.
std::string canonical_query(std::string_view query, std::string_view database);

}  // namespace srsync::ddl
