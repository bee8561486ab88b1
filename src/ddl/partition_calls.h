// Partitions that no statement makes and a frontend makes by itself when a load needs them: of
// `time_slice` tables, of minute grids, the NULL partition of an automatic range table. A frontend
// from 3.1 on makes them for whoever calls its createPartition inside a load transaction. Pure
// text, safe from any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "ddl/partition_statements.h"
#include "ddl/table_model.h"
#include "ddl/version.h"

namespace srsync::ddl {

// The first release with the call.
inline constexpr Version kCreatePartitionSince{3, 1, 0};

// The value to call with so that exactly `partition` is made: its lower bound, which a time_slice
// table takes as it is, without rounding. The frontend chooses the name, and gives the partition
// `table_buckets` buckets, the table's own count.
//   kUnsupported   the call would make another partition, or this table is not of that kind; the
//                  message names the partition and says why
Result<std::string> create_partition_value(const TableModel& model, const PartitionSpec& partition,
                                           int table_buckets);

// Whether `values` are the range that a call's answer tells, where the smallest value is left out
// and a date may stand with or without a time.
bool is_range(const PartitionValues& values, std::string_view lower, std::string_view upper);

// What a call is told as to people: a comment, so that nobody can take it for a statement.
std::string describe_create_partition(std::string_view database, std::string_view table,
                                      const std::vector<std::string>& values);

}  // namespace srsync::ddl
