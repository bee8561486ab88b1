// The target's DDL: the statements that srsync writes, and whether they may do what they do.
#include <algorithm>

#include "core/names.h"
#include "sim/world.h"

namespace srsync::sim {
namespace {

// The text between the n-th pair of backticks, from 0; empty when there are fewer.
std::string quoted(const std::string& text, int n) {
  std::size_t at = 0;
  for (int i = 0;; ++i) {
    const std::size_t begin = text.find('`', at);
    if (begin == std::string::npos) return {};
    const std::size_t end = text.find('`', begin + 1);
    if (end == std::string::npos) return {};
    if (i == n) return text.substr(begin + 1, end - begin - 1);
    at = end + 1;
  }
}

bool has(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

std::int32_t buckets_of(const std::string& statement, std::int32_t otherwise) {
  const std::size_t at = statement.rfind("BUCKETS ");
  return at == std::string::npos ? otherwise : std::stoi(statement.substr(at + 8));
}

}  // namespace

Status World::run_ddl(const std::string& statement) {
  trace_("target runs " + statement.substr(0, 160));
  ++ddl_done_;
  auto& target = databases(Side::kTarget);
  const core::TableName name{quoted(statement, 0), quoted(statement, 1)};
  if (has(statement, "CREATE DATABASE")) {
    SimDatabase& db = target[name.db];
    if (db.id == 0) db.id = next_id();
    return Status::ok();
  }
  if (has(statement, "DROP DATABASE")) {
    if (databases(Side::kSource).contains(name.db)) {
      violate("drop of database " + name.db + ", which the source has");
    }
    target.erase(name.db);
    feeds_[index(Side::kTarget)].erase(name.db);
    return Status::ok();
  }
  if (!target.contains(name.db)) return not_found("Unknown database '" + name.db + "'");
  if (has(statement, "CREATE TABLE")) return create_table(statement);
  if (has(statement, "DROP TABLE")) return drop_table(name);
  if (has(statement, "ALTER TABLE")) return alter_table(statement);
  return rejected("not understood: " + statement);
}

Status World::create_table(const std::string& statement) {
  SimDatabase& db = databases(Side::kTarget).at(quoted(statement, 0));
  const std::string name = quoted(statement, 1);
  if (db.tables.contains(name)) return Status::ok();
  SimTable made;
  made.id = next_id();
  made.shown = !core::is_reserved({quoted(statement, 0), name});
  while (has(statement, ("`v" + std::to_string(made.schema) + "`").c_str())) ++made.schema;
  made.buckets = buckets_of(statement, 2);
  made.partitioned = has(statement, "PARTITION BY LIST");
  for (std::size_t at = 0; (at = statement.find("PARTITION `", at)) != std::string::npos; ++at) {
    made.parts[quoted(statement.substr(at), 0)] = new_part(Side::kTarget, made.buckets);
  }
  if (!made.partitioned) made.parts[name] = new_part(Side::kTarget, made.buckets);
  db.tables[name] = std::move(made);
  return Status::ok();
}

// Whether the plan may call for it: the source has no such partition, or another one, or the rows
// here are not a copy of the source's.
bool World::may_drop_part(const core::TableName& name, const SimTable& target, const Part& part,
                          const std::string& part_name) const {
  const SimTable* source = table(Side::kSource, core::pair_name(Side::kTarget, name));
  if (source == nullptr) return true;
  const auto at = source->partitioned == target.partitioned && !source->partitioned
                      ? source->parts.begin()
                      : source->parts.find(part_name);
  if (at == source->parts.end() || at->second.buckets != part.buckets) return true;
  if (part.data > at->second.visible || part.epoch == 0) return true;
  const bool foreign = part.data > 1 && (!part.replicated || part.epoch != at->second.epoch);
  return foreign || part.rows != rows_at(at->second, part.data);
}

Status World::drop_table(const core::TableName& name) {
  SimDatabase& db = databases(Side::kTarget).at(name.db);
  const auto at = db.tables.find(name.table);
  if (at == db.tables.end()) return Status::ok();
  if (core::is_reserved(name)) return drop_second(name);
  if (readers_miss(name)) violate("readers miss " + core::to_string(name));
  const SimTable* source = table(Side::kSource, name);
  if (source == nullptr) {
    if (parameters_.settings.at("ddl_job_allow_drop_target_only") != "true") {
      violate("drop of target-only table " + core::to_string(name) + ", which the switch forbids");
    }
  } else {
    const bool same = at->second.held == source->columns && source->schema == at->second.schema &&
                      source->buckets == at->second.buckets &&
                      source->partitioned == at->second.partitioned;
    const bool all_copies = std::none_of(
        at->second.parts.begin(), at->second.parts.end(),
        [&](const auto& p) { return may_drop_part(name, at->second, p.second, p.first); });
    if (same && all_copies) violate("drop of table " + core::to_string(name) + " without need");
  }
  db.tables.erase(at);
  return Status::ok();
}

Status World::drop_partition(const core::TableName& name, SimTable& target,
                             const std::string& part) {
  const auto at = target.parts.find(part);
  if (at == target.parts.end()) return Status::ok();
  const std::string where = core::to_string(name) + " " + part;
  if (!may_drop_part(name, target, at->second, part)) {
    violate("drop of partition " + where + " without need");
  }
  const SimTable* source = table(Side::kSource, core::pair_name(Side::kTarget, name));
  const bool target_only = source != nullptr && !source->parts.contains(part);
  if (target_only &&
      parameters_.settings.at("ddl_job_allow_drop_partition_target_only") != "true") {
    violate("drop of target-only partition " + where + ", which the switch forbids");
  }
  target.parts.erase(at);
  return Status::ok();
}

Status World::alter_table(const std::string& statement) {
  const core::TableName name{quoted(statement, 0), quoted(statement, 1)};
  SimTable* target = table(Side::kTarget, name);
  if (target == nullptr) return not_found("Unknown table '" + core::to_string(name) + "'");
  if (has(statement, "SWAP WITH")) return swap_tables(name, quoted(statement, 2));
  if (has(statement, "RENAME")) return rename_table(name, quoted(statement, 2));
  if (has(statement, "DROP PARTITION")) {
    return drop_partition(name, *target, quoted(statement, 2));
  }
  if (has(statement, "ADD PARTITION")) {
    const std::string part = quoted(statement, 2);
    if (target->parts.contains(part)) return Status::ok();
    target->parts[part] = new_part(Side::kTarget, buckets_of(statement, target->buckets));
    return Status::ok();
  }
  if (has(statement, "COLUMN `")) return change_columns(name, *target, statement);
  return rejected("not understood: " + statement);
}

// Columns are v0, v1 ..: added at the end, or all dropped.
Status World::change_columns(const core::TableName& name, SimTable& target,
                             const std::string& statement) {
  const SimTable* source = table(Side::kSource, name);
  const auto named = [&](const char* clause, int column) {
    return has(statement, (std::string(clause) + " `v" + std::to_string(column) + "`").c_str());
  };
  for (int i = 0; i < target.schema; ++i) {
    if (named("ADD COLUMN", i)) return Status(Code::kAlreadyExists, "v" + std::to_string(i));
  }
  while (target.schema > 0 && named("DROP COLUMN", target.schema - 1)) {
    --target.schema;
    if (target.held) target.held->resize(std::min<std::size_t>(target.held->size(), target.schema));
  }
  for (; named("ADD COLUMN", target.schema); ++target.schema) {
    const auto at = static_cast<std::size_t>(target.schema);
    const bool known = source != nullptr && at < source->columns.size();
    if (target.held) target.held->push_back(known ? source->columns[at] : 0);
  }
  return Status::ok();
}

}  // namespace srsync::sim
