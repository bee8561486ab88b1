// ALTER TABLE and ALTER DATABASE.
#include <algorithm>

#include "base/text.h"
#include "sandbox/alter_columns.h"
#include "sandbox/alter_jobs.h"
#include "sandbox/alter_partitions.h"
#include "sandbox/alter_views.h"
#include "sandbox/ddl_common.h"
#include "sandbox/tables.h"

namespace srsync::sandbox {
namespace {

// How SHOW MATERIALIZED VIEWS prints a rollup.
std::string rollup_text(const Table& table, const std::string& name,
                        const std::vector<std::string>& names) {
  std::vector<std::string> keys;
  std::vector<std::string> values;
  for (const Column& column : rollup_columns(table, names)) {
    (column.is_key ? keys : values).push_back(column.name);
  }
  std::vector<std::string> selected = keys;
  for (const std::string& value : values) selected.push_back("NONE(" + value + ")");
  return "create materialized view " + name + " as select " + join(selected, ",") + " from " +
         table.name + " group by " + join(keys, ",");
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
  start_rollup(scope.catalog, scope.now_ms, scope.database, scope.table, name, std::move(columns),
               rollup_text(scope.table, name, names));
  return ok(true);
}

Answer drop_rollup_clause(Session& session, Reader& reader, AlterScope& scope) {
  const std::string name = reader.name();
  if (!reader.ok() || !reader.at_end()) return syntax_error(session, reader);
  Table& table = scope.table;
  const auto found = std::ranges::find(table.indexes, name, &TableIndex::name);
  if (found == table.indexes.end() || !drop_rollup_index(table, found->id)) {
    return error(1064, "Rollup index[" + name + "] does not exist in table[" + table.name + "]");
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
    if (scope.table.partition_kind == PartitionKind::kNone) {
      return error(1064, "Table[" + scope.table.name +
                             "] is single partitioned. no need to rename partition name.");
    }
    if (scope.table.find_partition(to) != nullptr) {
      return error(1064, "Partition name[" + to + "] is already used");
    }
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

std::string constraint_list(const Table& table, const std::string& kind) {
  const auto found = table.properties.find(kind + "_constraints");
  return "[" + (found == table.properties.end() ? "" : found->second) + "]";
}

Answer swap_clause(Session& session, Reader& reader, AlterScope& scope) {
  const std::string name = reader.name();
  if (!reader.ok() || !reader.at_end()) return syntax_error(session, reader);
  Table* other = scope.database.find_table(name);
  if (other == nullptr || other->kind != TableKind::kOlap) {
    return error(1064, "Table " + name + " does not exist or is not OLAP/LAKE table");
  }
  for (const std::string kind : {"unique", "foreign_key"}) {
    const std::string mine = constraint_list(scope.table, kind);
    const std::string theirs = constraint_list(*other, kind);
    if (mine == theirs) continue;
    const std::string words = kind == "unique" ? "unique" : "foreign key";
    return error(1064, "Table " + name + " does not contain the same " + words +
                           " constraints, origin: " + mine + ", new: " + theirs);
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
  if (!reader.is("COLUMN", 1) && reader.accept("RENAME"))
    return rename_clause(session, reader, scope);
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
  if (reader.accept("RENAME COLUMN")) return rename_column(session, reader, scope);
  if (auto answer = column_clauses(session, reader, scope)) return *std::move(answer);
  if (reader.accept("ADD INDEX")) return add_index_clause(session, reader, scope);
  if (reader.accept("DROP INDEX")) return drop_index_clause(session, reader, scope);
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
  if (auto answer = materialized_view_statement(session, reader)) return answer;
  if (reader.accept("ALTER DATABASE")) return alter_database(session, reader);
  return std::nullopt;
}

}  // namespace srsync::sandbox
