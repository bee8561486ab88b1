#include "ddl/hidden_columns.h"

#include <algorithm>

#include "ddl/types.h"

namespace srsync::ddl {
namespace {

constexpr std::string_view kPrefix = "__generated_partition_column_";

}  // namespace

bool is_hidden_column_name(std::string_view name) { return name.starts_with(kPrefix); }

std::string hidden_column_name(std::size_t number) {
  return std::string(kPrefix) + std::to_string(number);
}

const Column* hidden_column(const TableModel& model, const PartitionItem& item) {
  if (item.kind != PartitionItem::Kind::kColumn || !is_hidden_column_name(item.text)) {
    return nullptr;
  }
  const Column* column = model.find_column(item.text);
  return column != nullptr && !column->generated_as.empty() ? column : nullptr;
}

std::vector<const Column*> visible_columns(const TableModel& model) {
  std::vector<const Column*> hidden;
  for (const PartitionItem& item : model.partition.items) {
    if (const Column* column = hidden_column(model, item)) hidden.push_back(column);
  }
  std::sort(hidden.begin(), hidden.end());
  std::vector<const Column*> columns;
  for (const Column& column : model.columns) {
    if (!std::binary_search(hidden.begin(), hidden.end(), &column)) columns.push_back(&column);
  }
  return columns;
}

std::vector<std::string> canonical_items(const TableModel& model) {
  std::vector<std::string> items;
  for (const PartitionItem& item : model.partition.items) {
    const Column* hidden = hidden_column(model, item);
    items.push_back(canonical_expression(hidden != nullptr ? hidden->generated_as : item.text));
  }
  return items;
}

}  // namespace srsync::ddl
