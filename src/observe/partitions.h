// Partitions from SHOW PARTITIONS of every version and both run modes. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "core/catalog.h"
#include "core/diff.h"
#include "io/frontend_rpc.h"
#include "io/sql.h"

namespace srsync::observe {

struct PartitionRows {
  std::vector<core::Partition> partitions;  // ascending by id; hidden ones left out
  bool version_epochs = false;              // the columns DataVersion, VersionEpoch, VersionTxnType
  bool shared_data = false;                 // the columns of a table in object storage
  std::string unreadable;                   // why the table cannot be carried; empty when it can

  const core::Partition* find(std::int64_t id) const;
};

// SHOW PARTITIONS or SHOW PROC '.../partitions'. Values that cannot be read and several physical
// partitions under one name make the table unreadable, not the answer an error.
Result<PartitionRows> read_partitions(const io::ResultSet& rows, std::string_view statement);

// "TXN_NORMAL", "TXN_REPLICATION"; other texts are unknown.
core::TxnType parse_txn_type(std::string_view text);

// A row of getPartitionsMeta as its version. Fails on a size that is none.
Result<core::PartitionVersion> version_of(const io::PartitionMeta& row);
core::PartitionVersion version_of(const core::Partition& partition);

}  // namespace srsync::observe
