// ALTER TABLE and ALTER DATABASE.
#include <algorithm>

#include "base/text.h"
#include "sandbox/alter_jobs.h"
#include "sandbox/alter_partitions.h"
#include "sandbox/ddl_common.h"
#include "sandbox/tables.h"

namespace srsync::sandbox {
namespace {

bool is_fast(const Table& table) {
  const auto found = table.properties.find("fast_schema_evolution");
  return found != table.properties.end() && found->second == "true";
}

void place(std::vector<Column>& columns, Column column, Reader& reader) {
  auto at = columns.end();
  if (reader.accept("FIRST")) {
    at = columns.begin();
  } else if (reader.accept("AFTER")) {
    const std::string after = reader.name();
    at = std::ranges::find(columns, after, &Column::name);
    if (at == columns.end()) return reader.fail();
    ++at;
  } else if (column.is_key) {
    at = std::ranges::find(columns, false, &Column::is_key);
  }
  columns.insert(at, std::move(column));
}

Answer add_column(Session& session, Reader& reader, AlterScope& scope) {
  std::vector<Column> columns = scope.table.columns();
  const bool many = reader.accept("(");
  do {
    Column column;
    if (!read_column(reader, session.version(), column)) return syntax_error(session, reader);
    if (std::ranges::count(columns, column.name, &Column::name) > 0) {
      return analyze_error(1064, "Duplicate column name " + column.name);
    }
    place(columns, std::move(column), reader);
  } while (many && reader.accept(","));
  if (many) reader.expect(")");
  if (!reader.ok() || !reader.at_end()) return syntax_error(session, reader);
  change_columns(scope.catalog, scope.now_ms, scope.database, scope.table, std::move(columns),
                 scope.table.index_defs, is_fast(scope.table));
  return ok(true);
}

Answer drop_column(Session& session, Reader& reader, AlterScope& scope) {
  const std::string name = reader.name();
  if (!reader.ok() || !reader.at_end()) return syntax_error(session, reader);
  std::vector<Column> columns = scope.table.columns();
  if (std::erase_if(columns, [&](const Column& c) { return c.name == name; }) == 0) {
    return error(1064, "Column does not exists: " + name);
  }
  change_columns(scope.catalog, scope.now_ms, scope.database, scope.table, std::move(columns),
                 scope.table.index_defs, is_fast(scope.table));
  return ok(true);
}

Answer modify_column(Session& session, Reader& reader, AlterScope& scope) {
  Column column;
  if (!read_column(reader, session.version(), column) || !reader.at_end()) {
    return syntax_error(session, reader);
  }
  std::vector<Column> columns = scope.table.columns();
  const auto found = std::ranges::find(columns, column.name, &Column::name);
  if (found == columns.end()) return error(1064, "Column does not exists: " + column.name);
  column.is_key = found->is_key;
  *found = std::move(column);
  change_columns(scope.catalog, scope.now_ms, scope.database, scope.table, std::move(columns),
                 scope.table.index_defs, false);
  return ok(true);
}

Answer add_rollup_clause(Session& session, Reader& reader, AlterScope& scope) {
  const std::string name = reader.name();
  const std::vector<std::string> names = reader.name_list();
  if (reader.accept("FROM")) reader.name();
  if (!reader.ok() || !reader.at_end()) return syntax_error(session, reader);
  if (scope.table.keys == KeysType::kPrimary) {
    return error(1064, "Do not support add rollup on primary key table[" + scope.table.name + "]");
  }
  if (std::ranges::count(scope.table.indexes, name, &TableIndex::name) > 0) {
    return error(1064, "Rollup index[" + name + "] already exists");
  }
  std::vector<Column> columns = rollup_columns(scope.table, names);
  if (columns.empty()) return error(1064, "Column does not exist in the base table");
  start_rollup(scope.catalog, scope.now_ms, scope.database, scope.table, name, std::move(columns));
  return ok(true);
}

Answer drop_rollup_clause(Session& session, Reader& reader, AlterScope& scope) {
  const std::string name = reader.name();
  if (!reader.ok() || !reader.at_end()) return syntax_error(session, reader);
  Table& table = scope.table;
  const auto found = std::ranges::find(table.indexes, name, &TableIndex::name);
  if (found == table.indexes.end() || found == table.indexes.begin()) {
    return error(1064, "Rollup index[" + name + "] does not exist in table[" + table.name + "]");
  }
  const std::int64_t index_id = found->id;
  table.indexes.erase(found);
  for (Partition& partition : table.partitions) {
    std::erase_if(partition.indexes,
                  [&](const PartitionIndex& index) { return index.index_id == index_id; });
  }
  return ok(true);
}

void rename(Table& table, const std::string& name) {
  const std::string old = table.name;
  table.name = name;
  if (!table.indexes.empty()) table.indexes.front().name = name;
  if (table.partition_kind != PartitionKind::kNone) return;
  for (Partition& partition : table.partitions) {
    if (partition.name == old) partition.name = name;
  }
}

Answer rename_clause(Session& session, Reader& reader, AlterScope& scope) {
  if (reader.accept("PARTITION")) {
    const std::string from = reader.name();
    const std::string to = reader.name();
    if (!reader.ok() || !reader.at_end()) return syntax_error(session, reader);
    Partition* partition = scope.table.find_partition(from);
    if (partition == nullptr) return error(1064, "Partition[" + from + "] does not exists");
    partition->name = to;
    return ok(true);
  }
  const std::string name = reader.name();
  if (!reader.ok() || !reader.at_end()) return syntax_error(session, reader);
  if (scope.database.find_table(name) != nullptr) {
    return error(1064, "Table name[" + name + "] is already used");
  }
  rename(scope.table, name);
  return ok(true);
}

std::string constraint_list(const Table& table) {
  const auto found = table.properties.find("unique_constraints");
  return "[" + (found == table.properties.end() ? "" : found->second) + "]";
}

Answer swap_clause(Session& session, Reader& reader, AlterScope& scope) {
  const std::string name = reader.name();
  if (!reader.ok() || !reader.at_end()) return syntax_error(session, reader);
  Table* other = scope.database.find_table(name);
  if (other == nullptr || other->kind != TableKind::kOlap) {
    return error(1064, "Table " + name + " does not exist or is not OLAP/LAKE table");
  }
  const std::string mine = constraint_list(scope.table);
  const std::string theirs = constraint_list(*other);
  if (mine != theirs) {
    return error(1064, "Table " + name + " does not contain the same unique constraints, origin: " +
                           mine + ", new: " + theirs);
  }
  const std::string my_name = scope.table.name;
  rename(scope.table, name);
  rename(*other, my_name);
  return ok(true);
}

Answer set_clause(Session& session, Reader& reader, AlterScope& scope) {
  std::map<std::string, std::string> given;
  if (!read_properties(reader, given) || !reader.at_end()) return syntax_error(session, reader);
  auto checked = given;
  checked.erase("default.replication_num");
  checked.erase("default.storage_medium");
  std::string unknown = unknown_properties(session.version(), checked);
  for (std::string_view fixed : {"fast_schema_evolution", "compression", "storage_type"}) {
    const auto found = given.find(std::string(fixed));
    if (found != given.end()) unknown = "{" + found->first + "=" + found->second + "}";
  }
  if (!unknown.empty()) return analyze_error(5064, "Unknown properties: " + unknown);
  for (const auto& [key, value] : given) {
    const bool is_default = key.starts_with("default.");
    scope.table.properties[is_default ? key.substr(8) : key] = value;
  }
  return ok(true);
}

Answer clause(Session& session, Reader& reader, AlterScope& scope) {
  if (auto answer = partition_clause(session, reader, scope)) return *std::move(answer);
  if (reader.accept("RENAME")) return rename_clause(session, reader, scope);
  if (reader.accept("SWAP WITH")) return swap_clause(session, reader, scope);
  if (reader.accept("SET")) return set_clause(session, reader, scope);
  if (reader.accept("COMMENT")) {
    reader.expect("=");
    const std::string comment = reader.string();
    if (!reader.ok() || !reader.at_end()) return syntax_error(session, reader);
    scope.table.comment = comment;
    return ok(true);
  }
  if (scope.table.state != TableState::kNormal) {
    return operation_in_progress(session.version(), scope.table);
  }
  if (reader.accept("ADD COLUMN")) return add_column(session, reader, scope);
  if (reader.accept("DROP COLUMN")) return drop_column(session, reader, scope);
  if (reader.accept("MODIFY COLUMN")) return modify_column(session, reader, scope);
  if (reader.accept("ADD ROLLUP")) return add_rollup_clause(session, reader, scope);
  if (reader.accept("DROP ROLLUP")) return drop_rollup_clause(session, reader, scope);
  return syntax_error(session, reader);
}

Answer alter_table(Session& session, Reader& reader) {
  std::string db = session.db();
  std::string name;
  reader.qualified_name(db, name);
  if (!reader.ok()) return syntax_error(session, reader);
  if (db.empty()) return no_database_selected();
  const std::int64_t now = session.cluster().now_ms();
  return session.cluster().with([&](Catalog& catalog) {
    Database* database = catalog.find_database(db);
    if (database == nullptr) return no_such_database(db);
    Table* table = database->find_table(name);
    if (table == nullptr) return no_such_table(name);
    if (!may(session.user(), "ALTER", "TABLE", db, name))
      return access_denied(session, "ALTER", "TABLE " + name);
    if (table->kind != TableKind::kOlap) {
      return error(1064, "Do not support alter non-native table[" + name + "]");
    }
    AlterScope scope{catalog, *database, *table, now};
    return clause(session, reader, scope);
  });
}

Answer alter_database(Session& session, Reader& reader) {
  const std::string name = reader.name();
  reader.expect("SET");
  const bool data = reader.accept("DATA QUOTA");
  if (!data) reader.expect("REPLICA QUOTA");
  const std::string amount = reader.next().text;
  if (!reader.ok() || !reader.at_end()) return syntax_error(session, reader);
  return session.cluster().with([&](Catalog& catalog) {
    Database* database = catalog.find_database(name);
    if (database == nullptr) return no_such_database(name);
    const std::size_t digits = std::min(amount.find_first_not_of("0123456789"), amount.size());
    std::int64_t value = parse_int64(std::string_view(amount).substr(0, digits)).value_or(0);
    const std::string unit = to_lower(std::string_view(amount).substr(digits));
    for (std::string_view step : {"k", "m", "g", "t"}) {
      if (unit.empty()) break;
      value *= 1024;
      if (unit.starts_with(step)) break;
    }
    (data ? database->quota_bytes : database->replica_quota) = value;
    return ok(true);
  });
}

}  // namespace

std::optional<Answer> alter_statement(Session& session, Reader& reader) {
  if (reader.accept("ALTER TABLE")) return alter_table(session, reader);
  if (reader.accept("ALTER DATABASE")) return alter_database(session, reader);
  return std::nullopt;
}

}  // namespace srsync::sandbox
