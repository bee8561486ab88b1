// Which of a pair's two names on the target bears which table, by what listings showed.
#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.h"
#include "core/alter.h"
#include "core/apply_internal.h"
#include "core/beside.h"
#include "core/plan.h"

namespace srsync::core::internal {
namespace {

void forget_other(State& state, const TablePair& pair) {
  if (!has_other(pair)) return;
  const auto at = state.others.find(pair.beside->other.value());
  if (at != state.others.end() && &state.tables[at->second] == &pair) state.others.erase(at);
}

void put_beside(State& state, TablePair& pair, std::optional<Beside> beside) {
  forget_other(state, pair);
  pair.beside = std::move(beside);
  if (has_other(pair)) {
    state.others[pair.beside->other.value()] = state.by_name.at(pair.name);
  }
}

Beside moved_to(const Beside& beside, BesidePhase phase, TableId other) {
  Beside next = beside;
  next.phase = phase;
  next.other = other;
  next.other_missing = false;
  next.listed = false;
  return next;
}

Beside leftover(TableId id) {
  Beside beside;
  beside.phase = BesidePhase::kLeftover;
  beside.other = id;
  return beside;
}

void unmark(State& state, const std::vector<PartitionId>& gone) {
  std::erase_if(state.spoiled, [&](PartitionId id) {
    return std::find(gone.begin(), gone.end(), id) != gone.end();
  });
}

std::vector<PartitionId> spoiled_of(const std::optional<Table>& table) {
  std::vector<PartitionId> ids;
  if (!table) return ids;
  for (const auto& partition : table->partitions) {
    if (partition.spoiled) ids.push_back(partition.id);
  }
  return ids;
}

// What was known of the columns of a table that serves again: without it rows from before an unseen
// change of the source's columns would pass for what the source has now.
void recall_fit(TablePair& pair, const Beside& beside, TableId id) {
  if (beside.fit.target == id) pair.schema_fit = beside.fit;
}

// With what only the schema's mark shows: a column dropped and added again.
std::uint64_t definition_hash(const Table& source) {
  return hash64(fmt::format("{}:{} {}", source.schema_mark.index, source.schema_mark.version,
                            source.create_sql));
}

// The old table is the pair's again; what is known of it is its id.
void back_to_old(State& state, TablePair& pair, std::optional<Beside> then) {
  const Beside beside = *pair.beside;
  put_beside(state, pair, std::nullopt);
  forget_table(state, pair, Side::kTarget);
  if (beside.other.is_set()) {
    Table& old = put_table(state, pair, Side::kTarget, beside.other);
    old.kind = TableKind::kTable;
    recall_fit(pair, beside, beside.other);
  }
  put_beside(state, pair, std::move(then));
}

// The new table bears the real name.
void take_name(State& state, TablePair& pair) {
  const Beside& beside = *pair.beside;
  std::optional<Beside> next;
  if (beside.other.is_set() && !beside.other_missing) {
    next = moved_to(beside, BesidePhase::kReplaced, beside.other);
  }
  put_beside(state, pair, std::move(next));
  // Its text has another name in it, and so has the partition of an unpartitioned table.
  want_reread(pair.target);
}

// The pair's table is seen under the reserved name, and not as the outcome of a CREATE.
void lose_name(State& state, TablePair& pair) {
  const bool swapped_back = pair.beside && pair.beside->phase == BesidePhase::kReplaced;
  Beside next;
  if (swapped_back) next = moved_to(*pair.beside, BesidePhase::kBuilding, pair.beside->other);
  next.phase = BesidePhase::kBuilding;
  put_beside(state, pair, std::move(next));
  want_reread(pair.target);
}

void adopt(State& state, TablePair& pair, TableId id) {
  const TableId old = pair.target ? pair.target->id : TableId();
  Beside next = moved_to(*pair.beside, BesidePhase::kBuilding, old);
  next.spoiled = spoiled_of(pair.target);
  next.fit = pair.schema_fit;
  // One that a listing left out is no new one, whatever CREATE TABLE IF NOT EXISTS said.
  const bool missed = pair.beside->fit.target == id;
  if (missed) pair.recreated_for = 0;
  if (missed) pair.schema_fit = pair.beside->fit;
  put_beside(state, pair, std::nullopt);
  put_table(state, pair, Side::kTarget, id);
  put_beside(state, pair, std::move(next));
}

bool seen_real(State& state, TablePair& pair, TableId id) {
  if (!pair.beside || pair.beside->phase == BesidePhase::kMaking) return true;
  Beside& beside = *pair.beside;
  const bool is_other = beside.other == id;
  if (is_building(pair)) {
    if (is_other) {
      if (beside.other_missing) beside.listed = false;
      beside.other_missing = false;
      return false;
    }
    if (pair.target->id == id) {
      take_name(state, pair);
      return true;
    }
    // Somebody made another one, which is looked at like any other; ours is not needed.
    Beside ours = moved_to(beside, BesidePhase::kReplaced, pair.target->id);
    ours.fit = pair.schema_fit;
    put_beside(state, pair, std::nullopt);
    put_table(state, pair, Side::kTarget, id);
    put_beside(state, pair, ours);
    return true;
  }
  if (!is_other) return true;
  const bool ours = beside.phase == BesidePhase::kReplaced && pair.target;
  if (!ours) {
    recall_fit(pair, beside, id);
    put_beside(state, pair, std::nullopt);
    return true;
  }
  // The swap was done twice, or undone.
  lose_name(state, pair);
  return false;
}

bool seen_reserved(State& state, TablePair& pair, TableId id) {
  const bool is_own = pair.target && pair.target->id == id;
  if (pair.beside && pair.beside->phase == BesidePhase::kMaking && !is_own) {
    adopt(state, pair, id);
    return true;
  }
  if (is_building(pair)) {
    if (is_own) return true;
    if (id == pair.beside->other) {
      pair.beside->other_missing = false;
      take_name(state, pair);
    } else {
      back_to_old(state, pair, leftover(id));
    }
    return false;
  }
  if (is_own) {
    lose_name(state, pair);
    return true;
  }
  if (has_other(pair) && pair.beside->other == id) {
    if (pair.beside->other_missing) pair.beside->listed = false;
    pair.beside->other_missing = false;
  } else {
    put_beside(state, pair, leftover(id));
  }
  return false;
}

}  // namespace

bool note_place(State& state, TablePair& pair, bool reserved, TableId id) {
  if (TablePair* holder = state.find_other(id); holder != nullptr && holder != &pair) {
    put_beside(state, *holder, std::nullopt);
  }
  return reserved ? seen_reserved(state, pair, id) : seen_real(state, pair, id);
}

bool note_absence(State& state, TableId id) {
  if (TablePair* pair = state.find_other(id); pair != nullptr) {
    // Remembered: one listing may have left it out.
    pair->beside->other_missing = true;
    pair->beside->listed = false;
    reassess(state, state.by_name.at(pair->name));
    return true;
  }
  TablePair* pair = state.find(Side::kTarget, id);
  if (pair == nullptr || !is_building(*pair)) return false;
  // Its CREATE may be repeated, and finds it again if it is there after all.
  pair->recreated_for = 0;
  const bool has_old = pair->beside->other.is_set() && !pair->beside->other_missing;
  std::optional<Beside> then;
  if (has_old) {
    then = moved_to(*pair->beside, BesidePhase::kMaking, TableId());
    then->fit = pair->schema_fit;
  }
  back_to_old(state, *pair, std::move(then));
  if (!has_old) forget_table(state, *pair, Side::kTarget);
  note_alter_due(state, state.by_name.at(pair->name));
  reassess(state, state.by_name.at(pair->name));
  return true;
}

void forget_beside(State& state, TablePair& pair) { put_beside(state, pair, std::nullopt); }

void note_beside_listed(State& state, TablePair& pair) {
  if (!pair.beside || pair.beside->listed) return;
  pair.beside->listed = true;
  reassess(state, state.by_name.at(pair.name));
}

void note_beside_started(State& state, TablePair& pair, const DdlIntent& intent) {
  if (pair.beside) pair.beside->listed = false;
  const bool otherwise = intent.kind == DdlKind::kDropTable || intent.kind == DdlKind::kCreateTable;
  if (otherwise && pair.beside && pair.beside->phase == BesidePhase::kMaking) {
    put_beside(state, pair, std::nullopt);
  }
  if (intent.kind != DdlKind::kCreateBeside) return;
  Beside beside;
  beside.cause = cause_of(state, pair);
  beside.reason = intent.reason;
  beside.made_from = definition_hash(*pair.source);
  if (pair.beside && pair.beside->phase == BesidePhase::kMaking) beside.fit = pair.beside->fit;
  put_beside(state, pair, std::move(beside));
}

void note_beside_ended(State& state, TablePair& pair, const DdlIntent& intent, bool took_effect) {
  if (!pair.beside) return;
  if (intent.kind == DdlKind::kCreateBeside) {
    const bool unseen = pair.beside->phase == BesidePhase::kMaking;
    if (!took_effect && unseen) put_beside(state, pair, std::nullopt);
    return;
  }
  if (intent.kind != DdlKind::kDropReplaced || !took_effect) return;
  if (is_building(pair) && pair.target->id == intent.table) {
    unmark(state, spoiled_of(pair.target));
    // Of no use because the source went on: the same difference may be mended another time.
    const bool went_on = !pair.source || definition_hash(*pair.source) != pair.beside->made_from;
    if (went_on) pair.recreated_for = 0;
    back_to_old(state, pair, std::nullopt);
    note_alter_due(state, state.by_name.at(pair.name));
  } else if (pair.beside->other == intent.table && !is_building(pair)) {
    unmark(state, pair.beside->spoiled);
    put_beside(state, pair, std::nullopt);
  }
}

}  // namespace srsync::core::internal
