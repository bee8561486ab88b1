#include "ddl/property_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"

namespace srsync::ddl {
namespace {

// Where a property means something.
enum class Where { kAnywhere, kSharedNothing, kSharedData, kNowhere };

struct Rule {
  std::string_view name;  // a trailing '.' stands for all names that begin so
  Where where = Where::kAnywhere;
  Version since;            // first release that takes it
  std::string_view reason;  // why it is left out, for kNowhere
};

constexpr std::string_view kTargetWouldDrop =
    "the target would drop partitions by itself; set it after the switch-over";
constexpr std::string_view kHardware = "it describes the source's disks";
constexpr std::string_view kObsolete = "it has no meaning any more";

// A frontend refuses a CREATE TABLE with a property it does not know, so a name that is not here is
// left out too.
constexpr std::array kRules = std::to_array<Rule>({
    {"replication_num", Where::kAnywhere, {}, {}},
    {"bloom_filter_columns", Where::kAnywhere, {}, {}},
    {"bloom_filter_fpp", Where::kAnywhere, {}, {}},
    {"colocate_with", Where::kAnywhere, {}, {}},
    {"compression", Where::kAnywhere, {}, {}},
    {"dynamic_partition.", Where::kAnywhere, {}, {}},
    {"write_quorum", Where::kAnywhere, {}, {}},
    {"unique_constraints", Where::kAnywhere, {}, {}},
    {"enable_persistent_index", Where::kAnywhere, {}, {}},
    {"replicated_storage", Where::kSharedNothing, {2, 5, 0}, {}},
    {"binlog_enable", Where::kSharedNothing, {3, 0, 0}, {}},
    {"binlog_ttl_second", Where::kSharedNothing, {3, 0, 0}, {}},
    {"binlog_max_size", Where::kSharedNothing, {3, 0, 0}, {}},
    {"bucket_size", Where::kAnywhere, {3, 2, 0}, {}},
    {"base_compaction_forbidden_time_ranges", Where::kSharedNothing, {3, 2, 0}, {}},
    {"fast_schema_evolution", Where::kSharedNothing, {3, 2, 0}, {}},
    {"storage_type", Where::kSharedNothing, {3, 2, 0}, {}},
    {"primary_index_cache_expire_sec", Where::kSharedNothing, {3, 2, 0}, {}},
    {"mutable_bucket_num", Where::kAnywhere, {3, 3, 0}, {}},
    {"enable_load_profile", Where::kAnywhere, {3, 3, 0}, {}},
    {"time_drift_constraint", Where::kAnywhere, {3, 5, 0}, {}},
    {"flat_json.", Where::kSharedNothing, {4, 0, 0}, {}},
    {"datacache.", Where::kSharedData, {3, 0, 0}, {}},
    {"enable_async_write_back", Where::kSharedData, {3, 0, 0}, {}},
    {"persistent_index_type", Where::kSharedData, {3, 2, 0}, {}},
    {"file_bundling", Where::kSharedData, {4, 0, 0}, {}},
    {"compaction_strategy", Where::kSharedData, {4, 0, 0}, {}},
    {"cloud_native_fast_schema_evolution_v2", Where::kSharedData, {4, 1, 0}, {}},
    {"enable_dynamic_tablet", Where::kSharedData, {4, 1, 0}, {}},
    {"binlog_version", Where::kNowhere, {}, "frontends print it but refuse it in CREATE TABLE"},
    {"labels.location", Where::kNowhere, {}, "it names the source's backends"},
    {"storage_medium", Where::kNowhere, {}, kHardware},
    {"storage_cooldown_ttl", Where::kNowhere, {}, kHardware},
    {"storage_cooldown_time", Where::kNowhere, {}, kHardware},
    {"partition_ttl", Where::kNowhere, {}, kTargetWouldDrop},
    {"partition_ttl_number", Where::kNowhere, {}, kTargetWouldDrop},
    {"partition_live_number", Where::kNowhere, {}, kTargetWouldDrop},
    {"partition_retention_condition", Where::kNowhere, {}, kTargetWouldDrop},
    {"foreign_key_constraints",
     Where::kNowhere,
     {},
     "it refers to other tables; set it once they all exist"},
    {"in_memory", Where::kNowhere, {}, kObsolete},
    {"storage_format", Where::kNowhere, {}, kObsolete},
    {"storage_volume", Where::kNowhere, {}, "the source's volume does not exist on the target"},
    {"warehouse", Where::kNowhere, {}, "the source's warehouse does not exist on the target"},
});

const Rule* find_rule(std::string_view name) {
  const auto found = std::find_if(kRules.begin(), kRules.end(), [&](const Rule& rule) {
    return rule.name.ends_with('.') ? name.starts_with(rule.name) : name == rule.name;
  });
  return found == kRules.end() ? nullptr : &*found;
}

bool same_release(const TargetOptions& options) {
  return options.source_version && options.source_version->major == options.version.major &&
         options.source_version->minor == options.version.minor;
}

// Why the target cannot take the property, or nullopt when it can.
std::optional<std::string> refusal(std::string_view name, const TargetOptions& options) {
  const Rule* rule = find_rule(name);
  if (rule == nullptr) {
    if (same_release(options)) return std::nullopt;
    return "it is not known whether the target takes it";
  }
  const bool is_shared_data = options.run_mode == RunMode::kSharedData;
  if (rule->where == Where::kNowhere) return std::string(rule->reason);
  if (rule->where == Where::kSharedNothing && is_shared_data) {
    return "it has no meaning on a shared-data target";
  }
  if (rule->where == Where::kSharedData && !is_shared_data) {
    return "a shared-nothing target does not know it";
  }
  if (options.version < rule->since) {
    return fmt::format("the target is {}, it came with {}.{}", to_string(options.version),
                       rule->since.major, rule->since.minor);
  }
  return std::nullopt;
}

class PropertyWriter {
 public:
  PropertyWriter(const TableModel& model, const TargetOptions& options,
                 std::vector<std::string>& notes)
      : model_(model), options_(options), notes_(notes) {}

