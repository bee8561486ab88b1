#include "core/renames.h"

#include <fmt/format.h>

#include "core/names.h"
#include "ddl/renames.h"

namespace srsync::core {

Renames Renames::from_text(std::string_view text) {
  Renames out;
  const auto rules = ddl::parse_renames(text);
  if (!rules.is_ok()) return out;
  for (const auto& rule : *rules) {
    if (rule.from.name.empty()) {
      out.databases_[rule.from.database] = rule.to.database;
      out.databases_back_[rule.to.database] = rule.from.database;
    } else {
      const TableName from{rule.from.database, rule.from.name};
      const TableName to{rule.to.database, rule.to.name};
      out.tables_[from] = to;
      out.tables_back_[to] = from;
    }
  }
  return out;
}

Renames::Plain Renames::split_reserved(const TableName& name) {
  if (!name.table.starts_with(kReservedPrefix)) return {name, false};
  return {{name.db, name.table.substr(kReservedPrefix.size())}, true};
}

TableName Renames::join_reserved(TableName name, bool reserved) {
  if (reserved) name.table.insert(0, kReservedPrefix);
  return name;
}

// Whether anybody of a higher rank wishes it too is not asked.
TableName Renames::wished(const TableName& source) const {
  if (const auto rule = tables_.find(source); rule != tables_.end()) return rule->second;
  const auto rule = databases_.find(source.db);
  return {rule == databases_.end() ? source.db : rule->second, source.table};
}

std::optional<TableName> Renames::owner(const TableName& target) const {
  if (const auto rule = tables_back_.find(target); rule != tables_back_.end()) return rule->second;
  if (const auto rule = databases_back_.find(target.db); rule != databases_back_.end()) {
    TableName source{rule->second, target.table};
    if (wished(source) == target) return source;
    return std::nullopt;
  }
  if (wished(target) == target) return target;
  return std::nullopt;
}

std::optional<TableName> Renames::forward(const TableName& source) const {
  if (empty()) return source;
  const Plain plain = split_reserved(source);
  TableName target = wished(plain.name);
  if (owner(target) != plain.name) return std::nullopt;
  return join_reserved(std::move(target), plain.reserved);
}

std::optional<TableName> Renames::backward(const TableName& target) const {
  if (empty()) return target;
  const Plain plain = split_reserved(target);
  auto source = owner(plain.name);
  if (!source) return std::nullopt;
  return join_reserved(std::move(*source), plain.reserved);
}

std::optional<std::string> Renames::forward_database(const std::string& source) const {
  if (const auto rule = databases_.find(source); rule != databases_.end()) return rule->second;
  if (databases_back_.contains(source)) return std::nullopt;
  return source;
}

std::optional<std::string> Renames::backward_database(const std::string& target) const {
  const auto rule = databases_back_.find(target);
  if (rule != databases_back_.end()) return rule->second;
  if (databases_.contains(target)) return std::nullopt;
  return target;
}

std::string Renames::taken_by(const TableName& source) const {
  const auto taken = [](const TableName& name, const TableName& from) {
    return fmt::format("its name on the target, {}, is taken by srsync_rename {} -> {}",
                       to_string(name), to_string(from), to_string(name));
  };
  if (source.table.empty()) {
    if (forward_database(source.db)) return "";
    return taken(source, {databases_back_.at(source.db), ""});
  }
  if (forward(source)) return "";
  const TableName wish = wished(split_reserved(source).name);
  if (const auto rule = tables_back_.find(wish); rule != tables_back_.end()) {
    return taken(wish, rule->second);
  }
  const auto rule = databases_back_.find(wish.db);
  if (rule == databases_back_.end()) return "";
  return taken({wish.db, ""}, {rule->second, ""});
}

std::set<std::string> Renames::other_databases(const std::string& source) const {
  std::set<std::string> out;
  const auto own = forward_database(source);
  for (auto at = tables_.lower_bound({source, ""}); at != tables_.end() && at->first.db == source;
       ++at) {
    if (at->second.db != own) out.insert(at->second.db);
  }
  return out;
}

std::string Renames::guest_rule(const std::string& target) const {
  for (const auto& [from, to] : tables_) {
    if (to.db != target || forward_database(from.db) == target) continue;
    return fmt::format("srsync_rename {} -> {}", to_string(from), to_string(to));
  }
  return "";
}

}  // namespace srsync::core
