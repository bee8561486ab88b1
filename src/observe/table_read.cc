#include "observe/table_read.h"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/bytes.h"
#include "ddl/compare.h"
#include "ddl/quote.h"
#include "ddl/read_create_table.h"
#include "ddl/version.h"
#include "ddl/view_model.h"
#include "io/rows.h"
#include "observe/partitions.h"
#include "observe/proof.h"
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

struct Definition {
  core::TableKind kind = core::TableKind::kTable;
  std::string text;
};

// SHOW CREATE TABLE answers for views too, with a column named after their kind.
constexpr std::array<std::pair<const char*, core::TableKind>, 3> kDefinitions = {{
    {"Create Table", core::TableKind::kTable},
    {"Create View", core::TableKind::kView},
    {"Create Materialized View", core::TableKind::kMaterializedView},
}};

Result<Definition> definition_of(ClusterLink& link, const core::TableName& name) {
  const std::string sql = "SHOW CREATE TABLE " + ddl::quote_path(name.db, name.table);
  Result<io::ResultSet> rows = link.read(sql);
  if (!rows.is_ok() && is_for_good(rows.status())) {
    return unsupported(fmt::format("SHOW CREATE TABLE fails: {}", rows.status().message()));
  }
  if (!rows.is_ok()) return rows.status();
  for (const auto& [column, kind] : kDefinitions) {
    if (!rows->find_column(column)) continue;
    SRSYNC_ASSIGN_OR_RETURN(const io::RowReader reader, io::RowReader::bind(*rows, sql, {column}));
    if (reader.size() != 1) return corruption(fmt::format("{} answers no row", sql));
    SRSYNC_ASSIGN_OR_RETURN(std::string text, reader.get_text(0, 0));
    return Definition{kind, std::move(text)};
  }
  return unsupported(fmt::format("{} is not a table", core::to_string(name)));
}

// A view has nothing but its definition.
void read_view(Definition definition, core::TableRead& out) {
  out.kind = definition.kind;
  out.create_sql = std::move(definition.text);
  const auto model = ddl::read_view(out.create_sql);
  if (!model.is_ok()) {
    out.unreadable = "its definition is not understood: " + model.status().message();
  }
}

}  // namespace

Result<std::string> show_create(ClusterLink& link, const core::TableName& name) {
  SRSYNC_ASSIGN_OR_RETURN(Definition definition, definition_of(link, name));
  if (definition.kind != core::TableKind::kTable) {
    return unsupported(fmt::format("{} is not a table", core::to_string(name)));
  }
  return std::move(definition.text);
}

Result<ddl::TableModel> model_of(const ClusterLink& link, const std::string& create_sql) {
  return ddl::read_create_table(create_sql, {ddl::parse_version(link.frontends().version)});
}

Result<core::TableRead> read_table(ClusterLink& link, const core::TableName& name, core::TableId id,
                                   bool has_rollups, const core::SchemaMark& mark) {
  core::TableRead out;
  out.side = link.endpoint().side;
  out.name = name;
  out.id = id;
  Result<Definition> definition = definition_of(link, name);
  if (!definition.is_ok()) {
    if (definition.status().code() != Code::kUnsupported) return definition.status();
    out.unreadable = definition.status().message();
    return out;
  }
  if (definition->kind != core::TableKind::kTable) {
    read_view(std::move(*definition), out);
    return out;
  }
  out.create_sql = std::move(definition->text);
  out.schema_mark = mark;
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

Result<core::SchemaMark> read_schema_mark(ClusterLink& link, core::DbId db,
                                          const core::TableName& name, core::TableId id) {
  const std::string sql =
      fmt::format("SHOW PROC '/dbs/{}/{}/index_schema'", db.value(), id.value());
  const Result<io::ResultSet> rows = link.read(sql);
  if (rows.status().code() == Code::kUnavailable) return rows.status();
  if (!rows.is_ok()) return core::SchemaMark();
  const auto indexes = read_index_schema(*rows, sql);
  if (!indexes.is_ok()) return core::SchemaMark();
  for (const IndexRow& index : *indexes) {
    const bool is_base = index.name == name.table;
    if (is_base && index.schema_version) return core::SchemaMark{index.id, *index.schema_version};
  }
  return core::SchemaMark();
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
