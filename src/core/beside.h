// Making a table anew without a hole: the new one is built beside the old one under a reserved name
// (core/names.h), filled, and swapped with it; then the old one is dropped. Readers of the target
// see the old rows until the new table holds all of them.
//
// TablePair::beside holds how far it is. While the new table is built it is TablePair::target, so
// partitions, rollups, jobs and proofs are the usual ones. Which table bears which name is always
// told by ids in a listing: neither a reply nor a repetition of the swap is ever believed.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/assess.h"
#include "core/fact.h"
#include "core/match.h"
#include "core/state.h"

namespace srsync::core {

// The pair's table on the target is a new one, still under the reserved name.
inline bool is_building(const TablePair& pair) {
  return pair.beside && pair.beside->phase == BesidePhase::kBuilding;
}
// The pair has a second table on the target, besides TablePair::target.
inline bool has_other(const TablePair& pair) {
  return pair.beside && pair.beside->phase != BesidePhase::kMaking && pair.beside->other.is_set();
}
// The old or another table stands under the reserved name, as far as the last listing told.
bool has_leftover(const TablePair& pair);
// The table that is known under one of the pair's two names; not set: none.
TableId id_under(const TablePair& pair, bool reserved);

bool is_beside_ddl(DdlKind kind);

// --- what the pair wants -------------------------------------------------------------------------

// The target's table is of no use any more: made anew, beside it where that is possible.
// `reason` says why, `cause` which switch allowed it.
Assessment recreate(const State& state, const TablePair& pair, const std::string& reason);

// What comes before everything else about two tables: the old one goes, a name is mended.
std::optional<Assessment> assess_leftover(const State& state, const TablePair& pair);

// The new table is of no use either: it is dropped, and the old one looked at anew.
Assessment discard_new(const State& state, const TablePair& pair, const std::string& reason);

// What a new table wants that holds what `match` says; `data` is what its rows want.
Assessment assess_built(const State& state, const TablePair& pair, bool complete, Assessment data);
// Whether every partition was copied once, so that readers may be given the new table.
bool is_complete(const State& state, const TablePair& pair, const PartitionMatch& match);

// Why the old table is kept; empty when it is not, or nothing keeps it.
std::string kept_text(const State& state, const TablePair& pair);

// The source's table is gone: what becomes of a second table; nullopt: there is none.
std::optional<Assessment> assess_orphan(const State& state, const TablePair& pair);

// --- intents
// ---------------------------------------------------------------------------------------

// Fills an intent whose kind is_beside_ddl(), but for CREATE.
void fill_beside_ddl(const State& state, const TablePair& pair, DdlIntent& intent);
// Whether the target, as State shows it, has what the intent wanted.
bool beside_took_effect(const State& state, const DdlIntent& intent);
// What the old table is given up for, from what the two sides show now.
BesideCause cause_of(const State& state, const TablePair& pair);

}  // namespace srsync::core
