#include "core/settings.h"

#include <algorithm>
#include <limits>

#include "base/text.h"

namespace srsync::core {
namespace {

std::vector<ScopeEntry> parse_scope(const std::string& text) {
  std::vector<ScopeEntry> entries;
  for (const auto part : split(text, ',')) {
    const auto name = trim(part);
    if (name.empty()) continue;
    const auto dot = name.find('.');
    if (dot == std::string_view::npos) {
      entries.push_back({std::string(name), ""});
    } else {
      entries.push_back({std::string(name.substr(0, dot)), std::string(name.substr(dot + 1))});
    }
  }
  return entries;
}

bool names(const std::vector<ScopeEntry>& entries, const TableName& name) {
  return std::any_of(entries.begin(), entries.end(), [&](const ScopeEntry& entry) {
    return entry.db == name.db && (entry.table.empty() || entry.table == name.table);
  });
}

bool fits(const std::vector<ScopeEntry>& patterns, const TableName& name) {
  return std::any_of(patterns.begin(), patterns.end(), [&](const ScopeEntry& pattern) {
    return ddl::matches_pattern(pattern.db, name.db) &&
           (pattern.table.empty() || ddl::matches_pattern(pattern.table, name.table));
  });
}

// Looks values up by key and keeps the default where there is none or it does not parse.
class Reader {
 public:
  explicit Reader(const std::map<std::string, std::string>& text) : text_(text) {}

  const std::string* get(const char* key) const {
    const auto at = text_.find(key);
    return at == text_.end() || trim(at->second).empty() ? nullptr : &at->second;
  }
  void flag(const char* key, bool& out) const {
    if (const auto* value = get(key)) out = equals_ignore_case(trim(*value), "true");
  }
  template <typename T>
  void number(const char* key, T& out, std::int64_t factor = 1) const {
    const auto* value = get(key);
    if (value == nullptr) return;
    const auto parsed = parse_int64(trim(*value));
    if (!parsed || *parsed > std::numeric_limits<std::int64_t>::max() / factor) return;
    out = static_cast<T>(*parsed < 0 ? *parsed : *parsed * factor);
  }

 private:
  const std::map<std::string, std::string>& text_;
};

}  // namespace

Settings Settings::from_text(const std::map<std::string, std::string>& text) {
  constexpr std::int64_t kGigabyte = 1LL << 30;
  Settings settings;
  const Reader read(text);
  if (const auto* value = read.get("include_data_list")) settings.include = parse_scope(*value);
  if (const auto* value = read.get("exclude_data_list")) settings.exclude = parse_scope(*value);
  if (const auto* value = read.get("srsync_include_patterns")) {
    settings.include_patterns = parse_scope(*value);
  }
  if (const auto* value = read.get("srsync_exclude_patterns")) {
    settings.exclude_patterns = parse_scope(*value);
  }
  if (const auto* value = read.get("srsync_rename")) settings.renames = Renames::from_text(*value);
  read.flag("ddl_job_allow_drop_target_only", settings.allow_drop_target_only);
  read.flag("ddl_job_allow_drop_schema_change_table", settings.allow_drop_schema_change_table);
  read.flag("ddl_job_allow_drop_inconsistent_partition",
            settings.allow_drop_inconsistent_partition);
  read.flag("ddl_job_allow_drop_inconsistent_time_partition",
            settings.allow_drop_inconsistent_time_partition);
  read.flag("ddl_job_allow_drop_partition_target_only", settings.allow_drop_partition_target_only);
  if (const auto* value = read.get("srsync_recreate")) {
    if (trim(*value) == "drop-first") settings.recreate = Recreate::kDropFirst;
  }
  read.flag("srsync_alter", settings.alter);
  read.flag("enable_bitmap_index_sync", settings.bitmap_index_sync);
  read.flag("ddl_job_allow_drop_inconsistent_bitmap_index",
            settings.allow_drop_inconsistent_bitmap_index);
  read.flag("ddl_job_allow_drop_bitmap_index_target_only",
            settings.allow_drop_bitmap_index_target_only);
  read.flag("enable_table_property_sync", settings.table_property_sync);
  read.flag("enable_view_sync", settings.view_sync);
  read.flag("ddl_job_allow_drop_inconsistent_view", settings.allow_drop_inconsistent_view);
  read.flag("ddl_job_allow_drop_view_target_only", settings.allow_drop_view_target_only);
  read.flag("enable_materialized_view_sync", settings.materialized_view_sync);
  read.flag("ddl_job_allow_drop_inconsistent_materialized_view",
            settings.allow_drop_inconsistent_materialized_view);
  read.flag("ddl_job_allow_drop_materialized_view_target_only",
            settings.allow_drop_materialized_view_target_only);
  read.number("target_cluster_replication_num", settings.replication_num);
  if (read.get("target_cluster_enable_persistent_index") != nullptr) {
    bool enable = false;
    read.flag("target_cluster_enable_persistent_index", enable);
    settings.persistent_index = enable;
  }
  if (const auto* value = read.get("target_cluster_storage_volume")) {
    settings.storage_volume = std::string(trim(*value));
  }
  read.number("target_cluster_max_disk_used_percent", settings.max_disk_used_percent);
  read.number("max_replication_data_size_per_job_in_gb", settings.max_job_bytes, kGigabyte);
  read.number("srsync_max_drops_per_hour", settings.max_drops_per_hour);
  read.number("srsync_max_drop_percent", settings.max_drop_percent);
  read.number("srsync_stall_timeout_seconds", settings.stall_timeout_ms, 1000);
  read.number("srsync_lost_job_grace_seconds", settings.lost_grace_ms, 1000);
  return settings;
}

const char* Settings::out_of_scope_by(const TableName& name) const {
  if (is_system_database(name.db)) return "a system database";
  if (!includes_everything() && !names(include, name) && !fits(include_patterns, name)) {
    if (include_patterns.empty()) return "not in include_data_list";
    return include.empty() ? "not in srsync_include_patterns"
                           : "neither in include_data_list nor in srsync_include_patterns";
  }
  if (names(exclude, name)) return "excluded by exclude_data_list";
  return fits(exclude_patterns, name) ? "excluded by srsync_exclude_patterns" : nullptr;
}

std::string Settings::why_out_of_scope(const TableName& name) const {
  const char* why = out_of_scope_by(name);
  return why == nullptr ? std::string() : std::string(why);
}

bool Settings::database_in_scope(const std::string& db) const {
  if (is_system_database(db)) return false;
  const auto named = [&](const ScopeEntry& entry) { return entry.db == db; };
  const auto fitting = [&](const ScopeEntry& entry) { return ddl::matches_pattern(entry.db, db); };
  if (!includes_everything() && std::none_of(include.begin(), include.end(), named) &&
      std::none_of(include_patterns.begin(), include_patterns.end(), fitting)) {
    return false;
  }
  // All tables of a database are all of it.
  const auto whole = [](const ScopeEntry& entry) {
    return entry.table.find_first_not_of('*') == std::string::npos;
  };
  return std::none_of(
             exclude.begin(), exclude.end(),
             [&](const ScopeEntry& entry) { return named(entry) && entry.table.empty(); }) &&
         std::none_of(exclude_patterns.begin(), exclude_patterns.end(),
                      [&](const ScopeEntry& entry) { return fitting(entry) && whole(entry); });
}

}  // namespace srsync::core
