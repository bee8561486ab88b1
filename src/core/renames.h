// srsync_rename: what the objects of the source are called on the target, and back. A pure value.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/catalog.h"

namespace srsync::core {

// A rule for one table goes before a rule for its database, and any rule before an object that
// keeps its name: where two objects of the source would have one name on the target, the one of the
// higher rank has it and the other has none. So backward(forward(x)) is x for every x that has a
// name there.
//
// A table under a reserved name (core/names.h) stands beside the table without it: its name on the
// target is that one's, made reserved.
class Renames {
 public:
  Renames() = default;
  // As the setting has it. A text that config would refuse gives no rules.
  static Renames from_text(std::string_view text);

  bool empty() const { return databases_.empty() && tables_.empty(); }

  // nullopt: its name is taken by another; taken_by() tells which.
  std::optional<TableName> forward(const TableName& source) const;
  // The object of the source that is called `target` there; nullopt: none.
  std::optional<TableName> backward(const TableName& target) const;
  // The same for databases: where those of a database's objects stand that no rule names.
  std::optional<std::string> forward_database(const std::string& source) const;
  std::optional<std::string> backward_database(const std::string& target) const;

  // "its name on the target, db2, is taken by srsync_rename db1 -> db2"; empty: it is not taken.
  std::string taken_by(const TableName& source) const;

  // Databases of the target, besides its own, that hold tables of this database of the source.
  std::set<std::string> other_databases(const std::string& source) const;
  // A rule for one table that puts it from another database of the source into this one of the
  // target, as text; empty: there is none.
  std::string guest_rule(const std::string& target) const;

  friend bool operator==(const Renames&, const Renames&) = default;

 private:
  struct Plain {
    TableName name;
    bool reserved = false;
  };
  static Plain split_reserved(const TableName& name);
  static TableName join_reserved(TableName name, bool reserved);
  TableName wished(const TableName& source) const;
  std::optional<TableName> owner(const TableName& target) const;

  std::map<std::string, std::string> databases_;
  std::map<std::string, std::string> databases_back_;
  std::map<TableName, TableName> tables_;
  std::map<TableName, TableName> tables_back_;
};

}  // namespace srsync::core
