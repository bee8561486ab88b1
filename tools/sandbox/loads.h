// Loads: transactions that move versions.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sandbox/cluster.h"

namespace srsync::sandbox {

struct LoadOrder {
  std::int64_t db_id = 0;
  std::int64_t table_id = 0;
  std::vector<std::string> partitions;  // empty: all
  std::int64_t rows_per_tablet = 1000;
  std::int64_t bytes_per_row = 100;
};

// Begins and commits one; the versions become visible by tick(). The id of the transaction; 0 when
// the table is gone or has no partition. With the lock held.
std::int64_t commit_load(Catalog& catalog, std::int64_t now_ms, const LoadOrder& order);
// The same through the cluster, waiting until it is visible (at most `patience_ms` by the wall).
std::int64_t load_and_wait(Cluster& cluster, const LoadOrder& order, int patience_ms);

// INSERT OVERWRITE: temporary partitions are loaded and then take the places of the old ones, with
// new ids and epochs. `version` is what they show then; 0: 2, as on a real frontend; -1: the
// number that each one had before, which a real one reaches by chance.
std::int64_t overwrite_and_wait(Cluster& cluster, const LoadOrder& order, std::int64_t version,
                                int patience_ms);
std::string new_label(std::int64_t now_ms);

}  // namespace srsync::sandbox
