// What is changed in place on a target table: rollups, indexes, properties, comments and
// partitions' names. Pure functions of State. Columns: see column_change.h.
//
// A change that failed, or had no effect, kAlterTriesMax times is given up until an operator asks
// for it again; without a rollup a table is blocked then, for a change of columns it is made anew,
// without the others it goes on. A frontend that is busy with another change of the table does not
// count.
#pragma once

#include <string>
#include <vector>

#include "core/fact.h"
#include "core/match.h"
#include "core/state.h"

namespace srsync::core {

struct Alter {
  DdlKind kind = DdlKind::kAlterTable;
  std::vector<std::string> statements;  // empty: nothing to do
  std::string reason;
  // What stays different, and which switch or failure makes it so; empty when nothing does.
  std::string forbidden;
  // The synchronous materialized view that is made or dropped; empty: none is.
  std::string view_of = {};
};

inline constexpr std::uint32_t kAlterTriesMax = 3;

bool is_alter(DdlKind kind);
// Whether a change is given up after kAlterTriesMax tries: the kinds above, and kCreatePartitions.
bool is_tried_seldom(DdlKind kind);
// What tries are counted for: the reason, or of kCreatePartitions the first partition's values (the
// others wait for it).
const std::string& tried_for(const DdlIntent& intent);

// Require both sides read in full with equal columns.
Alter next_rollup_change(const State& state, const TablePair& pair);
Alter next_cosmetic_change(const State& state, const TablePair& pair);

// Partitions that the source calls otherwise; `match` is of this pair.
Alter next_partition_rename(const State& state, const TablePair& pair, const PartitionMatch& match);

// Whether the target, as State shows it, needs that change no more.
bool alter_took_effect(const State& state, const TablePair& pair, const DdlIntent& intent);

// Nothing was tried yet: another table, or an operator who asks for it.
void forget_alters(TablePair& pair);

// Counts a change that is being started.
void note_alter(TablePair& pair, const std::string& what);
// Whether `what` was tried too often.
bool is_given_up(const TablePair& pair, const std::string& what);

// Keeps State::alter_due after a definition or a setting changed.
void note_alter_due(State& state, std::uint32_t slot);

}  // namespace srsync::core
