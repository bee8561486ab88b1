#include "core/progress.h"

#include "core/assess.h"
#include "core/beside.h"
#include "core/match.h"
#include "core/names.h"
#include "core/views.h"

namespace srsync::core {
namespace {

bool counts(const State& state, const TablePair& pair) {
  return pair.source && pair.source->kind == TableKind::kTable &&
         state.settings.in_scope(pair.name);
}

TableStatus status_of(const TablePair& pair, const Assessment& wanted, const TableProgress& p) {
  if (!wanted.in_scope) return TableStatus::kOutOfScope;
  if (!std::holds_alternative<Resting>(pair.stage)) return TableStatus::kRunning;
  if (wanted.blocked) return TableStatus::kBlocked;
  if (wanted.want == Want::kNothing && p.synced_once && !p.behind && pair.target) {
    return TableStatus::kInSync;
  }
  return TableStatus::kPending;
}

void add_partitions(const State& state, const TablePair& pair, TableProgress& p) {
  p.partitions = pair.source->partitions.size();
  if (!pair.target || !pair.target->read_in_full) {
    for (const auto& s : pair.source->partitions)
      p.bytes_behind = saturating_add(p.bytes_behind, s.data_bytes);
    p.behind = true;
    return;
  }
  const PartitionMatch match = match_partitions(state, pair);
  p.partitions_in_sync = match.in_sync;
  for (const auto& lag : match.behind)
    p.bytes_behind = saturating_add(p.bytes_behind, lag.source->data_bytes);
  for (const auto* missing : match.missing)
    p.bytes_behind = saturating_add(p.bytes_behind, missing->data_bytes);
  bool invalid = false;
  for (const auto& drop : match.drops) invalid = invalid || drop.cause != DropCause::kTargetOnly;
  p.behind = !match.behind.empty() || !match.missing.empty() || invalid;
}

void count_job(const State& state, const TablePair& pair, const TableProgress& table,
               Progress& sum) {
  if (const auto* job = std::get_if<Replicating>(&pair.stage)) {
    const bool sent = job->phase == JobPhase::kSubmitting || job->stage == "INITIALIZING";
    ++(sent ? sum.jobs_sent : sum.jobs_running);
    return;
  }
  if (std::holds_alternative<RunningDdl>(pair.stage)) {
    ++sum.ddl_running;
    return;
  }
  const Assessment wanted = assess(state, pair);
  if (wanted.want == Want::kDdl) ++sum.ddl_pending;
  if (wanted.want == Want::kReplicate) ++sum.jobs_pending;
  sum.bytes_pending = saturating_add(sum.bytes_pending, table.bytes_behind);
}

void count_table(const TablePair& pair, const TableProgress& table, Progress& sum) {
  ++sum.tables;
  if (table.synced_once) ++sum.finished_tables;
  if (table.behind) ++sum.expired_tables;
  switch (table.status) {
    case TableStatus::kOutOfScope:
      break;
    case TableStatus::kPending:
      ++sum.pending_tables;
      break;
    case TableStatus::kRunning:
      ++sum.running_tables;
      break;
    case TableStatus::kInSync:
      ++sum.in_sync_tables;
      break;
    case TableStatus::kBlocked:
      ++sum.blocked_tables;
      break;
  }
  sum.partitions += table.partitions;
  sum.partitions_in_sync += table.partitions_in_sync;
  sum.bytes_behind = saturating_add(sum.bytes_behind, table.bytes_behind);
  const bool known = table.behind && pair.behind_since.ms() != 0;
  if (known && (sum.behind_since.ms() == 0 || pair.behind_since < sum.behind_since)) {
    sum.behind_since = pair.behind_since;
    sum.behind_longest = pair.name;
  }
}

// Objects without data of their own.
void count_other(const State& state, const TablePair& pair, Progress& sum) {
  if (!is_carried(state.settings, pair.source->kind)) {
    ++sum.unsupported_objects;
    return;
  }
  const TableProgress view = table_progress(state, pair);
  ++sum.views;
  if (!view.behind) ++sum.finished_views;
  if (view.status == TableStatus::kBlocked) ++sum.blocked_views;
  if (std::holds_alternative<RunningDdl>(pair.stage)) {
    ++sum.ddl_running;
  } else if (assess(state, pair).want == Want::kDdl) {
    ++sum.ddl_pending;
  }
}

}  // namespace

std::string_view status_name(TableStatus status) {
  switch (status) {
    case TableStatus::kOutOfScope:
      return "out of scope";
    case TableStatus::kPending:
      return "pending";
    case TableStatus::kRunning:
      return "running";
    case TableStatus::kInSync:
      return "in sync";
    case TableStatus::kBlocked:
      return "blocked";
  }
  return "unknown";
}

TableProgress table_progress(const State& state, const TablePair& pair) {
  TableProgress p;
  p.name = pair.name;
  p.target = name_there(state.settings.renames, pair.name);
  p.synced_once = pair.synced_once;
  p.last_error = pair.retry.last_error;
  const Assessment wanted = assess(state, pair);
  p.reason = wanted.reason;
  if (concerns_view(pair)) {
    p.behind = pair.source && !view_in_sync(state, pair);
  } else if (pair.source) {
    add_partitions(state, pair, p);
    // Readers still see the old table.
    p.behind = p.behind || is_building(pair);
  }
  p.status = status_of(pair, wanted, p);
  return p;
}

Progress progress(const State& state) {
  Progress sum;
  sum.jobs_finished = state.jobs_finished;
  sum.jobs_failed = state.jobs_failed;
  sum.observed = state.cluster(Side::kSource).session_sweeps > 0 &&
                 state.cluster(Side::kTarget).session_sweeps > 0;
  for (const auto& [name, db] : state.databases) {
    if (!state.settings.database_in_scope(name)) continue;
    const bool has_name = state.settings.renames.forward_database(name).has_value();
    if (db.source.is_set() && !db.target.is_set() && has_name) ++sum.databases_pending;
    if (db.target.is_set() && !db.source.is_set()) {
      sum.target_only_databases.push_back(both_names(state.settings.renames, {name, ""}));
    }
    if (db.ddl) ++sum.ddl_running;
  }
  for (const auto& pair : state.tables) {
    if (!counts(state, pair)) {
      if (pair.source && state.settings.in_scope(pair.name)) count_other(state, pair, sum);
      continue;
    }
    const TableProgress table = table_progress(state, pair);
    count_table(pair, table, sum);
    count_job(state, pair, table, sum);
  }
  return sum;
}

std::vector<TableProgress> table_report(const State& state) {
  std::vector<TableProgress> report;
  for (const auto& [name, slot] : state.by_name) {
    const TablePair& pair = state.tables[slot];
    if (!pair.source || !state.settings.in_scope(name)) continue;
    report.push_back(table_progress(state, pair));
  }
  return report;
}

}  // namespace srsync::core
