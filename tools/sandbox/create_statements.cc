// CREATE DATABASE, TABLE, VIEW, MATERIALIZED VIEW and INDEX.
#include <algorithm>

#include "base/text.h"
#include "sandbox/alter_jobs.h"
#include "sandbox/ddl_common.h"
#include "sandbox/tables.h"

namespace srsync::sandbox {
namespace {

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

Answer create_database(Session& session, Reader& reader) {
  const bool if_not_exists = reader.accept("IF NOT EXISTS");
  const std::string name = reader.name();
  if (!reader.ok() || !reader.at_end()) return syntax_error(session, reader);
  if (!may(session.user(), "CREATE DATABASE", "CATALOG")) {
    return access_denied(session, "CREATE DATABASE", "CATALOG default_catalog");
  }
  if (!is_ascii(name)) return analyze_error(1102, "Incorrect database name '" + name + "'");
  return session.cluster().with([&](Catalog& catalog) {
    if (catalog.find_database(name) != nullptr) {
      if (if_not_exists) return ok();
      return error(1007, "Can't create database '" + name + "'; database exists");
    }
    Database database;
    database.id = catalog.new_id();
    database.name = name;
    const std::int64_t id = database.id;
    catalog.databases.emplace(id, std::move(database));
    return ok(true);
  });
}

std::string alive_backends(const Catalog& catalog) {
  std::vector<std::string> ids;
  for (const Backend& backend : catalog.backends) {
    if (backend.is_alive) ids.push_back(std::to_string(backend.id));
  }
  return "[" + join(ids, ",") + "]";
}

std::optional<Answer> check_properties(const Catalog& catalog, const CreateTable& create) {
  const Table& table = create.table;
  const auto alive = std::ranges::count(catalog.backends, true, &Backend::is_alive);
  if (table.default_replication_num() > alive) {
    return analyze_error(
        1064,
        "Table replication num should be less than of equal to the number of available BE nodes. "
        "You can change this default by setting the replication_num table properties. Current "
        "alive backend is " +
            alive_backends(catalog) + ".");
  }
  const std::string unknown = unknown_properties(catalog.version, table.properties);
  if (!unknown.empty()) return error(1064, "Unknown properties: " + unknown);
  const auto index = table.properties.find("enable_persistent_index");
  if (catalog.version >= Version::k3_5 && table.keys == KeysType::kPrimary &&
      index != table.properties.end() && index->second == "false") {
    return error(1064,
                 "In-Memory index is not supported, please create table with persistent index");
  }
  return std::nullopt;
}

std::optional<Answer> check_partitions(Version version, CreateTable& create) {
  Table scratch = create.table;
  for (Partition& partition : create.partitions) {
    if (partition.replication_num == 0) {
      partition.replication_num = create.table.default_replication_num();
    }
    const bool many_max = partition.upper.values.size() > 1 &&
                          std::ranges::any_of(partition.upper.values, &Bound::Value::is_max);
    if (many_max) {
      return analyze_error(1064, "Not support MAXVALUE in multi partition range values.");
    }
    if (auto refusal = check_new_partition(version, scratch, partition)) return refusal;
    scratch.partitions.insert(position_of(scratch, partition), partition);
  }
  return std::nullopt;
}

Answer store(Catalog& catalog, std::int64_t now, Database& database, CreateTable create) {
  auto rollups = std::move(create.rollups);
  // Printed by the frontend, and refused by it.
  if (create.table.properties.contains("binlog_enable")) {
    create.table.properties.emplace("binlog_version", "0");
  }
  Table& table =
      store_table(catalog, now, database, std::move(create.table), std::move(create.partitions));
  for (auto& [name, columns] : rollups) {
    add_rollup(catalog, table, catalog.new_id(), name, rollup_columns(table, columns));
  }
  return ok(true);
}

Answer create_table(Session& session, Reader& reader) {
  CreateTable create;
  create.db = session.db();
  if (!read_create_table(reader, session.version(), create)) return syntax_error(session, reader);
  if (!create.refusal.empty()) return error(1064, create.refusal);
  if (create.db.empty()) return no_database_selected();
  const std::int64_t now = session.cluster().now_ms();
  return session.cluster().with([&](Catalog& catalog) {
    Database* database = catalog.find_database(create.db);
    if (database == nullptr) return no_such_database(create.db);
    if (!may(session.user(), "CREATE TABLE", "DATABASE", create.db)) {
      return access_denied(session, "CREATE TABLE", "DATABASE " + create.db);
    }
    if (database->find_table(create.table.name) != nullptr) {
      if (create.if_not_exists) return ok();
      return analyze_error(1050, "Table '" + create.table.name + "' already exists");
    }
    if (create.table.kind == TableKind::kOlap) {
      if (auto refusal = check_properties(catalog, create)) return *refusal;
      if (auto refusal = check_partitions(catalog.version, create)) return *refusal;
    }
    return store(catalog, now, *database, std::move(create));
  });
}

// The tables that a view's text names after FROM and JOIN, where they can be told.
std::optional<Answer> check_bases(const Catalog& catalog, const std::string& db,
                                  std::string_view query) {
  Reader reader(query);
  while (reader.peek().kind != TokenKind::kEnd) {
    if (!reader.accept("FROM") && !reader.accept("JOIN")) {
      reader.next();
      continue;
    }
    if (reader.peek().kind != TokenKind::kWord && reader.peek().kind != TokenKind::kQuoted) {
      continue;
    }
    std::string base_db = db;
    std::string name;
    reader.qualified_name(base_db, name);
    if (reader.is(".")) continue;  // another catalog's
    const Database* database = catalog.find_database(base_db);
    if (database == nullptr) return no_such_database(base_db);
    if (base_db == "information_schema") continue;
    if (database->find_table(name) == nullptr) {
      return analyze_error(5502, "Unknown table '" + base_db + "." + name + "'");
    }
  }
  return std::nullopt;
}

Answer store_text(Session& session, TableKind kind, const std::string& db, Table table,
                  bool if_not_exists, bool replace, std::string_view query) {
  if (db.empty()) return no_database_selected();
  const std::int64_t now = session.cluster().now_ms();
  return session.cluster().with([&](Catalog& catalog) {
    Database* database = catalog.find_database(db);
    if (database == nullptr) return no_such_database(db);
    const std::string privilege =
        kind == TableKind::kView ? "CREATE VIEW" : "CREATE MATERIALIZED VIEW";
    if (!may(session.user(), privilege, "DATABASE", db))
      return access_denied(session, privilege, "DATABASE " + db);
    Table* existing = database->find_table(table.name);
    if (existing != nullptr && !replace) {
      if (if_not_exists) return ok();
      return error(1050, "Table '" + table.name + "' already exists");
    }
    if (auto refusal = check_bases(catalog, db, query)) return *refusal;
    if (existing != nullptr) {
      existing->definition = table.definition;
      return ok(true);
    }
    table.kind = kind;
    store_table(catalog, now, *database, std::move(table), {});
    return ok(true);
  });
}

Answer create_view(Session& session, Reader& reader, bool replace) {
  const bool if_not_exists = reader.accept("IF NOT EXISTS");
  std::string db = session.db();
  Table table;
  reader.qualified_name(db, table.name);
  if (!reader.ok()) return syntax_error(session, reader);
  const std::string text = reader.rest();
  if (reader.is("(")) reader.raw_parentheses();
  if (reader.accept("COMMENT")) reader.string();
  const bool security = reader.accept("SECURITY");
  if (security && session.version() == Version::k3_3) {
    reader.rewind(reader.position() - 1);
    return syntax_error(session, reader);
  }
  if (security) reader.name();
  reader.expect("AS");
  if (!reader.ok()) return syntax_error(session, reader);
  const std::string query = reader.rest();
  std::string shown = text;
  if (!security && session.version() != Version::k3_3) {
    shown.insert(text.size() - query.size() - 3, "SECURITY NONE ");
  }
  const std::string gap = shown.starts_with("(") || session.version() == Version::k3_3 ? " " : " ";
  table.definition = "CREATE VIEW " + quote_name(table.name) + gap + shown + ";";
  return store_text(session, TableKind::kView, db, std::move(table), if_not_exists, replace, query);
}

// ALTER VIEW v [(columns)] AS ..: the view must be there.
Answer alter_view(Session& session, Reader& reader) {
  const std::size_t start = reader.position();
  std::string db = session.db();
  std::string name;
  reader.qualified_name(db, name);
  if (!reader.ok()) return syntax_error(session, reader);
  if (db.empty()) return no_database_selected();
  const Answer checked = session.cluster().with([&](const Catalog& catalog) {
    const Database* database = catalog.find_database(db);
    if (database == nullptr) return no_such_database(db);
    const Table* table = database->find_table(name);
    if (table == nullptr) return no_such_table(name);
    if (table->kind == TableKind::kView) return ok();
    return analyze_error(1347, "'" + db + "'.'" + name + "' is not 'VIEW'");
  });
  if (checked.is_error()) return checked;
  reader.rewind(start);
  return create_view(session, reader, true);
}

// The parts of an asynchronous materialized view that SHOW PROC shows.
void read_view_shape(Reader& reader, Version version, Table& table) {
  table.properties["replication_num"] = "1";
  table.random_distribution = true;
  TableIndex base;
  base.name = table.name;
  if (reader.is("(")) {
    Reader columns(reader.raw_parentheses());
    columns.next();
    while (columns.ok() && !columns.accept(")")) {
      Column column;
      column.name = columns.name();
      column.type = "varchar(1048576)";
      column.is_key = base.columns.empty();
      if (columns.accept("COMMENT")) column.comment = columns.string();
      base.columns.push_back(std::move(column));
      columns.accept(",");
    }
  }
  table.indexes.push_back(std::move(base));
  while (reader.ok() && !reader.is("AS") && !reader.at_end()) {
    if (reader.accept("PARTITION BY")) {
      table.partition_kind = PartitionKind::kRange;
      if (reader.is("(") && !reader.is("(", 2)) {
        table.partition_columns = reader.name_list();
      }
    } else if (reader.accept("DISTRIBUTED BY HASH")) {
      table.random_distribution = false;
      table.distribution_columns = reader.name_list();
      if (reader.accept("BUCKETS")) table.buckets = static_cast<int>(reader.number());
    } else if (reader.accept("PROPERTIES")) {
      read_properties(reader, table.properties);
    } else {
      reader.next();
    }
  }
  // Types come from the query, which is not analysed; the partition column is taken for a date.
  for (Column& column : table.indexes.front().columns) {
    if (std::ranges::count(table.partition_columns, column.name) > 0) column.type = "date";
  }
  if (version == Version::k4_1 && table.random_distribution) table.buckets = 16;
  if (version != Version::k4_1 && table.random_distribution) table.buckets = 2;
}

Answer create_materialized_view(Session& session, Reader& reader) {
  const bool if_not_exists = reader.accept("IF NOT EXISTS");
  std::string db = session.db();
  Table table;
  reader.qualified_name(db, table.name);
  if (!reader.ok()) return syntax_error(session, reader);
  // What follows as it is: " (" after the name, a new line before anything else.
  const std::string text = reader.rest();
  table.definition = "CREATE MATERIALIZED VIEW " + quote_name(table.name) +
                     (text.starts_with("(") ? " " : "\n") + text + ";";
  read_view_shape(reader, session.version(), table);
  reader.expect("AS");
  if (!reader.ok()) return syntax_error(session, reader);
  const std::string query = reader.rest();
  if (!contains(table.definition, "REFRESH")) {
    return start_synchronous_view(session, db, table.name, query);
  }
  return store_text(session, TableKind::kMaterializedView, db, std::move(table), if_not_exists,
                    false, query);
}

}  // namespace

std::optional<Answer> create_statement(Session& session, Reader& reader) {
  if (reader.accept("CREATE DATABASE")) return create_database(session, reader);
  if (reader.accept("CREATE VIEW")) return create_view(session, reader, false);
  if (reader.accept("CREATE OR REPLACE VIEW")) return create_view(session, reader, true);
  if (reader.accept("ALTER VIEW")) return alter_view(session, reader);
  if (reader.accept("CREATE MATERIALIZED VIEW")) return create_materialized_view(session, reader);
  if (reader.accept("CREATE INDEX")) return create_index(session, reader);
  if (reader.is("CREATE") && (reader.is("TABLE", 1) || reader.is("EXTERNAL", 1))) {
    return create_table(session, reader);
  }
  return std::nullopt;
}

}  // namespace srsync::sandbox
