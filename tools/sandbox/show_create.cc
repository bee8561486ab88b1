#include "base/text.h"
#include "sandbox/create_table.h"
#include "sandbox/tables.h"

namespace srsync::sandbox {
namespace {

std::vector<std::string> quoted(const std::vector<std::string>& names) {
  std::vector<std::string> out;
  out.reserve(names.size());
  for (const std::string& name : names) out.push_back(quote_name(name));
  return out;
}

std::string bound_list(const Bound& bound) {
  std::vector<std::string> parts;
  for (const Bound::Value& value : bound.values) {
    parts.push_back(value.is_max ? "MAXVALUE" : "\"" + value.text + "\"");
  }
  return "(" + join(parts, ", ") + ")";
}

std::string list_values(const Partition& partition) {
  std::vector<std::string> tuples;
  for (const auto& tuple : partition.list_values) {
    std::vector<std::string> values;
    // Unescaped, and NULL like the text 'NULL': as a real frontend prints them.
    for (const auto& value : tuple) values.push_back("'" + value.value_or("NULL") + "'");
    tuples.push_back(values.size() == 1 ? values[0] : "(" + join(values, ", ") + ")");
  }
  return "(" + join(tuples, ", ") + ")";
}

std::string partition_lines(const Table& table) {
  std::vector<std::string> lines;
  const bool list = is_list(table.partition_kind);
  for (const Partition& partition : table.partitions) {
    if (partition.is_temporary) continue;
    std::string line = (list ? "  PARTITION " : "PARTITION ") + partition.name + " VALUES ";
    line += list ? "IN " + list_values(partition)
                 : "[" + bound_list(partition.lower) + ", " + bound_list(partition.upper) + ")";
    if (partition.replication_num != table.default_replication_num()) {
      line += (list ? " (" : "(");
      line += "\"replication_num\" = \"" + std::to_string(partition.replication_num) + "\")";
    }
    lines.push_back(std::move(line));
  }
  return join(lines, ",\n");
}

std::string partition_clause(const Table& table) {
  const std::string columns = join(quoted(table.partition_columns), ", ");
  switch (table.partition_kind) {
    case PartitionKind::kNone:
      return "";
    case PartitionKind::kRange:
      return "PARTITION BY RANGE(" + columns + ")\n(" + partition_lines(table) + ")\n";
    case PartitionKind::kRangeExpr:
      return "PARTITION BY RANGE(" + table.partition_expression + ")\n(" + partition_lines(table) +
             ")\n";
    case PartitionKind::kList:
      return "PARTITION BY LIST(" + join(quoted(table.partition_columns), ",") + ")(\n" +
             partition_lines(table) + "\n)\n";
    case PartitionKind::kAutoRange:
      return "PARTITION BY " + table.partition_expression + "\n";
    case PartitionKind::kAutoList:
      if (!table.partition_expression.empty()) {
        return "PARTITION BY " + table.partition_expression + "\n";
      }
      return "PARTITION BY (" + join(quoted(table.partition_columns), ",") + ")\n";
  }
  return "";
}

std::string distribution_clause(const Table& table) {
  const std::string buckets =
      table.buckets > 0 ? " BUCKETS " + std::to_string(table.buckets) : std::string();
  if (table.random_distribution) return "DISTRIBUTED BY RANDOM" + buckets + "\n";
  return "DISTRIBUTED BY HASH(" + join(quoted(table.distribution_columns), ", ") + ")" + buckets +
         (buckets.empty() ? "\n" : " \n");
}

std::string properties_clause(const Table& table) {
  std::vector<std::string> lines;
  for (const auto& [key, value] : table.properties) {
    std::string escaped;
    for (char c : value) {
      if (c == '"') escaped += '\\';
      escaped += c;
    }
    lines.push_back("\"" + key + "\" = \"" + escaped + "\"");
  }
  return "PROPERTIES (\n" + join(lines, ",\n") + "\n);";
}

// On 4.1 the hidden columns of PARTITION BY expressions are not printed.
bool is_printed(const Table& table, const Column& column) {
  return table.partition_expression.empty() || table.partition_kind != PartitionKind::kAutoList ||
         !column.name.starts_with("__generated_partition_column_");
}

}  // namespace

std::string column_line(Version version, const Table& table, const Column& column) {
  std::string line = quote_name(column.name) + " " + column.type;
  if (!column.aggregate.empty()) line += " " + column.aggregate;
  line += column.is_nullable ? " NULL" : " NOT NULL";
  if (column.is_auto_increment) line += " AUTO_INCREMENT";
  if (column.default_text) line += " DEFAULT " + *column.default_text;
  if (!column.generated.empty()) line += " AS " + column.generated;
  // Comments of primary-key tables are not escaped before 4.0.
  const bool raw = table.keys == KeysType::kPrimary && version < Version::k4_0;
  return line + " COMMENT " + (raw ? "\"" + column.comment + "\"" : quote_double(column.comment));
}

std::string show_create(Version version, const Table& table) {
  if (table.kind != TableKind::kOlap) return table.definition;
  std::vector<std::string> lines;
  for (const Column& column : table.columns()) {
    if (is_printed(table, column)) lines.push_back("  " + column_line(version, table, column));
  }
  for (const IndexDef& index : table.index_defs) lines.push_back("  " + index.text);
  std::string text =
      "CREATE TABLE " + quote_name(table.name) + " (\n" + join(lines, ",\n") + "\n) ENGINE=OLAP \n";
  text += std::string(keys_clause(table.keys)) + "(" +
          join(quoted(key_columns(table.columns())), ", ") + ")\n";
  if (!table.comment.empty()) text += "COMMENT " + quote_double(table.comment) + "\n";
  text += partition_clause(table) + distribution_clause(table);
  if (!table.sort_key.empty()) text += "ORDER BY(" + join(quoted(table.sort_key), ", ") + ")\n";
  return text + properties_clause(table);
}

}  // namespace srsync::sandbox
