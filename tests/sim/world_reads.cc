// How the two clusters show themselves.
#include <algorithm>
#include <utility>

#include "base/bytes.h"
#include "sim/world.h"

namespace srsync::sim {
namespace {

constexpr int kSweepTables = 0;
constexpr int kListings = 1;
constexpr int kFullReads = 2;
// A table is left out by both sources of one sweep, but not of the next.
constexpr int kWholeSweeps = 3;

}  // namespace

// One kind of answer lies in a run, never two: what two sources agree about twice is true.
bool World::truncates(int kind) {
  return truncated_kind_ == kind && strikes(Fault::kTruncatedListing);
}

std::vector<core::Fact> World::identify(Side side) const {
  core::ClusterIdentified identity;
  identity.side = side;
  identity.cluster_id = side == Side::kSource ? "111" : "222";
  identity.version = parameters_.target_strict && side == Side::kTarget ? "4.1.0-sim" : "4.0.0-sim";
  identity.run_mode = is_lake(side) ? core::RunMode::kSharedData : core::RunMode::kSharedNothing;
  const bool epochs = side == Side::kSource ? parameters_.source_epochs : parameters_.target_epochs;
  identity.capabilities = {epochs, parameters_.replications_proc, true};
  core::TopologyObserved topology{side, {}, {}};
  for (const auto& there : backends_[index(side)]) {
    core::Backend backend;
    backend.id = there.id;
    backend.host = "be" + std::to_string(there.id);
    backend.alive = now_ >= there.away_until;
    const bool is_full = side == Side::kTarget && now_ < disk_full_until_;
    backend.disk_used_permille = is_full && topology.backends.empty() ? 950 : 300;
    topology.backends.push_back(backend);
  }
  std::vector<core::Fact> facts = {identity, std::move(topology)};
  if (side == Side::kTarget) facts.emplace_back(core::LimitsObserved{10, 10'240, 1 << 20});
  return facts;
}

core::PartitionVersion World::version_of(Side side, const Part& part) const {
  const bool epochs = side == Side::kSource ? parameters_.source_epochs : parameters_.target_epochs;
  core::TxnType type = part.replicated ? core::TxnType::kReplication : core::TxnType::kNormal;
  if (!epochs) type = core::TxnType::kUnknown;
  return {core::PartitionId(part.id), part.visible, part.data, part.epoch, 1000, type};
}

core::Partition World::show(Side side, const std::string& name, const SimTable& table,
                            const Part& part) const {
  const core::PartitionVersion version = version_of(side, part);
  core::Partition p;
  p.id = version.id;
  p.name = name;
  if (table.partitioned) p.values = "VALUES IN ('" + part.value + "')";
  p.visible_version = version.visible_version;
  p.data_version = version.data_version;
  p.epoch = version.epoch;
  p.data_bytes = version.data_bytes;
  p.buckets = part.buckets;
  p.txn_type = version.txn_type;
  return p;
}

std::string World::create_sql(const std::string& name, const SimTable& table) const {
  std::string sql = "CREATE TABLE `" + name + "` (\n  `k` int(11) NOT NULL COMMENT \"\",\n";
  sql += "  `p` varchar(16) NOT NULL COMMENT \"\"";
  for (int i = 0; i < table.schema; ++i) {
    sql += ",\n  `v" + std::to_string(i) + "` bigint(20) NULL COMMENT \"\"";
  }
  sql += "\n) ENGINE=OLAP \nDUPLICATE KEY(`k`)\n";
  if (table.comment > 0) sql += "COMMENT \"c#" + std::to_string(table.comment) + "\"\n";
  if (table.partitioned) {
    sql += "PARTITION BY LIST(`p`)(\n";
    bool first = true;
    for (const auto& [part_name, part] : table.parts) {
      sql += first ? "" : ",\n";
      sql += "  PARTITION " + part_name + " VALUES IN ('" + part.value + "')";
      first = false;
    }
    sql += "\n)\n";
  }
  return sql + "DISTRIBUTED BY HASH(`k`) BUCKETS " + std::to_string(table.buckets) +
         " \nPROPERTIES (\n\"compression\" = \"LZ4\",\n\"fast_schema_evolution\" = \"true\",\n"
         "\"replicated_storage\" = \"true\",\n\"replication_num\" = \"1\"\n);";
}

// The one table that both sources of this sweep leave out; "" none.
std::string World::left_out(Side side) {
  const bool again = std::exchange(left_out_before_[index(side)], false);
  if (again || !truncates(kWholeSweeps)) return {};
  left_out_before_[index(side)] = true;
  return random_table(side).table;
}

core::Sweep World::sweep(Side side) {
  core::Sweep sweep;
  const std::string left_out = this->left_out(side);
  for (const auto& [db, database] : databases(side)) {
    sweep.databases.push_back(*list_database(side, db));
    std::erase_if(sweep.databases.back().tables,
                  [&](const auto& listed) { return listed.name == left_out; });
    for (const auto& [name, table] : database.tables) {
      if (name == left_out || truncates(kSweepTables)) continue;
      core::SweptTable swept{{db, name}, {}};
      for (const auto& [part_name, part] : table.parts) {
        swept.partitions.push_back({part_name, version_of(side, part)});
      }
      sweep.tables.push_back(std::move(swept));
    }
  }
  return sweep;
}

Result<core::DatabaseListing> World::list_database(Side side, const std::string& db) {
  const auto at = databases(side).find(db);
  if (at == databases(side).end()) return not_found("Unknown database '" + db + "'");
  core::DatabaseListing listing;
  listing.id = core::DbId(at->second.id);
  listing.name = db;
  for (const auto& [name, table] : at->second.tables) {
    if (truncates(kListings)) continue;
    listing.tables.push_back(
        {core::TableId(table.id), name, core::TableKind::kTable, is_normal(table)});
  }
  for (const auto& [name, view] : at->second.views) {
    if (truncates(kListings)) continue;
    listing.tables.push_back({core::TableId(view.id), name, core::TableKind::kView, true});
  }
  return listing;
}

std::vector<core::Rollup> World::show_rollups(const SimTable& table) const {
  std::vector<core::Rollup> shown;
  for (const auto& [name, rollup] : table.rollups) {
    if (rollup.ready_at > now_) continue;
    std::string definition = "DUP";
    for (const auto& column : rollup.columns) definition += " " + column;
    shown.push_back({name, definition, rollup.columns, ""});
  }
  return shown;
}

Result<core::TableRead> World::read_table(Side side, const core::TableName& name,
                                          core::TableId id) {
  core::TableRead read;
  read.side = side;
  read.name = name;
  read.id = id;
  if (const auto db = databases(side).find(name.db); db != databases(side).end()) {
    if (const auto view = db->second.views.find(name.table); view != db->second.views.end()) {
      read.kind = core::TableKind::kView;
      read.create_sql =
          "CREATE VIEW `" + name.table + "` (`k`) SECURITY NONE AS " + view->second.query + ";";
      read.schema_hash = hash64(read.create_sql);
      return read;
    }
  }
  const SimTable* shown = table(side, name);
  if (shown == nullptr) return not_found("Unknown table '" + core::to_string(name) + "'");
  read.kind = core::TableKind::kTable;
  read.rollups = show_rollups(*shown);
  read.create_sql = create_sql(name.table, *shown);
  read.schema_hash = hash64(std::to_string(shown->schema) + "/" + std::to_string(shown->buckets) +
                            (shown->partitioned ? "p" : ""));
  if (side == Side::kSource) read.schema_mark = {shown->id, shown->schema_version};
  for (const auto& [part_name, part] : shown->parts) {
    if (shown->partitioned && truncates(kFullReads)) continue;
    read.partitions.push_back(show(side, part_name, *shown, part));
  }
  std::sort(read.partitions.begin(), read.partitions.end(),
            [](const auto& a, const auto& b) { return a.id < b.id; });
  return read;
}

Result<io::Feed> World::read_feed(Side side, const std::string& db, core::TxnId after) const {
  if (!databases(side).contains(db)) return not_found("Unknown database '" + db + "'");
  io::Feed feed;
  const auto at = feeds_[index(side)].find(db);
  if (at == feeds_[index(side)].end()) return feed;
  const auto& finished = at->second;
  if (!finished.empty()) feed.last = core::TxnId(finished.back().id);
  auto next =
      after.is_set()
          ? std::upper_bound(finished.begin(), finished.end(), after.value(),
                             [](std::int64_t id, const Transaction& txn) { return id < txn.id; })
          : finished.end();
  for (; next != finished.end(); ++next) {
    const Transaction& txn = *next;
    io::FeedTransaction shown;
    shown.id = core::TxnId(txn.id);
    shown.label = txn.label;
    shown.source_type = txn.source_type;
    shown.visible = true;
    shown.touched.push_back({core::TableId(txn.table), {}});
    for (const std::int64_t part : txn.parts) {
      shown.touched.back().partitions.push_back(core::PartitionId(part));
    }
    feed.transactions.push_back(std::move(shown));
  }
  feed.gap = after.is_set() && finished.size() == parameters_.feed_keeps &&
             core::TxnId(finished.front().id) > after;
  return feed;
}

}  // namespace srsync::sim
