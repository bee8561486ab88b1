// The statements sent to the target apart from CREATE TABLE. All are safe to repeat where the
// grammar has IF [NOT] EXISTS. Pure text, safe from any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "ddl/table_model.h"

namespace srsync::ddl {

// ADD PARTITION takes what a table's own definition allows: its kind and columns decide the form.
struct PartitionSpec {
  std::string name;
  PartitionValues values;
  int buckets = 0;        // must be > 0: the source partition's own count
  Properties properties;  // replication_num, storage_medium, ...; usually empty
};

// ALTER TABLE .. ADD PARTITION IF NOT EXISTS .. VALUES .. DISTRIBUTED BY .. BUCKETS n.
//   kInvalidArgument   the values do not suit the table (kind, number of columns, buckets)
//   kUnsupported       an automatic range table (use add_partition_batches), or several values on
//                      an automatic list table
// What was guessed is told in `notes` (may be nullptr): a NULL that may be the text 'NULL'.
Result<std::string> add_partition(std::string_view database, std::string_view table,
                                  const TableModel& model, const PartitionSpec& partition,
                                  std::vector<std::string>* notes = nullptr);

// Whether one of the two forms makes this partition on a target; if not, the message names the
// partition and says why. A table with some that cannot be made goes on with the others.
Status check_addable(const TableModel& model, const PartitionSpec& partition);

// False: check_addable() holds for any partition of this table that has the clause `values`, told
// without reading the whole definition. True: it has to be asked.
bool may_be_unaddable(std::string_view show_create_text, std::string_view values);

// ADD PARTITIONS START .. END .. EVERY for an automatic range table: one statement per run of
// adjoining partitions with equal bucket counts, because that form has no IF NOT EXISTS and fails
// as a whole when one partition is there already. The frontend makes the names itself (p20260101).
// Partitions are given in any order.
//   kUnsupported       time_slice tables, minute grids, the NULL partition (year 0) and partitions
//                      that are not exactly one unit wide; the message names the partition
Result<std::vector<std::string>> add_partition_batches(std::string_view database,
                                                       std::string_view table,
                                                       const TableModel& model,
                                                       const std::vector<PartitionSpec>& partitions,
                                                       int partitions_per_statement_max = 1000);

// The names that add_partition_batches() makes for `values` on `model`; nullopt where it makes
// none.
std::optional<std::string> batch_partition_name(const TableModel& model,
                                                const PartitionValues& values);

enum class IfExists { kNo, kYes };
// kForce skips the recycle bin: nothing can be recovered afterwards.
enum class DropMode { kRecycle, kForce };

std::string create_database(std::string_view database, std::string_view storage_volume = {});
std::string drop_database(std::string_view database, IfExists if_exists = IfExists::kYes,
                          DropMode mode = DropMode::kRecycle);
std::string drop_table(std::string_view database, std::string_view table,
                       IfExists if_exists = IfExists::kYes, DropMode mode = DropMode::kRecycle);
std::string drop_partition(std::string_view database, std::string_view table,
                           std::string_view partition, IfExists if_exists = IfExists::kYes,
                           DropMode mode = DropMode::kRecycle);
// Empty partition list: the whole table.
std::string truncate_table(std::string_view database, std::string_view table,
                           const std::vector<std::string>& partitions = {});
std::string rename_table(std::string_view database, std::string_view table,
                         std::string_view new_name);
std::string rename_partition(std::string_view database, std::string_view table,
                             std::string_view partition, std::string_view new_name);
// Swaps contents and ids of two tables of one database. The one partition of an unpartitioned table
// takes the other's name with it.
std::string swap_tables(std::string_view database, std::string_view table, std::string_view other);

// ALTER TABLE .. SET ("key" = "value").
std::string set_table_property(std::string_view database, std::string_view table,
                               std::string_view key, std::string_view value);

}  // namespace srsync::ddl
