#include "core/names.h"

#include "ddl/renames.h"

namespace srsync::core {

// What config refuses as a new name is what is kept here.
static_assert(kReservedPrefix == ddl::kReservedTablePrefix);

TableName target_name(const State& state, const TablePair& pair) {
  return state.settings.renames.forward(pair.name).value_or(pair.name);
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
