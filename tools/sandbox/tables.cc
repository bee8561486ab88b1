#include "sandbox/tables.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "sandbox/cluster.h"
#include "sandbox/lexer.h"

namespace srsync::sandbox {
namespace {

bool is_number_type(std::string_view type) { return type.ends_with("INT"); }

int compare_numbers(std::string_view a, std::string_view b) {
  const bool negative_a = a.starts_with('-');
  const bool negative_b = b.starts_with('-');
  if (negative_a != negative_b) return negative_a ? -1 : 1;
  const auto digits = [](std::string_view text) {
    while (text.size() > 1 && (text.front() == '-' || text.front() == '0')) text.remove_prefix(1);
    return text;
  };
  const std::string_view x = digits(a);
  const std::string_view y = digits(b);
  const int order = x.size() != y.size() ? (x.size() < y.size() ? -1 : 1) : x.compare(y);
  return negative_a ? -order : order;
}

std::uint32_t fnv1a(std::uint32_t hash, std::string_view text) {
  for (char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  return hash;
}

// JSON as Gson prints it: HTML characters escaped.
std::string json_text(std::string_view text) {
  const std::string plain =
      nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  std::string out;
  for (char c : plain) {
    switch (c) {
      case '\'':
        out += "\\u0027";
        break;
      case '<':
        out += "\\u003c";
        break;
      case '>':
        out += "\\u003e";
        break;
      case '&':
        out += "\\u0026";
        break;
      case '=':
        out += "\\u003d";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string bound_text(const Table& table, const Bound& bound) {
  std::vector<std::string> types;
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < bound.values.size(); ++i) {
    types.push_back(range_type_of(table, i));
    keys.push_back(bound.values[i].is_max ? "MAXVALUE" : bound.values[i].text);
  }
  return "types: [" + join(types, ", ") + "]; keys: [" + join(keys, ", ") + "]; ";
}

}  // namespace

PartitionIndex make_tablets(Catalog& catalog, std::int64_t index_id, int buckets,
                            int replication_num) {
  PartitionIndex index;
  index.index_id = index_id;
  for (int bucket = 0; bucket < buckets; ++bucket) {
    Tablet tablet;
    tablet.id = catalog.new_id();
    const auto first = static_cast<std::size_t>(tablet.id);
    for (int i = 0; i < replication_num; ++i) {
      const std::size_t at = (first + static_cast<std::size_t>(i)) % catalog.backends.size();
      tablet.replicas.push_back({catalog.new_id(), catalog.backends[at].id});
    }
    index.tablets.push_back(std::move(tablet));
  }
  return index;
}

std::vector<Partition>::iterator position_of(Table& table, const Partition& partition) {
  if (!is_range(table.partition_kind)) return table.partitions.end();
  return std::ranges::find_if(table.partitions, [&](const Partition& other) {
    if (other.is_temporary != partition.is_temporary) return other.is_temporary;
    return compare_bounds(table, partition.lower, other.lower) < 0;
  });
}

std::string range_type_of(const Table& table, std::size_t column) {
  if (table.partition_kind == PartitionKind::kRangeExpr) {
    return table.partition_expression.starts_with("str2date") ? "DATE" : "DATETIME";
  }
  if (column >= table.partition_columns.size()) return "INT";
  for (const Column& candidate : table.columns()) {
    if (!equals_ignore_case(candidate.name, table.partition_columns[column])) continue;
    std::string type = candidate.type.substr(0, candidate.type.find('('));
    std::ranges::transform(type, type.begin(), [](unsigned char c) { return std::toupper(c); });
    return type;
  }
  return "INT";
}

std::string smallest_value(std::string_view range_type) {
  if (range_type == "DATE") return "0000-01-01";
  if (range_type == "DATETIME") return "0000-01-01 00:00:00";
  if (range_type == "TINYINT") return "-128";
  if (range_type == "SMALLINT") return "-32768";
  if (range_type == "INT") return "-2147483648";
  if (range_type == "BIGINT") return "-9223372036854775808";
  return "-170141183460469231731687303715884105728";
}

int compare_bounds(const Table& table, const Bound& a, const Bound& b) {
  for (std::size_t i = 0; i < std::min(a.values.size(), b.values.size()); ++i) {
    const Bound::Value& x = a.values[i];
    const Bound::Value& y = b.values[i];
    if (x.is_max || y.is_max) {
      if (x.is_max != y.is_max) return x.is_max ? 1 : -1;
      continue;
    }
    const bool numbers = is_number_type(range_type_of(table, i));
    const int order = numbers ? compare_numbers(x.text, y.text) : x.text.compare(y.text);
    if (order != 0) return order;
  }
  return 0;
}

std::string range_text(const Table& table, const Partition& partition) {
  return "[" + bound_text(table, partition.lower) + ".." + bound_text(table, partition.upper) + ")";
}

std::string list_text(Version version, const Partition& partition) {
  std::vector<std::string> tuples;
  for (const auto& tuple : partition.list_values) {
    std::vector<std::string> values;
    for (const auto& value : tuple) {
      const std::string text = value.value_or("NULL");
      values.push_back(version == Version::k3_3 ? "'" + text + "'" : json_text(text));
    }
    if (version != Version::k3_3) {
      tuples.push_back("[" + join(values, ",") + "]");
    } else {
      tuples.push_back(values.size() == 1 ? values[0] : "(" + join(values, ", ") + ")");
    }
  }
  return version == Version::k3_3 ? "(" + join(tuples, ", ") + ")" : "[" + join(tuples, ",") + "]";
}

bool is_range(PartitionKind kind) {
  return kind == PartitionKind::kRange || kind == PartitionKind::kAutoRange ||
         kind == PartitionKind::kRangeExpr;
}

bool is_list(PartitionKind kind) {
  return kind == PartitionKind::kList || kind == PartitionKind::kAutoList;
}

std::string_view partition_type_name(PartitionKind kind) {
  switch (kind) {
    case PartitionKind::kNone:
      return "UNPARTITIONED";
    case PartitionKind::kRange:
      return "RANGE";
    case PartitionKind::kAutoRange:
      return "EXPR_RANGE";
    case PartitionKind::kRangeExpr:
      return "EXPR_RANGE_V2";
    case PartitionKind::kList:
    case PartitionKind::kAutoList:
      return "LIST";
  }
  return "";
}

std::string_view partition_value_header(PartitionKind kind) {
  return is_list(kind) ? "List" : "Range";
}

std::int32_t schema_hash_of(const Table& table, const std::vector<Column>& columns) {
  std::uint32_t hash = 2166136261U;
  for (const Column& column : columns) {
    hash = fnv1a(hash, column.name + "|" + column.type + "|" + column.aggregate +
                           (column.is_nullable ? "|null" : "|not null") +
                           (column.is_key ? "|key" : ""));
  }
  hash = fnv1a(hash, keys_type_name(table.keys));
  return static_cast<std::int32_t>(hash & 0x7fffffffU);
}

int short_key_columns_of(const Table& table, const std::vector<Column>& columns) {
  int count = 0;
  int bytes = 0;
  const auto keys = table.sort_key.empty() || &columns != &table.columns() ? key_columns(columns)
                                                                           : table.sort_key;
  for (const std::string& key : keys) {
    const auto column = std::ranges::find(columns, key, &Column::name);
    if (column == columns.end() || count == 3) break;
    const std::string& type = column->type;
    if (type.starts_with("float") || type.starts_with("double")) break;
    if (type.starts_with("varchar")) {
      ++count;
      break;
    }
    const bool wide = type.starts_with("largeint") || type.starts_with("decimal");
    const bool small = type.starts_with("int") || type.starts_with("date(") || type == "date";
    bytes += wide ? 16 : (small ? 4 : 8);
    if (bytes > 36) break;
    ++count;
  }
  return std::max(count, 1);
}

std::vector<std::string> key_columns(const std::vector<Column>& columns) {
  std::vector<std::string> names;
  for (const Column& column : columns) {
    if (column.is_key) names.push_back(column.name);
  }
  return names;
}

std::string_view keys_clause(KeysType keys) {
  switch (keys) {
    case KeysType::kDuplicate:
      return "DUPLICATE KEY";
    case KeysType::kAggregate:
      return "AGGREGATE KEY";
    case KeysType::kUnique:
      return "UNIQUE KEY";
    case KeysType::kPrimary:
      return "PRIMARY KEY";
  }
  return "";
}

std::string_view keys_type_name(KeysType keys) {
  switch (keys) {
    case KeysType::kDuplicate:
      return "DUP_KEYS";
    case KeysType::kAggregate:
      return "AGG_KEYS";
    case KeysType::kUnique:
      return "UNIQUE_KEYS";
    case KeysType::kPrimary:
      return "PRIMARY_KEYS";
  }
  return "";
}

int automatic_buckets(const Catalog& catalog, const Table& table) {
  return table.random_distribution ? static_cast<int>(catalog.backends.size()) : 16;
}

Table& store_table(Catalog& catalog, std::int64_t now_ms, Database& database, Table table,
                   std::vector<Partition> partitions) {
  table.id = catalog.new_id();
  table.created_ms = now_ms;
  for (TableIndex& index : table.indexes) {
    index.id = catalog.new_id();
    index.schema_hash = schema_hash_of(table, index.columns);
    index.short_key_columns = short_key_columns_of(table, index.columns);
  }
  const std::int64_t id = table.id;
  Table& stored = database.tables.emplace(id, std::move(table)).first->second;
  const bool has_data =
      stored.kind == TableKind::kOlap || stored.kind == TableKind::kMaterializedView;
  if (has_data && stored.partition_kind == PartitionKind::kNone) {
    Partition whole;
    whole.name = stored.name;
    whole.replication_num = stored.default_replication_num();
    partitions = {std::move(whole)};
  }
  const int buckets = stored.buckets > 0 ? stored.buckets : automatic_buckets(catalog, stored);
  for (Partition& partition : partitions) {
    if (partition.buckets <= 0 || stored.partition_kind == PartitionKind::kNone) {
      partition.buckets = buckets;
    }
    add_partition(catalog, now_ms, stored, std::move(partition));
  }
  return stored;
}

TableIndex& add_rollup(Catalog& catalog, Table& table, std::int64_t index_id, std::string name,
                       std::vector<Column> columns) {
  TableIndex index;
  index.id = index_id;
  index.name = std::move(name);
  index.columns = std::move(columns);
  index.schema_hash = schema_hash_of(table, index.columns);
  index.short_key_columns = short_key_columns_of(table, index.columns);
  table.indexes.push_back(std::move(index));
  for (Partition& partition : table.partitions) {
    partition.indexes.push_back(
        make_tablets(catalog, index_id, partition.buckets, partition.replication_num));
  }
  return table.indexes.back();
}

bool drop_rollup_index(Table& table, std::int64_t index_id) {
  const auto found = std::ranges::find(table.indexes, index_id, &TableIndex::id);
  if (found == table.indexes.end() || found == table.indexes.begin()) return false;
  table.indexes.erase(found);
  for (Partition& partition : table.partitions) {
    std::erase_if(partition.indexes,
                  [&](const PartitionIndex& index) { return index.index_id == index_id; });
  }
  return true;
}

Partition empty_copy_of(const Partition& old) {
  Partition fresh;
  fresh.name = old.name;
  fresh.is_temporary = old.is_temporary;
  fresh.lower = old.lower;
  fresh.upper = old.upper;
  fresh.list_values = old.list_values;
  fresh.buckets = old.buckets;
  fresh.replication_num = old.replication_num;
  return fresh;
}

void replace_partitions(Table& table, const std::vector<std::string>& names,
                        const std::vector<std::string>& temporary_names) {
  std::vector<Partition> promoted;
  for (std::size_t i = 0; i < temporary_names.size(); ++i) {
    const Partition* found = table.find_partition(temporary_names[i], true);
    if (found == nullptr) continue;
    promoted.push_back(*found);
    promoted.back().is_temporary = false;
    if (names.size() == temporary_names.size()) promoted.back().name = names[i];
  }
  std::erase_if(table.partitions, [&](const Partition& partition) {
    const auto& doomed = partition.is_temporary ? temporary_names : names;
    return std::ranges::count(doomed, partition.name) > 0;
  });
  for (Partition& partition : promoted) {
    const auto position = position_of(table, partition);
    table.partitions.insert(position, std::move(partition));
  }
}

void apply_alter(Catalog& catalog, Table& table, const AlterJob& job) {
  if (job.is_rollup) {
    add_rollup(catalog, table, job.index_id, job.index_name, job.new_columns).definition =
        job.definition;
    return;
  }
  TableIndex& base = table.indexes.front();
  base.columns = job.new_columns;
  table.index_defs = job.new_index_defs;
  if (job.index_id == base.id) return;
  base.id = job.index_id;
  base.schema_hash = job.schema_hash;
  base.schema_version = job.schema_version;
  for (Partition& partition : table.partitions) {
    partition.indexes.front() =
        make_tablets(catalog, base.id, partition.buckets, partition.replication_num);
  }
}

std::int64_t shown_bytes(const Partition& partition) {
  return partition.bytes * partition.replication_num *
         static_cast<std::int64_t>(partition.indexes.size());
}

std::int64_t shown_rows(const Partition& partition) {
  return partition.rows * static_cast<std::int64_t>(partition.indexes.size());
}

}  // namespace srsync::sandbox
