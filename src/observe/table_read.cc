#include "observe/table_read.h"

#include <utility>

#include <fmt/format.h>

#include "base/bytes.h"
#include "ddl/compare.h"
#include "ddl/quote.h"
#include "ddl/read_create_table.h"
#include "ddl/version.h"
#include "io/rows.h"
#include "observe/partitions.h"
#include "observe/rollups.h"

namespace srsync::observe {

namespace {

// A refusal that asking again will not change: 3.3 has tables whose SHOW CREATE fails for ever.
bool is_for_good(const Status& status) {
  switch (status.code()) {
    case Code::kRejected:
    case Code::kUnsupported:
    case Code::kInvalidArgument:
    case Code::kCorruption:
      return true;
    default:
      return false;
  }
}

}  // namespace

Result<std::string> show_create(ClusterLink& link, const core::TableName& name) {
  const std::string sql = "SHOW CREATE TABLE " + ddl::quote_path(name.db, name.table);
  Result<io::ResultSet> rows = link.read(sql);
  if (!rows.is_ok() && is_for_good(rows.status())) {
    return unsupported(fmt::format("SHOW CREATE TABLE fails: {}", rows.status().message()));
  }
  if (!rows.is_ok()) return rows.status();
  if (!rows->find_column("Create Table")) {
    // Views and materialized views answer with columns of their own.
    return unsupported(fmt::format("{} is not a table", core::to_string(name)));
  }
  SRSYNC_ASSIGN_OR_RETURN(const io::RowReader reader,
                          io::RowReader::bind(*rows, sql, {"Create Table"}));
  if (reader.size() != 1) return corruption(fmt::format("{} answers no row", sql));
  return reader.get_text(0, 0);
}

Result<ddl::TableModel> model_of(const ClusterLink& link, const std::string& create_sql) {
  return ddl::read_create_table(create_sql, {ddl::parse_version(link.frontends().version)});
}

Result<core::TableRead> read_table(ClusterLink& link, const core::TableName& name, core::TableId id,
                                   bool has_rollups) {
  core::TableRead out;
  out.side = link.endpoint().side;
  out.name = name;
  out.id = id;
  Result<std::string> create_sql = show_create(link, name);
  if (!create_sql.is_ok()) {
    if (create_sql.status().code() != Code::kUnsupported) return create_sql.status();
    out.unreadable = create_sql.status().message();
    return out;
  }
  out.create_sql = std::move(*create_sql);
  const Result<ddl::TableModel> model = model_of(link, out.create_sql);
  if (!model.is_ok()) {
    out.unreadable = model.status().message();
    // External tables and views have no partitions to ask for.
    if (model.status().code() == Code::kUnsupported) return out;
  } else {
    out.schema_hash = hash64(ddl::fit_fingerprint(*model));
  }
  SRSYNC_ASSIGN_OR_RETURN(core::TableRead partitions, read_partitions_of(link, name, id));
  out.partitions = std::move(partitions.partitions);
  if (out.unreadable.empty()) out.unreadable = std::move(partitions.unreadable);
  if (!has_rollups || !out.unreadable.empty()) return out;
  auto rollups = read_rollups(link, name);
  if (rollups.is_ok()) {
    out.rollups = std::move(rollups).value();
  } else if (rollups.status().code() == Code::kUnsupported) {
    out.unreadable = rollups.status().message();
  } else {
    return rollups.status();
  }
  return out;
}

Result<core::TableRead> read_partitions_of(ClusterLink& link, const core::TableName& name,
                                           core::TableId id) {
  core::TableRead out;
  out.side = link.endpoint().side;
  out.name = name;
  out.id = id;
  const std::string sql = "SHOW PARTITIONS FROM " + ddl::quote_path(name.db, name.table);
  SRSYNC_ASSIGN_OR_RETURN(const io::ResultSet rows, link.read(sql));
  SRSYNC_ASSIGN_OR_RETURN(PartitionRows partitions, read_partitions(rows, sql));
  out.partitions = std::move(partitions.partitions);
  out.unreadable = std::move(partitions.unreadable);
  return out;
}

}  // namespace srsync::observe
