// What readings of the clusters change in State.
#include <algorithm>
#include <map>
#include <string_view>

#include "base/mutant.h"
#include "core/alter.h"
#include "core/apply_internal.h"
#include "core/beside.h"
#include "core/column_change.h"
#include "core/match.h"
#include "core/names.h"
#include "core/plan.h"
#include "core/schema_check.h"
#include "core/views.h"

namespace srsync::core::internal {
namespace {

// A source that shows fewer than half of at least this many tables is not believed.
constexpr std::int64_t kSuspicionTablesMin = 20;
// Absent from this many complete readings in a row: gone.
constexpr std::uint8_t kMissingReadsMax = 2;

std::uint32_t slot_index(const State& state, const TablePair& pair) {
  return state.by_name.at(pair.name);
}

// Carries over what only the journal knows about a partition.
void inherit(Partition& fresh, const Partition& known) {
  fresh.copied_from = known.copied_from;
  fresh.copied_version = known.copied_version;
}

void merge_partitions(const State& state, Table& table, Side side,
                      const std::vector<Partition>& read) {
  std::vector<Partition> merged = read;
  if (side == Side::kTarget && !state.spoiled.empty() && !SRSYNC_MUTANT("lose-mark")) {
    for (auto& p : merged) {
      p.spoiled = std::binary_search(state.spoiled.begin(), state.spoiled.end(), p.id);
    }
  }
  std::sort(merged.begin(), merged.end(),
            [](const Partition& a, const Partition& b) { return a.id < b.id; });
  const auto read_end = static_cast<std::ptrdiff_t>(merged.size());
  for (auto& known : table.partitions) {
    const auto at = std::lower_bound(merged.begin(), merged.begin() + read_end, known.id,
                                     [](const Partition& p, PartitionId id) { return p.id < id; });
    if (at != merged.begin() + read_end && at->id == known.id) {
      inherit(*at, known);
    } else if (side == Side::kSource && known.missing_reads < kMissingReadsMax &&
               !SRSYNC_MUTANT("believe-one-read")) {
      // Kept: a removal on the source is believed when two cycles of both sources agree, or not at
      // all. Another partition of the same name replaces it at once, though.
      const bool replaced = std::any_of(read.begin(), read.end(),
                                        [&](const Partition& p) { return p.name == known.name; });
      if (replaced) continue;
      merged.push_back(std::move(known));
      merged.back().missing_reads = 1;
    }
  }
  std::sort(merged.begin(), merged.end(),
            [](const Partition& a, const Partition& b) { return a.id < b.id; });
  merged.shrink_to_fit();
  table.partitions = std::move(merged);
}

void move_version(Partition& partition, const PartitionVersion& version) {
  partition.visible_version = version.visible_version;
  partition.data_version = version.data_version;
  partition.epoch = version.epoch;
  partition.data_bytes = version.data_bytes;
  partition.txn_type = version.txn_type;
}

void refresh(State& state, TablePair& pair, WallTime at) {
  // The difference for which the table was made anew is gone; should it come again, it may be made
  // anew again.
  if (pair.recreated_for != 0 && pair.source && pair.target && pair.source->read_in_full &&
      pair.target->read_in_full && pair.source->schema_hash == pair.target->schema_hash) {
    pair.recreated_for = 0;
  }
  note_progress(state, pair, at);
  reassess(state, slot_index(state, pair));
}

DbPair& database(State& state, const std::string& name) {
  DbPair& db = state.databases[name];
  db.name = name;
  return db;
}

void forget_tables_of(State& state, const std::string& db, Side side) {
  for (auto at = state.by_name.lower_bound({db, ""});
       at != state.by_name.end() && at->first.db == db; ++at) {
    if (side == Side::kTarget) forget_beside(state, state.tables[at->second]);
    forget_table(state, state.tables[at->second], side);
  }
}

// The columns' part of SHOW CREATE TABLE; partitions come and go by themselves.
std::string_view columns_of(std::string_view create_sql) {
  return create_sql.substr(0, create_sql.find("\n) ENGINE="));
}

void take_schema(Table& table, const TableRead& fact) {
  table.schema_settled = table.read_in_full && fact.schema_mark.is_known() &&
                         fact.schema_mark == table.schema_mark &&
                         columns_of(fact.create_sql) == columns_of(table.create_sql);
  table.schema_mark = fact.schema_mark;
  table.create_sql = fact.create_sql;
  table.create_sql.shrink_to_fit();
  table.schema_hash = fact.schema_hash;
}

// What was dropped is there again with the data: it does not count any more.
void redeem_drop(State& state, const TablePair& pair) {
  if (std::holds_alternative<RunningDdl>(pair.stage)) return;
  std::erase_if(state.unredeemed, [&](const Drop& drop) {
    return drop.name == pair.name &&
           (concerns_view(pair) || schema_difference(state, pair).empty());
  });
}

}  // namespace

Table& put_table(State& state, TablePair& pair, Side side, TableId id) {
  auto& table = table_of(pair, side);
  if (table && table->id == id) return *table;
  forget_table(state, pair, side);
  // What was tried on one table in vain says nothing about another.
  if (side == Side::kTarget) forget_alters(pair);
  // The id stood under another name: that table was renamed or swapped.
  if (TablePair* other = state.find(side, id); other != nullptr) {
    if (side == Side::kTarget) forget_beside(state, *other);
    forget_table(state, *other, side);
    reassess(state, slot_index(state, *other));
  }
  table.emplace();
  table->id = id;
  state.by_id[static_cast<std::size_t>(side)].put(id.value(), slot_index(state, pair));
  return *table;
}

void note_progress(State& state, TablePair& pair, WallTime at) {
  if (concerns_view(pair)) {
    if (!view_in_sync(state, pair)) return;
    pair.synced_once = true;
    pair.last_synced = at;
    if (pair.target) redeem_drop(state, pair);
    return;
  }
  if (!pair.source || !pair.target || !pair.source->read_in_full || !pair.target->read_in_full)
    return;
  const PartitionMatch match = match_partitions(state, pair);
  const bool in_sync = match.behind.empty() && match.missing.empty() && match.drops.empty();
  // Readers see the old table until the new one bears its name.
  if (in_sync && !is_building(pair)) {
    pair.behind_since = WallTime();
    pair.last_synced = at;
    redeem_drop(state, pair);
  } else if (pair.behind_since.ms() == 0) {
    pair.behind_since = at;
  }
  if (match.missing.empty() && match.drops.empty() && !pair.target->definition_unread() &&
      match.copied_once == match.in_sync + match.behind.size()) {
    pair.synced_once = true;
  }
}

void apply_catalog(State& state, WallTime, const DatabaseObserved& fact) {
  DbPair& db = database(state, fact.name);
  const bool source = fact.side == Side::kSource;
  DbId& id = source ? db.source : db.target;
  if (id.is_set() && id != fact.id) forget_tables_of(state, fact.name, fact.side);
  id = fact.id;
  (source ? db.source_missing_reads : db.target_missing_reads) = 0;
  reassess_database(state, fact.name);
}

void apply_catalog(State& state, WallTime, const DatabaseMissing& fact) {
  DbPair& db = database(state, fact.name);
  const bool source = fact.side == Side::kSource;
  std::uint8_t& missing = source ? db.source_missing_reads : db.target_missing_reads;
  ++missing;
  // A target's database that is gone only has to be made again; a source's must be missed twice.
  if (!source || missing >= kMissingReadsMax) {
    (source ? db.source : db.target) = DbId();
    forget_tables_of(state, fact.name, fact.side);
  }
  reassess_database(state, fact.name);
}

void apply_catalog(State& state, WallTime at, const DatabaseListed& fact) {
  if (fact.side != Side::kTarget) return;
  DbPair& db = database(state, fact.name);
  db.target_listing_due = false;
  db.target_listed_at = at;
  db.target_tables = 0;
  for (auto it = state.by_name.lower_bound({fact.name, ""});
       it != state.by_name.end() && it->first.db == fact.name; ++it) {
    TablePair& pair = state.tables[it->second];
    if (pair.target) ++db.target_tables;
    note_beside_listed(state, pair);
    // Something that we asked for is still being built there: looked at until it is done.
    if (pair.alter_tries > 0 && pair.target && !pair.target->state_normal) {
      db.target_listing_due = true;
    }
    if (!pair.target_listing_due) continue;
    pair.target_listing_due = false;
    reassess(state, it->second);
  }
}

void apply_catalog(State& state, WallTime at, const TableObserved& fact) {
  const auto slot = state.slot_of(pair_name(fact.side, fact.name));
  TablePair& pair = state.tables[slot];
  if (fact.side == Side::kTarget && !note_place(state, pair, is_reserved(fact.name), fact.id)) {
    note_alter_due(state, slot);
    refresh(state, pair, at);
    return;
  }
  Table& table = put_table(state, pair, fact.side, fact.id);
  // Made by us a moment ago, from the source's definition: its partitions are enough to go on, and
  // the proof before its first job reads the definition.
  const bool just_made = fact.side == Side::kTarget && pair.target_listing_due;
  if (just_made && !table.read_in_full && fact.kind == TableKind::kTable) {
    table.reread_wanted = false;
    table.partitions_wanted = true;
  }
  table.kind = fact.kind;
  // A change of its schema or a rollup has ended: the picture from before is old.
  if (!table.state_normal && fact.state_normal) table.reread_wanted = true;
  table.state_normal = fact.state_normal;
  table.missing_reads = 0;
  refresh(state, pair, at);
}

void apply_catalog(State& state, WallTime at, const TableRead& fact) {
  const auto slot = state.slot_of(pair_name(fact.side, fact.name));
  TablePair& pair = state.tables[slot];
  // Read under one of its names before the tables changed places.
  if (fact.side == Side::kTarget && find_seen(state, fact.side, fact.name) == nullptr) return;
  Table& table = put_table(state, pair, fact.side, fact.id);
  // A view that a frontend cannot print stays what the listing said.
  const bool unprinted = !fact.unreadable.empty() && is_view(table.kind);
  if (fact.kind != TableKind::kOther || !unprinted) {
    table.kind = fact.kind == TableKind::kOther ? TableKind::kTable : fact.kind;
  }
  take_schema(table, fact);
  table.unreadable = fact.unreadable;
  table.rollups = fact.rollups;
  table.missing_reads = 0;
  table.read_in_full = true;
  table.reread_wanted = false;
  table.partitions_wanted = false;
  table.reread_not_before = WallTime();
  table.moved_since_read = false;
  table.read_at = at;
  merge_partitions(state, table, fact.side, fact.partitions);
  if (is_view(table.kind)) note_view_read(state, pair, fact.side);
  if (fact.side == Side::kTarget) check_job_after_read(state, pair, at);
  note_schema_fit(state, pair);
  note_alter_due(state, slot);
  refresh(state, pair, at);
}

void apply_catalog(State& state, WallTime at, const PartitionsMoved& fact) {
  TablePair* pair = state.find(fact.side, fact.id);
  if (pair == nullptr) return;
  Table& table = *table_of(*pair, fact.side);
  for (const auto& version : fact.versions) {
    if (Partition* known = table.find(version.id)) move_version(*known, version);
  }
  if (!fact.versions.empty()) table.moved_since_read = true;
  table.partitions_wanted = false;
  table.read_at = at;
  if (fact.side == Side::kTarget) check_job_after_read(state, *pair, at);
  refresh(state, *pair, at);
}

void apply_catalog(State& state, WallTime at, const TableRereadWanted& fact) {
  TablePair* pair = state.find(fact.side, fact.id);
  if (pair == nullptr) return;
  auto& table = table_of(*pair, fact.side);
  if (fact.partitions_only) {
    want_partitions(table);
  } else {
    want_reread(table);
  }
  for (const PartitionId absent : fact.absent) {
    Partition* known = table->find(absent);
    if (known != nullptr && known->missing_reads == 1) known->missing_reads = kMissingReadsMax;
  }
  refresh(state, *pair, at);
}

void apply_catalog(State& state, WallTime at, const TableMissing& fact) {
  if (fact.side == Side::kTarget && note_absence(state, fact.id)) return;
  TablePair* pair = state.find(fact.side, fact.id);
  if (pair == nullptr) return;
  auto& table = table_of(*pair, fact.side);
  ++table->missing_reads;
  // Taking a target table for gone costs a CREATE TABLE IF NOT EXISTS at most.
  if (fact.side == Side::kTarget || table->missing_reads >= kMissingReadsMax ||
      SRSYNC_MUTANT("believe-first-absence")) {
    forget_table(state, *pair, fact.side);
  }
  refresh(state, *pair, at);
}

void apply_catalog(State& state, WallTime at, const TableUnreadable& fact) {
  TablePair* pair = state.find(fact.side, fact.id);
  if (pair == nullptr) return;
  auto& table = table_of(*pair, fact.side);
  const bool passing = fact.code == Code::kUnavailable || fact.code == Code::kOutcomeUnknown ||
                       fact.code == Code::kBusy || fact.code == Code::kNotFound;
  const std::uint64_t salt = slot_index(state, *pair);
  count_failure(pair->retry, at, salt, fact.message);
  if (passing) {
    want_reread(table, pair->retry.not_before);
  } else {
    // Left alone until a cheap read shows a change, a round of definitions reaches it, or a retry.
    table->unreadable = fact.message;
    table->reread_wanted = false;
    table->partitions_wanted = false;
  }
  refresh(state, *pair, at);
}

void apply_catalog(State& state, WallTime at, const SweepCompleted& fact) {
  ClusterView& cluster = state.cluster(fact.side);
  cluster.last_sweep_at = at;
  if (!fact.complete) return;
  ++cluster.complete_sweeps;
  ++cluster.session_sweeps;
  const bool was_suspicious = cluster.suspicious;
  cluster.suspicious = fact.side == Side::kSource &&
                       cluster.last_sweep_tables >= kSuspicionTablesMin &&
                       fact.tables * 2 < cluster.last_sweep_tables;
  // While suspicious, the number to come back to stays the last good one.
  if (!cluster.suspicious) cluster.last_sweep_tables = fact.tables;
  if (cluster.session_sweeps <= 2 || was_suspicious != cluster.suspicious) reassess_all(state);
}

void apply_catalog(State& state, WallTime at, const StrangerObserved& fact) {
  TablePair* pair = state.find(Side::kTarget, fact.table);
  std::vector<PartitionId> written = fact.partitions;
  if (written.empty() && pair != nullptr) {
    for (const auto& partition : pair->target->partitions) written.push_back(partition.id);
  }
  for (const PartitionId id : written) {
    const auto place = std::lower_bound(state.spoiled.begin(), state.spoiled.end(), id);
    if (place == state.spoiled.end() || *place != id) state.spoiled.insert(place, id);
  }
  if (pair == nullptr) return;
  for (auto& partition : pair->target->partitions) {
    const bool named = fact.partitions.empty() ||
                       std::find(fact.partitions.begin(), fact.partitions.end(), partition.id) !=
                           fact.partitions.end();
    if (named) partition.spoiled = true;
  }
  pair->target->read_at = at;
  refresh(state, *pair, at);
}

void apply_catalog(State& state, WallTime at, const FeedAdvanced& fact) {
  DbPair& db = database(state, fact.db);
  (fact.side == Side::kSource ? db.source_feed : db.target_feed) = fact.last;
  if (fact.side == Side::kTarget) db.target_feed_at = at;
}

void apply_catalog(State& state, WallTime, const TargetFeedGap& fact) {
  for (const TableName& name : fact.unproven) {
    TablePair* pair = state.find(name);
    if (pair != nullptr && pair->target) pair->base_unproven = true;
  }
}

}  // namespace srsync::core::internal
