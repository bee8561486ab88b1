#include "ddl/canonical.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "ddl/hidden_columns.h"
#include "ddl/types.h"

namespace srsync::ddl {
namespace {

std::string names_text(const std::vector<std::string>& names) {
  std::string out = "(";
  for (const std::string& name : names) {
    if (out.size() > 1) out += ", ";
    out += to_lower(name);
  }
  return out + ")";
}

bool is_aggregate_state(const Column& column) { return contains(column.aggregation, "("); }

std::string canonical_aggregation(const TableModel& model, const Column& column) {
  if (is_aggregate_state(column)) return canonical_type(column.aggregation);
  // Of these tables every value column is replaced; some releases print it.
  const bool replaces = model.key_type == KeyType::kUnique || model.key_type == KeyType::kPrimary;
  return replaces && column.aggregation == "REPLACE" ? std::string() : column.aggregation;
}

// Sketches have an empty default that only some releases print.
bool has_no_default(const Column& column) {
  return column.canonical_type == "hll" || column.canonical_type == "bitmap" ||
         column.canonical_type == "percentile";
}

std::string canonical_default(const Column& column) {
  const ColumnDefault& value = column.default_value;
  if (has_no_default(column)) return {};
  switch (value.kind) {
    case ColumnDefault::Kind::kNone:
      return {};
    case ColumnDefault::Kind::kText:
      if (column.canonical_type == "boolean") {
        if (equals_ignore_case(value.text, "true")) return "= 1";
        if (equals_ignore_case(value.text, "false")) return "= 0";
      }
      return "= " + value.text;
    case ColumnDefault::Kind::kCurrentTimestamp:
      return value.text.empty() ? "CURRENT_TIMESTAMP" : "CURRENT_TIMESTAMP(" + value.text + ")";
    case ColumnDefault::Kind::kExpression:
      break;
  }
  return "(" + canonical_expression(value.text) + ")";
}

CanonicalColumn canonical_column(const TableModel& model, const Column& column) {
  CanonicalColumn out;
  out.name = column.name;
  out.type = column.canonical_type;
  // Of a state column the frontend decides; what it prints differs from what it takes.
  out.nullable = column.nullable || is_aggregate_state(column);
  out.is_key = column.is_key;
  out.aggregation = canonical_aggregation(model, column);
  out.default_value = canonical_default(column);
  out.generated_as = canonical_expression(column.generated_as);
  out.auto_increment = column.auto_increment;
  out.comment = column.comment;
  return out;
}

CanonicalIndex canonical_index(const Index& index) {
  CanonicalIndex out{index.name, index.kind + " " + names_text(index.columns), index.comment};
  for (const auto& [name, value] : index.properties) {
    // Which library builds the index is the cluster's matter.
    if (name != "imp_lib") out.definition += fmt::format(" {}={}", name, value);
  }
  return out;
}

std::string canonical_partitioning(const TableModel& model) {
  const PartitionClause& clause = model.partition;
  std::string kind(partition_kind_name(clause.kind));
  if (clause.kind == PartitionKind::kNone) return kind;
  if (!clause.auto_range) {
    return fmt::format("{} ({})", kind, fmt::join(canonical_items(model), ", "));
  }
  const AutoRange& grid = *clause.auto_range;
  if (grid.function == AutoRange::Function::kDateTrunc) {
    return fmt::format("{} (date_trunc {} of {})", kind, grid.unit, to_lower(grid.column));
  }
  return fmt::format("{} (time_slice {} {} {} of {})", kind, grid.step, grid.unit, grid.boundary,
                     to_lower(grid.column));
}

}  // namespace

CanonicalTable canonical_table(const TableModel& model) {
  CanonicalTable table;
  for (const Column* column : visible_columns(model)) {
    table.columns.push_back(canonical_column(model, *column));
  }
  for (const Index& index : model.indexes) table.indexes.push_back(canonical_index(index));
  std::sort(table.indexes.begin(), table.indexes.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  table.key =
      fmt::format("{} KEY {}", key_type_name(model.key_type), names_text(model.key_columns));
  table.partitioning = canonical_partitioning(model);
  table.distribution = model.distribution.kind == Distribution::Kind::kRandom
                           ? "random"
                           : "hash " + names_text(model.distribution.columns);
  // Without an explicit one, rows are sorted by the key.
  table.sort_key = names_text(model.order_by.empty() ? model.key_columns : model.order_by);
  // 4.1 in shared-data mode prints this for tables that have none.
  if (model.comment != "OLAP") table.comment = model.comment;
  return table;
}

}  // namespace srsync::ddl
