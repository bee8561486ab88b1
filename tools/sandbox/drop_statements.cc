// DROP and TRUNCATE, and RECOVER, which finds what was dropped without FORCE.
#include <algorithm>

#include "base/text.h"
#include "sandbox/alter_jobs.h"
#include "sandbox/cluster.h"
#include "sandbox/ddl_common.h"
#include "sandbox/tables.h"

namespace srsync::sandbox {
namespace {

Answer drop_database(Session& session, Reader& reader) {
  const bool if_exists = reader.accept("IF EXISTS");
  const std::string name = reader.name();
  const bool force = reader.accept("FORCE");
  if (!reader.ok() || !reader.at_end()) return syntax_error(session, reader);
  return session.cluster().with([&](Catalog& catalog) {
    Database* database = catalog.find_database(name);
    if (database == nullptr) {
      if (if_exists) return ok();
      return error(1008, "Can't drop database '" + name + "'; database doesn't exist");
    }
    if (!may(session.user(), "DROP", "DATABASE", name))
      return access_denied(session, "DROP", "DATABASE " + name);
    const std::int64_t id = database->id;
    if (!force) catalog.dropped_databases.push_back(std::move(*database));
    catalog.databases.erase(id);
    return ok(true);
  });
}

Answer is_a_materialized_view(const std::string& name) {
  return analyze_error(1064, "The data of '" + name + "' cannot be dropped because '" + name +
                                 "' is a materialized view,use 'drop materialized view " + name +
                                 "' to drop it.");
}

bool has_committed(const Catalog& catalog, std::int64_t table_id) {
  return std::ranges::any_of(catalog.transactions, [&](const auto& entry) {
    return entry.second.status == TxnStatus::kCommitted && entry.second.commits.contains(table_id);
  });
}

Answer missing(TableKind kind, const std::string& name) {
  if (kind == TableKind::kMaterializedView) {
    return error(1064, "Materialized view " + name + " is not found");
  }
  return analyze_error(5502, "Unknown table '" + name + "'");
}

std::optional<Answer> wrong_kind(TableKind wanted, const Table& table, const std::string& db) {
  const TableKind kind = table.kind == TableKind::kExternal ? TableKind::kOlap : table.kind;
  if (kind == wanted) return std::nullopt;
  if (kind == TableKind::kMaterializedView) return is_a_materialized_view(table.name);
  const std::string_view word = wanted == TableKind::kOlap   ? "TABLE"
                                : wanted == TableKind::kView ? "VIEW"
                                                             : "MATERIALIZED VIEW";
  return analyze_error(1347,
                       "'" + db + "'.'" + table.name + "' is not '" + std::string(word) + "'");
}

// Drops a synchronous materialized view or rollup of that name; false when there is none.
bool drop_rollup_named(Database& database, const std::string& name) {
  for (auto& [id, table] : database.tables) {
    for (std::size_t i = 1; i < table.indexes.size(); ++i) {
      if (table.indexes[i].name != name) continue;
      drop_rollup_index(table, table.indexes[i].id);
      return true;
    }
  }
  return false;
}

Answer drop_object(Session& session, Reader& reader, TableKind wanted) {
  const bool if_exists = reader.accept("IF EXISTS");
  std::string db = session.db();
  std::string name;
  reader.qualified_name(db, name);
  const bool force = reader.accept("FORCE");
  if (!reader.ok() || !reader.at_end()) return syntax_error(session, reader);
  if (db.empty()) return no_database_selected();
  return session.cluster().with([&](Catalog& catalog) {
    Database* database = catalog.find_database(db);
    if (database == nullptr) return if_exists ? ok() : no_such_database(db);
    Table* table = database->find_table(name);
    if (table == nullptr) {
      const bool rollup =
          wanted == TableKind::kMaterializedView && drop_rollup_named(*database, name);
      if (rollup || if_exists) return ok(rollup);
      return missing(wanted, name);
    }
    if (!may(session.user(), "DROP", "TABLE", db, name))
      return access_denied(session, "DROP", "TABLE " + name);
    if (auto refusal = wrong_kind(wanted, *table, db)) return *refusal;
    if (!force && has_committed(catalog, table->id)) {
      return error(1064,
                   "There are still some transactions in the COMMITTED state waiting to be "
                   "completed. The table [" +
                       name +
                       "] cannot be dropped. If you want to forcibly drop(cannot be recovered), "
                       "please use \"DROP table FORCE\".");
    }
    const std::int64_t id = table->id;
    if (!force && table->kind == TableKind::kOlap) {
      catalog.dropped_tables.push_back({database->id, std::move(*table)});
    }
    database->tables.erase(id);
    return ok(true);
  });
}

Answer truncate(Session& session, Reader& reader) {
  std::string db = session.db();
  std::string name;
  reader.qualified_name(db, name);
  std::vector<std::string> wanted;
  if (reader.accept("PARTITION") || reader.accept("PARTITIONS")) wanted = reader.name_list();
  if (!reader.ok() || !reader.at_end()) return syntax_error(session, reader);
  if (db.empty()) return no_database_selected();
  const std::int64_t now = session.cluster().now_ms();
  return session.cluster().with([&](Catalog& catalog) {
    Database* database = catalog.find_database(db);
    if (database == nullptr) return no_such_database(db);
    Table* table = database->find_table(name);
    if (table == nullptr) return no_such_table(name);
    if (!may(session.user(), "DELETE", "TABLE", db, name))
      return access_denied(session, "DELETE", "TABLE " + name);
    if (table->kind != TableKind::kOlap) {
      return analyze_error(1064, "Only support truncate OLAP table or LAKE table");
    }
    if (table->state != TableState::kNormal) {
      return operation_in_progress(catalog.version, *table);
    }
    for (const std::string& partition : wanted) {
      if (table->find_partition(partition) == nullptr) {
        return error(1064, "Partition " + partition + " does not exist");
      }
    }
    std::vector<Partition> fresh;
    std::erase_if(table->partitions, [&](const Partition& partition) {
      const bool hit = !partition.is_temporary &&
                       (wanted.empty() || std::ranges::count(wanted, partition.name) > 0);
      if (hit) fresh.push_back(empty_copy_of(partition));
      return hit;
    });
    for (Partition& partition : fresh) {
      add_partition(catalog, now, *table, std::move(partition));
    }
    return ok(true);
  });
}

Answer recover_partition(Session& session, Reader& reader) {
  const std::string wanted = reader.name();
  reader.expect("FROM");
  std::string db = session.db();
  std::string name;
  reader.qualified_name(db, name);
  if (!reader.ok() || !reader.at_end()) return syntax_error(session, reader);
  return session.cluster().with([&](Catalog& catalog) {
    Database* database = catalog.find_database(db);
    if (database == nullptr) return no_such_database(db);
    Table* table = database->find_table(name);
    if (table == nullptr) return error(5502, "Unknown table '" + name + "'");
    if (table->find_partition(wanted) != nullptr) {
      return error(1064, "partition[" + wanted + "] already exist in table[" + name + "]");
    }
    auto& bin = catalog.dropped_partitions;
    const auto found = std::find_if(bin.rbegin(), bin.rend(), [&](const RecycledPartition& item) {
      return item.table_id == table->id && item.partition.name == wanted;
    });
    if (found == bin.rend()) {
      return error(1064, "No partition named '" + wanted +
                             "' in recycle bin that belongs to table '" + name + "'");
    }
    if (check_new_partition(catalog.version, *table, found->partition)) {
      return error(1064, "Can not recover partition[" + wanted + "]. Range conflict.");
    }
    const auto position = position_of(*table, found->partition);
    table->partitions.insert(position, std::move(found->partition));
    bin.erase(std::next(found).base());
    return ok(true);
  });
}

Answer recover_database(Session& session, Reader& reader) {
  const std::string name = reader.name();
  if (!reader.ok() || !reader.at_end()) return syntax_error(session, reader);
  return session.cluster().with([&](Catalog& catalog) {
    if (catalog.find_database(name) != nullptr) {
      return error(1007, "Can't create database '" + name + "'; database exists");
    }
    auto& bin = catalog.dropped_databases;
    const auto found = std::find_if(bin.rbegin(), bin.rend(),
                                    [&](const Database& item) { return item.name == name; });
    if (found == bin.rend()) return error(5501, "Unknown database '" + name + "'");
    const std::int64_t id = found->id;
    catalog.databases.emplace(id, std::move(*found));
    bin.erase(std::next(found).base());
    return ok(true);
  });
}

Answer recover_table(Session& session, Reader& reader) {
  std::string db = session.db();
  std::string name;
  reader.qualified_name(db, name);
  if (!reader.ok() || !reader.at_end()) return syntax_error(session, reader);
  return session.cluster().with([&](Catalog& catalog) {
    Database* database = catalog.find_database(db);
    if (database == nullptr) return no_such_database(db);
    if (database->find_table(name) != nullptr) {
      return error(1050, "Table '" + name + "' already exists");
    }
    auto& bin = catalog.dropped_tables;
    const auto found = std::find_if(bin.rbegin(), bin.rend(), [&](const RecycledTable& item) {
      return item.db_id == database->id && item.table.name == name;
    });
    if (found == bin.rend()) return error(5502, "Unknown table '" + name + "'");
    const std::int64_t id = found->table.id;
    database->tables.emplace(id, std::move(found->table));
    bin.erase(std::next(found).base());
    return ok(true);
  });
}

Answer recover(Session& session, Reader& reader) {
  if (!session.user().all) return access_denied(session, "CREATE TABLE", "DATABASE");
  if (reader.accept("PARTITION")) return recover_partition(session, reader);
  if (reader.accept("TABLE")) return recover_table(session, reader);
  if (reader.accept("DATABASE")) return recover_database(session, reader);
  return syntax_error(session, reader);
}

}  // namespace

std::optional<Answer> drop_statement(Session& session, Reader& reader) {
  if (reader.accept("DROP DATABASE")) return drop_database(session, reader);
  if (reader.accept("DROP TABLE")) return drop_object(session, reader, TableKind::kOlap);
  if (reader.accept("DROP VIEW")) return drop_object(session, reader, TableKind::kView);
  if (reader.accept("DROP MATERIALIZED VIEW")) {
    return drop_object(session, reader, TableKind::kMaterializedView);
  }
  if (reader.accept("DROP INDEX")) return drop_index(session, reader);
  if (reader.accept("TRUNCATE TABLE")) return truncate(session, reader);
  if (reader.accept("RECOVER")) return recover(session, reader);
  return std::nullopt;
}

}  // namespace srsync::sandbox
