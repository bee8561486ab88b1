// The target's DDL that concerns a table made anew beside an old one, and whether readers of the
// target ever see anything but whole tables meanwhile.
#include <algorithm>

#include "core/names.h"
#include "sim/world.h"

namespace srsync::sim {

// Longer than anybody needs to notice what happened on the source.
std::int64_t World::noticed_before() const {
  constexpr std::int64_t kOutages = 3'600'000;
  return now_ - 100 * parameters_.sweep_interval_ms - kOutages;
}

bool World::readers_miss(const core::TableName& name) const {
  const SimTable* source = table(Side::kSource, name);
  return source != nullptr && source->made_at < noticed_before() && !core::is_reserved(name) &&
         parameters_.settings.at("srsync_recreate") == "beside";
}

// What readers are to see from now on must be whole.
void World::judge_shown(const core::TableName& name, const SimTable& shown) {
  const SimTable* source = table(Side::kSource, name);
  if (source == nullptr || source->made_at > noticed_before()) return;
  const std::string where = core::to_string(name);
  const bool settled = source->changed_at < noticed_before();
  // Partitions have buckets of their own.
  const bool same_buckets = source->partitioned || source->buckets == shown.buckets;
  if (settled && (source->schema != shown.schema || !same_buckets)) {
    violate("swap gives readers of " + where + " a table of another definition");
    return;
  }
  for (const auto& [part_name, part] : source->parts) {
    const bool old = part.made_at < noticed_before() && !part.log.empty() &&
                     part.log.front().at < noticed_before();
    if (!old) continue;
    const auto at = std::find_if(shown.parts.begin(), shown.parts.end(), [&](const auto& p) {
      return !source->partitioned || p.second.value == part.value;
    });
    if (at == shown.parts.end() || at->second.rows.empty()) {
      violate("swap gives readers of " + where + " a table without the rows of " + part_name);
    } else if (at->second.stranger_at < 0 && !is_copy(at->second, part, at->second.data)) {
      violate("swap gives readers of " + where + " other rows in " + part_name);
    }
  }
}

Status World::swap_tables(const core::TableName& name, const std::string& other) {
  auto& tables = databases(Side::kTarget).at(name.db).tables;
  const auto mine = tables.find(name.table);
  const auto theirs = tables.find(other);
  if (mine == tables.end() || theirs == tables.end()) {
    return rejected("Table " + other + " does not exist or is not OLAP/LAKE table");
  }
  if (theirs->second.replaced) {
    violate("swap brings back a table that was replaced: " + core::to_string(name));
  }
  judge_shown(name, theirs->second);
  std::swap(mine->second, theirs->second);
  mine->second.shown = true;
  for (const auto at : {mine, theirs}) name_part(at->second, at->first);
  // The one that went was judged against the one that came.
  theirs->second.replaced = true;
  mine->second.replaced = false;
  return Status::ok();
}

Status World::rename_table(const core::TableName& name, const std::string& to) {
  auto& tables = databases(Side::kTarget).at(name.db).tables;
  const auto at = tables.find(name.table);
  if (at == tables.end()) return not_found("Unknown table '" + core::to_string(name) + "'");
  if (tables.contains(to)) return rejected("Table name[" + to + "] is already used");
  SimTable moved = std::move(at->second);
  tables.erase(at);
  name_part(moved, to);
  moved.shown = true;
  tables[to] = std::move(moved);
  return Status::ok();
}

// The partition of an unpartitioned table is called as the table.
void World::name_part(SimTable& table, const std::string& name) {
  if (table.partitioned || table.parts.empty() || table.parts.begin()->first == name) return;
  auto node = table.parts.extract(table.parts.begin());
  node.key() = name;
  table.parts.insert(std::move(node));
}

Status World::drop_second(const core::TableName& name) {
  auto& tables = databases(Side::kTarget).at(name.db).tables;
  const auto at = tables.find(name.table);
  if (at == tables.end()) return Status::ok();
  if (at->second.shown && !at->second.replaced) {
    violate("drop of " + core::to_string(name) + ", which readers saw and nothing replaced");
  }
  tables.erase(at);
  return Status::ok();
}

}  // namespace srsync::sim
