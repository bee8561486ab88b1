// Columns that a table which holds rows can be given, lose or have widened by one ALTER TABLE, so
// that the rows it holds are afterwards what the same change made of the source's. Pure, safe from
// any thread.
//
// Two definitions alone never tell that: a column of equal name and type may be another one.
// Replication matches columns by name, so the caller must know that ONE ALTER TABLE lies between
// the two (core/column_change.h). One is enough to know, since a frontend refuses to add a column
// whose name exists before the statement: what has the same name and type before and after one
// ALTER is the same column. Two ALTERs can drop a column and add another of its name.
//
// RENAME COLUMN (from 3.3.2 on) raises no version, so it may lie between as well. Names then tell
// which column was dropped only where no other one could have been it: see refusal.
#pragma once

#include <string>
#include <vector>

#include "ddl/table_model.h"
#include "ddl/write_create_table.h"

namespace srsync::ddl {

struct ColumnAlteration {
  std::string statement;  // empty: not in this way
  std::string reason;     // what differs, in words
  std::string refusal;    // why not in this way; empty with a statement
};

// What makes `target` what `source` is, if that is one of
//   value columns added whose default is a constant or NULL, so that every row there has it;
//   value columns dropped that nothing else of the table is made of;
//   one value column widened without changing a value: integers, DECIMAL, VARCHAR, NULL allowed.
// `has_rollups`: of either table; columns are then only added.
ColumnAlteration alter_columns(const TableModel& source, const TableModel& target,
                               const TargetOptions& options, bool has_rollups);

// Columns that differ in nothing but their names, place by place: renamed, or dropped and others
// added in their places. Empty when anything else of the columns differs too.
struct ColumnName {
  std::string from;  // the target's
  std::string to;    // the source's
};
std::vector<ColumnName> renamed_columns(const TableModel& source, const TableModel& target);

// ALTER TABLE .. RENAME COLUMN: the values stay where they are.
std::string rename_column(const TargetOptions& options, const ColumnName& name);

}  // namespace srsync::ddl
