// The life of the source: loads, and everything that its owners do to tables, partitions and views.
#include <algorithm>

#include "sim/world.h"

namespace srsync::sim {

void World::build() {
  for (const Side side : {Side::kSource, Side::kTarget}) {
    for (int i = 0; i < 3; ++i) backends_[index(side)].push_back({next_id(), 0});
  }
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
    stray.parts["p0"].value = "p0";
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
    table.parts[part].value = part;
  }
  SimTable& made = databases(Side::kSource).at(db).tables[name] = std::move(table);
  for (auto& [part_name, part] : made.parts) {
    if (random_.chance(800)) load(made, part, db);
  }
}

void World::load(SimTable& table, Part& part, const std::string& db) {
  ++part.visible;
  part.data = is_lake(Side::kSource) ? part.data + 1 : part.visible;
  part.log.push_back({part.visible, ++last_write_, now_});
  add_transaction(Side::kSource, db, table.id, {part.id}, "INSERT_STREAMING");
}

core::TableName World::random_table(Side side) {
  std::vector<core::TableName> names;
  for (const auto& [db, database] : databases(side)) {
    for (const auto& [name, table] : database.tables) names.push_back({db, name});
  }
  return names.empty() ? core::TableName{} : random_.pick(names);
}

Part* World::random_part(Side side, core::TableName* name, std::string* part) {
  *name = random_table(side);
  SimTable* found = table(side, *name);
  if (found == nullptr || found->parts.empty()) return nullptr;
  auto at = found->parts.begin();
  std::advance(at, static_cast<long>(random_.index(found->parts.size())));
  *part = at->first;
  return &at->second;
}

void World::load_something() {
  core::TableName name;
  std::string part_name;
  Part* part = random_part(Side::kSource, &name, &part_name);
  if (part != nullptr) load(*table(Side::kSource, name), *part, name.db);
}

void World::change_something() {
  const core::TableName name = random_table(Side::kSource);
  if (SimTable* table = this->table(Side::kSource, name); table != nullptr) {
    if (table->partitioned && random_.chance(500) && table->parts.size() < 40) {
      const std::string part = "n" + std::to_string(made_++);
      table->parts[part] = new_part(Side::kSource, table->buckets);
      table->parts[part].value = part;
      trace_("source adds partition " + core::to_string(name) + " " + part);
    }
    if (strikes(Fault::kSourceChurn)) churn(name.db, name.table, *table);
  }
  change_definition(name);
  if (strikes(Fault::kRename)) rename(name);
  if (strikes(Fault::kViewChange)) change_view();
  if (strikes(Fault::kDatabaseChurn)) churn_database();
  if (strikes(Fault::kStranger)) write_as_stranger();
  if (strikes(Fault::kTargetMeddling)) meddle();
}

void World::churn(const std::string& db, const std::string& name, SimTable& table) {
  auto& tables = databases(Side::kSource).at(db).tables;
  const std::int64_t what = random_.below(6);
  if (what == 0 && tables.size() > 1) {
    trace_("source drops table " + db + "." + name);
    tables.erase(name);
  } else if (what == 1) {
    trace_("source drops and makes anew " + db + "." + name);
    tables.erase(name);
    make_source_table(db, name);
  } else if (what == 2 && tables.size() < 12) {
    const std::string other = "t" + std::to_string(made_++);
    trace_("source makes table " + db + "." + other);
    make_source_table(db, other);
  } else {
    churn_part({db, name}, table);
  }
}

void World::churn_part(const core::TableName& name, SimTable& table) {
  if (table.parts.empty()) return;
  auto at = table.parts.begin();
  std::advance(at, static_cast<long>(random_.index(table.parts.size())));
  const std::string where = core::to_string(name) + " " + at->first;
  const std::int64_t what = random_.below(3);
  if (what == 0 && table.partitioned && table.parts.size() > 1) {
    trace_("source drops partition " + where);
    table.parts.erase(at);
    return;
  }
  const bool overwrite = what == 1 && at->second.visible > 1;
  trace_("source " + std::string(overwrite ? "overwrites " : "truncates ") + where);
  Part fresh = new_part(Side::kSource, at->second.buckets);
  fresh.value = at->second.value;
  if (overwrite) {
    // The version number stays: only id and epoch tell.
    fresh.visible = at->second.visible;
    fresh.data = at->second.data;
    fresh.log.push_back({fresh.visible, ++last_write_, now_});
  }
  at->second = std::move(fresh);
}

