#include "sandbox/create_table.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "sandbox/automatic_partitions.h"
#include "sandbox/dates.h"
#include "sandbox/tables.h"

namespace srsync::sandbox {
namespace {

constexpr std::array<std::string_view, 9> kAggregates = {"SUM",
                                                         "MIN",
                                                         "MAX",
                                                         "REPLACE",
                                                         "REPLACE_IF_NOT_NULL",
                                                         "HLL_UNION",
                                                         "BITMAP_UNION",
                                                         "PERCENTILE_UNION",
                                                         "NONE"};

std::string fixed_type(std::string_view word, Version version) {
  if (word == "int" || word == "integer") return "int(11)";
  if (word == "tinyint") return "tinyint(4)";
  if (word == "smallint") return "smallint(6)";
  if (word == "bigint") return "bigint(20)";
  if (word == "largeint") return "largeint(40)";
  if (word == "string" || word == "text") return "varchar(65533)";
  if (word == "boolean" || word == "bool") return "boolean";
  if (word == "varbinary" || word == "binary") {
    return version == Version::k4_1 ? "varbinary(1048576)" : "varbinary";
  }
  if (word == "varchar") return "varchar(1)";
  if (word == "char") return "char(1)";
  if (word == "decimal" || word == "numeric") return "decimal(10, 0)";
  return std::string(word);
}

// With a length in parentheses: "varchar(20)", "decimal(18, 2)", "int(11)".
std::string sized_type(std::string_view word, const std::vector<std::string>& arguments,
                       Version version) {
  if (word.starts_with("decimal") || word == "numeric") {
    return "decimal(" + arguments[0] + ", " + (arguments.size() > 1 ? arguments[1] : "0") + ")";
  }
  if (word == "binary") return "varbinary(" + arguments[0] + ")";
  if (word == "varchar" || word == "char" || word == "varbinary") {
    return std::string(word) + "(" + arguments[0] + ")";
  }
  return fixed_type(word, version);
}

std::string read_nested_type(Reader& reader, std::string_view word, Version version) {
  std::string out = std::string(word) + "<";
  reader.expect("<");
  for (bool first = true; reader.ok(); first = false) {
    if (word == "struct") {
      if (!first) out += ", ";
      const bool quoted = reader.peek().kind == TokenKind::kQuoted;
      const std::string field = reader.name();
      (void)quoted;
      out += field + " ";
      reader.accept(":");
    } else if (!first) {
      out += ",";
    }
    out += read_type(reader, version);
    if (!reader.accept(",")) break;
  }
  reader.expect(">");
  return out + ">";
}

void read_default(Reader& reader, Column& column) {
  if (reader.accept("NULL")) return;
  if (reader.peek().kind == TokenKind::kString) {
    column.default_text = quote_double(reader.string());
  } else if (reader.accept("CURRENT_TIMESTAMP")) {
    column.default_text = "CURRENT_TIMESTAMP";
    if (reader.is("(")) {
      const std::string argument = reader.raw_parentheses();
      if (argument != "()") *column.default_text += argument;
    }
  } else if (reader.is("(")) {
    column.default_text = reader.raw_parentheses();
  } else {
    column.default_text = quote_double(reader.next().text);
  }
}

void read_keys(Reader& reader, CreateTable& create) {
  Table& table = create.table;
  static constexpr std::pair<std::string_view, KeysType> kKinds[] = {
      {"DUPLICATE KEY", KeysType::kDuplicate},
      {"AGGREGATE KEY", KeysType::kAggregate},
      {"UNIQUE KEY", KeysType::kUnique},
      {"PRIMARY KEY", KeysType::kPrimary}};
  for (const auto& [words, kind] : kKinds) {
    if (!reader.accept(words)) continue;
    table.keys = kind;
    create.named_keys = true;
    for (const std::string& key : reader.name_list()) {
      for (Column& column : table.indexes.front().columns) {
        if (!equals_ignore_case(column.name, key)) continue;
        column.is_key = true;
        if (kind == KeysType::kPrimary) column.is_nullable = false;
      }
    }
    return;
  }
}

void read_partition_list(Reader& reader, CreateTable& create) {
  if (!reader.accept("(")) return;
  while (reader.ok() && !reader.accept(")")) {
    if (reader.is("START")) {
      if (!read_batch(reader, create.table, create.partitions)) reader.fail();
    } else {
      reader.expect("PARTITION");
      Partition partition;
      partition.buckets = 0;
      partition.replication_num = 0;
      if (!read_partition(reader, create.table, partition)) reader.fail();
      create.partitions.push_back(std::move(partition));
    }
    if (!reader.is(")")) reader.expect(",");
  }
}

// The columns that an expression names: those of the table, in the order of the text.
std::vector<std::string> columns_in(const Table& table, std::string_view expression) {
  std::vector<std::string> names;
  for (const Token& token : tokenize(expression)) {
    if (token.kind != TokenKind::kWord && token.kind != TokenKind::kQuoted) continue;
    for (const Column& column : table.columns()) {
      if (equals_ignore_case(column.name, token.text)) names.push_back(column.name);
    }
  }
  return names;
}

// RANGE (...) and LIST (...).
void read_explicit_partitioning(Reader& reader, CreateTable& create, bool range) {
  Table& table = create.table;
  const bool is_expression = range && reader.is("(", 2);
  if (is_expression) {
    const std::string text = reader.raw_parentheses();
    table.partition_kind = PartitionKind::kRangeExpr;
    table.partition_expression = std::string(trim(text.substr(1, text.size() - 2)));
    table.partition_columns = columns_in(table, table.partition_expression);
  } else {
    table.partition_kind = range ? PartitionKind::kRange : PartitionKind::kList;
    table.partition_columns = reader.name_list();
  }
  read_partition_list(reader, create);
}

// "(a, b)" or "(date_trunc('month', dt), a)".
void read_automatic_list(Reader& reader, Version version, CreateTable& create) {
  Table& table = create.table;
  table.partition_kind = PartitionKind::kAutoList;
  const std::size_t at = reader.position();
  const std::string text = reader.raw_parentheses();
  if (text.find('(', 1) == std::string::npos) {
    reader.rewind(at);
    table.partition_columns = reader.name_list();
    return;
  }
  if (version == Version::k3_3) return reader.fail();
  int number = 0;
  Reader parts(std::string_view(text).substr(1, text.size() - 2));
  while (parts.ok() && !parts.at_end()) {
    const bool is_call = parts.is("(", 1);
    const std::string part = parts.raw_until({","});
    parts.accept(",");
    if (!is_call) {
      table.partition_columns.push_back(Reader(part).name());
      continue;
    }
    Column generated;
    generated.name = "__generated_partition_column_" + std::to_string(number++);
    generated.type = "datetime";
    generated.generated = part;
    table.partition_columns.push_back(generated.name);
    table.indexes.front().columns.push_back(std::move(generated));
  }
  if (version == Version::k4_1) table.partition_expression = text;
}

void read_partitioning(Reader& reader, Version version, CreateTable& create) {
  if (!reader.accept("PARTITION BY")) return;
  Table& table = create.table;
  if (reader.accept("RANGE")) return read_explicit_partitioning(reader, create, true);
  if (reader.accept("LIST")) return read_explicit_partitioning(reader, create, false);
  if (reader.is("(")) return read_automatic_list(reader, version, create);
  if (!reader.is("(", 1)) {  // PARTITION BY a, b
    table.partition_kind = PartitionKind::kAutoList;
    do {
      table.partition_columns.push_back(reader.name());
    } while (reader.accept(","));
    return;
  }
  table.partition_kind = PartitionKind::kAutoRange;
  const Token function = reader.next();
  const std::string arguments = reader.raw_parentheses();
  const std::string name = to_lower(function.text);
  table.partition_expression = printed_slice(name + arguments);
  if (name == "time_slice" && reader.is("(")) {
    // Statements of one line: nobody else writes this.
    create.refusal = "Getting syntax error from line 1, column " + std::to_string(function.begin) +
                     " to line 1, column " + std::to_string(function.end + arguments.size() - 1) +
                     ". Detail message: time_slice does not support pre-created partitions.";
  }
  table.partition_columns = columns_in(table, table.partition_expression);
  if (table.partition_columns.empty()) return reader.fail();
  read_partition_list(reader, create);
}

void read_distribution(Reader& reader, Table& table) {
  if (!reader.accept("DISTRIBUTED BY")) {
    table.random_distribution = true;
    return;
  }
  if (reader.accept("RANDOM")) {
    table.random_distribution = true;
  } else {
    reader.expect("HASH");
    table.distribution_columns = reader.name_list();
  }
  if (reader.accept("BUCKETS")) table.buckets = static_cast<int>(reader.number());
}

void read_rollups(Reader& reader, CreateTable& create) {
  if (!reader.accept("ROLLUP")) return;
  reader.expect("(");
  do {
    std::string name = reader.name();
    create.rollups.emplace_back(std::move(name), reader.name_list());
  } while (reader.accept(","));
  reader.expect(")");
}

// The parentheses after the table's name.
void read_elements(Reader& reader, Version version, Table& table) {
  reader.expect("(");
  do {
    if (reader.is("INDEX") && !reader.is(",", 1)) {
      reader.next();
      IndexDef index;
      if (!read_index(reader, index)) reader.fail();
      table.index_defs.push_back(std::move(index));
      continue;
    }
    Column column;
    if (!read_column(reader, version, column)) reader.fail();
    table.indexes.front().columns.push_back(std::move(column));
  } while (reader.accept(","));
  reader.expect(")");
}

// A table without a key clause: the first columns, up to three, are the keys.
void choose_keys(Table& table) {
  auto& columns = table.indexes.front().columns;
  const bool aggregates =
      std::ranges::any_of(columns, [](const Column& c) { return !c.aggregate.empty(); });
  if (aggregates) table.keys = KeysType::kAggregate;
  int count = 0;
  for (Column& column : columns) {
    const bool wide = column.type.find('<') != std::string::npos || column.type == "json" ||
                      column.type == "double" || column.type == "float";
    if (!column.aggregate.empty() || (!aggregates && (count == 3 || wide))) break;
    column.is_key = true;
    ++count;
  }
}

void set_default_properties(Version version, Table& table) {
  auto& properties = table.properties;
  properties.emplace("compression", "LZ4");
  properties.emplace("fast_schema_evolution", "true");
  properties.emplace("replicated_storage", "true");
  properties.emplace("replication_num", "3");
  if (table.keys == KeysType::kPrimary) properties.emplace("enable_persistent_index", "true");
  if (table.random_distribution) {
    properties.emplace("bucket_size", version == Version::k4_1 ? "1073741824" : "4294967296");
  }
}

bool read_external(Reader& reader, CreateTable& create) {
  Table& table = create.table;
  table.kind = TableKind::kExternal;
  reader.raw_parentheses();
  reader.expect("ENGINE");
  reader.accept("=");
  std::string kind = reader.name();
  std::ranges::transform(kind, kind.begin(), [](unsigned char c) { return std::toupper(c); });
  table.external_kind = kind;
  table.indexes.clear();
  reader.rest();
  return reader.ok();
}

}  // namespace

std::string read_type(Reader& reader, Version version) {
  const std::string word = to_lower(reader.name());
  if (reader.is("<")) return read_nested_type(reader, word, version);
  if (!reader.is("(")) return fixed_type(word, version);
  reader.next();
  std::vector<std::string> arguments;
  do {
    arguments.push_back(reader.next().text);
  } while (reader.accept(","));
  reader.expect(")");
  return sized_type(word, arguments, version);
}

bool read_column(Reader& reader, Version version, Column& column) {
  column.name = reader.name();
  column.type = read_type(reader, version);
  if (reader.accept("KEY")) column.is_key = true;
  for (std::string_view aggregate : kAggregates) {
    if (reader.accept(aggregate)) column.aggregate = aggregate;
  }
  // "avg(bigint(20))": the state of an aggregate function.
  if (reader.peek().kind == TokenKind::kWord && reader.is("(", 1) && !reader.is("AS")) {
    const std::string function = reader.next().text;
    column.aggregate = to_lower(function) + reader.raw_parentheses();
    if (column.type == "varbinary(1048576)") column.type = "varbinary";
  }
  for (bool more = true; more && reader.ok();) {
    if (reader.accept("NOT NULL")) {
      column.is_nullable = false;
    } else if (reader.accept("NULL")) {
      column.is_nullable = true;
    } else if (reader.accept("KEY")) {
      column.is_key = true;
    } else if (reader.accept("AUTO_INCREMENT")) {
      column.is_auto_increment = true;
    } else if (reader.accept("DEFAULT")) {
      read_default(reader, column);
    } else if (reader.accept("AS")) {
      column.generated = reader.raw_until({"COMMENT", ",", ")"});
    } else if (reader.accept("COMMENT")) {
      column.comment = reader.string();
    } else {
      more = false;
    }
  }
  const bool typed_default =
      column.default_text && (column.type == "bitmap" || column.type == "hll");
  if (typed_default) column.default_text.reset();
  if (version == Version::k4_1 && column.type == "boolean" && column.default_text) {
    if (*column.default_text == "\"true\"") column.default_text = "\"1\"";
    if (*column.default_text == "\"false\"") column.default_text = "\"0\"";
  }
  return reader.ok();
}

bool read_index(Reader& reader, IndexDef& index) {
  index.name = reader.name();
  std::vector<std::string> columns;
  for (const std::string& name : reader.name_list()) columns.push_back(quote_name(name));
  std::string text = "INDEX " + index.name + " (" + join(columns, ", ") + ") USING ";
  if (reader.accept("USING")) {
    std::string kind = reader.name();
    std::ranges::transform(kind, kind.begin(), [](unsigned char c) { return std::toupper(c); });
    text += kind;
  } else {
    text += "BITMAP";
  }
  std::map<std::string, std::string> properties;
  if (reader.is("(") && !read_properties(reader, properties)) return false;
  if (text.ends_with("NGRAMBF")) {
    properties.emplace("bloom_filter_fpp", "0.05");
    properties.emplace("case_sensitive", "true");
  }
  if (!properties.empty()) {
    std::vector<std::string> parts;
    for (const auto& [key, value] : properties) {
      parts.push_back(quote_double(key) + " = " + quote_double(value));
    }
    text += "(" + join(parts, ", ") + ")";
  }
  std::string comment;
  if (reader.accept("COMMENT")) comment = reader.string();
  index.text = text + " COMMENT '" + comment + "'";
  return reader.ok();
}

bool read_properties(Reader& reader, std::map<std::string, std::string>& properties) {
  reader.expect("(");
  while (reader.ok() && !reader.accept(")")) {
    const std::string key = reader.string();
    reader.expect("=");
    properties[key] = reader.next().text;
    if (!reader.is(")")) reader.expect(",");
  }
  return reader.ok();
}

bool read_create_table(Reader& reader, Version version, CreateTable& create) {
  reader.expect("CREATE");
  const bool external = reader.accept("EXTERNAL");
  reader.expect("TABLE");
  create.if_not_exists = reader.accept("IF NOT EXISTS");
  Table& table = create.table;
  reader.qualified_name(create.db, table.name);
  if (!reader.ok()) return false;
  if (external) {
    const std::string name = create.db.empty() ? table.name : create.db + "." + table.name;
    const std::size_t from = reader.peek().begin;
    table.definition = "CREATE EXTERNAL TABLE " + quote_name(table.name) + " " +
                       std::string(reader.sql().substr(from));
    return read_external(reader, create);
  }
  TableIndex base;
  base.name = table.name;
  table.indexes.push_back(std::move(base));
  read_elements(reader, version, table);
  if (reader.accept("ENGINE")) {
    reader.accept("=");
    if (!equals_ignore_case(reader.name(), "OLAP")) reader.fail();
  }
  read_keys(reader, create);
  if (!create.named_keys) choose_keys(table);
  if (reader.accept("COMMENT")) table.comment = reader.string();
  read_partitioning(reader, version, create);
  read_distribution(reader, table);
  if (reader.accept("ORDER BY")) table.sort_key = reader.name_list();
  read_rollups(reader, create);
  if (reader.accept("PROPERTIES")) read_properties(reader, table.properties);
  set_default_properties(version, table);
  if (!reader.at_end()) reader.fail();
  return reader.ok();
}

}  // namespace srsync::sandbox
