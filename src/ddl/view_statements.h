// Statements that make, change and drop views and asynchronous materialized views on a target, and
// whether two of them differ. Pure, safe from any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/status.h"
#include "ddl/version.h"
#include "ddl/view_model.h"
#include "ddl/view_references.h"

namespace srsync::ddl {

struct ViewTarget {
  std::string source_database;  // where names without a database stand for objects
  ObjectName name;              // on the target
  Renamer renamer;              // of what the query reads; empty: all keep their names
  Version version;              // of the target
  RunMode run_mode = RunMode::kSharedNothing;
  std::optional<Version> source_version;
  // Of materialized views only, as in TargetOptions.
  std::optional<int> replication_num;
  std::string storage_volume;
};

enum class IfThere { kFail, kReplace };

// CREATE VIEW, which fails where something has the name already: what was not made from this text
// must not be taken for it. CREATE OR REPLACE VIEW keeps id and grants; a materialized view cannot
// be replaced. What is left out or changed for the target appends a sentence to `notes` (may be
// nullptr). kUnsupported: the target cannot hold the view; the message says which part.
Result<std::string> write_view(const ViewModel& model, const ViewTarget& target, IfThere if_there,
                               std::vector<std::string>* notes);

// Why write_view() cannot be relied on to rename everything that the view names: empty when it can.
std::string why_not_renamed(const ViewModel& model, const ViewTarget& target);

// DROP VIEW / DROP MATERIALIZED VIEW IF EXISTS.
std::string drop_view(const ObjectName& name, bool materialized);

struct ViewDifference {
  std::string words;  // for people; empty: none
  // Of materialized views: the difference can be altered away with these statements.
  std::vector<std::string> alters;
};

// What `target` has otherwise than write_view(source, ..) asks for. What only prints otherwise, and
// what a target sets by itself, is no difference. `same_query`: known to be equal already (a
// materialized view that was made from this very one; its query cannot change).
ViewDifference view_difference(const ViewModel& source, const ViewModel& target,
                               const ViewTarget& options, bool same_query);

}  // namespace srsync::ddl
