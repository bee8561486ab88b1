#include "core/names.h"

#include "core/beside.h"

namespace srsync::core {

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

TableName target_name(const State&, const TablePair& pair) {
  return is_building(pair) ? reserved_name(pair.name) : pair.name;
}

TableName name_on(Side side, const State& state, const TablePair& pair) {
  return side == Side::kTarget ? target_name(state, pair) : pair.name;
}

const TablePair* find_seen(const State& state, Side side, const TableName& seen) {
  const bool reserved = side == Side::kTarget && is_reserved(seen);
  const TablePair* pair = reserved ? state.find(pair_name(side, seen)) : state.find(seen);
  if (pair == nullptr) return nullptr;
  const bool elsewhere = side == Side::kTarget && is_building(*pair) != reserved;
  return elsewhere ? nullptr : pair;
}

}  // namespace srsync::core
