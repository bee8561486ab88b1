#include "ddl/write_create_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "ddl/hidden_columns.h"
#include "ddl/property_rules.h"
#include "ddl/quote.h"
#include "ddl/types.h"
#include "ddl/writable_values.h"

namespace srsync::ddl {
namespace {

constexpr Version kStateColumnsSince{3, 4, 0};
constexpr Version kMultiExpressionSince{3, 4, 0};
constexpr Version kExpressionInListSince{4, 1, 0};
constexpr Version kSortKeyForAllSince{3, 3, 0};

std::string default_clause(const ColumnDefault& value) {
  switch (value.kind) {
    case ColumnDefault::Kind::kNone:
      return {};
    case ColumnDefault::Kind::kText:
      return " DEFAULT " + quote_text(value.text);
    case ColumnDefault::Kind::kCurrentTimestamp:
      return " DEFAULT CURRENT_TIMESTAMP" + (value.text.empty() ? "" : "(" + value.text + ")");
    case ColumnDefault::Kind::kExpression:
      return " DEFAULT (" + value.text + ")";
  }
  return {};
}

class TableWriter {
 public:
  TableWriter(const TableModel& model, const TargetOptions& options,
              std::vector<std::string>& notes)
      : model_(model), options_(options), notes_(notes) {}

  Result<std::string> write() {
    SRSYNC_RETURN_IF_ERROR(check());
    const std::string& name = options_.table.empty() ? model_.name : options_.table;
    out_ = fmt::format("CREATE TABLE IF NOT EXISTS {} (\n", quote_path(options_.database, name));
    SRSYNC_RETURN_IF_ERROR(write_columns());
    write_indexes();
    out_ += fmt::format("\n) ENGINE=OLAP\n{} KEY{}\n", key_type_name(model_.key_type),
                        quote_identifiers(model_.key_columns));
    write_comment();
    SRSYNC_RETURN_IF_ERROR(write_partitioning());
    write_distribution();
    if (!model_.order_by.empty()) out_ += "ORDER BY" + quote_identifiers(model_.order_by) + "\n";
    const Properties properties = target_properties(model_, options_, notes_);
    if (!properties.empty()) {
      out_ += fmt::format("PROPERTIES (\n{}\n)", quote_properties(properties, ",\n"));
    }
    return std::move(out_);
  }

 private:
  bool has_expression_items() const {
    return model_.partition.kind == PartitionKind::kAutoList &&
           std::any_of(
               model_.partition.items.begin(), model_.partition.items.end(),
               [](const auto& item) { return item.kind == PartitionItem::Kind::kExpression; });
  }

  int buckets() const {
    return options_.buckets > 0 ? options_.buckets : model_.distribution.buckets;
  }

  Status check() const {
    if (options_.database.empty()) return invalid_argument("no target database given");
    if (buckets() <= 0) {
      return invalid_argument(
          fmt::format("no bucket count for table {}: the source printed none", model_.name),
          "read the bucket count from SHOW PARTITIONS");
    }
    if (is_automatic(model_.partition.kind) && !options_.partitions.empty()) {
      return invalid_argument(
          fmt::format("table {} makes its partitions itself, none may be listed", model_.name));
    }
    if (!model_.order_by.empty() && model_.key_type != KeyType::kPrimary &&
        options_.version < kSortKeyForAllSince) {
      return unsupported(fmt::format("ORDER BY on a {} KEY table needs a target of 3.3, it is {}",
                                     key_type_name(model_.key_type), to_string(options_.version)));
    }
    return check_columns();
  }

  Status check_columns() const {
    for (const Column* column : visible_columns(model_)) {
      const bool is_state = contains(column->aggregation, "(");
      if (is_state && options_.version < kStateColumnsSince) {
        return unsupported(fmt::format("column {} holds aggregate states ({}), the target is {}",
                                       column->name, column->aggregation,
                                       to_string(options_.version)));
      }
      if (is_hidden_column_name(column->name) && options_.version >= kMultiExpressionSince) {
        return unsupported(fmt::format("column name {} is reserved on the target ({})",
                                       column->name, to_string(options_.version)));
      }
    }
    return Status::ok();
  }

  // --- columns ----------------------------------------------------------------------------------

  Status write_columns() {
    for (const Column& column : model_.columns) {
      if (&column != &model_.columns.front()) out_ += ",\n";
      write_column(column);
    }
    if (!has_expression_items() || options_.version >= kMultiExpressionSince) return Status::ok();
    return write_hidden_columns();
  }

