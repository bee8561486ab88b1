#include "core/catalog.h"

#include <algorithm>

namespace srsync::core {

std::string to_string(const TableName& name) {
  return name.table.empty() ? name.db : name.db + "." + name.table;
}

const Partition* Table::find(PartitionId partition) const {
  const auto at =
      std::lower_bound(partitions.begin(), partitions.end(), partition,
                       [](const Partition& p, PartitionId wanted) { return p.id < wanted; });
  return at != partitions.end() && at->id == partition ? &*at : nullptr;
}

Partition* Table::find(PartitionId partition) {
  return const_cast<Partition*>(static_cast<const Table*>(this)->find(partition));
}

}  // namespace srsync::core
