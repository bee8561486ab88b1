#include "sandbox/alter_jobs.h"

#include <algorithm>

#include "base/text.h"
#include "sandbox/ddl_common.h"
#include "sandbox/tables.h"

namespace srsync::sandbox {
namespace {

AlterJob new_job(Catalog& catalog, std::int64_t now_ms, const Database& database,
                 const Table& table) {
  AlterJob job;
  job.id = catalog.new_id();
  job.db_id = database.id;
  job.table_id = table.id;
  job.table_name = table.name;
  job.txn_id = catalog.next_txn_id++;
  job.created_ms = now_ms;
  job.due_ms = now_ms + catalog.alter_ms;
  job.state = "RUNNING";
  return job;
}

// "SUM(v)" becomes the column mv_sum_v with the aggregate SUM.
std::vector<Column> view_columns(const Table& table, Reader& reader) {
  std::vector<Column> columns;
  reader.expect("SELECT");
  do {
    const std::string first = reader.name();
    std::string function;
    std::string of = first;
    if (reader.accept("(")) {
      function = first;
      of = reader.name();
      reader.expect(")");
    }
    if (reader.accept("AS")) reader.name();
    const auto found = std::ranges::find(table.columns(), of, &Column::name);
    if (found == table.columns().end()) {
      reader.fail();
      return {};
    }
    Column column = *found;
    column.is_key = function.empty();
    if (!function.empty()) {
      column.name = "mv_" + to_lower(function) + "_" + of;
      std::ranges::transform(function, function.begin(),
                             [](unsigned char c) { return std::toupper(c); });
      column.aggregate = function;
    }
    columns.push_back(std::move(column));
  } while (reader.accept(","));
  return columns;
}

// Runs `f(catalog, database, table)` on a table that may be altered now.
template <typename F>
Answer with_alterable(Session& session, const std::string& db, const std::string& name, F&& f) {
  if (db.empty()) return no_database_selected();
  return session.cluster().with([&](Catalog& catalog) {
    Database* database = catalog.find_database(db);
    if (database == nullptr) return no_such_database(db);
    Table* table = database->find_table(name);
    if (table == nullptr) return no_such_table(name);
    if (!may(session.user(), "ALTER", "TABLE", db, name))
      return access_denied(session, "ALTER", "TABLE " + name);
    if (table->state != TableState::kNormal) {
      return operation_in_progress(catalog.version, *table);
    }
    return f(catalog, *database, *table);
  });
}

}  // namespace

std::vector<Column> rollup_columns(const Table& table, const std::vector<std::string>& names) {
  std::vector<Column> columns;
  const bool has_key = std::ranges::any_of(names, [&](const std::string& name) {
    const auto found = std::ranges::find(table.columns(), name, &Column::name);
    return found != table.columns().end() && found->is_key;
  });
  for (const std::string& name : names) {
    const auto found = std::ranges::find(table.columns(), name, &Column::name);
    if (found == table.columns().end()) return {};
    columns.push_back(*found);
    // A rollup of value columns alone takes its first one as key.
    if (!has_key && columns.size() == 1) columns.back().is_key = true;
  }
  return columns;
}

void start_rollup(Catalog& catalog, std::int64_t now_ms, Database& database, Table& table,
                  std::string name, std::vector<Column> columns, std::string definition) {
  AlterJob job = new_job(catalog, now_ms, database, table);
  job.is_rollup = true;
  job.index_name = std::move(name);
  job.index_id = catalog.new_id();
  job.origin_index_id = table.indexes.front().id;
  job.new_columns = std::move(columns);
  job.definition = std::move(definition);
  table.state = TableState::kRollup;
  catalog.alter_jobs.push_back(std::move(job));
}

void change_columns(Catalog& catalog, std::int64_t now_ms, Database& database, Table& table,
                    std::vector<Column> columns, std::vector<IndexDef> index_defs, bool fast) {
  AlterJob job = new_job(catalog, now_ms, database, table);
  const TableIndex& base = table.indexes.front();
  job.index_name = table.name;
  job.origin_index_id = base.id;
  job.schema_version = base.schema_version + 1;
  job.schema_hash = schema_hash_of(table, columns);
  job.new_columns = std::move(columns);
  job.new_index_defs = std::move(index_defs);
  if (fast) {
    job.index_id = base.id;
    job.state = "FINISHED";
    job.finished_ms = now_ms;
    job.timeout_s = 1;
    apply_alter(catalog, table, job);
    table.indexes.front().schema_version = job.schema_version;
    // The hash stays: tablets keep the one that they were made with.
  } else {
    job.index_id = catalog.new_id();
    // A slow change makes a hash that no other table has.
    job.schema_hash ^= static_cast<std::int32_t>(job.id & 0xffffff);
    table.state = TableState::kSchemaChange;
  }
  catalog.alter_jobs.push_back(std::move(job));
}

Answer start_synchronous_view(Session& session, const std::string& db, const std::string& name,
                              const std::string& query) {
  Reader reader(query);
  while (reader.peek().kind != TokenKind::kEnd && !reader.is("FROM")) reader.next();
  reader.expect("FROM");
  std::string base_db = db;
  std::string base;
  reader.qualified_name(base_db, base);
  if (!reader.ok()) return syntax_error(session, reader);
  const std::int64_t now = session.cluster().now_ms();
  return with_alterable(
      session, base_db, base, [&](Catalog& catalog, Database& database, Table& table) {
        Reader select(query);
        std::vector<Column> columns = view_columns(table, select);
        if (!select.ok()) return syntax_error(session, select);
        if (table.keys == KeysType::kPrimary) {
          return error(
              1064, "Do not support create materialized view on primary key table[" + base + "]");
        }
        start_rollup(catalog, now, database, table, name, std::move(columns),
                     "CREATE MATERIALIZED VIEW " + name + " AS " + query);
        return ok(true);
      });
}

Answer create_index(Session& session, Reader& reader) {
  const std::string name = reader.name();
  reader.expect("ON");
  std::string db = session.db();
  std::string table_name;
  reader.qualified_name(db, table_name);
  const std::string definition = quote_name(name) + " " + reader.rest();
  Reader definition_reader(definition);
  IndexDef index;
  if (!reader.ok() || !read_index(definition_reader, index)) return syntax_error(session, reader);
  const std::int64_t now = session.cluster().now_ms();
  return with_alterable(
      session, db, table_name, [&](Catalog& catalog, Database& database, Table& table) {
        if (std::ranges::count(table.index_defs, name, &IndexDef::name) > 0) {
          return error(1064, "index `" + name + "` already exist.");
        }
        auto defs = table.index_defs;
        defs.push_back(index);
        change_columns(catalog, now, database, table, table.columns(), std::move(defs), false);
        return ok(true);
      });
}

Answer drop_index(Session& session, Reader& reader) {
  const std::string name = reader.name();
  reader.expect("ON");
  std::string db = session.db();
  std::string table_name;
  reader.qualified_name(db, table_name);
  if (!reader.ok() || !reader.at_end()) return syntax_error(session, reader);
  const std::int64_t now = session.cluster().now_ms();
  return with_alterable(
      session, db, table_name, [&](Catalog& catalog, Database& database, Table& table) {
        auto defs = table.index_defs;
        if (std::erase_if(defs, [&](const IndexDef& d) { return d.name == name; }) == 0) {
          return error(1064, "index " + name + " does not exist");
        }
        change_columns(catalog, now, database, table, table.columns(), std::move(defs), false);
        return ok(true);
      });
}

}  // namespace srsync::sandbox
