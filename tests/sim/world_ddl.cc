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

// The text between `open` behind `from` and the next `close`.
std::string between(const std::string& text, const char* open, char close, std::size_t from) {
  const std::size_t begin = text.find(open, from);
  if (begin == std::string::npos) return {};
  const std::size_t first = begin + std::string(open).size();
  return text.substr(first, text.find(close, first) - first);
}

// Comments are "c" and a number.
int comment_of(const std::string& statement) {
  const std::string number = between(statement, "\"c#", '"', 0);
  return number.empty() ? 0 : std::stoi(number);
}

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
    if (parameters_.settings.at("ddl_job_allow_drop_target_only") != "true") {
      violate("drop of database " + name.db + ", which the switch forbids");
    }
    target.erase(name.db);
    feeds_[index(Side::kTarget)].erase(name.db);
    return Status::ok();
  }
  if (!target.contains(name.db)) return not_found("Unknown database '" + name.db + "'");
  if (has(statement, "CREATE VIEW") || has(statement, "CREATE OR REPLACE VIEW")) {
    return create_view(statement);
  }
  if (has(statement, "DROP VIEW")) return drop_view(name);
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
  made.comment = comment_of(statement);
  for (std::size_t at = 0; (at = statement.find("PARTITION `", at)) != std::string::npos; ++at) {
    Part& part = made.parts[between(statement, "`", '`', at)];
    part = new_part(Side::kTarget, made.buckets);
    part.value = between(statement, "IN (\"", '"', at);
  }
  if (!made.partitioned) made.parts[name] = new_part(Side::kTarget, made.buckets);
  db.tables[name] = std::move(made);
  return Status::ok();
}

Status World::create_view(const std::string& statement) {
  SimDatabase& db = databases(Side::kTarget).at(quoted(statement, 0));
  const std::string name = quoted(statement, 1);
  std::string query = statement.substr(statement.find("AS SELECT") + 3);
  while (query.ends_with(";") || query.ends_with("\n")) query.pop_back();
  const core::TableName reads{quoted(query, 0), quoted(query, 1)};
  if (table(Side::kTarget, reads) == nullptr) {
    return rejected("Unknown table '" + core::to_string(reads) + "'");
  }
  if (db.views.contains(name) && !has(statement, "OR REPLACE")) {
    return rejected("Table '" + name + "' already exists");
  }
  SimView& view = db.views[name];
  if (view.id == 0) view.id = next_id();
  view.query = query;
  view.reads = reads;
  return Status::ok();
}

Status World::drop_view(const core::TableName& name) {
  const auto source = databases(Side::kSource).find(name.db);
  const bool wanted =
      source != databases(Side::kSource).end() && source->second.views.contains(name.table);
  auto& views = databases(Side::kTarget).at(name.db).views;
  const auto at = views.find(name.table);
  if (at == views.end()) return Status::ok();
  if (!wanted) violate("drop of target-only view " + core::to_string(name));
  if (wanted && at->second.query == source->second.views.at(name.table).query) {
    violate("drop of view " + core::to_string(name) + " without need");
  }
  views.erase(at);
  return Status::ok();
}

