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

// --- the source's life -------------------------------------------------------------------------

void World::build() {
  for (int d = 0; d < parameters_.databases; ++d) {
    const std::string db = "db" + std::to_string(d);
    databases(Side::kSource)[db].id = next_id();
    for (int t = 0; t < parameters_.tables; ++t) {
      make_source_table(db, "t" + std::to_string(made_++));
    }
  }
  // Something that is only on the target from the beginning.
  if (random_.chance(300)) {
    SimDatabase& db = databases(Side::kTarget)["db0"];
    db.id = next_id();
    SimTable stray;
    stray.id = next_id();
    stray.parts["p0"] = new_part(Side::kTarget, stray.buckets);
    db.tables["stray"] = stray;
  }
}

Part World::new_part(Side side, std::int32_t buckets) {
  const bool epochs = side == Side::kSource ? parameters_.source_epochs : parameters_.target_epochs;
  Part part;
  part.id = next_id();
  part.made_at = now_;
  part.epoch = epochs ? ++last_epoch_ : 0;
  part.buckets = buckets;
  return part;
}

void World::make_source_table(const std::string& db, const std::string& name) {
  SimTable table;
  table.id = next_id();
  table.made_at = table.changed_at = now_;
  table.schema = static_cast<int>(random_.below(3));
  while (static_cast<int>(table.columns.size()) < table.schema) table.columns.push_back(next_id());
  table.buckets = static_cast<std::int32_t>(random_.between(1, 4));
  table.partitioned = random_.chance(700);
  const std::int64_t parts = table.partitioned ? random_.between(1, parameters_.partitions) : 1;
  for (std::int64_t i = 0; i < parts; ++i) {
    const std::string part = table.partitioned ? "p" + std::to_string(i) : name;
    table.parts[part] = new_part(Side::kSource, table.buckets);
  }
  SimTable& made = databases(Side::kSource).at(db).tables[name] = std::move(table);
  for (auto& [part_name, part] : made.parts) {
    if (random_.chance(800)) load(made, part, db);
  }
}

void World::load(SimTable& table, Part& part, const std::string& db) {
  part.superseded_at[part.visible] = now_;
  part.data = ++part.visible;
  part.log[part.visible] = {++last_write_};
  add_transaction(Side::kSource, db, table.id, {part.id}, false,
                  "load_" + std::to_string(last_write_));
}

core::TableName World::random_table(Side side) {
  std::vector<core::TableName> names;
  for (const auto& [db, database] : databases(side)) {
    for (const auto& [name, table] : database.tables) names.push_back({db, name});
  }
  return names.empty() ? core::TableName{} : random_.pick(names);
}

void World::load_something() {
  const core::TableName name = random_table(Side::kSource);
  SimTable* table = this->table(Side::kSource, name);
  if (table == nullptr || table->parts.empty()) return;
  auto part = table->parts.begin();
  std::advance(part, static_cast<long>(random_.index(table->parts.size())));
  load(*table, part->second, name.db);
}

void World::change_something() {
  const core::TableName name = random_table(Side::kSource);
  if (SimTable* table = this->table(Side::kSource, name); table != nullptr) {
    if (table->partitioned && random_.chance(500) && table->parts.size() < 40) {
      const std::string part = "n" + std::to_string(made_++);
      table->parts[part] = new_part(Side::kSource, table->buckets);
      trace_("source adds partition " + core::to_string(name) + " " + part);
    }
    if (strikes(Fault::kSourceChurn)) churn(name.db, name.table, *table);
  }
  if (SimTable* table = this->table(Side::kSource, name);
      table != nullptr && strikes(Fault::kSchemaChange)) {
    change_schema(*table);
    trace_("source changes the schema of " + core::to_string(name));
  }
  if (strikes(Fault::kStranger)) write_as_stranger();
  if (strikes(Fault::kTargetMeddling)) meddle();
}

void World::churn(const std::string& db, const std::string& name, SimTable& table) {
  auto& tables = databases(Side::kSource).at(db).tables;
  const std::int64_t what = random_.below(6);
  if (what == 0 && tables.size() > 1) {
    trace_("source drops table " + db + "." + name);
    tables.erase(name);
    return;
  }
  if (what == 1) {
    trace_("source drops and makes anew " + db + "." + name);
    tables.erase(name);
    make_source_table(db, name);
    return;
  }
  if (what == 2 && tables.size() < 12) {
    const std::string other = "t" + std::to_string(made_++);
    trace_("source makes table " + db + "." + other);
    make_source_table(db, other);
    return;
  }
  auto at = table.parts.begin();
  std::advance(at, static_cast<long>(random_.index(table.parts.size())));
  if (what == 3 && table.partitioned && table.parts.size() > 1) {
    trace_("source drops partition " + db + "." + name + " " + at->first);
    table.parts.erase(at);
    return;
  }
  const bool overwrite = what == 4 && at->second.visible > 1;
  trace_("source " + std::string(overwrite ? "overwrites " : "truncates ") + db + "." + name + " " +
         at->first);
  Part fresh = new_part(Side::kSource, at->second.buckets);
  if (overwrite) {
    // The version number stays: only id and epoch tell.
    fresh.visible = fresh.data = at->second.visible;
    fresh.log[fresh.visible] = {++last_write_};
  }
  at->second = std::move(fresh);
}

