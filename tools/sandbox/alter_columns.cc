#include "sandbox/alter_columns.h"

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "sandbox/alter_jobs.h"
#include "sandbox/create_table.h"
#include "sandbox/ddl_common.h"

namespace srsync::sandbox {
namespace {

// What a list of clauses has made of the columns so far.
struct ColumnDraft {
  std::vector<Column> columns;
  bool fast = false;
  bool only_comments = true;
};

bool is_fast(const Table& table) {
  const auto found = table.properties.find("fast_schema_evolution");
  return found != table.properties.end() && found->second == "true";
}

void place(std::vector<Column>& columns, Column column, Reader& reader) {
  auto at = columns.end();
  if (reader.accept("FIRST")) {
    at = columns.begin();
  } else if (reader.accept("AFTER")) {
    const std::string after = reader.name();
    at = std::ranges::find(columns, after, &Column::name);
    if (at == columns.end()) return reader.fail();
    ++at;
  } else if (column.is_key) {
    at = std::ranges::find(columns, false, &Column::is_key);
  }
  columns.insert(at, std::move(column));
}

// Not even where another clause of the statement drops the one of that name.
std::optional<Answer> addition_refused(const Table& table, const Column& column) {
  if (std::ranges::count(table.columns(), column.name, &Column::name) > 0) {
    return error(1064, "Can not add column which already exists in base table: " + column.name);
  }
  if (column.is_nullable || column.default_text || !column.generated.empty()) return std::nullopt;
  return analyze_error(1064, "Column [" + column.name + "] is NOT NULL and has no default value.");
}

std::optional<Answer> add_column(Session& session, Reader& reader, const Table& table,
                                 ColumnDraft& draft) {
  draft.only_comments = false;
  const bool many = reader.accept("(");
  do {
    Column column;
    if (!read_column(reader, session.version(), column)) return syntax_error(session, reader);
    if (std::ranges::count(draft.columns, column.name, &Column::name) > 0) {
      return analyze_error(1064, "Duplicate column name " + column.name);
    }
    if (auto refusal = addition_refused(table, column)) return refusal;
    if (column.is_key) draft.fast = false;
    place(draft.columns, std::move(column), reader);
  } while (many && reader.accept(","));
  if (many) reader.expect(")");
  return std::nullopt;
}

std::optional<Answer> drop_column(Reader& reader, const Table& table, ColumnDraft& draft) {
  draft.only_comments = false;
  const std::string name = reader.name();
  const auto found = std::ranges::find(draft.columns, name, &Column::name);
  if (found == draft.columns.end()) return error(1064, "Column does not exists: " + name);
  const auto is_named = [&](const std::vector<std::string>& names) {
    return std::ranges::count(names, name) > 0;
  };
  if (is_named(table.partition_columns)) {
    return error(1064, "Partition column[" + name + "] cannot be dropped");
  }
  if (is_named(table.distribution_columns)) {
    return error(1064, "Distribution column[" + name + "] cannot be dropped");
  }
  if (is_named(table.sort_key)) {
    return error(1064, "Can not drop sort column: " + name);
  }
  if (found->is_key && table.keys != KeysType::kDuplicate) {
    return error(1064, "Can not drop key column: " + name);
  }
  if (found->is_key) draft.fast = false;
  draft.columns.erase(found);
  return std::nullopt;
}

// "varchar(20)" and "decimal(27, 4)": the first number; 0 without one.
std::int64_t first_size(const std::string& type) {
  const std::size_t open = type.find('(');
  if (open == std::string::npos) return 0;
  return parse_int64(type.substr(open + 1, type.find_first_of(",)", open) - open - 1)).value_or(0);
}

// A key of a PRIMARY KEY table, and what would lose values.
std::optional<Answer> modification_refused(const Table& table, const Column& before,
                                           const Column& after) {
  if (before.is_key && table.keys == KeysType::kPrimary) {
    return error(1064, "Can not modify key column: " + before.name + " for primary key table");
  }
  const auto word = [](const std::string& type) { return type.substr(0, type.find('(')); };
  static const std::vector<std::string> kIntegers = {"tinyint", "smallint", "int", "bigint",
                                                     "largeint"};
  const auto from = std::ranges::find(kIntegers, word(before.type));
  const auto to = std::ranges::find(kIntegers, word(after.type));
  const bool sized = from == kIntegers.end() && word(before.type) == word(after.type);
  const bool narrower = (from != kIntegers.end() && to != kIntegers.end() && to < from) ||
                        (sized && first_size(after.type) < first_size(before.type));
  if (narrower) return error(1064, "Can not change " + before.type + " to " + after.type);
  if (before.is_nullable && !after.is_nullable) {
    return error(1064, "Can not change from nullable to non-nullable");
  }
  if (before.default_text != after.default_text) return error(1064, "Can not change default value");
  return std::nullopt;
}

std::optional<Answer> modify_column(Session& session, Reader& reader, const Table& table,
                                    ColumnDraft& draft) {
  // The comment alone, at once: from 3.5 on.
  if (reader.is("COMMENT", 1) && session.version() >= Version::k3_5) {
    const std::string name = reader.name();
    reader.expect("COMMENT");
    const std::string comment = reader.string();
    const auto found = std::ranges::find(draft.columns, name, &Column::name);
    if (found == draft.columns.end()) return error(1064, "Column does not exists: " + name);
    found->comment = comment;
    return std::nullopt;
  }
  draft.only_comments = false;
  draft.fast = false;
  Column column;
  if (!read_column(reader, session.version(), column)) return syntax_error(session, reader);
  const auto found = std::ranges::find(draft.columns, column.name, &Column::name);
  if (found == draft.columns.end()) {
    return error(1064, "Column does not exists: " + column.name);
  }
  if (auto refusal = modification_refused(table, *found, column)) return refusal;
  column.is_key = found->is_key;
  if (column.aggregate.empty()) column.aggregate = found->aggregate;
  if (!reader.is("FIRST") && !reader.is("AFTER")) {
    *found = std::move(column);
    return std::nullopt;
  }
  draft.columns.erase(found);
  place(draft.columns, std::move(column), reader);
  return std::nullopt;
}

void replace_name(std::vector<std::string>& names, const std::string& from, const std::string& to) {
  std::ranges::replace(names, from, to);
}

}  // namespace

std::optional<Answer> column_clauses(Session& session, Reader& reader, AlterScope& scope) {
  ColumnDraft draft{scope.table.columns(), is_fast(scope.table), true};
  bool any = false;
  do {
    std::optional<Answer> refusal;
    if (reader.accept("ADD COLUMN")) {
      refusal = add_column(session, reader, scope.table, draft);
    } else if (reader.accept("DROP COLUMN")) {
      refusal = drop_column(reader, scope.table, draft);
    } else if (reader.accept("MODIFY COLUMN")) {
      refusal = modify_column(session, reader, scope.table, draft);
    } else if (!any) {
      return std::nullopt;
    } else {
      reader.fail();
    }
    if (refusal) return refusal;
    any = true;
  } while (reader.accept(","));
  if (!reader.ok() || !reader.at_end()) return syntax_error(session, reader);
  if (draft.only_comments) {
    scope.table.indexes.front().columns = std::move(draft.columns);
    return ok(true);
  }
  change_columns(scope.catalog, scope.now_ms, scope.database, scope.table, std::move(draft.columns),
                 scope.table.index_defs, draft.fast);
  return ok(true);
}

Answer rename_column(Session& session, Reader& reader, AlterScope& scope) {
  const std::string from = reader.name();
  reader.expect("TO");
  const std::string to = reader.name();
  if (!reader.ok() || !reader.at_end()) return syntax_error(session, reader);
  Table& table = scope.table;
  if (std::ranges::count(table.columns(), from, &Column::name) == 0) {
    return error(1054, "Unknown column '" + from + "' in '" + table.name + "'");
  }
  if (std::ranges::count(table.columns(), to, &Column::name) > 0) {
    return error(1060, "Duplicate column name '" + to + "'");
  }
  for (TableIndex& index : table.indexes) {
    for (Column& column : index.columns) {
      if (column.name == from) column.name = to;
    }
  }
  replace_name(table.partition_columns, from, to);
  replace_name(table.distribution_columns, from, to);
  replace_name(table.sort_key, from, to);
  for (IndexDef& index : table.index_defs) {
    const std::string quoted = quote_name(from);
    const std::size_t at = index.text.find(quoted);
    if (at != std::string::npos) index.text.replace(at, quoted.size(), quote_name(to));
  }
  return ok(true);
}

Answer add_index_clause(Session& session, Reader& reader, AlterScope& scope) {
  IndexDef index;
  if (!read_index(reader, index) || !reader.at_end()) return syntax_error(session, reader);
  auto defs = scope.table.index_defs;
  if (std::ranges::count(defs, index.name, &IndexDef::name) > 0) {
    return error(1064, "index `" + index.name + "` already exist.");
  }
  defs.push_back(std::move(index));
  change_columns(scope.catalog, scope.now_ms, scope.database, scope.table, scope.table.columns(),
                 std::move(defs), false);
  return ok(true);
}

Answer drop_index_clause(Session& session, Reader& reader, AlterScope& scope) {
  const std::string name = reader.name();
  if (!reader.ok() || !reader.at_end()) return syntax_error(session, reader);
  auto defs = scope.table.index_defs;
  if (std::erase_if(defs, [&](const IndexDef& index) { return index.name == name; }) == 0) {
    return error(1064, "index " + name + " does not exist");
  }
  change_columns(scope.catalog, scope.now_ms, scope.database, scope.table, scope.table.columns(),
                 std::move(defs), false);
  return ok(true);
}

}  // namespace srsync::sandbox