// Whether the plan may call for it: the source has no such partition, or another one, or the rows
// here are not a copy of the source's.
bool World::may_drop_part(const core::TableName& name, const SimTable& target, const Part& part,
                          const std::string& part_name) const {
  const SimTable* source = table(Side::kSource, core::pair_name(Side::kTarget, name));
  if (source == nullptr) return true;
  const auto named = source->parts.find(part_name);
  const auto at = source->partitioned == target.partitioned && !source->partitioned
                      ? source->parts.begin()
                      : std::find_if(source->parts.begin(), source->parts.end(),
                                     [&](const auto& p) { return p.second.value == part.value; });
  if (at == source->parts.end() || at->second.buckets != part.buckets) return true;
  if (source->partitioned && named != source->parts.end() && named != at) return true;
  if (part.data > at->second.visible || part.epoch == 0) return true;
  const bool foreign = part.data > 1 && (!part.replicated || part.epoch != at->second.epoch);
  return foreign || !is_copy(part, at->second, part.data);
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
    const auto& parts = at->second.parts;
    const bool same_columns =
        std::any_of(parts.begin(), parts.end(),
                    [](const auto& p) { return p.second.held.has_value(); }) &&
        std::all_of(parts.begin(), parts.end(),
                    [&](const auto& p) { return holds_columns_of(p.second, *source); });
    const bool same = same_columns && source->schema == at->second.schema &&
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
  // Of a table that was made a moment ago one reading is all there is; what is empty harms nobody.
  const bool is_empty = at->second.rows.empty() && at->second.data <= 1;
  if (!is_empty && !may_drop_part(name, target, at->second, part)) {
    violate("drop of partition " + where + " without need");
  }
  const SimTable* source = table(Side::kSource, core::pair_name(Side::kTarget, name));
  const bool target_only =
      source != nullptr && !source->parts.contains(part) &&
      std::none_of(source->parts.begin(), source->parts.end(),
                   [&](const auto& p) { return p.second.value == at->second.value; });
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
  if (has(statement, "DROP PARTITION")) {
    return drop_partition(name, *target, quoted(statement, 2));
  }
  if (!is_normal(*target)) return rejected("table state is not NORMAL: ROLLUP");
  if (has(statement, "ADD PARTITION")) {
    const std::string part = quoted(statement, 2);
    if (target->parts.contains(part)) return Status::ok();
    const std::string value = between(statement, "IN (\"", '"', 0);
    for (const auto& [other, there] : target->parts) {
      if (there.value == value) return rejected("Duplicate partition value " + value);
    }
    Part& made = target->parts[part];
    made = new_part(Side::kTarget, buckets_of(statement, target->buckets));
    made.value = value;
    return Status::ok();
  }
  if (has(statement, "RENAME PARTITION")) {
    return rename_partition(*target, quoted(statement, 2), quoted(statement, 3));
  }
  if (has(statement, " RENAME ")) return rename_table(name, quoted(statement, 2));
  if (has(statement, " ROLLUP ")) return change_target_rollup(statement, *target);
  if (has(statement, " COMMENT = ")) {
    target->comment = comment_of(statement);
    return Status::ok();
  }
  if (has(statement, "COLUMN `")) return change_columns(name, *target, statement);
  return rejected("not understood: " + statement);
}

// Columns are v0, v1 ..: added at the end, or all dropped.
Status World::change_columns(const core::TableName& name, SimTable& target,
                             const std::string& statement) {
  const SimTable* source = table(Side::kSource, core::pair_name(Side::kTarget, name));
  const auto named = [&](const char* clause, int column) {
    return has(statement, (std::string(clause) + " `v" + std::to_string(column) + "`").c_str());
  };
  for (int i = 0; i < target.schema; ++i) {
    if (named("ADD COLUMN", i)) return Status(Code::kAlreadyExists, "v" + std::to_string(i));
  }
  while (target.schema > 0 && named("DROP COLUMN", target.schema - 1)) {
    --target.schema;
    for (auto& [part_name, part] : target.parts) {
      if (part.held) part.held->resize(std::min<std::size_t>(part.held->size(), target.schema));
    }
  }
  for (; named("ADD COLUMN", target.schema); ++target.schema) {
    const auto at = static_cast<std::size_t>(target.schema);
    const bool known = source != nullptr && at < source->columns.size();
    for (auto& [part_name, part] : target.parts) {
      if (part.held) part.held->push_back(known ? source->columns[at] : 0);
    }
  }
  return Status::ok();
}

bool World::is_normal(const SimTable& table) const {
  return std::none_of(table.rollups.begin(), table.rollups.end(),
                      [&](const auto& rollup) { return rollup.second.ready_at > now_; });
}

Status World::rename_partition(SimTable& target, const std::string& from, const std::string& to) {
  if (!target.parts.contains(from)) return not_found("Unknown partition '" + from + "'");
  if (target.parts.contains(to)) return rejected("Duplicate partition name " + to);
  auto node = target.parts.extract(from);
  node.key() = to;
  target.parts.insert(std::move(node));
  return Status::ok();
}

Status World::change_target_rollup(const std::string& statement, SimTable& target) {
  const std::string name = quoted(statement, 2);
  if (has(statement, "DROP ROLLUP")) {
    return target.rollups.erase(name) > 0 ? Status::ok() : not_found("no rollup " + name);
  }
  if (target.rollups.contains(name)) return rejected("Rollup index " + name + " already exists");
  auto& made = target.rollups[name];
  for (int i = 3; !quoted(statement, i).empty(); ++i) made.columns.push_back(quoted(statement, i));
  made.ready_at = now_ + random_.between(500, 300'000);
  return Status::ok();
}

}  // namespace srsync::sim
