// When a change of columns on the source is brought to the target by ALTER TABLE, and when nothing
// but a new table will do. Pure functions of State.
//
// ALTER is right when exactly one change of the source's schema lies between the moment when the
// two definitions were last seen equal (TablePair::schema_fit) and the definition that is to be
// brought over: see ddl/alter_columns.h for why one. The source's schema version counts the
// changes. It is asked for before each reading of the definition, so it never says too much of a
// definition; that it does not say too little is known once a second reading shows the same
// (Table::schema_settled).
//
// The rows that the target holds then are right as well: each job's proof reads the versions of
// the source's partitions first and the schema afterwards (observe/submission.h), and is refused
// where the schemas differ. So every version that was ever copied existed before the change, and
// its rows have in a new column what the change gave all of them. While the definitions differ no
// job starts (core/assess.h).
//
// RENAME COLUMN is counted by no version, and every other change of columns is. The source's
// backends go on calling the column by its first name, and replication matches columns by the names
// that backends have: a table made anew under the new name would get none of the column's values.
// So the column is renamed on the target as well, where its backends too go on with the first name;
// where that is not certain the table is left alone.
//
// A change that the definitions do not show can be a column that was dropped and another one of its
// name added, which takes two. One is taken for what it nearly always is, an index or a comment.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/alter.h"
#include "core/state.h"

namespace srsync::core {

struct ColumnChange {
  Alter alter;          // no statements: not in this way
  std::string refusal;  // why not
  // One more reading of the source has to confirm it.
  bool look_again = false;
  // Nor may the table be made anew: its values would be lost.
  bool keep = false;
};

// Requires both sides read in full, with definitions that differ.
ColumnChange next_column_change(const State& state, const TablePair& pair);

// How many changes of the source's schema lie between two marks of one table; nullopt when the
// marks do not tell (a slow change of a shared-data cluster counts nothing).
std::optional<std::int64_t> schema_changes(const SchemaMark& from, const SchemaMark& to,
                                           RunMode source_mode);

// Why equal definitions do not mean equal rows, in words; empty when nothing speaks against it.
std::string unseen_change(const State& state, const TablePair& pair);

// Keeps TablePair::schema_fit after a reading.
void note_schema_fit(const State& state, TablePair& pair);

}  // namespace srsync::core
