#include "ddl/partition_statements.h"

#include <fmt/format.h>

#include <algorithm>

#include "ddl/date_grid.h"
#include "ddl/quote.h"
#include "ddl/writable_values.h"

namespace srsync::ddl {
namespace {

std::string distribution_text(const TableModel& model, int buckets) {
  const std::string by = model.distribution.kind == Distribution::Kind::kRandom
                             ? "RANDOM"
                             : "HASH" + quote_identifiers(model.distribution.columns);
  return fmt::format("DISTRIBUTED BY {} BUCKETS {}", by, buckets);
}

Status check_buckets(const PartitionSpec& partition) {
  if (partition.buckets > 0) return Status::ok();
  return invalid_argument(fmt::format("no bucket count given for partition {}", partition.name));
}

// --- batches ------------------------------------------------------------------------------------

// One partition on its grid.
struct GridCell {
  const PartitionSpec* partition = nullptr;
  DateTime begin;
  DateTime end;
};

Status not_batchable(std::string_view name, std::string_view why) {
  return unsupported(fmt::format("partition {} cannot be added: {}", name, why));
}

Result<GridUnit> batch_unit(const TableModel& model, std::string_view name) {
  const auto& grid = model.partition.auto_range;
  if (model.partition.kind != PartitionKind::kAutoRange || !grid) {
    return invalid_argument(
        fmt::format("table {} is not partitioned automatically by range", model.name));
  }
  if (grid->function == AutoRange::Function::kTimeSlice) {
    return not_batchable(name,
                         "frontends refuse every ADD PARTITION on a time_slice table that would "
                         "make slices of the right width");
  }
  const auto unit = grid_unit(grid->unit);
  if (!unit || *unit == GridUnit::kMinute) {
    return not_batchable(name, fmt::format("the batch form does not know the unit {}", grid->unit));
  }
  return *unit;
}

Result<GridCell> cell_of(const PartitionSpec& partition, GridUnit unit) {
  SRSYNC_RETURN_IF_ERROR(check_buckets(partition));
  const auto begin = bound_of(partition.values.lower);
  const auto end = bound_of(partition.values.upper);
  if (partition.values.kind != PartitionValues::Kind::kRange || !begin || !end) {
    return not_batchable(partition.name, "its values are no range of dates");
  }
  if (begin->year == 0) {
    return not_batchable(partition.name,
                         "it holds NULL (year 0), which the batch form cannot make");
  }
  if (!is_aligned(*begin, unit) || next_unit(*begin, unit) != *end) {
    return not_batchable(partition.name, "it is not exactly one unit of the table's grid");
  }
  const std::string name = generated_name(*begin, unit);
  if (name != partition.name) {
    return not_batchable(partition.name, fmt::format("the target would name it {}", name));
  }
  return GridCell{&partition, *begin, *end};
}

std::string_view unit_word(GridUnit unit) {
  switch (unit) {
    case GridUnit::kMinute:
      return "MINUTE";
    case GridUnit::kHour:
      return "HOUR";
    case GridUnit::kDay:
      return "DAY";
    case GridUnit::kMonth:
      return "MONTH";
    case GridUnit::kYear:
      break;
  }
  return "YEAR";
}

bool continues(const GridCell& before, const GridCell& after) {
  return before.end == after.begin && before.partition->buckets == after.partition->buckets &&
         before.partition->properties == after.partition->properties;
}

}  // namespace

Result<std::string> add_partition(std::string_view database, std::string_view table,
                                  const TableModel& model, const PartitionSpec& partition,
                                  std::vector<std::string>* notes) {
  if (model.partition.kind == PartitionKind::kAutoRange) {
    return not_batchable(partition.name, "automatic range tables take partitions only in batches");
  }
  SRSYNC_RETURN_IF_ERROR(check_buckets(partition));
  if (model.partition.kind == PartitionKind::kAutoList && partition.values.tuples.size() > 1) {
    return not_batchable(partition.name,
                         "automatic list tables take exactly one value per partition");
  }
  SRSYNC_ASSIGN_OR_RETURN(const std::string values,
                          writable_values(model, partition.name, partition.values, notes));
  std::string out =
      fmt::format("ALTER TABLE {} ADD PARTITION IF NOT EXISTS {} {}", quote_path(database, table),
                  quote_identifier(partition.name), values);
  if (!partition.properties.empty()) {
    out += " (" + quote_properties(partition.properties, ", ") + ")";
  }
  return out + " " + distribution_text(model, partition.buckets);
}

Status check_addable(const TableModel& model, const PartitionSpec& partition) {
  if (model.partition.kind != PartitionKind::kAutoRange) {
    return add_partition("d", "t", model, partition).status();
  }
  SRSYNC_ASSIGN_OR_RETURN(const GridUnit unit, batch_unit(model, partition.name));
  return cell_of(partition, unit).status();
}

bool may_be_unaddable(std::string_view show_create_text, std::string_view values) {
  constexpr std::string_view kClause = "\nPARTITION BY ";
  const std::size_t at = show_create_text.find(kClause);
  if (at == std::string_view::npos) return true;
  const std::string_view rest = show_create_text.substr(at + kClause.size());
  if (rest.starts_with("LIST(")) return values.empty();
  // Only MAXVALUE can stand where no frontend takes it.
  return !rest.starts_with("RANGE(") || values.empty() ||
         values.find("MAXVALUE") != std::string_view::npos;
}

Result<std::vector<std::string>> add_partition_batches(std::string_view database,
                                                       std::string_view table,
                                                       const TableModel& model,
                                                       const std::vector<PartitionSpec>& partitions,
                                                       int partitions_per_statement_max) {
  std::vector<std::string> statements;
  if (partitions.empty()) return statements;
  SRSYNC_ASSIGN_OR_RETURN(const GridUnit unit, batch_unit(model, partitions.front().name));
  std::vector<GridCell> cells;
  for (const PartitionSpec& partition : partitions) {
    SRSYNC_ASSIGN_OR_RETURN(const GridCell cell, cell_of(partition, unit));
    cells.push_back(cell);
  }
  std::sort(cells.begin(), cells.end(),
            [](const GridCell& a, const GridCell& b) { return a.begin < b.begin; });
  const auto limit = static_cast<std::size_t>(std::max(1, partitions_per_statement_max));
  for (std::size_t first = 0, last = 0; first < cells.size(); first = last + 1) {
    last = first;
    while (last + 1 < cells.size() && last + 1 - first < limit &&
           continues(cells[last], cells[last + 1])) {
      ++last;
    }
    std::string out =
        fmt::format("ALTER TABLE {} ADD PARTITIONS START ({}) END ({}) EVERY (INTERVAL 1 {}) {}",
                    quote_path(database, table), quote_text(bound_text(cells[first].begin, unit)),
                    quote_text(bound_text(cells[last].end, unit)), unit_word(unit),
                    distribution_text(model, cells[first].partition->buckets));
    const Properties& properties = cells[first].partition->properties;
    if (!properties.empty()) out += " PROPERTIES (" + quote_properties(properties, ", ") + ")";
    statements.push_back(std::move(out));
  }
  return statements;
}

std::optional<std::string> batch_partition_name(const TableModel& model,
                                                const PartitionValues& values) {
  const auto unit = batch_unit(model, "");
  const auto begin = bound_of(values.lower);
  if (!unit.is_ok() || !begin || begin->year == 0 || !is_aligned(*begin, *unit)) {
    return std::nullopt;
  }
  return generated_name(*begin, *unit);
}

}  // namespace srsync::ddl