  void write_column(Column column) {
    column.nullable = !is_writable_not_null(column);
    out_ += "  " + column_clause(column);
  }

  // Some aggregate states are printed NOT NULL although they must be declared NULL.
  bool is_writable_not_null(const Column& column) {
    if (column.nullable || !contains(column.aggregation, "(")) return !column.nullable;
    notes_.push_back(fmt::format(
        "column {} declared NULL: frontends print NOT NULL for aggregate states but refuse it",
        column.name));
    return false;
  }

  // Before 3.4 a partition expression beside others can only be told as the generated column that
  // later releases make of it in secret.
  Status write_hidden_columns() {
    std::size_t number = 0;
    for (const PartitionItem& item : model_.partition.items) {
      if (item.kind != PartitionItem::Kind::kExpression) continue;
      const Column* argument = expression_argument(item.text);
      if (argument == nullptr) {
        return unsupported(fmt::format("partition expression {} cannot be told to a target of {}",
                                       item.text, to_string(options_.version)));
      }
      out_ += fmt::format(",\n  {} {} NULL AS {} COMMENT \"\"",
                          quote_identifier(hidden_column_name(number)), argument->type, item.text);
      notes_.push_back(fmt::format("partition expression {} written as column {}", item.text,
                                   hidden_column_name(number)));
      ++number;
    }
    return Status::ok();
  }

  // The date column that `expression` rounds; its type is the expression's. nullptr for functions
  // whose type is another.
  const Column* expression_argument(const std::string& expression) const {
    const std::string canonical = canonical_expression(expression);
    if (!canonical.starts_with("date_trunc(") && !canonical.starts_with("time_slice(")) {
      return nullptr;
    }
    const auto found =
        std::find_if(model_.columns.begin(), model_.columns.end(), [&](const Column& column) {
          const std::string name = to_lower(column.name);
          const bool is_date =
              column.canonical_type == "date" || column.canonical_type == "datetime";
          return is_date && (canonical.ends_with("," + name + ")") ||
                             canonical.starts_with("time_slice(" + name + ","));
        });
    return found == model_.columns.end() ? nullptr : &*found;
  }

  // --- indexes ----------------------------------------------------------------------------------

  void write_indexes() {
    for (const Index& index : model_.indexes) {
      if (const std::string why = index_refusal(index); !why.empty()) {
        notes_.push_back(fmt::format("index {} ({}) left out: {}", index.name, index.kind, why));
        continue;
      }
      out_ += fmt::format(",\n  INDEX {} {}", quote_identifier(index.name),
                          quote_identifiers(index.columns));
      if (!index.kind.empty()) out_ += " USING " + index.kind;
      const Properties properties = index_properties(index);
      if (!properties.empty()) out_ += "(" + quote_properties(properties, ", ") + ")";
      out_ += " COMMENT " + quote_text(index.comment);
    }
  }

  std::string index_refusal(const Index& index) const {
    const bool is_3_3 = index.kind == "GIN" || index.kind == "NGRAMBF";
    const Version since = is_3_3 ? Version{3, 3, 0} : Version{3, 4, 0};
    if ((!is_3_3 && index.kind != "VECTOR") || options_.version >= since) return {};
    return fmt::format("the target is {}, the kind came with {}.{}", to_string(options_.version),
                       since.major, since.minor);
  }

  // Shared-nothing releases up to 4.0 have only the clucene library, shared-data ones only the
  // built-in. Left to itself a frontend takes the one it has.
  Properties index_properties(const Index& index) {
    Properties properties = index.properties;
    const auto library = properties.find("imp_lib");
    if (library == properties.end()) return properties;
    const bool is_clucene = equals_ignore_case(library->second, "clucene");
    const bool fits = options_.run_mode == RunMode::kSharedData
                          ? !is_clucene
                          : is_clucene || options_.version >= Version{4, 1, 0};
    if (fits) return properties;
    notes_.push_back(fmt::format("index {}: imp_lib = {} left out, the target does not have it",
                                 index.name, library->second));
    properties.erase(library);
    return properties;
  }

  // --- clauses ----------------------------------------------------------------------------------

  void write_comment() {
    // 4.1 in shared-data mode prints this for tables that have none.
    if (model_.comment.empty() || model_.comment == "OLAP") return;
    out_ += "COMMENT " + quote_text(model_.comment) + "\n";
  }

