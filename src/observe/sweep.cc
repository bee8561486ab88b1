#include "observe/sweep.h"

#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "ddl/quote.h"
#include "observe/identify.h"
#include "observe/partitions.h"

namespace srsync::observe {

namespace {

using SweptTables = std::map<core::TableName, std::vector<core::SweptPartition>>;

struct Listed {
  core::DbId id;
  std::string name;
  std::vector<TableRow> tables;
};

void add_problem(core::Sweep& sweep, std::string text) {
  sweep.complete = false;
  if (sweep.problem.empty()) sweep.problem = std::move(text);
}

// A connection that broke is not one database's problem: the rest would fail the same way, slowly.
bool ends_sweep(const Status& status) { return status.code() == Code::kUnavailable; }

Result<std::vector<Listed>> list_all(ClusterLink& link, core::Sweep& sweep) {
  SRSYNC_ASSIGN_OR_RETURN(const std::vector<DatabaseRow> databases, list_databases(link));
  std::vector<Listed> out;
  bool lost = false;
  for (const DatabaseRow& database : databases) {
    if (is_system_database(database.name)) continue;
    core::DatabaseListing listing{database.id, database.name, true, {}};
    Result<std::vector<TableRow>> tables =
        lost ? Result<std::vector<TableRow>>(unavailable("the connection was lost before"))
             : list_tables(link, database.id);
    if (tables.is_ok()) {
      for (const TableRow& row : *tables) listing.tables.push_back(row.listing);
      out.push_back({database.id, database.name, std::move(*tables)});
    } else if (tables.status().code() == Code::kNotFound) {
      continue;  // dropped since SHOW PROC '/dbs'
    } else {
      lost = lost || ends_sweep(tables.status());
      listing.complete = false;
      add_problem(sweep, fmt::format("the tables of database {} could not be listed: {}",
                                     database.name, tables.status().message()));
    }
    sweep.databases.push_back(std::move(listing));
  }
  return out;
}

Status take_meta(const std::vector<io::PartitionMeta>& rows, SweptTables& out,
                 std::set<core::TableName>& seen, SweepLessons& lessons) {
  for (const io::PartitionMeta& row : rows) {
    if (!lessons.has_epochs) lessons.has_epochs = row.data_version.has_value();
    if (is_system_database(row.db_name)) continue;
    core::TableName name{row.db_name, row.table_name};
    seen.insert(name);
    if (row.is_temp || is_hidden_partition(row.partition_name)) continue;
    Result<core::PartitionVersion> version = version_of(row);
    if (!version.is_ok()) return version.status().with_context("getPartitionsMeta");
    out[std::move(name)].push_back({row.partition_name, *version});
  }
  return Status::ok();
}

using Names = std::set<std::string>;

// The tables that must have rows in getPartitionsMeta, and have none.
Names missing_tables(const std::string& database, const std::vector<TableRow>& tables,
                     const std::set<core::TableName>& seen) {
  Names out;
  for (const TableRow& table : tables) {
    if (table.listing.kind != core::TableKind::kTable || table.logical_partitions == 0) continue;
    if (!seen.contains({database, table.listing.name})) out.insert(table.listing.name);
  }
  return out;
}

// Without those that were dropped or renamed between the two answers.
Result<Names> still_listed(ClusterLink& link, const Listed& database, const Names& missing) {
  if (missing.empty()) return missing;
  const Result<std::vector<TableRow>> tables = list_tables(link, database.id);
  if (tables.status().code() == Code::kNotFound) return Names();
  if (!tables.is_ok()) return tables.status();
  Names out;
  for (const TableRow& table : *tables) {
    if (missing.contains(table.listing.name)) out.insert(table.listing.name);
  }
  return out;
}

// Names what getPartitionsMeta left out.
Status check_agreement(ClusterLink& link, const std::vector<Listed>& listed,
                       const std::set<core::TableName>& seen, core::Sweep& sweep) {
  std::size_t missing = 0;
  std::string example;
  for (const Listed& database : listed) {
    SRSYNC_ASSIGN_OR_RETURN(
        const Names names,
        still_listed(link, database, missing_tables(database.name, database.tables, seen)));
    if (names.empty()) continue;
    if (missing == 0) example = database.name + "." + *names.begin();
    missing += names.size();
  }
  if (missing == 0) return Status::ok();
  add_problem(
      sweep,
      fmt::format("SHOW PROC shows {} table(s) that getPartitionsMeta hides, {} for one: account "
                  "'{}'@'%' must exist and have a privilege (SELECT) on every table of the {} "
                  "cluster",
                  missing, example, link.endpoint().user, side_name(link.endpoint().side)));
  return Status::ok();
}

Status take_meta_of_cluster(ClusterLink& link, const std::vector<Listed>& listed,
                            core::Sweep& sweep, SweptTables& out, SweepLessons& lessons) {
  Result<std::vector<io::PartitionMeta>> rows = read_all_partitions_meta(link);
  if (!rows.is_ok()) return rows.status();
  std::set<core::TableName> seen;
  SRSYNC_RETURN_IF_ERROR(take_meta(*rows, out, seen, lessons));
  return check_agreement(link, listed, seen, sweep);
}

// One statement per table: for frontends before 3.1.
Status take_shown(ClusterLink& link, const std::vector<Listed>& listed, core::Sweep& sweep,
                  SweptTables& out, SweepLessons& lessons) {
  for (const Listed& database : listed) {
    for (const TableRow& table : database.tables) {
      if (table.listing.kind != core::TableKind::kTable) continue;
      const core::TableName name{database.name, table.listing.name};
      const std::string sql = "SHOW PARTITIONS FROM " + ddl::quote_path(name.db, name.table);
      Result<io::ResultSet> rows = link.read(sql);
      if (!rows.is_ok() && rows.status().code() == Code::kNotFound) continue;
      Status status = rows.status();
      if (rows.is_ok()) {
        Result<PartitionRows> partitions = read_partitions(*rows, sql);
        status = partitions.status();
        if (partitions.is_ok()) {
          lessons.has_epochs = partitions->version_epochs;
          auto& swept = out[name];
          for (const auto& p : partitions->partitions) swept.push_back({p.name, version_of(p)});
        }
      }
      if (status.is_ok()) continue;
      if (ends_sweep(status)) return status;
      add_problem(sweep, fmt::format("{}: {}", sql, status.message()));
    }
  }
  return Status::ok();
}

}  // namespace

Result<std::vector<DatabaseRow>> list_databases(ClusterLink& link) {
  SRSYNC_ASSIGN_OR_RETURN(const io::ResultSet rows, link.read("SHOW PROC '/dbs'"));
  return read_databases(rows);
}

Result<std::vector<TableRow>> list_tables(ClusterLink& link, core::DbId id) {
  const std::string sql = fmt::format("SHOW PROC '/dbs/{}'", id.value());
  Result<io::ResultSet> rows = link.read(sql);
  if (!rows.is_ok() && contains(rows.status().message(), "Unknown database id or name")) {
    return not_found(rows.status().message());
  }
  if (!rows.is_ok()) return rows.status();
  return read_tables(*rows, sql);
}

Result<std::vector<io::PartitionMeta>> read_all_partitions_meta(ClusterLink& link) {
  std::vector<io::PartitionMeta> out;
  std::int64_t offset = 0;
  while (true) {
    auto page = link.read_rpc([&link, offset](io::FrontendRpc& rpc) {
      return rpc.get_partitions_meta({link.endpoint().user, "%"}, "", offset);
    });
    if (!page.is_ok()) return page.status();
    for (io::PartitionMeta& row : page->partitions) out.push_back(std::move(row));
    if (!page->next_table_id_offset) return out;
    if (*page->next_table_id_offset <= offset) {
      return corruption(fmt::format("getPartitionsMeta goes back from table id {} to {}", offset,
                                    *page->next_table_id_offset));
    }
    offset = *page->next_table_id_offset;
  }
}

Result<core::Sweep> sweep_cluster(ClusterLink& link, SweepLessons& lessons) {
  core::Sweep sweep;
  SRSYNC_ASSIGN_OR_RETURN(const std::vector<Listed> listed, list_all(link, sweep));
  SweptTables tables;
  Status status = take_meta_of_cluster(link, listed, sweep, tables, lessons);
  lessons.has_partitions_meta = status.code() != Code::kUnsupported;
  if (status.code() == Code::kUnsupported) {
    status = take_shown(link, listed, sweep, tables, lessons);
  }
  if (!status.is_ok()) {
    add_problem(sweep,
                fmt::format("the versions of partitions could not be read: {}", status.message()));
  }
  for (auto& [name, partitions] : tables) {
    sweep.tables.push_back({name, std::move(partitions)});
  }
  return sweep;
}

}  // namespace srsync::observe
