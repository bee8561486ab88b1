#include "ddl/table_model.h"

#include "base/text.h"

namespace srsync::ddl {

const Column* TableModel::find_column(std::string_view column_name) const {
  for (const Column& column : columns) {
    if (equals_ignore_case(column.name, column_name)) return &column;
  }
  return nullptr;
}

std::string_view key_type_name(KeyType type) {
  switch (type) {
    case KeyType::kDuplicate:
      return "DUPLICATE";
    case KeyType::kAggregate:
      return "AGGREGATE";
    case KeyType::kUnique:
      return "UNIQUE";
    case KeyType::kPrimary:
      break;
  }
  return "PRIMARY";
}

std::string_view partition_kind_name(PartitionKind kind) {
  switch (kind) {
    case PartitionKind::kNone:
      return "unpartitioned";
    case PartitionKind::kRangeColumns:
      return "range";
    case PartitionKind::kRangeExpression:
      return "range by expression";
    case PartitionKind::kAutoRange:
      return "automatic range";
    case PartitionKind::kList:
      return "list";
    case PartitionKind::kAutoList:
      break;
  }
  return "automatic list";
}

bool is_automatic(PartitionKind kind) {
  return kind == PartitionKind::kAutoRange || kind == PartitionKind::kAutoList;
}

}  // namespace srsync::ddl
