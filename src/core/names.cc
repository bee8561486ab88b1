#include "core/names.h"

#include "core/beside.h"
#include "ddl/renames.h"

namespace srsync::core {

// What config refuses as a new name is what is kept here.
static_assert(kReservedPrefix == ddl::kReservedTablePrefix);

bool is_reserved(const TableName& name) {
  return name.table.size() > kReservedPrefix.size() && name.table.starts_with(kReservedPrefix);
}

TableName reserved_name(const TableName& name) {
  return {name.db, std::string(kReservedPrefix) + name.table};
}

TableName pair_name(Side side, const TableName& seen) {
  if (side == Side::kSource || !is_reserved(seen)) return seen;
  return {seen.db, seen.table.substr(kReservedPrefix.size())};
}

TableName seen_name(const TablePair& pair) {
  return is_building(pair) ? reserved_name(pair.name) : pair.name;
}

const TableName& seen_name(const DdlIntent& intent) {
  return intent.on_target.table.empty() ? intent.name : intent.on_target;
}

const TableName& seen_name(const ReplicationIntent& intent) {
  return intent.on_target.table.empty() ? intent.name : intent.on_target;
}

TableName name_on(Side side, const TablePair& pair) {
  return side == Side::kTarget ? seen_name(pair) : pair.name;
}

const TablePair* find_seen(const State& state, Side side, const TableName& seen) {
  const bool reserved = side == Side::kTarget && is_reserved(seen);
  const TablePair* pair = reserved ? state.find(pair_name(side, seen)) : state.find(seen);
  if (pair == nullptr) return nullptr;
  const bool elsewhere = side == Side::kTarget && is_building(*pair) != reserved;
  return elsewhere ? nullptr : pair;
}

TableName target_name(const State& state, const TablePair& pair) {
  return name_there(state.settings.renames, seen_name(pair));
}

std::string target_database(const State& state, const std::string& db) {
  return state.settings.renames.forward_database(db).value_or(db);
}

TableName name_there(const Renames& renames, const TableName& name) {
  if (!name.table.empty()) return renames.forward(name).value_or(name);
  return {renames.forward_database(name.db).value_or(name.db), ""};
}

std::string both_names(const TableName& source, const TableName& target) {
  if (target.db.empty() || source == target) return to_string(source);
  return to_string(source) + " -> " + to_string(target);
}

std::string both_names(const Renames& renames, const TableName& name) {
  return both_names(name, name_there(renames, name));
}

std::string database_to_be_made(const State& state, const TablePair& pair) {
  const std::string db = target_name(state, pair).db;
  if (db == target_database(state, pair.name.db)) return "";
  const auto source = state.settings.renames.backward_database(db);
  const auto known = source ? state.databases.find(*source) : state.databases.end();
  return known != state.databases.end() && known->second.target.is_set() ? "" : db;
}

std::string left_alone(const State& state, const std::string& db) {
  const auto known = state.databases.find(db);
  if (known != state.databases.end() && known->second.source.is_set()) return "";
  const std::string rule = state.settings.renames.guest_rule(target_database(state, db));
  if (rule.empty()) return "";
  return "exists only on the target, where " + rule + " has a place: left alone";
}

}  // namespace srsync::core
