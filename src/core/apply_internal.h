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
