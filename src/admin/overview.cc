#include "admin/overview.h"

#include <algorithm>

#include "core/views.h"

namespace srsync::admin {
namespace {

const char* run_mode_name(core::RunMode mode) {
  switch (mode) {
    case core::RunMode::kSharedNothing:
      return "shared-nothing";
    case core::RunMode::kSharedData:
      return "shared-data";
    case core::RunMode::kUnknown:
      break;
  }
  return "unknown";
}

std::string phase_of(const core::Replicating& job) {
  switch (job.phase) {
    case core::JobPhase::kSubmitting:
      return "submitting";
    case core::JobPhase::kRunning:
      return job.stage.empty() ? "running" : "running: " + job.stage;
    case core::JobPhase::kCommitted:
      return "committed, being verified";
    case core::JobPhase::kAborted:
      return "aborted, being verified";
    case core::JobPhase::kLost:
      return "not found, being verified";
  }
  return {};
}

void add_jobs(const core::State& state, Overview& overview) {
  overview.jobs_total = state.jobs.size();
  for (const auto& [id, slot] : state.jobs) {
    if (overview.jobs.size() >= kLinesMax) return;
    const core::TablePair& pair = state.tables[slot];
    const auto* job = std::get_if<core::Replicating>(&pair.stage);
    if (job == nullptr) continue;
    overview.jobs.push_back({id, pair.name, phase_of(*job), job->since, job->intent.goals.size(),
                             job->intent.data_bytes, job->in_doubt});
  }
}

void add_ddl(const core::State& state, Overview& overview) {
  const auto add = [&](const core::RunningDdl& ddl) {
    overview.ddl.push_back(
        {ddl.intent.key, ddl.intent.name, ddl.intent.reason, ddl.since, ddl.in_doubt});
  };
  overview.ddl_total = state.ddl.size();
  for (const auto& [key, database] : state.ddl) {
    if (overview.ddl.size() >= kLinesMax) return;
    if (!database.empty()) {
      const auto db = state.databases.find(database);
      if (db != state.databases.end() && db->second.ddl) add(*db->second.ddl);
      continue;
    }
    const auto slot = state.ddl_slots.find(key);
    if (slot == state.ddl_slots.end()) continue;
    const auto* ddl = std::get_if<core::RunningDdl>(&state.tables[slot->second].stage);
    if (ddl != nullptr) add(*ddl);
  }
}

}  // namespace

std::int64_t Overview::lag_ms() const {
  if (progress.behind_since.ms() == 0) return 0;
  return std::max<std::int64_t>(0, at.ms() - progress.behind_since.ms());
}

Overview make_overview(const core::State& state, const driver::Snapshot& snapshot,
                       const Overview* last) {
  Overview overview;
  overview.at = snapshot.at;
  overview.applied = snapshot.applied;
  overview.version = state.binary_version;
  overview.journal_id = state.journal_id;
  overview.progress = snapshot.progress;
  overview.paused = state.paused;
  overview.stopping = snapshot.stopping;
  for (const Side side : kSides) {
    const core::ClusterView& cluster = state.cluster(side);
    overview.clusters[static_cast<std::size_t>(side)] = {
        cluster.version, run_mode_name(cluster.run_mode),
        side == Side::kSource ? snapshot.source_up : snapshot.target_up, cluster.suspicious};
  }
  if (state.hold) {
    // The list may be long, and a token never stands for two lists.
    const bool same = last != nullptr && last->hold && last->hold->token == state.hold->token;
    overview.hold = same ? last->hold : std::make_shared<const core::DropsHeld>(*state.hold);
  }
  add_jobs(state, overview);
  add_ddl(state, overview);
  return overview;
}

Detail make_detail(const core::State& state, WallTime at) {
  Detail detail;
  detail.at = at;
  detail.coverage = driver::databases_left_out(state);
  for (const auto& [name, slot] : state.by_name) {
    const core::TablePair& pair = state.tables[slot];
    if (!pair.source || !state.settings.database_in_scope(name.db)) continue;
    core::TableProgress table = core::table_progress(state, pair);
    if (auto object = driver::left_out(pair, table)) detail.coverage.push_back(std::move(*object));
    if (table.status == core::TableStatus::kOutOfScope) continue;
    TableLine line;
    line.kind = core::kind_name(pair.source->kind);
    if (table.behind && pair.behind_since.ms() != 0) {
      line.behind_ms = std::max<std::int64_t>(0, at.ms() - pair.behind_since.ms());
    }
    line.table = std::move(table);
    detail.tables.push_back(std::move(line));
  }
  return detail;
}

}  // namespace srsync::admin
