// What srsync knows of one cluster's objects: plain values, no behaviour, no thread rule of their
// own.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/side.h"

namespace srsync::core {

using DbId = Id<struct DbTag>;
using TableId = Id<struct TableTag>;
// Physical partition id, as SHOW PARTITIONS prints it from 3.2 on (the partition's id before).
using PartitionId = Id<struct PartitionTag>;
// Where both clusters' ids meet they are told apart by type.
using SourcePartitionId = Id<struct SourcePartitionTag>;
using TargetPartitionId = Id<struct TargetPartitionTag>;
using TxnId = Id<struct TxnTag>;

// Name of a table in its cluster, compared as bytes (StarRocks' names are case-sensitive).
struct TableName {
  std::string db;
  std::string table;
  friend auto operator<=>(const TableName&, const TableName&) = default;
};
// "db.table", for people.
std::string to_string(const TableName& name);

// Numbers are journalled.
enum class TxnType : std::uint8_t { kUnknown = 0, kNormal = 1, kReplication = 2 };
enum class RunMode : std::uint8_t { kUnknown = 0, kSharedNothing = 1, kSharedData = 2 };
enum class TableKind : std::uint8_t { kOther = 0, kTable = 1, kView = 2, kMaterializedView = 3 };

// One physical partition.
struct Partition {
  PartitionId id;
  std::string name;    // logical name; several partitions may share one (sub-partitions)
  std::string values;  // canonical VALUES clause (ddl/partition_values.h); empty if unpartitioned
  std::int64_t visible_version = 0;  // 1: never loaded
  std::int64_t data_version = 0;     // equals visible_version where the cluster has no such column
  std::int64_t epoch = 0;            // 0: the cluster has none (before 3.3.2)
  std::int64_t data_bytes = 0;       // all replicas, as reported (lags by minutes)
  std::int32_t buckets = 0;
  TxnType txn_type = TxnType::kUnknown;
  // 1: a full reading did not show it; 2: a bulk reading after that did not either; the next full
  // reading that does not removes it.
  std::uint8_t missing_reads = 0;
  // Target only: a transaction that is not a replication wrote here; its rows are nobody's copy.
  bool spoiled = false;
  // Target only: what the last finished job of this journal copied here; 0 when none did.
  std::int64_t copied_from = 0;     // source partition id
  std::int64_t copied_version = 0;  // source version
  friend bool operator==(const Partition&, const Partition&) = default;
};

// An index of a table besides its own rows: a rollup, or a synchronous materialized view. Neither
// stands in SHOW CREATE TABLE.
struct Rollup {
  std::string name;
  // Keys type and columns with types, in one form for both clusters.
  std::string definition;
  std::vector<std::string> columns;  // names, in order
  // A synchronous materialized view's own statement; empty for a rollup.
  std::string view_sql;
  friend bool operator==(const Rollup&, const Rollup&) = default;
};

// The part of a partition that loads and replications move.
struct PartitionVersion {
  PartitionId id;
  std::int64_t visible_version = 0;
  std::int64_t data_version = 0;
  std::int64_t epoch = 0;
  std::int64_t data_bytes = 0;
  TxnType txn_type = TxnType::kUnknown;
  friend bool operator==(const PartitionVersion&, const PartitionVersion&) = default;
};

// How often a table's schema was changed: the id of its base index and that index's schema version.
// A frontend raises the version by one with each change of columns or indexes, however many clauses
// it has; a slow change makes a new index besides (in shared-data clusters with version 0).
struct SchemaMark {
  std::int64_t index = 0;  // 0: not known
  std::int64_t version = 0;
  bool is_known() const { return index != 0; }
  friend bool operator==(const SchemaMark&, const SchemaMark&) = default;
};

// One side of a table pair.
struct Table {
  TableId id;
  TableKind kind = TableKind::kOther;
  bool state_normal = true;  // false while a schema change, rollup or restore runs on it
  bool read_in_full = false;
  bool reread_wanted = true;
  // Its partitions alone are to be read again: nothing says that its definition changed.
  bool partitions_wanted = false;
  WallTime reread_not_before;  // of both
  // SHOW CREATE TABLE. Empty until read: a target's table that was just made is known by its
  // partitions first, and the proof before its first job reads its definition.
  std::string create_sql;
  std::uint64_t schema_hash = 0;      // hash64 of the replication-relevant schema, as observed
  std::string unreadable;             // why this table cannot be carried; empty when it can
  std::vector<Partition> partitions;  // ascending by id
  std::uint8_t missing_reads = 0;
  // Versions moved or a stranger wrote since the last full read: nothing is dropped on such a
  // picture.
  bool moved_since_read = false;
  WallTime read_at;  // of the newest reading or change applied; older readings are not applied
  std::vector<Rollup> rollups = {};  // ascending by name
  // Source only. Asked for before the definition: the definition is of this version or a later one.
  SchemaMark schema_mark = {};
  // The last two full readings had the same mark and columns: the definition is of that version.
  bool schema_settled = false;
  friend bool operator==(const Table&, const Table&) = default;

  // Partitions are known and the definition is not.
  bool definition_unread() const {
    return read_in_full && create_sql.empty() && unreadable.empty();
  }

  const Partition* find(PartitionId partition) const;
  Partition* find(PartitionId partition);
};

struct Frontend {
  std::string name;
  std::string host;
  std::int32_t query_port = 0;
  std::int32_t rpc_port = 0;
  std::int32_t http_port = 0;
  bool leader = false;
  bool alive = false;
  friend bool operator==(const Frontend&, const Frontend&) = default;
};

struct Backend {
  std::int64_t id = 0;
  std::string host;
  std::int32_t be_port = 0;
  std::int32_t http_port = 0;
  bool alive = false;
  bool compute_node = false;
  std::int32_t disk_used_permille = 0;  // of the fullest disk
  friend bool operator==(const Backend&, const Backend&) = default;
};

// What a cluster can do, probed rather than guessed from its version.
struct Capabilities {
  bool version_epochs = false;     // DataVersion, VersionEpoch, VersionTxnType
  bool replications_proc = false;  // SHOW PROC '/replications'
  bool partitions_meta = false;    // getPartitionsMeta
  friend bool operator==(const Capabilities&, const Capabilities&) = default;
};

}  // namespace srsync::core
