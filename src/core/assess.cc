#include "core/assess.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/bytes.h"
#include "base/mutant.h"
#include "core/alter.h"
#include "core/assess_internal.h"
#include "core/beside.h"
#include "core/column_change.h"
#include "core/drop_guard.h"
#include "core/makeable.h"
#include "core/names.h"
#include "core/schema_check.h"
#include "core/views.h"

namespace srsync::core {
namespace internal {

Assessment nothing(std::string reason) {
  Assessment a;
  a.reason = std::move(reason);
  return a;
}

Assessment blocked(std::string reason) {
  Assessment a = nothing(std::move(reason));
  a.blocked = true;
  return a;
}

Assessment want(Want what, std::string reason, WallTime not_before) {
  Assessment a;
  a.want = what;
  a.reason = std::move(reason);
  a.not_before = not_before;
  return a;
}

Assessment want_ddl(DdlKind kind, std::string reason, const Retry& retry) {
  Assessment a = want(Want::kDdl, std::move(reason), retry.not_before);
  a.ddl = kind;
  return a;
}

}  // namespace internal

namespace {

using namespace internal;

Assessment counted_drop(Assessment a, bool confirmed, const std::string& reason) {
  a.wants_drop = !confirmed;
  a.drop_reason = reason;
  return a;
}

// What stops a drop now, before anything is read for it; nullopt when nothing does.
std::optional<Assessment> drop_stopped(const State& state, bool confirmed,
                                       const std::string& reason) {
  if (state.cluster(Side::kSource).suspicious) {
    return blocked("no drop while the source shows far fewer tables than before: " + reason);
  }
  if (!state.hold || confirmed || SRSYNC_MUTANT("ignore-hold")) return std::nullopt;
  return counted_drop(blocked(reason + "; " + hold_text(*state.hold)), confirmed, reason);
}

}  // namespace

namespace internal {

std::optional<Assessment> fresh_before_drop(const TablePair& pair) {
  if (pair.source->moved_since_read) return want(Want::kReadSource, "before dropping");
  if (pair.target->moved_since_read || pair.target->definition_unread()) {
    return want(Want::kReadTarget, "before dropping");
  }
  return std::nullopt;
}

Assessment guarded_drop(const State& state, const TablePair& pair, const std::string& reason) {
  const bool confirmed = is_confirmed(pair);
  if (auto stopped = drop_stopped(state, confirmed, reason)) return *stopped;
  if (auto first = fresh_before_drop(pair)) return counted_drop(*first, confirmed, reason);
  return counted_drop(want_ddl(DdlKind::kDropTable, reason, pair.retry), confirmed, reason);
}

bool disk_full(const State& state) {
  const auto& backends = state.cluster(Side::kTarget).backends;
  return std::any_of(backends.begin(), backends.end(), [&](const Backend& backend) {
    return !backend.compute_node &&
           backend.disk_used_permille / 10.0 > state.settings.max_disk_used_percent;
  });
}

WallTime next_listing(const DbPair& db) {
  // A listing costs the frontend more the more tables there are (about 40 us each): at once for a
  // handful, at most one a second and database for hundreds.
  const auto wait_ms = std::clamp<std::int64_t>(2LL * db.target_tables, 20, 1'000);
  return db.target_listed_at.plus_ms(wait_ms);
}

}  // namespace internal

namespace {

Assessment assess_running_ddl(const RunningDdl& running, const Retry& retry) {
  if (!running.in_doubt) return nothing("DDL is running: " + running.intent.reason);
  return want(Want::kVerifyDdl, "DDL in doubt: " + running.intent.reason, retry.not_before);
}

Assessment assess_job(const State& state, const TablePair& pair, const Replicating& job) {
  switch (job.phase) {
    case JobPhase::kSubmitting:
      if (job.in_doubt) {
        return want(Want::kProbeJob, "job in doubt " + job.intent.job_id, pair.retry.not_before);
      }
      return nothing("submitting " + job.intent.job_id);
    case JobPhase::kRunning: {
      Assessment a = want(Want::kProbeJob, "running " + job.intent.job_id,
                          job.stage_since.plus_ms(state.settings.stall_timeout_ms));
      return a;
    }
    case JobPhase::kCommitted:
    case JobPhase::kAborted:
    case JobPhase::kLost:
      break;
  }
  if (!pair.target) return want(Want::kProbeJob, "job over, target table gone");
  if (pair.target->reread_wanted || pair.target->partitions_wanted) {
    return want(Want::kReadTarget, "reading what " + job.intent.job_id + " left",
                pair.target->reread_not_before);
  }
  return want(Want::kProbeJob, "job over");
}

Assessment assess_target_only(const State& state, const TablePair& pair) {
  const auto& source = state.cluster(Side::kSource);
  if (!pair.target) return nothing("gone on both sides");
  if (source.session_sweeps < 2) return nothing("on the target only, source not read twice yet");
  const auto db = state.databases.find(pair.name.db);
  if (db == state.databases.end()) return nothing("its database is not known yet");
  if (pair.target->kind != TableKind::kTable) {
    return nothing("on the target only, not a table");
  }
  if (std::string why = left_alone(state, pair.name.db); !why.empty())
    return nothing(std::move(why));
  std::string reason = "exists only on the target";
  if (!state.settings.allow_drop_target_only) {
    return blocked(reason + "; ddl_job_allow_drop_target_only is false");
  }
  const bool confirmed = is_confirmed(pair);
  if (auto stopped = drop_stopped(state, confirmed, reason)) return *stopped;
  Assessment a = pair.target->reread_wanted
                     ? want(Want::kReadTarget, "before dropping", pair.target->reread_not_before)
                     : want_ddl(DdlKind::kDropTable, reason, pair.retry);
  return counted_drop(std::move(a), confirmed, reason);
}

// Why some partition that the target holds could not be made again after a drop of the table.
std::string lost_by_drop(const State& state, const TablePair& pair) {
  std::set<std::string_view> held;
  for (const auto& target : pair.target->partitions) held.insert(target.values);
  std::vector<const Partition*> both;
  for (const auto& source : pair.source->partitions) {
    if (!source.values.empty() && held.contains(source.values)) both.push_back(&source);
  }
  return why_not_restorable(state, pair, both, TableFate::kMadeAnew);
}

Assessment want_alter(Alter alter, const Retry& retry) {
  Assessment a = want_ddl(alter.kind, std::move(alter.reason), retry);
  a.statements = std::move(alter.statements);
  return a;
}

// By ALTER TABLE where that is right, else by a drop, for which this leaves nullopt and says why.
std::optional<Assessment> assess_columns(const State& state, const TablePair& pair,
                                         std::string& reason) {
  ColumnChange change = next_column_change(state, pair);
  if (change.look_again) {
    return want(Want::kReadSource, "its columns changed: read once more before the target's are");
  }
  if (!change.alter.statements.empty()) return want_alter(std::move(change.alter), pair.retry);
  if (change.keep) return blocked(reason + "; " + change.refusal);
  reason += "; not by ALTER TABLE: " + change.refusal;
  return std::nullopt;
}

Assessment assess_schema_difference(const State& state, const TablePair& pair,
                                    const std::string& difference) {
  std::string reason = "schema differs: " + difference;
  // Of what the definitions do not show nothing can be altered.
  if (!definitions_differ(state, pair).empty()) {
    if (auto columns = assess_columns(state, pair, reason)) return std::move(*columns);
  }
  if (is_building(pair)) return discard_new(state, pair, reason);
  if (!state.settings.allow_drop_schema_change_table) {
    return blocked(reason + "; ddl_job_allow_drop_schema_change_table is false");
  }
  if (pair.recreated_for != 0 && pair.recreated_for == schema_pair_hash(pair)) {
    return blocked(reason + "; the table was made anew for this difference once already");
  }
  if (std::string lost = lost_by_drop(state, pair); !lost.empty()) {
    return blocked(reason + "; not made anew, as this could not be restored: " + lost);
  }
  return recreate(state, pair, reason);
}

bool allowed(const Settings& settings, DropCause cause) {
  switch (cause) {
    case DropCause::kTargetOnly:
      return settings.allow_drop_partition_target_only;
    case DropCause::kInconsistent:
      return settings.allow_drop_inconsistent_partition;
    case DropCause::kInvalidBase:
      return settings.allow_drop_inconsistent_time_partition;
  }
  return false;
}

// Drops that the switches allow and that can be made good; `forbidden` gets the first that is not.
std::vector<PartitionDrop> allowed_drops(const State& state, const TablePair& pair,
                                         const PartitionMatch& match, std::string& forbidden) {
  std::vector<PartitionDrop> drops;
  for (const auto& drop : match.drops) {
    // A partition that the source does not show may be one that it did not show us.
    if (drop.cause == DropCause::kTargetOnly && state.cluster(Side::kSource).session_sweeps < 2) {
      continue;
    }
    std::string why_not;
    if (!allowed(state.settings, drop.cause) && !SRSYNC_MUTANT("ignore-switch")) {
      why_not = fmt::format("{} is false", switch_name(drop.cause));
    } else if (drop.source != nullptr && !drop.source->values.empty()) {
      why_not = why_not_restorable(state, pair, {drop.source}, TableFate::kStays);
      if (!why_not.empty()) why_not.insert(0, "not dropped, as it could not be made again: ");
    }
    if (why_not.empty()) {
      drops.push_back(drop);
    } else if (forbidden.empty()) {
      forbidden = fmt::format("{}; {}", drop.reason, why_not);
    }
  }
  return drops;
}

Assessment assess_drops(const State& state, const TablePair& pair,
                        std::vector<PartitionDrop> drops) {
  const std::string reason = drops.front().reason;
  // An unpartitioned table has nothing to drop but itself; the recycle bin keeps it for a day.
  if (drops.front().target->values.empty()) return recreate(state, pair, reason);
  // Nobody reads a table that is still being built.
  const bool counts = !is_building(pair) && loses_most(*pair.target, drops);
  const bool confirmed = !counts || is_confirmed(pair);
  if (auto stopped = drop_stopped(state, confirmed, reason)) return *stopped;
  if (auto first = fresh_before_drop(pair)) return counted_drop(*first, confirmed, reason);
  Assessment a = want_ddl(DdlKind::kDropPartitions, reason, pair.retry);
  a.drop = std::move(drops);
  return counted_drop(std::move(a), confirmed, reason);
}

// Oldest lag first; a large table waits up to ten minutes behind smaller ones, so nothing starves.
std::int64_t job_order(const TablePair& pair, const std::vector<PartitionLag>& lag) {
  std::int64_t bytes = 0;
  for (const auto& partition : lag) bytes = saturating_add(bytes, partition.source->data_bytes);
  return saturating_add(pair.behind_since.ms(),
                        std::min<std::int64_t>(bytes / (1 << 20) * 10, 600'000));
}

Assessment assess_data(const State& state, const TablePair& pair, PartitionMatch match) {
  std::string forbidden;
  auto drops = allowed_drops(state, pair, match, forbidden);
  if (!drops.empty()) return assess_drops(state, pair, std::move(drops));
  if (!match.missing.empty() && pair.target->definition_unread()) {
    return want(Want::kReadTarget, "before adding partitions");
  }
  Makeable missing = makeable(state, pair, match.missing);
  if (!missing.can.empty()) {
    Assessment a =
        want_ddl(DdlKind::kAddPartitions, "partitions missing on the target", pair.retry);
    a.add = std::move(missing.can);
    return a;
  }
  // After a failure, what can be copied is copied before the target is asked again.
  if (!missing.by_call.empty() && (match.behind.empty() || pair.retry.failures == 0)) {
    Assessment a =
        want_ddl(DdlKind::kCreatePartitions,
                 "partitions missing on the target, which no statement makes", pair.retry);
    a.add = std::move(missing.by_call);
    return a;
  }
  if (!match.behind.empty()) {
    if (disk_full(state)) {
      return blocked("a target backend's disk is above target_cluster_max_disk_used_percent");
    }
    Assessment a = want(Want::kReplicate, "data is behind", pair.retry.not_before);
    a.order = job_order(pair, match.behind);
    a.lag = std::move(match.behind);
    return a;
  }
  if (missing.cannot > 0) {
    if (!forbidden.empty()) forbidden += "; ";
    forbidden += fmt::format("{} partitions left out, the others are carried: {}", missing.cannot,
                             missing.why_not);
  }
  if (!forbidden.empty()) return blocked(std::move(forbidden));
  // No job came by to prove that the two fit.
  if (pair.target->definition_unread()) return want(Want::kReadTarget, "definition to be read");
  return nothing("in sync");
}

// Both tables must have the same rollups before anything is copied: each holds rows of its own.
std::optional<Assessment> assess_rollups(const State& state, const TablePair& pair) {
  Alter change = next_rollup_change(state, pair);
  // Its statement names the table that readers see.
  if (is_building(pair) && !change.view_of.empty()) {
    return discard_new(state, pair, change.reason);
  }
  if (!change.forbidden.empty()) return blocked(std::move(change.forbidden));
  if (change.statements.empty()) return std::nullopt;
  return want_alter(std::move(change), pair.retry);
}

Assessment assess_both(const State& state, const TablePair& pair) {
  if (pair.target->kind != TableKind::kTable) {
    return blocked("the target has another kind of object under this name");
  }
  if (pair.target->reread_wanted || pair.target->partitions_wanted) {
    return want(Want::kReadTarget, "target table to be read", pair.target->reread_not_before);
  }
  if (!pair.target->unreadable.empty()) {
    return blocked("target table cannot be read: " + pair.target->unreadable);
  }
  if (pair.target_listing_due)
    return nothing("waits for the listing of its database on the target");
  if (!pair.target->state_normal) return nothing("the target table is under schema change");
  if (auto first = assess_leftover(state, pair)) return *first;
  if (std::string difference = schema_difference(state, pair); !difference.empty()) {
    return assess_schema_difference(state, pair, difference);
  }
  // Made by us a moment ago: whether anything but its partitions differs is not known yet.
  const bool unread = pair.target->definition_unread();
  if (unread && !pair.source->rollups.empty()) {
    return want(Want::kReadTarget, "before adding rollups");
  }
  if (auto change = unread ? std::nullopt : assess_rollups(state, pair)) return *change;
  Alter cosmetic = unread ? Alter{} : next_cosmetic_change(state, pair);
  if (!cosmetic.statements.empty()) return want_alter(std::move(cosmetic), pair.retry);
  PartitionMatch match = match_partitions(state, pair);
  Alter rename = next_partition_rename(state, pair, match);
  if (!rename.statements.empty()) return want_alter(std::move(rename), pair.retry);
  if (cosmetic.forbidden.empty()) cosmetic.forbidden = std::move(rename.forbidden);
  const bool complete = is_building(pair) && is_complete(state, pair, match);
  Assessment data = assess_data(state, pair, std::move(match));
  if (is_building(pair)) return assess_built(state, pair, complete, std::move(data));
  if (cosmetic.forbidden.empty()) cosmetic.forbidden = kept_text(state, pair);
  const bool at_rest = data.want == Want::kNothing && !data.blocked;
  return at_rest && !cosmetic.forbidden.empty() ? blocked(std::move(cosmetic.forbidden)) : data;
}

Assessment assess_missing_target(const State& state, const TablePair& pair) {
  const auto db = state.databases.find(pair.name.db);
  if (db == state.databases.end() || !db->second.target.is_set()) {
    return nothing("waits for its database on the target");
  }
  if (pair.target_listing_due) {
    return nothing("waits for the listing of its database on the target");
  }
  return want_ddl(DdlKind::kCreateTable, "missing on the target", pair.retry);
}

Assessment assess_source_present(const State& state, const TablePair& pair) {
  if (pair.source->kind != TableKind::kTable) {
    return blocked("not a table: not carried");
  }
  if (is_reserved(pair.name)) {
    return blocked(
        fmt::format("names that begin with {} are srsync's own: not carried", kReservedPrefix));
  }
  if (pair.source->missing_reads > 0) return nothing("not seen on the source in the last cycle");
  if (pair.source->reread_wanted || pair.source->partitions_wanted) {
    return want(Want::kReadSource, "source table to be read", pair.source->reread_not_before);
  }
  if (!pair.source->unreadable.empty()) return blocked(pair.source->unreadable);
  if (!pair.source->state_normal) return nothing("the source table is under schema change");
  if (state.cluster(Side::kTarget).session_sweeps == 0) return nothing("target not read yet");
  return pair.target ? assess_both(state, pair) : assess_missing_target(state, pair);
}

}  // namespace

Assessment guarded_view_drop(const State& state, const TablePair& pair, DdlKind kind,
                             const std::string& reason) {
  const bool confirmed = is_confirmed(pair);
  if (auto stopped = drop_stopped(state, confirmed, reason)) return *stopped;
  return counted_drop(want_ddl(kind, reason, pair.retry), confirmed, reason);
}

Assessment assess(const State& state, const TablePair& pair) {
  if (pair.stopped) return blocked("stopped: " + pair.retry.last_error);
  if (const auto* ddl = std::get_if<RunningDdl>(&pair.stage)) {
    return assess_running_ddl(*ddl, pair.retry);
  }
  if (const auto* job = std::get_if<Replicating>(&pair.stage)) return assess_job(state, pair, *job);
  if (std::string why = state.settings.why_out_of_scope(pair.name); !why.empty()) {
    Assessment a = nothing("out of scope: " + why);
    a.in_scope = false;
    return a;
  }
  if (pair.skipped && !SRSYNC_MUTANT("ignore-skip")) return blocked("skipped by an operator");
  if (std::string taken = state.settings.renames.taken_by(pair.name); !taken.empty()) {
    return blocked(std::move(taken));
  }
  // A view on the source says as well that the table of this name is gone.
  if (!pair.source || concerns_view(pair)) {
    if (auto second = assess_orphan(state, pair)) return *second;
  }
  if (concerns_view(pair)) return assess_view(state, pair);
  if (!pair.source) return assess_target_only(state, pair);
  return assess_source_present(state, pair);
}

Assessment assess_database(const State& state, const DbPair& db) {
  if (db.ddl) return assess_running_ddl(*db.ddl, db.retry);
  if (!state.settings.database_in_scope(db.name)) return nothing("out of scope");
  if (std::string taken = state.settings.renames.taken_by({db.name, ""}); !taken.empty()) {
    return blocked(std::move(taken));
  }
  if (db.source.is_set() && db.source_missing_reads == 0 && !db.target.is_set()) {
    if (state.cluster(Side::kTarget).session_sweeps == 0) return nothing("target not read yet");
    return want_ddl(DdlKind::kCreateDatabase, "missing on the target", db.retry);
  }
  if (db.target.is_set() && db.target_listing_due) {
    return want(Want::kListTarget, "tables were made or dropped", next_listing(db));
  }
  if (db.target.is_set() && !db.source.is_set()) {
    if (state.cluster(Side::kSource).session_sweeps < 2)
      return nothing("source not read twice yet");
    if (std::string why = left_alone(state, db.name); !why.empty()) return nothing(std::move(why));
    if (!state.settings.allow_drop_target_only) {
      return blocked("exists only on the target; ddl_job_allow_drop_target_only is false");
    }
    const std::string reason = "exists only on the target";
    const bool confirmed = is_confirmed(db);
    if (auto stopped = drop_stopped(state, confirmed, reason)) return *stopped;
    return counted_drop(want_ddl(DdlKind::kDropDatabase, reason, db.retry), confirmed, reason);
  }
  return nothing("");
}

JobVerdict judge_job(const State& state, const TablePair& pair, const Replicating& job,
                     std::string* detail) {
  const bool epochs = state.cluster(Side::kTarget).capabilities.version_epochs;
  for (const auto& goal : job.intent.goals) {
    const Partition* target =
        pair.target ? pair.target->find(PartitionId(goal.target.value())) : nullptr;
    if (target == nullptr || target->spoiled) {
      *detail = fmt::format(
          "partition id {} {}", goal.target.value(),
          target == nullptr ? "is gone from the target" : "was written by somebody else meanwhile");
      return JobVerdict::kImpossible;
    }
    const bool typed = !epochs || (target->txn_type == TxnType::kReplication &&
                                   (goal.epoch == 0 || target->epoch == goal.epoch));
    if (target->data_version < goal.version || !typed) {
      *detail = fmt::format("partition {} shows version {}, asked for {}", target->name,
                            target->data_version, goal.version);
      return JobVerdict::kOpen;
    }
  }
  return JobVerdict::kReached;
}

}  // namespace srsync::core
