// Shared by the parts of apply(); not for other rooms.
#pragma once

#include "core/fact.h"
#include "core/state.h"

namespace srsync::core::internal {

// Recomputes the pairs of one database / all pairs after something that they all depend on changed.
void reassess_database(State& state, const std::string& db);
void reassess_all(State& state);

// Removes `side`'s table from the pair and its id from the index.
void forget_table(State& state, TablePair& pair, Side side);

// The table `id` of `side` as the pair's: known already, or empty and to be read.
Table& put_table(State& state, TablePair& pair, Side side, TableId id);

// A second table on the target (core/beside.h). note_place(): a listing shows `id` under the pair's
// real or reserved name; true: it is the pair's own, to be dealt with like any table.
bool note_place(State& state, TablePair& pair, bool reserved, TableId id);
// The target does not show `id` any more; true: that is all there is to it.
bool note_absence(State& state, TableId id);
void forget_beside(State& state, TablePair& pair);
// A complete listing of its database was applied.
void note_beside_listed(State& state, TablePair& pair);
void note_beside_started(State& state, TablePair& pair, const DdlIntent& intent);
void note_beside_ended(State& state, TablePair& pair, const DdlIntent& intent, bool took_effect);

// Counts one more failure of `retry` at `now`.
void count_failure(Retry& retry, WallTime now, std::uint64_t salt, std::string error);

// Keeps lag and "synchronised once" of a pair up to date after its picture changed.
void note_progress(State& state, TablePair& pair, WallTime at);

// Marks a side for a full read, at once or not before a moment.
void want_reread(std::optional<Table>& table, WallTime not_before = {});

// Marks a side for a reading of its partitions, unless a full one is wanted already. A table that
// was never read is read in full.
void want_partitions(std::optional<Table>& table, WallTime not_before = {});

// Facts about databases, tables, partitions and versions.
void apply_catalog(State& state, WallTime at, const DatabaseObserved& fact);
void apply_catalog(State& state, WallTime at, const DatabaseMissing& fact);
void apply_catalog(State& state, WallTime at, const DatabaseListed& fact);
void apply_catalog(State& state, WallTime at, const TableObserved& fact);
void apply_catalog(State& state, WallTime at, const TableRead& fact);
void apply_catalog(State& state, WallTime at, const PartitionsMoved& fact);
void apply_catalog(State& state, WallTime at, const TableRereadWanted& fact);
void apply_catalog(State& state, WallTime at, const TableMissing& fact);
void apply_catalog(State& state, WallTime at, const TableUnreadable& fact);
void apply_catalog(State& state, WallTime at, const SweepCompleted& fact);
void apply_catalog(State& state, WallTime at, const StrangerObserved& fact);
void apply_catalog(State& state, WallTime at, const FeedAdvanced& fact);
void apply_catalog(State& state, WallTime at, const TargetFeedGap& fact);

// Facts about DDL and jobs: looks the work up, asks the transition table, moves.
void apply_work(State& state, WallTime at, const Fact& fact);

// After a reading of the target's partitions: does it answer a job that is over?
void check_job_after_read(State& state, TablePair& pair, WallTime at);

}  // namespace srsync::core::internal
