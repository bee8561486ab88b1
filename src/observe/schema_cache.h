// What was learnt of tables' definitions by earlier proofs: as long as getTableMeta shows a table
// unchanged, its SHOW CREATE TABLE need not be read again before every job. Every change of a
// definition that matters for replication either changes what getTableMeta shows of columns and
// distribution, or makes new indexes with ids of their own.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "base/side.h"
#include "core/catalog.h"
#include "io/frontend_rpc.h"

namespace srsync::observe {

// Everything of a table but its partitions, tablets and replicas, as one number.
std::uint64_t meta_fingerprint(const io::TableMeta& meta);

// Shared by the connections of all workers; safe from any thread. Lives as long as its process.
class SchemaCache {
 public:
  // Hash of ddl::fit_fingerprint() as read when getTableMeta showed `meta`; nullopt: not known.
  std::optional<std::uint64_t> find(Side side, core::TableId table, std::uint64_t meta) const;
  // `fit` was read after `meta`: a change in between shows as another `meta` the next time.
  void put(Side side, core::TableId table, std::uint64_t meta, std::uint64_t fit);

 private:
  struct Entry {
    std::uint64_t meta = 0;
    std::uint64_t fit = 0;
  };
  mutable std::mutex mutex_;
  std::map<std::pair<Side, core::TableId>, Entry> entries_;  // guarded by mutex_
};

}  // namespace srsync::observe
