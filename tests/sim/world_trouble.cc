// What others do to the target, and what goes wrong in the clusters themselves.
#include <algorithm>

#include "sim/world.h"

namespace srsync::sim {

void World::write_as_stranger() {
  core::TableName name;
  std::string part_name;
  Part* part = random_part(Side::kTarget, &name, &part_name);
  if (part == nullptr) return;
  ++part->visible;
  part->data = is_lake(Side::kTarget) ? part->data + 1 : part->visible;
  part->replicated = false;
  part->rows.push_back(++last_write_);
  part->stranger_at = now_;
  add_transaction(Side::kTarget, name.db, table(Side::kTarget, name)->id, {part->id},
                  "INSERT_STREAMING");
  trace_("a stranger writes into target " + core::to_string(name) + " " + part_name);
}

void World::meddle() {
  core::TableName name;
  std::string part_name;
  const Part* part = random_part(Side::kTarget, &name, &part_name);
  if (part == nullptr) return;
  SimDatabase& db = databases(Side::kTarget).at(name.db);
  SimTable& target = db.tables.at(name.table);
  const std::int64_t what = random_.below(10);
  if (what < 3) {
    trace_("somebody drops target table " + core::to_string(name));
    db.tables.erase(name.table);
  } else if (what == 3 && strikes(Fault::kViewChange) && !db.views.empty()) {
    trace_("somebody drops target view " + name.db + "." + db.views.begin()->first);
    db.views.erase(db.views.begin());
  } else if (what == 4 && strikes(Fault::kRollupChange)) {
    trace_("somebody changes the rollups of target " + core::to_string(name));
    change_rollup(target);
  } else if (target.partitioned) {
    trace_("somebody drops target partition " + core::to_string(name) + " " + part_name);
    target.parts.erase(part_name);
  }
}

void World::compact(Side side) {
  core::TableName name;
  std::string part_name;
  Part* part = is_lake(side) ? random_part(side, &name, &part_name) : nullptr;
  if (part == nullptr || part->visible <= 1) return;
  ++part->visible;
  add_transaction(side, name.db, table(side, name)->id, {part->id}, "LAKE_COMPACTION");
  trace_("compaction on the " + std::string(side_name(side)) + " of " + core::to_string(name) +
         " " + part_name);
}

void World::trouble_clusters() {
  if (strikes(Fault::kOutage)) {
    const Side side = random_.chance(500) ? Side::kSource : Side::kTarget;
    down_until_[index(side)] = now_ + random_.between(1'000, 600'000);
    trace_("the " + std::string(side_name(side)) + " does not answer for a while");
  }
  if (strikes(Fault::kBusyTarget)) busy_until_ = now_ + random_.between(1'000, 300'000);
  if (strikes(Fault::kTargetDiskFull)) {
    disk_full_until_ = now_ + random_.between(60'000, 3'600'000);
    trace_("a target disk is full for a while");
  }
  for (const Side side : {Side::kSource, Side::kTarget}) {
    if (strikes(Fault::kCompaction)) compact(side);
  }
  if (strikes(Fault::kReplicaBehind)) break_replica();
  if (strikes(Fault::kBackendChange)) trouble_backends();
  if (strikes(Fault::kLeaderChange)) trouble_leader();
}

void World::trouble_leader() {
  trace_("another target frontend leads");
  for (const std::size_t i : std::set<std::size_t>(live_jobs_)) {
    SimJob& job = jobs_[i];
    // What was only accepted is gone without a trace; what had its transaction goes on or ends.
    if (now_ - job.started_at < 200 || random_.chance(500)) {
      job.listed = false;
      job.state = "ABORTED";
      job.error = "leader changed";
      live_jobs_.erase(i);
    }
  }
}

void World::trouble_backends() {
  const Side side = random_.chance(500) ? Side::kSource : Side::kTarget;
  auto& backends = backends_[index(side)];
  const std::int64_t what = random_.below(3);
  const std::string where = " on the " + std::string(side_name(side));
  if (what == 0 && backends.size() < 6) {
    backends.push_back({next_id(), 0});
    trace_("a backend is added" + where);
    return;
  }
  const std::size_t which = random_.index(backends.size());
  const std::int64_t back = now_ + random_.between(60'000, 3'600'000);
  const bool leaves = what == 1 && backends.size() > 1;
  trace_((leaves ? "a backend leaves" : "a backend is away for a while") + where);
  if (leaves) {
    backends.erase(backends.begin() + static_cast<std::ptrdiff_t>(which));
  } else {
    backends[which].away_until = back;
  }
  // Its tasks fail, or nobody answers for them until it is back.
  for (const std::size_t i : live_jobs_) {
    SimJob& job = jobs_[i];
    if (random_.chance(400)) job.end = JobEnd::kAbort;
    if (!leaves && side == Side::kTarget) job.ends_at = std::max(job.ends_at, back);
  }
}

void World::break_replica() {
  core::TableName name;
  std::string part_name;
  Part* part = random_part(Side::kSource, &name, &part_name);
  if (part == nullptr) return;
  part->broken_until = now_ + random_.between(60'000, 7'200'000);
  trace_("a replica of source " + core::to_string(name) + " " + part_name + " lacks versions");
}

void World::add_transaction(Side side, const std::string& db, std::int64_t table,
                            std::vector<std::int64_t> parts, std::string source_type) {
  auto& feed = feeds_[index(side)][db];
  feed.push_back({++last_txn_, "txn_" + std::to_string(last_txn_), std::move(source_type), table,
                  std::move(parts), now_});
  if (feed.size() > parameters_.feed_keeps) feed.pop_front();
}

}  // namespace srsync::sim
