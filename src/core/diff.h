// What one reading of a cluster tells that State does not hold yet. Pure: the driver calls it on
// its own thread with a reading made elsewhere.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/side.h"
#include "core/catalog.h"
#include "core/fact.h"
#include "core/state.h"

namespace srsync::core {

// One row of SHOW PROC '/dbs/<db>'.
struct TableListing {
  TableId id;
  std::string name;
  TableKind kind = TableKind::kOther;
  bool state_normal = true;
  std::int64_t indexes = 0;  // its own rows and its rollups; 0: not told
};

struct DatabaseListing {
  DbId id;
  std::string name;
  bool complete = true;  // false: its tables could not be listed; nothing in it counts as absent
  std::vector<TableListing> tables;
};

// A partition's version from a bulk read, which knows tables by name only.
struct SweptPartition {
  std::string name;
  PartitionVersion version;
};
struct SweptTable {
  TableName name;
  std::vector<SweptPartition> partitions;
};

// One bulk reading of a whole cluster. `tables` comes from another source (getPartitionsMeta, or
// SHOW PARTITIONS where there is none) than `databases` (SHOW PROC): a table counts as absent only
// when neither shows it.
struct Sweep {
  WallTime started;  // set by the driver before reading: tables changed since then are left alone
  std::vector<DatabaseListing> databases;
  std::vector<SweptTable> tables;  // ascending by name
  bool complete = true;
  std::string problem;
};

// Facts that bring State up to `sweep`, SweepCompleted last. Read-only on `state`.
std::vector<Fact> diff_sweep(const State& state, Side side, const Sweep& sweep);

// The same for one database's listing, ending with DatabaseListed.
std::vector<Fact> diff_listing(const State& state, Side side, const DatabaseListing& listing);

// Nothing when `read` is what State holds already and no reading was wanted.
std::vector<Fact> diff_table(const State& state, const TableRead& read);

// The same for a reading of the partitions alone (`read` has no create_sql): versions that moved,
// or that the table must be read in full because the partitions themselves are others than known.
std::vector<Fact> diff_partitions(const State& state, const TableRead& read);

// A gap in a target's change feed: what it leaves unproven. Nothing when no job was under way since
// the feed was last known to be complete, or when the target is of a version that refuses such jobs
// by itself (4.1): partitions that no job wrote tell by their versions and types.
std::optional<Fact> diff_feed_gap(const State& state, const std::string& db,
                                  const std::string& why);

}  // namespace srsync::core