void World::change_definition(const core::TableName& name) {
  SimTable* changed = table(Side::kSource, name);
  if (changed == nullptr) return;
  if (strikes(Fault::kSchemaChange)) {
    change_schema(*changed);
    trace_("source changes the schema of " + core::to_string(name));
  }
  if (strikes(Fault::kCommentChange)) changed->comment = static_cast<int>(random_.below(5));
  if (strikes(Fault::kRollupChange)) {
    change_rollup(*changed);
    trace_("source changes the rollups of " + core::to_string(name));
  }
  if (strikes(Fault::kSplit)) {
    split(*changed);
    trace_("source splits a partition of " + core::to_string(name));
  }
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
    const std::string value = part.value;
    part = new_part(Side::kSource, table.buckets);
    part.value = value;
    if (!loaded) continue;
    part.visible = part.data = 2;
    part.log.push_back({2, ++last_write_, now_});
  }
}

void World::change_rollup(SimTable& table) {
  const std::string name = "r" + std::to_string(random_.below(3));
  if (table.rollups.erase(name) > 0) return;
  table.rollups[name].columns =
      random_.chance(500) ? std::vector<std::string>{"p", "k"} : std::vector<std::string>{"p"};
}

void World::split(SimTable& table) {
  if (table.parts.empty()) return;
  auto at = table.parts.begin();
  std::advance(at, static_cast<long>(random_.index(table.parts.size())));
  Part& part = at->second;
  part.buckets = part.buckets % 4 + 1;
  ++part.visible;
  if (!is_lake(Side::kSource)) part.data = part.visible;
  if (table.partitioned) return;
  table.buckets = part.buckets;
  table.changed_at = now_;
}

void World::rename(const core::TableName& name) {
  SimTable* renamed = table(Side::kSource, name);
  if (renamed == nullptr) return;
  auto& tables = databases(Side::kSource).at(name.db).tables;
  if (random_.chance(300)) {
    const std::string other = "t" + std::to_string(made_++);
    trace_("source renames table " + core::to_string(name) + " to " + other);
    auto node = tables.extract(name.table);
    node.key() = other;
    SimTable& moved = tables.insert(std::move(node)).position->second;
    moved.made_at = moved.changed_at = now_;
    if (moved.partitioned) return;
    auto part = moved.parts.extract(moved.parts.begin());
    part.key() = part.mapped().value = other;
    moved.parts.insert(std::move(part));
    return;
  }
  if (!renamed->partitioned || renamed->parts.empty()) return;
  auto at = renamed->parts.begin();
  std::advance(at, static_cast<long>(random_.index(renamed->parts.size())));
  if (renamed->parts.size() > 1 && random_.chance(300)) {
    auto other = at == renamed->parts.begin() ? std::next(at) : renamed->parts.begin();
    trace_("source swaps the names of partitions " + core::to_string(name) + " " + at->first +
           " and " + other->first);
    std::swap(at->second, other->second);
    return;
  }
  const std::string other = "m" + std::to_string(made_++);
  trace_("source renames partition " + core::to_string(name) + " " + at->first + " to " + other);
  auto node = renamed->parts.extract(at);
  node.key() = other;
  renamed->parts.insert(std::move(node));
}

void World::change_view() {
  const core::TableName reads = random_table(Side::kSource);
  const auto db = databases(Side::kSource).find(reads.db);
  if (db == databases(Side::kSource).end()) return;
  const std::string name = "v" + std::to_string(random_.below(3));
  auto& views = db->second.views;
  if (random_.chance(300)) {
    if (views.erase(name) > 0) trace_("source drops view " + reads.db + "." + name);
    return;
  }
  SimView& view = views[name];
  if (view.id == 0) view.id = next_id();
  view.reads = reads;
  const std::string path = "`" + reads.db + "`.`" + reads.table + "`";
  view.query = "SELECT " + path + ".`k`\nFROM " + path + "\nWHERE " + path + ".`k` > " +
               std::to_string(random_.below(100));
  trace_("source makes view " + reads.db + "." + name + ": " + view.query);
}

void World::churn_database() {
  auto& all = databases(Side::kSource);
  if (all.size() > 1 && random_.chance(500)) {
    auto at = all.begin();
    std::advance(at, static_cast<long>(random_.index(all.size())));
    trace_("source drops database " + at->first);
    feeds_[index(Side::kSource)].erase(at->first);
    all.erase(at);
    return;
  }
  const std::string db = "db" + std::to_string(random_.below(4));
  if (all.contains(db)) return;
  trace_("source makes database " + db);
  all[db].id = next_id();
  make_source_table(db, "t" + std::to_string(random_.chance(500) ? 0 : made_++));
}

}  // namespace srsync::sim
