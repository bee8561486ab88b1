#include "observe/listing.h"

#include <algorithm>

#include "base/text.h"
#include "ddl/view_kinds.h"
#include "io/rows.h"

namespace srsync::observe {

namespace {

core::TableKind kind_of(std::string_view type) {
  switch (ddl::classify_table_type(type)) {
    case ddl::ObjectKind::kTable:
      return core::TableKind::kTable;
    case ddl::ObjectKind::kView:
      return core::TableKind::kView;
    case ddl::ObjectKind::kMaterializedView:
      return core::TableKind::kMaterializedView;
    case ddl::ObjectKind::kExternalTable:
    case ddl::ObjectKind::kOther:
      return core::TableKind::kOther;
  }
  return core::TableKind::kOther;
}

}  // namespace

bool is_hidden_partition(std::string_view name) { return name.starts_with('$'); }

Result<std::vector<DatabaseRow>> read_databases(const io::ResultSet& rows) {
  SRSYNC_ASSIGN_OR_RETURN(const io::RowReader reader,
                          io::RowReader::bind(rows, "SHOW PROC '/dbs'", {"DbId", "DbName"}));
  std::vector<DatabaseRow> out;
  for (std::size_t row = 0; row < reader.size(); ++row) {
    SRSYNC_ASSIGN_OR_RETURN(const std::int64_t id, reader.get_int64(row, 0));
    SRSYNC_ASSIGN_OR_RETURN(std::string name, reader.get_text(row, 1));
    out.push_back({core::DbId(id), std::move(name)});
  }
  std::sort(out.begin(), out.end(),
            [](const DatabaseRow& a, const DatabaseRow& b) { return a.id < b.id; });
  return out;
}

Result<std::vector<TableRow>> read_tables(const io::ResultSet& rows, const std::string& statement) {
  SRSYNC_ASSIGN_OR_RETURN(
      const io::RowReader reader,
      io::RowReader::bind(rows, statement,
                          {"TableId", "TableName", "State", "Type", "PartitionNum"}, {"IndexNum"}));
  std::vector<TableRow> out;
  for (std::size_t row = 0; row < reader.size(); ++row) {
    TableRow table;
    SRSYNC_ASSIGN_OR_RETURN(const std::int64_t id, reader.get_int64(row, 0));
    table.listing.id = core::TableId(id);
    SRSYNC_ASSIGN_OR_RETURN(table.listing.name, reader.get_text(row, 1));
    table.state = reader.text_or_empty(row, 2);
    table.type = reader.text_or_empty(row, 3);
    SRSYNC_ASSIGN_OR_RETURN(const auto partitions, reader.get_optional_int64(row, 4));
    table.logical_partitions = partitions.value_or(0);
    if (reader.has(5)) {
      SRSYNC_ASSIGN_OR_RETURN(const auto indexes, reader.get_optional_int64(row, 5));
      table.listing.indexes = indexes.value_or(0);
    }
    table.listing.kind = kind_of(table.type);
    // Views have no state: nothing can run on them.
    table.listing.state_normal = table.state.empty() || table.state == "NORMAL";
    out.push_back(std::move(table));
  }
  std::sort(out.begin(), out.end(),
            [](const TableRow& a, const TableRow& b) { return a.listing.id < b.listing.id; });
  return out;
}

}  // namespace srsync::observe
