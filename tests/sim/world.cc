#include "sim/world.h"

#include <algorithm>

#include "core/names.h"

namespace srsync::sim {

World::World(const Parameters& parameters, Random& random, std::function<void(std::string)> trace)
    : parameters_(parameters), random_(random), trace_(std::move(trace)) {
  truncated_kind_ = static_cast<int>(random_.below(4));
  build();
  next_load_ = random_.below(parameters_.load_every_ms);
  next_change_ = random_.below(parameters_.change_every_ms);
  next_occasion_ = random_.below(parameters_.occasion_every_ms);
}

bool World::strikes(Fault fault) {
  const std::int64_t permille = parameters_.permille(fault);
  return permille > 0 && is_eventful() && random_.chance(permille);
}

void World::violate(std::string what) {
  trace_("VIOLATION " + what);
  violations_.push_back(std::to_string(now_) + " ms: " + std::move(what));
}

// --- time --------------------------------------------------------------------------------------

std::int64_t World::next_event() const {
  std::int64_t next = INT64_MAX;
  for (const std::size_t i : live_jobs_) next = std::min(next, jobs_[i].ends_at);
  for (const auto& [at, intent] : late_) next = std::min(next, at);
  if (!is_eventful()) return next;
  return std::min({next, next_load_, next_change_, next_occasion_});
}

void World::advance_to(std::int64_t moment) {
  while (true) {
    const std::int64_t next = next_event();
    if (next > moment) break;
    now_ = std::max(now_, next);
    end_jobs();
    arrive_late();
    if (!is_eventful()) continue;
    const auto again = [&](std::int64_t& due, std::int64_t every, auto happen) {
      if (now_ < due) return;
      due = now_ + random_.between(1, 2 * every);
      happen();
    };
    again(next_load_, parameters_.load_every_ms, [&] { load_something(); });
    again(next_change_, parameters_.change_every_ms, [&] { change_something(); });
    again(next_occasion_, parameters_.occasion_every_ms, [&] { trouble_clusters(); });
  }
  now_ = std::max(now_, moment);
}

// --- judgement ---------------------------------------------------------------------------------

SimTable* World::table(Side side, const core::TableName& name) {
  const auto db = databases(side).find(name.db);
  if (db == databases(side).end()) return nullptr;
  const auto at = db->second.tables.find(name.table);
  return at == db->second.tables.end() ? nullptr : &at->second;
}

const SimTable* World::table(Side side, const core::TableName& name) const {
  return const_cast<World*>(this)->table(side, name);
}

SimTable* World::table_by_id(Side side, std::int64_t id, std::string* db) {
  for (auto& [db_name, database] : databases(side)) {
    for (auto& [name, table] : database.tables) {
      if (table.id != id) continue;
      if (db != nullptr) *db = db_name;
      return &table;
    }
  }
  return nullptr;
}

bool World::holds_columns_of(const Part& target, const SimTable& source) {
  return target.rows.empty() || !target.held || *target.held == source.columns;
}

bool World::is_copy(const Part& target, const Part& source, std::int64_t version) {
  const auto end = std::upper_bound(source.log.begin(), source.log.end(), version,
                                    [](std::int64_t v, const Write& w) { return v < w.version; });
  return std::equal(source.log.begin(), end, target.rows.begin(), target.rows.end(),
                    [](const Write& w, std::int64_t number) { return w.number == number; });
}

const Part* World::source_part(std::int64_t id) const {
  for (const auto& [db, database] : databases(Side::kSource)) {
    for (const auto& [name, table] : database.tables) {
      for (const auto& [part_name, part] : table.parts) {
        if (part.id == id) return &part;
      }
    }
  }
  return nullptr;
}

std::vector<core::TableName> World::source_tables() const {
  std::vector<core::TableName> names;
  for (const auto& [db, database] : databases(Side::kSource)) {
    for (const auto& [name, table] : database.tables) names.push_back({db, name});
  }
  return names;
}

std::string World::difference(const core::TableName& name) const {
  const SimTable* source = table(Side::kSource, name);
  if (source == nullptr) return {};
  const SimTable* target = table(Side::kTarget, name);
  const std::string where = core::to_string(name);
  if (target == nullptr) return where + " is not on the target";
  if (target->schema != source->schema) return where + " has other columns";
  for (const auto& [part_name, part] : target->parts) {
    if (!holds_columns_of(part, *source)) return where + " holds other values in " + part_name;
  }
  if (!is_normal(*target)) return where + " is being changed";
  if (target->comment != source->comment) return where + " has another comment";
  const auto same_rollup = [](const auto& a, const auto& b) {
    return a.first == b.first && a.second.columns == b.second.columns;
  };
  if (!std::equal(source->rollups.begin(), source->rollups.end(), target->rollups.begin(),
                  target->rollups.end(), same_rollup)) {
    return where + " has other rollups";
  }
  for (const auto& [part_name, part] : source->parts) {
    const auto at = source->partitioned ? target->parts.find(part_name) : target->parts.begin();
    if (at == target->parts.end()) return where + " lacks partition " + part_name;
    if (at->second.buckets != part.buckets) return where + " has other buckets";
    if (!is_copy(at->second, part, part.visible)) {
      return where + " has other rows in " + part_name;
    }
  }
  for (const auto& [part_name, part] : target->parts) {
    if (!source->partitioned || source->parts.contains(part_name)) continue;
    if (!part.rows.empty()) return where + " has rows in its own partition " + part_name;
  }
  return {};
}

std::string World::view_difference() const {
  for (const auto& [db, database] : databases(Side::kSource)) {
    const auto there = databases(Side::kTarget).find(db);
    for (const auto& [name, view] : database.views) {
      if (table(Side::kSource, view.reads) == nullptr) continue;
      const std::string where = "view " + db + "." + name;
      if (there == databases(Side::kTarget).end()) return where + " is not on the target";
      const auto at = there->second.views.find(name);
      if (at == there->second.views.end()) return where + " is not on the target";
      if (at->second.query != view.query) return where + " is " + at->second.query;
    }
  }
  return {};
}

std::string World::target_only() const {
  for (const auto& [db, database] : databases(Side::kTarget)) {
    if (!databases(Side::kSource).contains(db)) return "database " + db;
    for (const auto& [name, target] : database.tables) {
      const core::TableName of = core::pair_name(Side::kTarget, {db, name});
      if (table(Side::kSource, of) == nullptr) return db + "." + name;
    }
  }
  return {};
}

}  // namespace srsync::sim
