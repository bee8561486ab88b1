// The settings that change what plan() decides. They arrive as journalled text (SessionStarted,
// SettingChanged), so that a replay sees what the run saw.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/status.h"
#include "core/catalog.h"
#include "core/renames.h"
#include "ddl/renames.h"

namespace srsync::core {

// "db" or "db.table". Of a pattern: both parts with '*' and '?'.
struct ScopeEntry {
  std::string db;
  std::string table;  // empty: the whole database
  friend bool operator==(const ScopeEntry&, const ScopeEntry&) = default;
};

// How a table is made anew whose definition or rows cannot be mended.
enum class Recreate : std::uint8_t {
  kBeside,     // the old one is readable until the new one holds the data
  kDropFirst,  // the old one goes first: no room for two is needed
};

struct Settings {
  std::vector<ScopeEntry> include;  // both of these empty: everything
  std::vector<ScopeEntry> include_patterns;
  std::vector<ScopeEntry> exclude;
  std::vector<ScopeEntry> exclude_patterns;
  Renames renames;
  bool allow_drop_target_only = false;
  bool allow_drop_schema_change_table = true;
  bool allow_drop_inconsistent_partition = true;
  bool allow_drop_inconsistent_time_partition = true;
  bool allow_drop_partition_target_only = true;
  Recreate recreate = Recreate::kBeside;
  bool alter = true;  // comments of existing tables are changed in place
  bool bitmap_index_sync = false;
  bool allow_drop_inconsistent_bitmap_index = true;
  bool allow_drop_bitmap_index_target_only = true;
  bool table_property_sync = false;
  bool view_sync = true;
  bool allow_drop_inconsistent_view = true;
  bool allow_drop_view_target_only = false;
  bool materialized_view_sync = true;
  bool allow_drop_inconsistent_materialized_view = true;
  bool allow_drop_materialized_view_target_only = false;
  int replication_num = -1;  // -1: as on the source
  std::optional<bool> persistent_index;
  std::string storage_volume;
  int max_disk_used_percent = 80;
  std::int64_t max_job_bytes = -1;  // -1: no limit
  // More drops of tables and databases than these within an hour wait for an operator.
  int max_drops_per_hour = 20;
  int max_drop_percent = 10;  // of one database's tables; 0: no such limit
  std::int64_t stall_timeout_ms = 7'200'000;
  // A submitted job that cannot be found anywhere counts as lost only after this long: a frontend
  // that forwards may still be working on the request.
  std::int64_t lost_grace_ms = 10'000;

  // Reads known keys of sync.properties out of `text`; keys that plan() does not use are ignored.
  // A value that does not parse keeps the default (config has validated it; an old journal may hold
  // anything).
  static Settings from_text(const std::map<std::string, std::string>& text);

  // In scope: included by name or by pattern, or nothing of both is set; and excluded by neither.
  // System databases never are. Names are the source's.
  bool in_scope(const TableName& name) const { return out_of_scope_by(name) == nullptr; }
  // Which settings leave it out, for people; empty: none.
  std::string why_out_of_scope(const TableName& name) const;
  bool includes_everything() const { return include.empty() && include_patterns.empty(); }
  // Whether any table of `db` can be in scope.
  bool database_in_scope(const std::string& db) const;

 private:
  // The key, or keys, that leave it out; nullptr: none.
  const char* out_of_scope_by(const TableName& name) const;
};

using ddl::is_system_database;

}  // namespace srsync::core
