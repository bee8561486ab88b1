// SHOW DATABASES, TABLES, CREATE ..., INDEX, COLUMNS, ALTER, MATERIALIZED VIEWS and DESC.
#include <algorithm>
#include <limits>

#include "base/text.h"
#include "sandbox/create_table.h"
#include "sandbox/dates.h"
#include "sandbox/profile.h"
#include "sandbox/session.h"
#include "sandbox/tables.h"

namespace srsync::sandbox {
namespace {

bool sees_database(const User& user, const Database& database) {
  if (user.all || database.name == "information_schema") return true;
  if (may(user, "ANY", "DATABASE", database.name)) return true;
  return std::ranges::any_of(database.tables, [&](const auto& table) {
    return may_read(user, database.name, table.second.name);
  });
}

Answer show_databases(Session& session, Reader& reader) {
  std::optional<std::string> pattern;
  if (reader.accept("LIKE")) pattern = reader.string();
  if (!reader.ok() || !reader.at_end()) return syntax_error(session, reader);
  Answer answer = rows(database_list_fields(session.version()));
  session.cluster().with([&](const Catalog& catalog) {
    for (const auto& [id, database] : catalog.databases) {
      if (sees_database(session.user(), database)) answer.rows.push_back({database.name});
    }
  });
  std::ranges::sort(answer.rows);
  if (pattern) keep_like(answer, 0, *pattern);
  return answer;
}

Answer show_tables(Session& session, Reader& reader, bool full) {
  std::string db = session.db();
  if (reader.accept("FROM") || reader.accept("IN")) db = reader.name();
  std::optional<std::string> pattern;
  if (reader.accept("LIKE")) pattern = reader.string();
  if (!reader.ok() || !reader.at_end()) return syntax_error(session, reader);
  if (db.empty()) return no_database_selected();
  Answer answer = rows({{"Tables_in_" + db, 60}});
  if (full) answer.fields.push_back({"Table_type", 60});
  const bool known = session.cluster().with([&](const Catalog& catalog) {
    const Database* database = catalog.find_database(db);
    if (database == nullptr) return false;
    for (const auto& [id, table] : database->tables) {
      if (!may_read(session.user(), db, table.name)) continue;
      const bool view =
          table.kind == TableKind::kView || table.kind == TableKind::kMaterializedView;
      Row row = {table.name};
      if (full) {
        row.emplace_back(view ? "VIEW" : std::string(base_table_type(catalog.version)));
      }
      answer.rows.push_back(std::move(row));
    }
    return true;
  });
  if (!known) return no_such_database(db);
  std::ranges::sort(answer.rows);
  if (pattern) keep_like(answer, 0, *pattern);
  return answer;
}

std::vector<Field> create_fields(TableKind kind) {
  switch (kind) {
    case TableKind::kView:
      return {{"View", 60}, {"Create View"}, {"character_set_client"}, {"collation_connection"}};
    case TableKind::kMaterializedView:
      return {{"Materialized View", 60}, {"Create Materialized View"}};
    default:
      return {{"Table", 60}, {"Create Table"}};
  }
}

// `wanted` is what the statement names: TABLE takes every kind.
Answer show_create(Session& session, Reader& reader, TableKind wanted, bool any_kind) {
  std::string db = session.db();
  std::string name;
  reader.qualified_name(db, name);
  if (!reader.ok() || !reader.at_end()) return syntax_error(session, reader);
  if (db.empty()) return no_database_selected();
  return session.cluster().with([&](const Catalog& catalog) {
    const Database* database = catalog.find_database(db);
    if (database == nullptr) return no_such_database(db);
    const Table* table = database->find_table(name);
    if (table == nullptr) return no_such_table(name);
    if (!may_read(session.user(), db, name)) {
      return access_denied(session, "ANY", "TABLE " + name);
    }
    if (!any_kind && table->kind != wanted) {
      return error(1347, "'" + db + "'.'" + name + "' is not '" +
                             (wanted == TableKind::kView ? "VIEW" : "MATERIALIZED VIEW") + "'");
    }
    Answer answer = rows(create_fields(table->kind));
    Row row = {table->name, sandbox::show_create(catalog.version, *table)};
    if (table->kind == TableKind::kView) {
      row.emplace_back("utf8");
      row.emplace_back("utf8_general_ci");
    }
    answer.rows.push_back(std::move(row));
    return answer;
  });
}

Answer show_create_database(Session& session, Reader& reader) {
  const std::string db = reader.name();
  if (!reader.ok() || !reader.at_end()) return syntax_error(session, reader);
  const bool known = session.cluster().with(
      [&](const Catalog& catalog) { return catalog.find_database(db) != nullptr; });
  if (!known) return no_such_database(db);
  return rows({{"Database", 60}, {"Create Database"}}, {{db, "CREATE DATABASE " + quote_name(db)}});
}

// Runs `f` on a table the user may see, or answers with what stands against it.
template <typename F>
Answer with_table(Session& session, std::string db, const std::string& name, F&& f) {
  if (db.empty()) return no_database_selected();
  return session.cluster().with([&](const Catalog& catalog) {
    const Database* database = catalog.find_database(db);
    if (database == nullptr) return no_such_database(db);
    const Table* table = database->find_table(name);
    if (table == nullptr) return no_such_table(name);
    if (!may_read(session.user(), db, name)) {
      return access_denied(session, "ANY", "TABLE " + name);
    }
    return f(catalog, *database, *table);
  });
}

void read_table_name(Session& session, Reader& reader, std::string& db, std::string& name) {
  db = session.db();
  if (!reader.accept("FROM")) reader.expect("IN");
  reader.qualified_name(db, name);
  if (reader.accept("FROM") || reader.accept("IN")) db = reader.name();
}

Answer show_index(Session& session, Reader& reader) {
  std::string db;
  std::string name;
  read_table_name(session, reader, db, name);
  if (!reader.ok() || !reader.at_end()) return syntax_error(session, reader);
  return with_table(session, db, name, [&](const Catalog&, const Database&, const Table& table) {
    Answer answer = rows(fields(
        "Table Non_unique Key_name Seq_in_index Column_name Collation Cardinality Sub_part Packed "
        "Null Index_type Comment",
        240));
    answer.fields[0].length = answer.fields[3].length = 192;
    answer.fields[1].length = 30;
    for (const IndexDef& index : table.index_defs) {
      Reader parts(index.text);
      parts.expect("INDEX");
      parts.name();
      std::vector<std::string> columns = parts.name_list();
      parts.expect("USING");
      const std::size_t from = parts.peek().begin;
      parts.next();
      if (parts.is("(")) parts.raw_parentheses();
      const std::size_t comment_at = index.text.rfind(" COMMENT '");
      std::string type(trim(std::string_view(index.text).substr(from, comment_at - from)));
      std::string comment = index.text.substr(comment_at + 10);
      comment.pop_back();
      answer.rows.push_back({db + "." + name, "", index.name, "", join(columns, ","), "", "", "",
                             "", "", std::move(type), std::move(comment)});
    }
    return answer;
  });
}

std::string key_word(const Column& column) { return column.is_key ? "YES" : "NO"; }

Answer show_columns(Session& session, Reader& reader, bool full) {
  std::string db;
  std::string name;
  read_table_name(session, reader, db, name);
  if (!reader.ok() || !reader.at_end()) return syntax_error(session, reader);
  return with_table(session, db, name, [&](const Catalog&, const Database&, const Table& table) {
    Answer answer =
        rows(full ? fields("Field Type Collation Null Key Default Extra Privileges Comment", 60)
                  : fields("Field Type Null Key Default Extra", 60));
    if (full) answer.fields[7].length = 240;
    if (table.indexes.empty()) return answer;
    const auto described = describe_rows(table, table.indexes.front(), false);
    for (std::size_t i = 0; i < described.size(); ++i) {
      const Column& column = table.columns()[i];
      const Row& row = described[i];
      if (!full) {
        answer.rows.push_back({row[0], row[1], row[2], key_word(column), row[4], row[5]});
        continue;
      }
      std::string comment = quote_double(column.comment);
      comment = comment.substr(1, comment.size() - 2);
      answer.rows.push_back(
          {row[0], row[1], "", row[2], key_word(column), row[4], row[5], "", std::move(comment)});
    }
    return answer;
  });
}

// A rollup that aggregates is an aggregate table of its own here.
std::string keys_of(const Table& table, const TableIndex& index) {
  const bool aggregates = table.keys == KeysType::kDuplicate &&
                          std::ranges::any_of(index.columns, [](const Column& column) {
                            return !column.aggregate.empty() && column.aggregate != "NONE";
                          });
  return std::string(aggregates ? "AGG_KEYS" : keys_type_name(table.keys));
}

Answer describe(Session& session, Reader& reader) {
  std::string db = session.db();
  std::string name;
  reader.qualified_name(db, name);
  const bool all = reader.accept("ALL");
  if (!reader.ok() || !reader.at_end()) return syntax_error(session, reader);
  return with_table(session, db, name, [&](const Catalog&, const Database&, const Table& table) {
    Answer answer = rows(all ? describe_all_fields() : describe_fields());
    if (!all) {
      if (!table.indexes.empty()) {
        answer.rows = describe_rows(table, table.indexes.front(), false);
      }
      return answer;
    }
    for (const TableIndex& index : table.indexes) {
      if (!answer.rows.empty()) answer.rows.emplace_back(8, "");
      bool first = true;
      for (Row& row : describe_rows(table, index, true)) {
        row.insert(row.begin(), {first ? index.name : std::string(),
                                 first ? keys_of(table, index) : std::string()});
        first = false;
        answer.rows.push_back(std::move(row));
      }
    }
    return answer;
  });
}

std::string short_text(const Table& table) {
  const auto& definition = table.definition;
  return definition.substr(0, definition.find(" AS "));
}

Row materialized_view_row(const Catalog& catalog, const Database& database, const Table& table) {
  const bool manual = short_text(table).find("MANUAL") != std::string::npos;
  std::int64_t row_count = 0;
  for (const Partition& partition : table.partitions) row_count += partition.rows;
  Row row = {std::to_string(table.id),
             database.name,
             table.name,
             manual ? "MANUAL" : "ASYNC",
             table.inactive_reason.empty() ? "true" : "false",
             table.inactive_reason,
             std::string(partition_type_name(table.partition_kind)),
             std::to_string(table.id + 1),
             "mv-" + std::to_string(table.id),
             std::nullopt,
             std::nullopt,
             "0.000",
             "",
             "false",
             "",
             "",
             "{}",
             "{}",
             "",
             "",
             std::to_string(row_count),
             table.definition,
             "",
             "VALID",
             "'root'@'%'"};
  if (catalog.version >= Version::k4_0) {
    row.emplace_back(std::nullopt);
    row.emplace_back("");
  }
  return row;
}

// Rollups and synchronous views are listed too, without what they do not have.
Row rollup_row(const Catalog& catalog, const Database& database, const TableIndex& index) {
  Row row = {std::to_string(index.id),
             database.name,
             index.name,
             "ROLLUP",
             "true",
             "",
             "UNPARTITIONED",
             "0",
             "",
             std::nullopt,
             std::nullopt,
             "0.000",
             "",
             "false",
             "",
             "",
             "",
             "",
             "",
             "",
             "0",
             index.definition,
             "",
             "",
             ""};
  if (catalog.version >= Version::k4_0) {
    row.emplace_back(std::nullopt);
    row.emplace_back("");
  }
  return row;
}

Answer show_materialized_views(Session& session, Reader& reader) {
  std::string db = session.db();
  if (reader.accept("FROM") || reader.accept("IN")) db = reader.name();
  std::optional<std::string> pattern;
  if (reader.accept("LIKE")) pattern = reader.string();
  if (!reader.ok() || !reader.at_end()) return syntax_error(session, reader);
  if (db.empty()) return no_database_selected();
  Answer answer = rows(materialized_view_fields(session.version()));
  const bool known = session.cluster().with([&](const Catalog& catalog) {
    const Database* database = catalog.find_database(db);
    if (database == nullptr) return false;
    for (const auto& [id, table] : database->tables) {
      if (table.kind != TableKind::kMaterializedView || !session.user().all) continue;
      answer.rows.push_back(materialized_view_row(catalog, *database, table));
    }
    for (const auto& [id, table] : database->tables) {
      if (table.kind != TableKind::kOlap || !session.user().all) continue;
      for (const TableIndex& index : table.indexes) {
        if (!index.definition.empty()) {
          answer.rows.push_back(rollup_row(catalog, *database, index));
        }
      }
    }
    return true;
  });
  if (!known) return no_such_database(db);
  if (pattern) keep_like(answer, 2, *pattern);
  return answer;
}

Row alter_row(const Catalog& catalog, const AlterJob& job) {
  const Cell finished =
      job.finished_ms == 0 ? Cell() : Cell(shown_time(catalog.version, job.finished_ms));
  const std::int64_t factor = job.is_rollup && catalog.version != Version::k3_3 ? 1000000 : 1;
  Row row = {std::to_string(job.id), job.table_name, shown_time(catalog.version, job.created_ms),
             finished};
  if (job.is_rollup) {
    row.insert(row.end(), {job.table_name, job.index_name, std::to_string(job.index_id)});
  } else {
    row.insert(row.end(),
               {job.index_name, std::to_string(job.index_id), std::to_string(job.origin_index_id),
                std::to_string(job.schema_version) + ":" + std::to_string(job.schema_hash)});
  }
  const Cell progress = job.state == "RUNNING" ? Cell("0/1") : Cell();
  row.insert(row.end(), {std::to_string(job.txn_id), job.state, job.message, progress,
                         std::to_string(job.timeout_s * factor)});
  return row;
}

Answer show_alter(Session& session, Reader& reader) {
  const bool view = reader.accept("MATERIALIZED VIEW");
  std::string kind = "ROLLUP";
  if (!view) {
    reader.expect("TABLE");
    kind = reader.name();
  }
  std::string db = session.db();
  if (reader.accept("FROM") || reader.accept("IN")) db = reader.name();
  std::string table_name;
  if (reader.accept("WHERE")) {
    // Only TableName = '..' is applied, and for COLUMN jobs alone, as a frontend does.
    reader.expect("TableName");
    reader.expect("=");
    table_name = reader.string();
  }
  const bool newest_first = reader.accept("ORDER BY CreateTime DESC");
  if (!newest_first && reader.accept("ORDER BY")) reader.name();
  std::size_t limit = std::numeric_limits<std::size_t>::max();
  if (reader.accept("LIMIT")) limit = static_cast<std::size_t>(reader.number());
  if (!reader.ok()) return syntax_error(session, reader);
  const bool column = equals_ignore_case(kind, "COLUMN");
  if (!column && !equals_ignore_case(kind, "ROLLUP") && !equals_ignore_case(kind, "OPTIMIZE")) {
    return syntax_error(session, reader);
  }
  if (equals_ignore_case(kind, "OPTIMIZE")) return rows(alter_optimize_fields());
  Answer answer = rows(column ? alter_column_fields() : alter_rollup_fields());
  return session.cluster().with([&](const Catalog& catalog) {
    const Database* database = catalog.find_database(db);
    if (database == nullptr) return no_such_database(db);
    for (const AlterJob& job : catalog.alter_jobs) {
      if (job.db_id != database->id || job.is_rollup == column) continue;
      if (column && !table_name.empty() && job.table_name != table_name) continue;
      if (may_read(session.user(), db, job.table_name)) {
        answer.rows.push_back(alter_row(catalog, job));
      }
    }
    if (column) {
      if (newest_first) std::ranges::reverse(answer.rows);
      if (answer.rows.size() > limit) answer.rows.resize(limit);
    }
    return std::move(answer);
  });
}

Answer show_data(Session& session, Reader& reader) {
  std::string db;
  std::string name;
  if (reader.accept("FROM")) reader.qualified_name(db, name);
  if (!reader.ok() || !reader.at_end()) return syntax_error(session, reader);
  if (name.empty() || db.empty()) {
    // SHOW DATA FROM x takes x for a table of the current database.
    if (session.db().empty()) return no_database_selected();
    db = session.db();
  }
  if (!name.empty()) {
    return with_table(session, db, name, [&](const Catalog&, const Database&, const Table& table) {
      Answer answer = rows(fields("TableName IndexName Size ReplicaCount RowCount"));
      double bytes = 0;
      std::size_t replicas = 0;
      std::int64_t row_count = 0;
      for (const Partition& partition : table.partitions) {
        bytes += static_cast<double>(shown_bytes(partition));
        row_count += partition.rows;
        for (const PartitionIndex& index : partition.indexes) {
          for (const Tablet& tablet : index.tablets) replicas += tablet.replicas.size();
        }
      }
      const Row numbers = {capacity_text(bytes), std::to_string(replicas)};
      answer.rows.push_back({name, name, numbers[0], numbers[1], std::to_string(row_count)});
      answer.rows.push_back({"", "Total", numbers[0], numbers[1], ""});
      return answer;
    });
  }
  return rows(fields("TableName Size ReplicaCount"));
}

std::optional<Answer> show_create_any(Session& session, Reader& reader) {
  if (reader.accept("TABLE")) return show_create(session, reader, TableKind::kOlap, true);
  if (reader.accept("VIEW")) return show_create(session, reader, TableKind::kView, false);
  if (reader.accept("MATERIALIZED VIEW")) {
    return show_create(session, reader, TableKind::kMaterializedView, false);
  }
  if (reader.accept("DATABASE")) return show_create_database(session, reader);
  return std::nullopt;
}

}  // namespace

std::optional<Answer> show_catalog_statement(Session& session, Reader& reader) {
  if (reader.accept("DESC") || reader.accept("DESCRIBE")) return describe(session, reader);
  if (!reader.accept("SHOW")) return std::nullopt;
  if (reader.accept("DATABASES")) return show_databases(session, reader);
  const bool full = reader.accept("FULL");
  if (reader.accept("TABLES")) return show_tables(session, reader, full);
  if (reader.accept("COLUMNS") || reader.accept("FIELDS")) {
    return show_columns(session, reader, full);
  }
  if (reader.accept("CREATE")) return show_create_any(session, reader);
  if (reader.accept("INDEX") || reader.accept("INDEXES")) return show_index(session, reader);
  if (reader.accept("MATERIALIZED VIEWS")) return show_materialized_views(session, reader);
  if (reader.accept("ALTER")) return show_alter(session, reader);
  if (reader.accept("DATA")) return show_data(session, reader);
  return std::nullopt;
}

}  // namespace srsync::sandbox
