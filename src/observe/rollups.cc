#include "observe/rollups.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "ddl/alter.h"
#include "ddl/quote.h"
#include "io/rows.h"
#include "observe/proof.h"

namespace srsync::observe {

namespace {

std::string definition_of(const IndexProof& index) {
  std::string out = index.keys_type + ":";
  for (const ColumnProof& column : index.columns) {
    out += fmt::format(" {} {}{}{}{},", column.name, column.type, column.key ? " key" : "",
                       column.nullable ? "" : " not null",
                       column.aggregation.empty() ? "" : " " + column.aggregation);
  }
  out.pop_back();
  return out;
}

// A rollup holds columns of its table as they are there; a view may hold what was computed of them.
bool holds_only_columns_of(const IndexProof& index, const IndexProof& base) {
  if (index.keys_type != base.keys_type) return false;
  return std::all_of(index.columns.begin(), index.columns.end(), [&](const ColumnProof& column) {
    return std::any_of(base.columns.begin(), base.columns.end(), [&](const ColumnProof& own) {
      return own.name == column.name && own.type == column.type &&
             own.aggregation == column.aggregation;
    });
  });
}

// By name; what is no index of a table is left out.
Result<std::map<std::string, std::string>> view_texts(ClusterLink& link, const std::string& db) {
  const std::string sql = "SHOW MATERIALIZED VIEWS FROM " + ddl::quote_identifier(db);
  SRSYNC_ASSIGN_OR_RETURN(const io::ResultSet rows, link.read(sql));
  SRSYNC_ASSIGN_OR_RETURN(const io::RowReader reader,
                          io::RowReader::bind(rows, sql, {"name", "text"}, {"refresh_type"}));
  std::map<std::string, std::string> out;
  for (std::size_t row = 0; row < reader.size(); ++row) {
    if (reader.has(2) && reader.text_or_empty(row, 2) != "ROLLUP") continue;
    out[std::string(reader.text_or_empty(row, 0))] = std::string(reader.text_or_empty(row, 1));
  }
  return out;
}

}  // namespace

void IndexCounts::note(const core::DatabaseListing& listing) {
  const std::lock_guard<std::mutex> lock(mutex_);
  for (const core::TableListing& table : listing.tables) {
    if (table.indexes > 0) counts_[table.id] = table.indexes;
  }
}

std::int64_t IndexCounts::get(core::TableId id) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto at = counts_.find(id);
  return at == counts_.end() ? 0 : at->second;
}

Result<std::vector<core::Rollup>> rollups_of(const io::ResultSet& desc_all,
                                             const std::map<std::string, std::string>& view_texts,
                                             const core::TableName& name) {
  SRSYNC_ASSIGN_OR_RETURN(const auto indexes, read_desc_all(desc_all, name.table));
  const auto base = indexes.find("");
  if (base == indexes.end()) {
    return unsupported(fmt::format("DESC ALL does not show {} itself", core::to_string(name)));
  }
  std::vector<core::Rollup> out;
  for (const auto& [index_name, index] : indexes) {
    if (index_name.empty()) continue;
    core::Rollup rollup;
    rollup.name = index_name;
    rollup.definition = definition_of(index);
    for (const ColumnProof& column : index.columns) rollup.columns.push_back(column.name);
    const auto text = view_texts.find(index_name);
    // A plain rollup has a text as well, made up by the frontend and refused by it.
    const std::string condition =
        text == view_texts.end() ? std::string() : ddl::view_condition(text->second);
    if (!condition.empty()) rollup.definition += "; " + condition;
    if (!condition.empty() || !holds_only_columns_of(index, base->second)) {
      if (text == view_texts.end()) {
        return unsupported(fmt::format(
            "the statement of its synchronous materialized view {} cannot be read: SHOW "
            "MATERIALIZED VIEWS does not list it",
            index_name));
      }
      rollup.view_sql = text->second;
    }
    out.push_back(std::move(rollup));
  }
  return out;
}

Result<std::vector<core::Rollup>> read_rollups(ClusterLink& link, const core::TableName& name) {
  const std::string sql = fmt::format("DESC {} ALL", ddl::quote_path(name.db, name.table));
  SRSYNC_ASSIGN_OR_RETURN(const io::ResultSet rows, link.read(sql));
  SRSYNC_ASSIGN_OR_RETURN(const auto plain, read_desc_all(rows, name.table));
  if (plain.size() <= 1) return std::vector<core::Rollup>();
  SRSYNC_ASSIGN_OR_RETURN(const auto texts, view_texts(link, name.db));
  return rollups_of(rows, texts, name);
}

}  // namespace srsync::observe
