#include "core/diff.h"

#include <algorithm>
#include <map>
#include <set>

#include "core/beside.h"
#include "core/names.h"
#include "ddl/version.h"

namespace srsync::core {
namespace {

bool same_listing(const Table& known, const TableListing& seen) {
  return known.id == seen.id && known.state_normal == seen.state_normal &&
         known.missing_reads == 0 && known.kind == seen.kind;
}

// Whether it is known already that the pair's second table stands under this name.
bool is_second(const State& state, Side side, const TableName& name, TableId id) {
  if (side == Side::kSource) return false;
  const TablePair* pair = state.find_other(id);
  return pair != nullptr && find_seen(state, side, name) == nullptr &&
         pair->name == pair_name(side, name) && id_under(*pair, is_reserved(name)) == id;
}

// Facts about the tables one database listed. `seen` collects their ids.
void diff_tables(const State& state, Side side, const DatabaseListing& listing,
                 std::vector<Fact>& facts, std::set<TableId>& seen) {
  for (const auto& table : listing.tables) {
    seen.insert(table.id);
    const TableName name{listing.name, table.name};
    const bool reserved = side == Side::kTarget && is_reserved(name);
    // Tables alone are made anew there.
    if (reserved && table.kind != TableKind::kTable) continue;
    if (is_second(state, side, name, table.id)) continue;
    const TablePair* pair = find_seen(state, side, name);
    const auto* known = pair == nullptr ? nullptr : &table_of(*pair, side);
    if (known != nullptr && known->has_value() && same_listing(**known, table)) continue;
    facts.emplace_back(TableObserved{side, name, table.id, table.kind, table.state_normal});
  }
}

// Facts about tables that State knows in `db` and that were not listed, unless changed since
// `started`.
void diff_absent(const State& state, Side side, const std::string& db,
                 const std::set<TableId>& seen, const std::set<TableName>& elsewhere,
                 WallTime started, std::vector<Fact>& facts) {
  for (auto at = state.by_name.lower_bound({db, ""});
       at != state.by_name.end() && at->first.db == db; ++at) {
    const TablePair& pair = state.tables[at->second];
    const auto& table = table_of(pair, side);
    const bool newer = table && table->read_at >= started && started.ms() != 0;
    if (newer) continue;
    const auto gone = [&](TableId id, const TableName& name) {
      return id.is_set() && !seen.contains(id) && !elsewhere.contains(name);
    };
    if (table && gone(table->id, name_on(side, pair))) {
      facts.emplace_back(TableMissing{side, table->id});
    }
    if (side == Side::kSource || !has_other(pair)) continue;
    const TableId other = id_under(pair, !is_building(pair));
    if (gone(other, is_building(pair) ? pair.name : reserved_name(pair.name))) {
      facts.emplace_back(TableMissing{side, other});
    }
  }
}

void diff_database(const State& state, Side side, const DatabaseListing& listing,
                   std::vector<Fact>& facts) {
  const auto known = state.databases.find(listing.name);
  const bool source = side == Side::kSource;
  if (known != state.databases.end()) {
    const DbPair& db = known->second;
    const bool seen_before = (source ? db.source : db.target) == listing.id &&
                             (source ? db.source_missing_reads : db.target_missing_reads) == 0;
    if (seen_before) return;
  }
  facts.emplace_back(DatabaseObserved{side, listing.id, listing.name});
}

bool moved(const Partition& known, const PartitionVersion& seen) {
  return known.visible_version != seen.visible_version || known.data_version != seen.data_version ||
         known.epoch != seen.epoch || known.txn_type != seen.txn_type;
}

// What the versions of one table tell: nothing, moved versions, or a picture that is too old to
// use.
void diff_versions(const State& state, Side side, const SweptTable& swept, WallTime started,
                   std::vector<Fact>& facts) {
  const TablePair* pair = find_seen(state, side, swept.name);
  if (pair == nullptr) return;
  const auto& table = table_of(*pair, side);
  if (!table || !table->read_in_full || table->kind != TableKind::kTable) return;
  if (table->reread_wanted || table->partitions_wanted) return;
  if (table->read_at >= started && started.ms() != 0) return;
  PartitionsMoved changes{side, table->id, {}};
  std::set<PartitionId> seen;
  for (const auto& partition : swept.partitions) {
    const Partition* known = table->find(partition.version.id);
    if (known == nullptr || known->name != partition.name) {
      facts.emplace_back(TableRereadWanted{side, table->id, "a partition is new or renamed"});
      return;
    }
    seen.insert(known->id);
    if (moved(*known, partition.version)) changes.versions.push_back(partition.version);
  }
  TableRereadWanted gone{side, table->id, "a partition is gone"};
  for (const auto& known : table->partitions) {
    if (!seen.contains(known.id)) gone.absent.push_back(known.id);
  }
  if (!gone.absent.empty()) {
    facts.emplace_back(std::move(gone));
    return;
  }
  if (!changes.versions.empty()) facts.emplace_back(std::move(changes));
}

bool same_partition(const Partition& known, const Partition& read) {
  return known.id == read.id && known.name == read.name && known.values == read.values &&
         known.visible_version == read.visible_version && known.data_version == read.data_version &&
         known.epoch == read.epoch && known.buckets == read.buckets &&
         known.txn_type == read.txn_type && known.missing_reads == 0;
}

}  // namespace

std::vector<Fact> diff_sweep(const State& state, Side side, const Sweep& sweep) {
  std::vector<Fact> facts;
  std::set<std::string> listed;
  std::set<TableName> swept_names;
  std::int64_t tables = 0;
  std::int64_t partitions = 0;
  for (const auto& table : sweep.tables) {
    swept_names.insert(table.name);
    partitions += static_cast<std::int64_t>(table.partitions.size());
  }
  for (const auto& listing : sweep.databases) {
    if (is_system_database(listing.name)) continue;
    listed.insert(listing.name);
    tables += static_cast<std::int64_t>(listing.tables.size());
    diff_database(state, side, listing, facts);
    std::set<TableId> seen;
    diff_tables(state, side, listing, facts, seen);
    if (sweep.complete && listing.complete) {
      diff_absent(state, side, listing.name, seen, swept_names, sweep.started, facts);
    }
  }
  for (const auto& table : sweep.tables) diff_versions(state, side, table, sweep.started, facts);
  if (sweep.complete) {
    for (const auto& [name, db] : state.databases) {
      const bool known = (side == Side::kSource ? db.source : db.target).is_set();
      if (!known || listed.contains(name)) continue;
      const auto in_sweep = swept_names.lower_bound({name, ""});
      if (in_sweep != swept_names.end() && in_sweep->db == name) continue;
      facts.emplace_back(DatabaseMissing{side, name});
    }
  }
  facts.emplace_back(SweepCompleted{side, sweep.complete, tables, partitions, sweep.problem});
  return facts;
}

std::vector<Fact> diff_listing(const State& state, Side side, const DatabaseListing& listing) {
  std::vector<Fact> facts;
  diff_database(state, side, listing, facts);
  std::set<TableId> seen;
  diff_tables(state, side, listing, facts, seen);
  // One listing is one source only, so a source's table is never taken for missing by it.
  if (listing.complete && side == Side::kTarget) {
    diff_absent(state, side, listing.name, seen, {}, WallTime(), facts);
  }
  facts.emplace_back(DatabaseListed{side, listing.name});
  return facts;
}

namespace {

// Two equal readings in a row are news where the definitions of the two sides differ.
bool tells_no_more_of_schema(const TablePair& pair, const Table& known, const TableRead& read) {
  if (known.create_sql != read.create_sql || known.schema_hash != read.schema_hash) return false;
  // That it could not be read is no news.
  if (read.schema_mark.is_known() && known.schema_mark != read.schema_mark) return false;
  const bool differ =
      pair.source && pair.target && pair.source->schema_hash != pair.target->schema_hash;
  return known.schema_settled || !known.schema_mark.is_known() || !differ;
}

}  // namespace

std::vector<Fact> diff_table(const State& state, const TableRead& read) {
  const TablePair* pair = find_seen(state, read.side, read.name);
  if (pair == nullptr && state.find(pair_name(read.side, read.name)) != nullptr) return {};
  const auto* table = pair == nullptr ? nullptr : &table_of(*pair, read.side);
  if (table != nullptr && table->has_value() && (*table)->id == read.id && (*table)->read_in_full &&
      !(*table)->reread_wanted && !(*table)->partitions_wanted && !(*table)->moved_since_read &&
      tells_no_more_of_schema(*pair, **table, read) && (*table)->unreadable == read.unreadable &&
      (*table)->rollups == read.rollups && (*table)->partitions.size() == read.partitions.size()) {
    std::vector<Partition> sorted = read.partitions;
    std::sort(sorted.begin(), sorted.end(),
              [](const Partition& a, const Partition& b) { return a.id < b.id; });
    if (std::equal(sorted.begin(), sorted.end(), (*table)->partitions.begin(), same_partition))
      return {};
  }
  return {Fact(read)};
}

namespace {

// Everything of a partition that loads and replications leave alone.
bool same_shape(const Partition& known, const Partition& read) {
  return known.name == read.name && known.values == read.values && known.buckets == read.buckets &&
         known.missing_reads == 0;
}

PartitionVersion version_of(const Partition& p) {
  return {p.id, p.visible_version, p.data_version, p.epoch, p.data_bytes, p.txn_type};
}

}  // namespace

std::vector<Fact> diff_partitions(const State& state, const TableRead& read) {
  const TablePair* pair = find_seen(state, read.side, read.name);
  if (pair == nullptr) return {};
  const auto& table = table_of(*pair, read.side);
  if (!table || table->id != read.id) return {};
  if (!table->read_in_full) return {Fact(read)};
  if (table->reread_wanted) return {};
  PartitionsMoved changes{read.side, read.id, {}};
  bool same = read.unreadable.empty() && read.partitions.size() == table->partitions.size();
  for (const auto& partition : read.partitions) {
    const Partition* known = table->find(partition.id);
    same = same && known != nullptr && same_shape(*known, partition);
    if (!same) break;
    const PartitionVersion version = version_of(partition);
    if (moved(*known, version)) changes.versions.push_back(version);
  }
  if (!same) return {TableRereadWanted{read.side, read.id, "its partitions are others than known"}};
  if (changes.versions.empty() && !table->partitions_wanted) return {};
  return {Fact(std::move(changes))};
}

std::optional<Fact> diff_feed_gap(const State& state, const std::string& db,
                                  const std::string& why) {
  const auto version = ddl::parse_version(state.cluster(Side::kTarget).version);
  if (version && *version >= ddl::Version{4, 1, 0}) return std::nullopt;
  const auto known = state.databases.find(db);
  if (known == state.databases.end()) return std::nullopt;
  TargetFeedGap gap{db, why, {}};
  for (auto at = state.by_name.lower_bound({db, ""});
       at != state.by_name.end() && at->first.db == db; ++at) {
    const TablePair& pair = state.tables[at->second];
    if (!pair.target || pair.base_unproven || !state.settings.in_scope(pair.name)) continue;
    const bool had_job =
        std::holds_alternative<Replicating>(pair.stage) ||
        (pair.job_ended.ms() != 0 && pair.job_ended >= known->second.target_feed_at);
    if (had_job) gap.unproven.push_back(pair.name);
  }
  if (gap.unproven.empty()) return std::nullopt;
  return Fact(std::move(gap));
}

}  // namespace srsync::core
