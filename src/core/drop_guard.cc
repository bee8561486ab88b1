#include "core/drop_guard.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/bytes.h"
#include "base/mutant.h"
#include "core/assess.h"
#include "core/names.h"

namespace srsync::core {
namespace {

// What waits changes while tables are read: the operator is not told more often than this.
constexpr std::int64_t kToldEveryMs = 60'000;

// What is due, without what is confirmed; reasons are left open.
std::vector<HeldDrop> due_drops(const State& state) {
  std::vector<HeldDrop> drops;
  for (const auto& [name, db] : state.databases) {
    if (!db.target.is_set() || db.source.is_set()) continue;
    if (assess_database(state, db).wants_drop) {
      drops.push_back({{name, ""}, db.target.value(), {}});
    }
  }
  for (const std::uint32_t slot : state.drop_wishes) {
    const TablePair& pair = state.tables[slot];
    if (pair.target) drops.push_back({pair.name, pair.target->id.value(), {}});
  }
  std::sort(drops.begin(), drops.end(),
            [](const HeldDrop& a, const HeldDrop& b) { return a.name < b.name; });
  return drops;
}

std::string reason_of(const State& state, const TableName& name) {
  if (name.table.empty()) return assess_database(state, state.databases.at(name.db)).drop_reason;
  return assess(state, *state.find(name)).drop_reason;
}

// The operator must know what would go.
std::string told_reason(const State& state, const TableName& name) {
  const TableName there = name_there(state.settings.renames, name);
  std::string reason = reason_of(state, name);
  return there == name ? reason : fmt::format("{} (there it is {})", reason, to_string(there));
}

bool same_objects(const std::vector<HeldDrop>& a, const std::vector<HeldDrop>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const auto& x, const auto& y) { return x.name == y.name && x.id == y.id; });
}

std::size_t databases_due(const State& state) {
  if (!state.settings.allow_drop_target_only) return 0;
  std::size_t due = 0;
  for (const auto& [name, db] : state.databases) {
    if (!db.target.is_set() || db.source.is_set()) continue;
    if (assess_database(state, db).wants_drop) ++due;
  }
  return due;
}

std::size_t target_tables(const State& state, const std::string& db) {
  std::size_t tables = 0;
  for (auto at = state.by_name.lower_bound({db, ""});
       at != state.by_name.end() && at->first.db == db; ++at) {
    if (state.tables[at->second].target) ++tables;
  }
  return tables;
}

// The first database that would lose too large a part of its tables.
std::optional<std::string> database_obstacle(const State& state, WallTime now) {
  if (state.settings.max_drop_percent <= 0) return std::nullopt;
  std::map<std::string_view, std::pair<std::size_t, std::size_t>> counts;  // due, done
  for (const std::uint32_t slot : state.drop_wishes) ++counts[state.tables[slot].name.db].first;
  for (const auto& drop : state.unredeemed) {
    const bool counted = drop.at.plus_ms(kDropWindowMs) > now && !drop.name.table.empty();
    if (counted) ++counts[drop.name.db].second;
  }
  for (const auto& [db, count] : counts) {
    const auto [due, done] = count;
    if (due == 0 || due + done <= kDropsPerDatabaseMin) continue;
    const std::size_t tables = target_tables(state, std::string(db)) + done;
    const auto percent = static_cast<std::size_t>(state.settings.max_drop_percent);
    if ((due + done) * 100 <= tables * percent) continue;
    return fmt::format("{} of the {} tables of {} within an hour, srsync_max_drop_percent is {}",
                       due + done, tables, db, percent);
  }
  return std::nullopt;
}

// The limit that what is due at `now` passes.
std::optional<std::string> limit_passed(const State& state, WallTime now) {
  const std::size_t due = state.drop_wishes.size() + databases_due(state);
  if (due == 0) return std::nullopt;
  const auto done =
      std::count_if(state.unredeemed.begin(), state.unredeemed.end(),
                    [&](const Drop& drop) { return drop.at.plus_ms(kDropWindowMs) > now; });
  const std::size_t all = due + static_cast<std::size_t>(done);
  const auto limit = static_cast<std::size_t>(std::max(0, state.settings.max_drops_per_hour));
  if (all > limit) {
    return fmt::format("{} drop{} within an hour, srsync_max_drops_per_hour is {}", all,
                       all == 1 ? "" : "s", limit);
  }
  return database_obstacle(state, now);
}

}  // namespace

bool is_confirmed(const TablePair& pair) {
  return pair.target && pair.target->id.is_set() && pair.confirmed_drop == pair.target->id;
}

bool is_confirmed(const DbPair& db) { return db.target.is_set() && db.confirmed_drop == db.target; }

std::optional<std::string> drop_obstacle(const State& state, WallTime now) {
  if (state.hold && SRSYNC_MUTANT("ignore-hold")) return std::nullopt;
  return state.hold ? state.hold->reason : limit_passed(state, now);
}

std::optional<DropsHeld> due_hold(const State& state, WallTime now) {
  const bool told_lately = state.hold && now < state.held_at.plus_ms(kToldEveryMs);
  if (told_lately) return std::nullopt;
  // After a start nothing seems due before both clusters were read: what waits goes on waiting.
  const bool read_anew = state.cluster(Side::kSource).session_sweeps >= 2 &&
                         state.cluster(Side::kTarget).session_sweeps >= 1;
  if (state.hold && !read_anew) return std::nullopt;
  const auto obstacle = drop_obstacle(state, now);
  if (!obstacle) return std::nullopt;
  DropsHeld held;
  held.drops = due_drops(state);
  if (state.hold && same_objects(state.hold->drops, held.drops)) return std::nullopt;
  if (held.drops.empty()) return held;
  for (auto& drop : held.drops) drop.reason = told_reason(state, drop.name);
  held.reason = limit_passed(state, now).value_or(*obstacle);
  const std::string seed = fmt::format("{}/{}", state.journal_id, state.holds + 1);
  held.token = fmt::format("{:08x}", static_cast<std::uint32_t>(hash64(seed)));
  return held;
}

std::string hold_text(const DropsHeld& hold) {
  return fmt::format(
      "{} drop{} for an operator ({}): to allow {}, write {} into the file confirm-drops in the "
      "journal's directory",
      hold.drops.size(), hold.drops.size() == 1 ? " waits" : "s wait", hold.reason,
      hold.drops.size() == 1 ? "it" : "them", hold.token);
}

bool loses_most(const Table& target, const std::vector<PartitionDrop>& drops) {
  const auto holds_data = [](const Partition& p) { return p.data_version > 1; };
  const auto all = std::count_if(target.partitions.begin(), target.partitions.end(), holds_data);
  const auto lost = std::count_if(drops.begin(), drops.end(), [&](const PartitionDrop& drop) {
    return drop.cause == DropCause::kTargetOnly && holds_data(*drop.target);
  });
  return lost * 2 > all;
}

}  // namespace srsync::core
