#include "core/view_index.h"

#include <utility>

namespace srsync::core {

void ViewIndex::set(std::uint32_t slot, std::vector<TableName> names) {
  const auto old = reads_.find(slot);
  if (old != reads_.end()) {
    for (const auto& name : old->second) readers_[name].erase(slot);
    reads_.erase(old);
  }
  if (names.empty()) return;
  for (const auto& name : names) readers_[name].insert(slot);
  reads_[slot] = std::move(names);
}

const std::vector<TableName>& ViewIndex::reads(std::uint32_t slot) const {
  static const std::vector<TableName> none;
  const auto at = reads_.find(slot);
  return at == reads_.end() ? none : at->second;
}

const std::set<std::uint32_t>& ViewIndex::readers(const TableName& name) const {
  static const std::set<std::uint32_t> none;
  const auto at = readers_.find(name);
  return at == readers_.end() ? none : at->second;
}

bool ViewIndex::note(std::uint32_t slot, std::uint8_t readiness) {
  if (slot >= readiness_.size()) readiness_.resize(slot + 1);
  return std::exchange(readiness_[slot], readiness) != readiness;
}

void ViewIndex::clear() {
  reads_.clear();
  readers_.clear();
  readiness_.clear();
}

}  // namespace srsync::core
