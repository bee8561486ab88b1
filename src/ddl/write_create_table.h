// A TableModel into the CREATE TABLE statement that makes it on a target of another version, run
// mode or name. Pure, safe from any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/status.h"
#include "ddl/table_model.h"
#include "ddl/version.h"

namespace srsync::ddl {

// A partition made together with the table. All share the table's bucket count: one that differs is
// added afterwards (add_partition).
struct NewPartition {
  std::string name;
  PartitionValues values;
  Properties properties;  // replication_num only; others are left out with a note
};

struct TargetOptions {
  std::string database;         // on the target
  std::string table;            // on the target; empty: the model's name
  std::string source_database;  // to rewrite constraints that name it; empty: as `database`
  Version version;              // of the target
  RunMode run_mode = RunMode::kSharedNothing;
  // Of the source, when known: a property this code has never heard of is then passed on between
  // equal releases instead of being left out.
  std::optional<Version> source_version;

  std::optional<int> replication_num;           // nullopt: as on the source
  std::optional<bool> enable_persistent_index;  // PRIMARY KEY only; nullopt: as on the source
  std::string storage_volume;                   // shared-data only; empty: the target's default
  // Per-table bucket count as read from SHOW PARTITIONS. 0: the number printed by the source, and
  // if it printed none writing fails, because the target would choose its own and never fit.
  int buckets = 0;
  // Only kRangeColumns, kRangeExpression and kList tables take any here.
  std::vector<NewPartition> partitions;
};

// One column as CREATE TABLE and ALTER TABLE take it: "`v` bigint(20) NULL COMMENT \"\"".
std::string column_clause(const Column& column);

// CREATE TABLE IF NOT EXISTS `db`.`t` (...). One sentence for each thing left out or changed is
// appended to `dropped_notes` (may be nullptr).
//   kInvalidArgument   options contradict the model (no bucket count, partitions on an automatic
//                      table)
//   kUnsupported       the target's version cannot hold the table; the message says which part
Result<std::string> write_create_table(const TableModel& model, const TargetOptions& options,
                                       std::vector<std::string>* dropped_notes);

}  // namespace srsync::ddl
