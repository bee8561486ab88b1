// Databases and their tables, from SHOW PROC '/dbs' and '/dbs/<id>'. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "core/catalog.h"
#include "core/diff.h"
#include "ddl/renames.h"
#include "io/sql.h"

namespace srsync::observe {

using ddl::is_system_database;

// '$shadow_automatic_partition' and its like: never shown, made, dropped or replicated.
bool is_hidden_partition(std::string_view name);

struct DatabaseRow {
  core::DbId id;
  std::string name;
};

// SHOW PROC '/dbs', system databases included; ascending by id.
Result<std::vector<DatabaseRow>> read_databases(const io::ResultSet& rows);

struct TableRow {
  core::TableListing listing;
  std::string type;                     // "OLAP", "CLOUD_NATIVE", "VIEW" ...
  std::string state;                    // "NORMAL", "SCHEMA_CHANGE" ...; empty for views
  std::int64_t logical_partitions = 0;  // the hidden one included; 1 where it is not counted
};

// SHOW PROC '/dbs/<id>'; ascending by id.
Result<std::vector<TableRow>> read_tables(const io::ResultSet& rows, const std::string& statement);

}  // namespace srsync::observe