void World::change_schema(SimTable& table) {
  table.changed_at = now_;
  if (random_.chance(700)) {
    const bool again = table.schema > 0 && random_.chance(300);
    if (again) {
      // Dropped and added again: the definition is as before, the values are gone.
      table.columns.back() = next_id();
      table.schema_version += 2;
      return;
    }
    // One statement: a column more, or none of them any more.
    ++table.schema_version;
    table.schema = (table.schema + 1) % 4;
    if (table.schema == 0) {
      table.columns.clear();
    } else {
      table.columns.push_back(next_id());
    }
    return;
  }
  // Other buckets: the frontend writes the rows anew, so the partitions are others.
  table.buckets = table.buckets % 4 + 1;
  for (auto& [name, part] : table.parts) {
    const bool loaded = part.visible > 1;
    part = new_part(Side::kSource, table.buckets);
    if (!loaded) continue;
    part.visible = part.data = 2;
    part.log[2] = {++last_write_};
  }
}

// --- what happens to the target ----------------------------------------------------------------

void World::write_as_stranger() {
  const core::TableName name = random_table(Side::kTarget);
  SimTable* target = table(Side::kTarget, name);
  if (target == nullptr || target->parts.empty()) return;
  auto at = target->parts.begin();
  std::advance(at, static_cast<long>(random_.index(target->parts.size())));
  Part& part = at->second;
  part.data = ++part.visible;
  part.replicated = false;
  part.rows.insert(++last_write_);
  part.stranger_at = now_;
  add_transaction(Side::kTarget, name.db, target->id, {part.id}, false,
                  "stranger_" + std::to_string(last_write_));
  trace_("a stranger writes into target " + core::to_string(name) + " " + at->first);
}

void World::meddle() {
  const core::TableName name = random_table(Side::kTarget);
  SimTable* target = table(Side::kTarget, name);
  if (target == nullptr) return;
  auto& tables = databases(Side::kTarget).at(name.db).tables;
  if (random_.chance(300)) {
    trace_("somebody drops target table " + core::to_string(name));
    tables.erase(name.table);
    return;
  }
  if (!target->partitioned || target->parts.empty()) return;
  auto at = target->parts.begin();
  std::advance(at, static_cast<long>(random_.index(target->parts.size())));
  trace_("somebody drops target partition " + core::to_string(name) + " " + at->first);
  target->parts.erase(at);
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
  if (!strikes(Fault::kLeaderChange)) return;
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

void World::add_transaction(Side side, const std::string& db, std::int64_t table,
                            std::vector<std::int64_t> parts, bool replication, std::string label) {
  auto& feed = feeds_[index(side)][db];
  feed.push_back({++last_txn_, std::move(label), replication, table, std::move(parts), now_});
  if (feed.size() > parameters_.feed_keeps) feed.erase(feed.begin());
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

Rows World::rows_at(const Part& source, std::int64_t version) {
  Rows rows;
  for (const auto& [at, writes] : source.log) {
    if (at <= version) rows.insert(writes.begin(), writes.end());
  }
  return rows;
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
  if (target->held && *target->held != source->columns) return where + " holds other values";
  for (const auto& [part_name, part] : source->parts) {
    const auto at = source->partitioned ? target->parts.find(part_name) : target->parts.begin();
    if (at == target->parts.end()) return where + " lacks partition " + part_name;
    if (at->second.buckets != part.buckets) return where + " has other buckets";
    if (at->second.rows != rows_at(part, part.visible)) {
      return where + " has other rows in " + part_name;
    }
  }
  for (const auto& [part_name, part] : target->parts) {
    if (!source->partitioned || source->parts.contains(part_name)) continue;
    if (!part.rows.empty()) return where + " has rows in its own partition " + part_name;
  }
  return {};
}

std::string World::target_only() const {
  for (const auto& [db, database] : databases(Side::kTarget)) {
    for (const auto& [name, target] : database.tables) {
      const core::TableName of = core::pair_name(Side::kTarget, {db, name});
      if (table(Side::kSource, of) == nullptr) return db + "." + name;
    }
  }
  return {};
}

}  // namespace srsync::sim
