// Which views read which objects: derived, so that a view is looked at again when what it reads
// appears on the target, holds its data or goes away.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "core/catalog.h"

namespace srsync::core {

class ViewIndex {
 public:
  // Replaces what the pair in `slot` reads.
  void set(std::uint32_t slot, std::vector<TableName> names);
  // In order of names; empty for a pair that is no view.
  const std::vector<TableName>& reads(std::uint32_t slot) const;
  // The slots of the views that read `name`.
  const std::set<std::uint32_t>& readers(const TableName& name) const;
  // Notes how far a pair is, as a number of the caller's; true when it was another before.
  bool note(std::uint32_t slot, std::uint8_t readiness);
  void clear();

 private:
  std::map<std::uint32_t, std::vector<TableName>> reads_;
  std::map<TableName, std::set<std::uint32_t>> readers_;
  std::vector<std::uint8_t> readiness_;  // by slot
};

}  // namespace srsync::core
