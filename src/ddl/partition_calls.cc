#include "ddl/partition_calls.h"

#include <fmt/format.h>

#include "ddl/date_grid.h"
#include "ddl/quote.h"

namespace srsync::ddl {
namespace {

Status not_made(std::string_view name, std::string_view why) {
  return unsupported(fmt::format("partition {} cannot be made: {}", name, why));
}

}  // namespace

Result<std::string> create_partition_value(const TableModel& model, const PartitionSpec& partition,
                                           int table_buckets) {
  const auto& grid = model.partition.auto_range;
  if (model.partition.kind != PartitionKind::kAutoRange || !grid) {
    return not_made(partition.name, "its table is not partitioned automatically by range");
  }
  const bool is_slice = grid->function == AutoRange::Function::kTimeSlice;
  if (is_slice && grid->boundary != "floor") {
    return not_made(partition.name, "its slices are not named by where they begin");
  }
  const auto unit = grid_unit(grid->unit);
  if (!unit) {
    return not_made(partition.name, fmt::format("nothing is known of the unit {}", grid->unit));
  }
  const auto begin = bound_of(partition.values.lower);
  const auto end = bound_of(partition.values.upper);
  if (partition.values.kind != PartitionValues::Kind::kRange || !begin || !end) {
    return not_made(partition.name, "its values are no range of dates");
  }
  const auto made = is_aligned(*begin, *unit) ? add_units(*begin, is_slice ? grid->step : 1, *unit)
                                              : std::nullopt;
  if (made != end) {
    return not_made(partition.name, fmt::format("it is not exactly one {} of the table's grid",
                                                is_slice ? "slice" : "unit"));
  }
  if (partition.buckets != table_buckets) {
    return not_made(partition.name, fmt::format("it has {} buckets, and the target would give it "
                                                "its table's {}",
                                                partition.buckets, table_buckets));
  }
  return partition.values.lower.front().text;
}

bool is_range(const PartitionValues& values, std::string_view lower, std::string_view upper) {
  const auto begin = bound_of(values.lower);
  const auto end = bound_of(values.upper);
  if (values.kind != PartitionValues::Kind::kRange || !begin || !end) return false;
  const auto told = lower.empty() ? DateTime{} : parse_date_time(lower);
  return begin == told && end == parse_date_time(upper);
}

std::string describe_create_partition(std::string_view database, std::string_view table,
                                      const std::vector<std::string>& values) {
  std::string out = fmt::format("-- createPartition in a load transaction that is aborted: {}",
                                quote_path(database, table));
  for (std::size_t i = 0; i < values.size(); ++i) {
    out += fmt::format("{}({})", i == 0 ? " " : ", ", quote_text(values[i]));
  }
  return out;
}

}  // namespace srsync::ddl
