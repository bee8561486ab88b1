// Partition expressions told as columns. A table partitioned by (date_trunc('month', dt), city) is
// printed by 3.4 to 4.0 with a generated column __generated_partition_column_0, by 4.1 without. It
// is the same table. Inside the room only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ddl/table_model.h"

namespace srsync::ddl {

bool is_hidden_column_name(std::string_view name);
// "__generated_partition_column_<n>"
std::string hidden_column_name(std::size_t number);

// The column behind a partition item when it is such a hidden one, or nullptr.
const Column* hidden_column(const TableModel& model, const PartitionItem& item);

// The columns without those that only stand for partition expressions.
std::vector<const Column*> visible_columns(const TableModel& model);

// What the table is partitioned by, expressions in canonical form, the same for either print.
std::vector<std::string> canonical_items(const TableModel& model);

}  // namespace srsync::ddl
