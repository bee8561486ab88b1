#include <fmt/format.h>

#include <algorithm>

#include "base/mutant.h"
#include "core/alter.h"
#include "core/apply_internal.h"
#include "core/plan.h"
#include "core/state.h"
#include "core/transition.h"

namespace srsync::core {
namespace internal {

void reassess_all(State& state) {
  for (std::uint32_t slot = 0; slot < state.tables.size(); ++slot) reassess(state, slot);
}

void reassess_database(State& state, const std::string& db) {
  for (auto at = state.by_name.lower_bound({db, ""});
       at != state.by_name.end() && at->first.db == db; ++at) {
    reassess(state, at->second);
  }
}

void forget_table(State& state, TablePair& pair, Side side) {
  auto& table = table_of(pair, side);
  if (!table) return;
  auto& index = state.by_id[static_cast<std::size_t>(side)];
  const auto slot = index.find(table->id.value());
  if (slot && &state.tables[*slot] == &pair) index.erase(table->id.value());
  if (side == Side::kTarget) pair.base_unproven = false;
  table.reset();
}

void count_failure(Retry& retry, WallTime now, std::uint64_t salt, std::string error) {
  ++retry.failures;
  retry.not_before = now.plus_ms(backoff_ms(retry.failures, salt));
  retry.last_error = std::move(error);
}

void want_reread(std::optional<Table>& table, WallTime not_before) {
  if (!table) return;
  table->reread_wanted = true;
  table->reread_not_before = not_before;
}

void want_partitions(std::optional<Table>& table, WallTime not_before) {
  if (!table) return;
  if (!table->read_in_full || table->reread_wanted) {
    want_reread(table, not_before);
    return;
  }
  table->partitions_wanted = true;
  table->reread_not_before = not_before;
}

}  // namespace internal

namespace {

using namespace internal;

// Work that a former session left is in doubt: its replies are lost.
void doubt_everything(State& state) {
  for (auto& pair : state.tables) {
    if (SRSYNC_MUTANT("forget-doubt")) continue;
    if (auto* ddl = std::get_if<RunningDdl>(&pair.stage)) ddl->in_doubt = true;
    if (auto* job = std::get_if<Replicating>(&pair.stage)) {
      if (job->phase == JobPhase::kSubmitting) job->in_doubt = true;
    }
  }
  for (auto& [name, db] : state.databases) {
    if (db.ddl) db.ddl->in_doubt = true;
  }
}

// What was seen a while ago is no ground to swap tables or to drop one.
void look_at_names(State& state) {
  for (auto& pair : state.tables) {
    if (pair.beside) pair.beside->listed = false;
  }
}

void on(State& state, WallTime, const SessionStarted& fact) {
  ++state.sessions;
  state.session_open = true;
  state.journal_id = fact.journal_id;
  state.binary_version = fact.binary_version;
  state.settings_text = fact.settings;
  state.settings = Settings::from_text(state.settings_text);
  for (auto& cluster : state.clusters) cluster.session_sweeps = 0;
  doubt_everything(state);
  look_at_names(state);
  for (std::uint32_t slot = 0; slot < state.tables.size(); ++slot) note_alter_due(state, slot);
  reassess_all(state);
}

void on(State& state, WallTime, const SessionEnded&) { state.session_open = false; }

void on(State& state, WallTime, const SettingChanged& fact) {
  state.settings_text[fact.key] = fact.value;
  state.settings = Settings::from_text(state.settings_text);
  // Other limits: they decide anew whether an operator is needed.
  if (fact.key.starts_with("srsync_max_drop")) state.hold.reset();
  for (std::uint32_t slot = 0; slot < state.tables.size(); ++slot) note_alter_due(state, slot);
  reassess_all(state);
}

void on(State& state, WallTime, const ClusterIdentified& fact) {
  auto& cluster = state.cluster(fact.side);
  cluster.cluster_id = fact.cluster_id;
  cluster.version = fact.version;
  cluster.run_mode = fact.run_mode;
  cluster.capabilities = fact.capabilities;
  reassess_all(state);
}

void on(State& state, WallTime, const TopologyObserved& fact) {
  state.cluster(fact.side).frontends = fact.frontends;
  state.cluster(fact.side).backends = fact.backends;
  // Disk use decides whether anything is copied at all.
  if (fact.side == Side::kTarget) reassess_all(state);
}

void on(State& state, WallTime, const LimitsObserved& fact) { state.limits = fact; }
void on(State& state, WallTime, const Paused&) { state.paused = true; }
void on(State& state, WallTime, const Resumed&) {
  state.paused = false;
  look_at_names(state);
  reassess_all(state);
}

void on(State& state, WallTime, const TableSkipped& fact) {
  const auto slot = state.slot_of(fact.name);
  state.tables[slot].skipped = true;
  reassess(state, slot);
}

void on(State& state, WallTime, const RetryRequested& fact) {
  // The operator has looked: what made us careful is accepted.
  if (fact.name.db.empty()) {
    auto& source = state.cluster(Side::kSource);
    if (source.suspicious) source.last_sweep_tables = -1;
    source.suspicious = false;
  }
  for (std::uint32_t slot = 0; slot < state.tables.size(); ++slot) {
    TablePair& pair = state.tables[slot];
    if (!fact.name.db.empty() && pair.name != fact.name) continue;
    pair.retry = {};
    pair.stopped = false;
    pair.skipped = false;
    pair.recreated_for = 0;
    pair.base_unproven = false;
    forget_alters(pair);
    want_reread(pair.source);
    want_reread(pair.target);
    reassess(state, slot);
  }
}

void on(State& state, WallTime, const FrontendSettingChanged& fact) {
  state.leases[{static_cast<int>(fact.side), fact.key}] = fact;
}
void on(State& state, WallTime, const FrontendSettingRestored& fact) {
  state.leases.erase({static_cast<int>(fact.side), fact.key});
}

void reassess_wishes(State& state) {
  const std::set<std::uint32_t> slots = state.drop_wishes;
  for (const std::uint32_t slot : slots) reassess(state, slot);
}

void on(State& state, WallTime at, const DropsHeld& fact) {
  state.hold.reset();
  if (!fact.drops.empty()) {
    state.hold = fact;
    ++state.holds;
  }
  state.held_at = at;
  reassess_wishes(state);
}

void on(State& state, WallTime, const OperatorConfirmed& fact) {
  if (!state.hold || state.hold->token != fact.token) return;
  for (const auto& drop : state.hold->drops) {
    if (drop.name.table.empty()) {
      const auto db = state.databases.find(drop.name.db);
      if (db != state.databases.end()) db->second.confirmed_drop = DbId(drop.id);
    } else {
      state.tables[state.slot_of(drop.name)].confirmed_drop = TableId(drop.id);
    }
  }
  state.hold.reset();
  reassess_wishes(state);
}

}  // namespace

Status apply(State& state, const Event& event) {
  if (event.seq != state.applied.next()) {
    return corruption(fmt::format("event {} follows event {}: the journal has a gap",
                                  event.seq.value(), state.applied.value()));
  }
  state.now = std::max(state.now, event.at);
  std::visit(
      [&](const auto& fact) {
        using F = std::decay_t<decltype(fact)>;
        if constexpr (requires { apply_catalog(state, event.at, fact); }) {
          apply_catalog(state, event.at, fact);
        } else if constexpr (requires { on(state, event.at, fact); }) {
          on(state, event.at, fact);
        } else {
          static_assert(std::is_constructible_v<Fact, F>);
          apply_work(state, event.at, event.fact);
        }
      },
      event.fact);
  state.applied = event.seq;
  return Status::ok();
}

}  // namespace srsync::core
