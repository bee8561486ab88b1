#include "driver/once.h"

#include "core/assess.h"
#include "core/beside.h"
#include "core/views.h"

namespace srsync::driver {
namespace {

bool under_way(const core::Progress& p) { return p.ddl_running + p.jobs_sent + p.jobs_running > 0; }

bool given_up(const core::TablePair& pair, const DriverOptions& options) {
  return pair.retry.failures >= options.once_failures_max;
}

// Nothing will become of the view before something else does: it has its definition, or waits.
bool view_tried(const core::State& state, const core::TablePair& pair,
                const DriverOptions& options) {
  if (pair.synced_once || given_up(pair, options)) return true;
  if (!core::is_carried(state.settings, pair.source->kind)) return true;
  if (!std::holds_alternative<core::Resting>(pair.stage)) return false;
  return core::assess(state, pair).want == core::Want::kNothing && !pair.target_listing_due;
}

// Every table was synchronised, is blocked, or has failed too often.
bool all_tried(const core::State& state, const core::Progress& progress,
               const DriverOptions& options) {
  if (!progress.observed) return false;
  for (const auto& [name, db] : state.databases) {
    const bool missing = db.source.is_set() && !db.target.is_set() &&
                         state.settings.renames.forward_database(name).has_value();
    if (missing && state.settings.database_in_scope(name) &&
        db.retry.failures < options.once_failures_max) {
      return false;
    }
  }
  for (const auto& pair : state.tables) {
    if (pair.source && core::is_view(pair.source->kind) && !view_tried(state, pair, options)) {
      return false;
    }
    if (!pair.source || pair.source->kind != core::TableKind::kTable || pair.synced_once) continue;
    const auto db = state.databases.find(pair.name.db);
    const bool database_failed =
        db != state.databases.end() && db->second.retry.failures >= options.once_failures_max;
    if (given_up(pair, options) || database_failed) continue;
    const core::TableProgress table = core::table_progress(state, pair);
    if (table.status == core::TableStatus::kOutOfScope) continue;
    if (table.status != core::TableStatus::kBlocked) return false;
  }
  return true;
}

// Nothing is left that could be copied now.
bool caught_up(const core::State& state, const DriverOptions& options) {
  for (const auto& pair : state.tables) {
    if (!pair.source || pair.source->kind != core::TableKind::kTable) continue;
    if (given_up(pair, options)) continue;
    const core::TableProgress table = core::table_progress(state, pair);
    if (table.status == core::TableStatus::kRunning) return false;
    if (table.status != core::TableStatus::kPending) continue;
    if (table.behind || !table.synced_once || core::has_leftover(pair)) return false;
  }
  return true;
}

bool is_carried(const core::State& state, const core::TableProgress& table) {
  const auto* pair = state.find(table.name);
  return pair != nullptr && pair->source && core::is_carried(state.settings, pair->source->kind);
}

}  // namespace

OncePhase OnceWatch::update(const core::State& state, const core::Progress& progress,
                            const DriverOptions& options, WallTime now,
                            WallTime target_feed_round_began, bool definitions_read) {
  if (phase_ == OncePhase::kSynchronising && definitions_read &&
      all_tried(state, progress, options)) {
    phase_ = OncePhase::kCatchingUp;
    all_synced_at_ = now;
  }
  if (phase_ == OncePhase::kCatchingUp) {
    const bool quiet = !under_way(progress) && caught_up(state, options);
    if (!quiet) quiet_since_ = WallTime();
    if (quiet && quiet_since_.ms() == 0) quiet_since_ = now;
    if (quiet && target_feed_round_began > quiet_since_) phase_ = OncePhase::kOver;
    if (now >= all_synced_at_.plus_ms(options.once_catchup_ms)) phase_ = OncePhase::kDraining;
  }
  if (phase_ == OncePhase::kDraining && !under_way(progress)) phase_ = OncePhase::kOver;
  return phase_;
}

std::vector<core::TableProgress> not_synchronised(const core::State& state) {
  std::vector<core::TableProgress> tables;
  for (auto& table : core::table_report(state)) {
    if (!is_carried(state, table)) continue;
    const bool stuck = table.status == core::TableStatus::kBlocked && table.behind;
    if (table.synced_once && !stuck) continue;
    if (!table.last_error.empty() && table.reason.find(table.last_error) == std::string::npos) {
      table.reason += (table.reason.empty() ? "" : ": ") + table.last_error;
    }
    tables.push_back(std::move(table));
  }
  return tables;
}

}  // namespace srsync::driver