  Properties write() {
    for (const auto& [name, value] : model_.properties) {
      if (const auto why = refusal(name, options_)) {
        leave_out(name, value, *why);
      } else {
        out_[name] = value;
      }
    }
    set_replication();
    set_storage_volume();
    set_persistent_index();
    switch_off_dynamic_partitions();
    rewrite_unique_constraints();
    allow_inverted_index();
    return std::move(out_);
  }

 private:
  void leave_out(std::string_view name, std::string_view value, std::string_view why) {
    notes_.push_back(fmt::format("property {} = {} left out: {}", name, value, why));
  }

  // Sets a property that the source has otherwise, and says so.
  void change(const std::string& name, const std::string& value, std::string_view why) {
    const auto found = out_.find(name);
    if (found != out_.end() && found->second == value) return;
    if (found != out_.end()) {
      notes_.push_back(
          fmt::format("property {} = {} written as {}: {}", name, found->second, value, why));
    } else {
      notes_.push_back(fmt::format("property {} = {} added: {}", name, value, why));
    }
    out_[name] = value;
  }

  void set_replication() {
    if (!options_.replication_num) return;
    const std::string number = std::to_string(*options_.replication_num);
    for (const char* name : {"replication_num", "dynamic_partition.replication_num"}) {
      if (out_.contains(name)) change(name, number, "set for the target");
    }
    if (!out_.contains("replication_num")) out_["replication_num"] = number;
  }

  void set_storage_volume() {
    if (options_.storage_volume.empty() || options_.run_mode != RunMode::kSharedData) return;
    out_["storage_volume"] = options_.storage_volume;
  }

  void set_persistent_index() {
    const std::string name = "enable_persistent_index";
    if (model_.key_type != KeyType::kPrimary) {
      // 2.5 prints it on every table.
      if (const auto found = out_.find(name); found != out_.end()) {
        leave_out(name, found->second, "only PRIMARY KEY tables have one");
        out_.erase(found);
      }
      return;
    }
    if (options_.enable_persistent_index) {
      change(name, *options_.enable_persistent_index ? "true" : "false", "set for the target");
    }
    const auto found = out_.find(name);
    if (found == out_.end() || found->second == "true") return;
    if (options_.version >= Version{3, 5, 0}) {
      change(name, "true", "releases from 3.5 on refuse an index in memory");
    }
  }

  void switch_off_dynamic_partitions() {
    const std::string name = "dynamic_partition.enable";
    if (!out_.contains(name)) return;
    change(name, "false",
           "with it the target makes and drops partitions by itself and refuses ours; switch it on "
           "after the switch-over");
  }

  // catalog.db.table.column, ..; ..: the target would keep the source's database name unchecked.
  void rewrite_unique_constraints() {
    const std::string name = "unique_constraints";
    const auto found = out_.find(name);
    if (found == out_.end()) return;
    const std::string& source = source_database();
    const std::string& table = target_table();
    std::string rewritten;
    for (std::string_view group : split(found->second, ';')) {
      if (!rewritten.empty()) rewritten += ';';
      std::string columns;
      for (std::string_view part : split(group, ',')) {
        if (!columns.empty()) columns += ',';
        columns += renamed_column(trim(part), source, table);
      }
      rewritten += columns;
    }
    change(name, rewritten, "it names the source's database or table");
  }

  std::string renamed_column(std::string_view path, std::string_view source,
                             std::string_view table) const {
    constexpr std::string_view kCatalog = "default_catalog.";
    const std::string own = fmt::format("{}{}.{}.", kCatalog, source, model_.name);
    if (path.starts_with(own)) {
      return fmt::format("{}{}.{}.{}", kCatalog, options_.database, table, path.substr(own.size()));
    }
    const std::string same_database = fmt::format("{}{}.", kCatalog, source);
    if (path.starts_with(same_database)) {
      return fmt::format("{}{}.{}", kCatalog, options_.database, path.substr(same_database.size()));
    }
    return std::string(path);
  }

  // A frontend refuses an inverted index together with replicated storage, which is its default.
  void allow_inverted_index() {
    const bool has_inverted_index =
        std::any_of(model_.indexes.begin(), model_.indexes.end(),
                    [](const Index& index) { return index.kind == "GIN"; });
    if (!has_inverted_index || options_.run_mode == RunMode::kSharedData) return;
    change("replicated_storage", "false", "a table with a GIN index may not have it");
  }

  const std::string& source_database() const {
    return options_.source_database.empty() ? options_.database : options_.source_database;
  }
  const std::string& target_table() const {
    return options_.table.empty() ? model_.name : options_.table;
  }

  const TableModel& model_;
  const TargetOptions& options_;
  std::vector<std::string>& notes_;
  Properties out_;
};

}  // namespace

Properties target_properties(const TableModel& model, const TargetOptions& options,
                             std::vector<std::string>& notes) {
  return PropertyWriter(model, options, notes).write();
}

}  // namespace srsync::ddl
