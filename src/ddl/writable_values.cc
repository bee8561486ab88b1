#include "ddl/writable_values.h"

#include <fmt/format.h>

#include <algorithm>

#include "ddl/hidden_columns.h"
#include "ddl/quote.h"

namespace srsync::ddl {
namespace {

// The column whose values stand at `position`, or nullptr for an expression.
const Column* partition_column(const TableModel& model, std::size_t position) {
  const PartitionItem& item = model.partition.items[position];
  return item.kind == PartitionItem::Kind::kColumn ? model.find_column(item.text) : nullptr;
}

bool holds_text(const Column& column) {
  return column.canonical_type.starts_with("varchar") || column.canonical_type.starts_with("char");
}

class ListWriter {
 public:
  ListWriter(const TableModel& model, std::string_view name, std::vector<std::string>* notes)
      : model_(model), name_(name), notes_(notes) {}

  std::string write(const PartitionValues& values) {
    // On automatic tables only the tuple form is taken for several columns, and it always is.
    const bool as_tuples = model_.partition.items.size() > 1;
    std::string out = "VALUES IN (";
    for (std::size_t i = 0; i < values.tuples.size(); ++i) {
      if (i > 0) out += ", ";
      if (as_tuples) out += '(';
      for (std::size_t at = 0; at < values.tuples[i].size(); ++at) {
        if (at > 0) out += ", ";
        out += part(values.tuples[i][at], at);
      }
      if (as_tuples) out += ')';
    }
    return out + ")";
  }

 private:
  std::string part(const KeyPart& value, std::size_t position) {
    if (value.kind == KeyPart::Kind::kText) return quote_text(value.text);
    const Column* column = partition_column(model_, position);
    if (column != nullptr && !column->nullable) return "\"NULL\"";
    if (notes_ != nullptr && column != nullptr && holds_text(*column)) {
      notes_->push_back(fmt::format(
          "partition {}: the value NULL of column {} may be the text 'NULL' on the source, which "
          "prints both alike",
          name_, column->name));
    }
    return "NULL";
  }

  const TableModel& model_;
  std::string_view name_;
  std::vector<std::string>* notes_;
};

bool is_list(PartitionKind kind) {
  return kind == PartitionKind::kList || kind == PartitionKind::kAutoList;
}

Status check_width(const TableModel& model, std::string_view name, const KeyTuple& tuple) {
  if (tuple.size() == model.partition.items.size()) return Status::ok();
  return invalid_argument(
      fmt::format("partition {} has {} values per key, table {} has {} "
                  "partition columns",
                  name, tuple.size(), model.name, model.partition.items.size()));
}

}  // namespace

Result<std::string> writable_values(const TableModel& model, std::string_view name,
                                    const PartitionValues& values,
                                    std::vector<std::string>* notes) {
  const bool wants_list = is_list(model.partition.kind);
  const auto wanted = wants_list ? PartitionValues::Kind::kList : PartitionValues::Kind::kRange;
  if (model.partition.kind == PartitionKind::kNone || values.kind != wanted) {
    return invalid_argument(fmt::format("the values of partition {} do not suit the {} table {}",
                                        name, partition_kind_name(model.partition.kind),
                                        model.name));
  }
  if (wants_list) {
    if (values.tuples.empty()) {
      return invalid_argument(fmt::format("partition {} has no values", name));
    }
    for (const KeyTuple& tuple : values.tuples) {
      SRSYNC_RETURN_IF_ERROR(check_width(model, name, tuple));
    }
    return ListWriter(model, name, notes).write(values);
  }
  SRSYNC_RETURN_IF_ERROR(check_width(model, name, values.lower));
  SRSYNC_RETURN_IF_ERROR(check_width(model, name, values.upper));
  const bool has_max_value =
      std::any_of(values.upper.begin(), values.upper.end(),
                  [](const KeyPart& part) { return part.kind == KeyPart::Kind::kMaxValue; });
  if (has_max_value && values.upper.size() > 1) {
    return unsupported(
        fmt::format("partition {} has MAXVALUE in a range of several columns, which frontends "
                    "refuse from 3.3 on",
                    name));
  }
  return to_clause(values);
}

}  // namespace srsync::ddl