  Status write_partitioning() {
    switch (model_.partition.kind) {
      case PartitionKind::kNone:
        return Status::ok();
      case PartitionKind::kRangeColumns:
        return write_listed("RANGE" + quote_identifiers(item_texts()));
      case PartitionKind::kRangeExpression:
        return write_listed(fmt::format("RANGE({})", fmt::join(item_texts(), ", ")));
      case PartitionKind::kList:
        return write_listed("LIST" + quote_identifiers(item_texts()));
      case PartitionKind::kAutoRange:
        out_ += "PARTITION BY " + grid_text() + "\n";
        return Status::ok();
      case PartitionKind::kAutoList:
        out_ += "PARTITION BY " + automatic_items() + "\n";
        return Status::ok();
    }
    return Status::ok();
  }

  std::vector<std::string> item_texts() const {
    std::vector<std::string> texts;
    for (const PartitionItem& item : model_.partition.items) texts.push_back(item.text);
    return texts;
  }

  std::string grid_text() const {
    const auto& grid = model_.partition.auto_range;
    if (!grid) return item_texts().front();
    const std::string column = quote_identifier(grid->column);
    if (grid->function == AutoRange::Function::kDateTrunc) {
      return fmt::format("date_trunc('{}', {})", grid->unit, column);
    }
    return fmt::format("time_slice({}, {}, '{}', '{}')", column, grid->step, grid->unit,
                       grid->boundary);
  }

  // 4.1 prints and reads expressions inside the parentheses, 3.4 to 4.0 read them only without.
  std::string automatic_items() const {
    std::vector<std::string> items;
    std::size_t number = 0;
    const bool with_hidden = options_.version < kMultiExpressionSince;
    for (const PartitionItem& item : model_.partition.items) {
      const bool is_column = item.kind == PartitionItem::Kind::kColumn;
      if (is_column) {
        items.push_back(quote_identifier(item.text));
      } else {
        items.push_back(with_hidden ? quote_identifier(hidden_column_name(number++)) : item.text);
      }
    }
    const std::string joined = fmt::format("{}", fmt::join(items, ", "));
    const bool bare =
        has_expression_items() && !with_hidden && options_.version < kExpressionInListSince;
    return bare ? joined : "(" + joined + ")";
  }

  Status write_listed(const std::string& head) {
    out_ += "PARTITION BY " + head + "\n(";
    for (const NewPartition& partition : options_.partitions) {
      if (&partition != &options_.partitions.front()) out_ += ",\n";
      SRSYNC_ASSIGN_OR_RETURN(const std::string values,
                              writable_values(model_, partition.name, partition.values, &notes_));
      out_ += fmt::format("PARTITION {} {}", quote_identifier(partition.name), values);
      write_partition_properties(partition);
    }
    out_ += ")\n";
    return Status::ok();
  }

  void write_partition_properties(const NewPartition& partition) {
    for (const auto& [name, value] : partition.properties) {
      const bool is_replication = name == "replication_num";
      if (is_replication && !options_.replication_num) {
        out_ += fmt::format(" ({} = {})", quote_text(name), quote_text(value));
      } else if (!is_replication || value != std::to_string(*options_.replication_num)) {
        notes_.push_back(fmt::format("partition {}: property {} = {} left out: {}", partition.name,
                                     name, value,
                                     is_replication ? "set for the whole table on the target"
                                                    : "it describes the source's disks"));
      }
    }
  }

  void write_distribution() {
    const Distribution& distribution = model_.distribution;
    out_ += "DISTRIBUTED BY ";
    out_ += distribution.kind == Distribution::Kind::kRandom
                ? "RANDOM"
                : "HASH" + quote_identifiers(distribution.columns);
    out_ += fmt::format(" BUCKETS {}\n", buckets());
  }

  const TableModel& model_;
  const TargetOptions& options_;
  std::vector<std::string>& notes_;
  std::string out_;
};

}  // namespace

std::string column_clause(const Column& column) {
  std::string out = quote_identifier(column.name) + " " + writable_type(column.type);
  if (!column.aggregation.empty()) out += " " + column.aggregation;
  out += column.nullable ? " NULL" : " NOT NULL";
  if (column.auto_increment) out += " AUTO_INCREMENT";
  out += default_clause(column.default_value);
  if (!column.generated_as.empty()) out += " AS " + column.generated_as;
  return out + " COMMENT " + quote_text(column.comment);
}

Result<std::string> write_create_table(const TableModel& model, const TargetOptions& options,
                                       std::vector<std::string>* dropped_notes) {
  std::vector<std::string> unread;
  return TableWriter(model, options, dropped_notes != nullptr ? *dropped_notes : unread).write();
}

}  // namespace srsync::ddl
