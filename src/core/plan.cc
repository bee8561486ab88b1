#include "core/plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/mutant.h"
#include "core/alter.h"
#include "core/assess.h"
#include "core/beside.h"
#include "core/drop_guard.h"
#include "core/intents.h"
#include "core/names.h"
#include "core/views.h"

namespace srsync::core {
namespace {

std::string read_key(Side side, const TableName& name) {
  return fmt::format("read/{}/{}", side_name(side), to_string(name));
}

Action read_action(Side side, const TablePair& pair) {
  const auto& table = table_of(pair, side);
  const bool partitions_only = table->partitions_wanted && !table->reread_wanted;
  return core::read_action(ReadTable{side, name_on(side, pair), table->id, partitions_only});
}

// The action of a pair whose job wants looking after.
std::optional<Action> job_action(const State& state, const TablePair& pair,
                                 const Replicating& job) {
  const std::string& id = job.intent.job_id;
  if (job.phase == JobPhase::kSubmitting) {
    return Action{"probe/" + id, ProbeJob{job.intent, job.since}};
  }
  if (job.phase == JobPhase::kRunning)
    return Action{"cancel/" + id, CancelJob{job.intent, job.txn}};
  std::string detail;
  switch (judge_job(state, pair, job, &detail)) {
    case JobVerdict::kReached:
      return Action{"conclude/" + id, Conclude{ReplicationFinished{id}}};
    case JobVerdict::kImpossible:
      break;
    case JobVerdict::kOpen:
      detail = job.outcome.empty() ? detail : job.outcome + "; " + detail;
      break;
  }
  return Action{"conclude/" + id, Conclude{ReplicationFailed{id, detail}}};
}

// DDL that cannot be written for this target: the fact blocks the table until its source changes.
Action unwritable(const TablePair& pair, const Status& why) {
  return {"unwritable/" + to_string(pair.name),
          Conclude{TableUnreadable{Side::kSource, pair.name, pair.source->id, why.code(),
                                   "the target cannot hold it: " + why.message()}}};
}

// What `pair` wants done at `now`, as an action.
std::optional<Action> action_for(const State& state, const TablePair& pair, WallTime now) {
  const Assessment wanted = assess(state, pair);
  if (wanted.not_before > now) return std::nullopt;
  switch (wanted.want) {
    case Want::kNothing:
      return std::nullopt;
    case Want::kListTarget:
      return Action{"list/" + pair.name.db, ListDatabase{pair.name.db}};
    case Want::kVerifyDdl: {
      const auto& intent = std::get<RunningDdl>(pair.stage).intent;
      return Action{"verify/" + intent.key, VerifyDdl{intent}};
    }
    case Want::kProbeJob:
      return job_action(state, pair, std::get<Replicating>(pair.stage));
    case Want::kReadSource:
      return read_action(Side::kSource, pair);
    case Want::kReadTarget:
      return read_action(Side::kTarget, pair);
    case Want::kDdl: {
      if (wanted.wants_drop && drop_obstacle(state, now)) return std::nullopt;
      auto intent = ddl_intent(state, pair, wanted);
      if (!intent.is_ok()) return unwritable(pair, intent.status());
      std::string key = intent->key;
      return Action{std::move(key), RunDdl{std::move(intent).value()}};
    }
    case Want::kReplicate: {
      ReplicationIntent intent = replication_intent(state, pair, wanted);
      std::string key = intent.job_id;
      return Action{std::move(key), StartReplication{std::move(intent)}};
    }
  }
  return std::nullopt;
}

void plan_list(const State& state, WallTime now, Want want, std::size_t limit,
               std::vector<Action>& actions) {
  std::size_t taken = 0;
  for (const auto& item : state.agenda.items(want)) {
    if (taken >= limit) return;
    if (state.agenda.get(item.slot).not_before > now) continue;
    if (auto action = action_for(state, state.tables[item.slot], now)) {
      actions.push_back(std::move(*action));
      ++taken;
    }
  }
}

void plan_databases(const State& state, WallTime now, std::vector<Action>& actions) {
  for (const auto& [name, db] : state.databases) {
    const Assessment wanted = assess_database(state, db);
    if (wanted.want == Want::kNothing || wanted.not_before > now) continue;
    if (wanted.want == Want::kVerifyDdl) {
      actions.push_back({"verify/" + db.ddl->intent.key, VerifyDdl{db.ddl->intent}});
    } else if (wanted.want == Want::kListTarget) {
      actions.push_back({"list/" + name, ListDatabase{name}});
    } else if (!state.paused) {
      if (wanted.wants_drop && drop_obstacle(state, now)) continue;
      DdlIntent intent = database_intent(state, db, wanted);
      std::string key = intent.key;
      actions.push_back({std::move(key), RunDdl{std::move(intent)}});
    }
  }
}

// Databases that some of their tables want listed.
void plan_listings(const State& state, WallTime now, std::vector<Action>& actions) {
  for (const auto& item : state.agenda.items(Want::kListTarget)) {
    if (state.agenda.get(item.slot).not_before > now) continue;
    auto action = action_for(state, state.tables[item.slot], now);
    if (!action) continue;
    const bool known = std::any_of(actions.begin(), actions.end(),
                                   [&](const Action& other) { return other.key == action->key; });
    if (!known) actions.push_back(std::move(*action));
  }
}

// Jobs as long as the target has free slots. A frontend compares what is running before it adds, so
// the last job may pass the replica and size limits; we stop there as well.
void plan_jobs(const State& state, WallTime now, std::size_t limit, std::vector<Action>& actions) {
  std::int64_t tables = static_cast<std::int64_t>(state.jobs.size());
  std::int64_t replicas = state.running_replicas;
  std::int64_t bytes = state.running_bytes;
  std::size_t taken = 0;
  for (const auto& item : state.agenda.items(Want::kReplicate)) {
    if (taken >= limit) return;
    if (state.limits &&
        (tables >= state.limits->max_tables || replicas >= state.limits->max_replicas ||
         (bytes >> 20) >= state.limits->max_data_mb)) {
      return;
    }
    if (state.agenda.get(item.slot).not_before > now) continue;
    auto action = action_for(state, state.tables[item.slot], now);
    if (!action) continue;
    const auto* start = std::get_if<StartReplication>(&action->effect);
    if (start == nullptr) continue;
    ++tables;
    replicas = saturating_add(replicas, start->intent.replicas);
    bytes = saturating_add(bytes, start->intent.data_bytes);
    ++taken;
    actions.push_back(std::move(*action));
  }
}

}  // namespace

Action read_action(const ReadTable& read) { return {read_key(read.side, read.name), read}; }

std::vector<Action> plan(const State& state, WallTime now, const PlanLimits& limits) {
  std::vector<Action> actions;
  if (!state.session_open) return actions;
  plan_list(state, now, Want::kVerifyDdl, limits.reads, actions);
  plan_list(state, now, Want::kProbeJob, limits.jobs, actions);
  plan_list(state, now, Want::kReadTarget, limits.reads, actions);
  plan_list(state, now, Want::kReadSource, limits.reads, actions);
  if (auto hold = due_hold(state, now)) {
    actions.push_back({"hold/" + hold->token, Conclude{std::move(*hold)}});
  }
  plan_databases(state, now, actions);
  plan_listings(state, now, actions);
  if (state.paused && !SRSYNC_MUTANT("ignore-pause")) return actions;
  plan_list(state, now, Want::kDdl, limits.ddl, actions);
  plan_jobs(state, now, limits.jobs, actions);
  return actions;
}

std::optional<WallTime> next_wakeup(const State& state, WallTime now) {
  std::optional<WallTime> next;
  const auto& timers = state.agenda.timers();
  const auto at = timers.upper_bound({now.ms(), UINT32_MAX});
  if (at != timers.end()) next = WallTime(at->first);
  for (const auto& [name, db] : state.databases) {
    const WallTime moment = assess_database(state, db).not_before;
    if (moment > now && (!next || moment < *next)) next = moment;
  }
  return next;
}

std::optional<Fact> announcement(const Action& action) {
  if (const auto* ddl = std::get_if<RunDdl>(&action.effect)) return DdlStarted{ddl->intent};
  if (const auto* job = std::get_if<StartReplication>(&action.effect)) {
    return ReplicationStarted{job->intent};
  }
  if (const auto* cancel = std::get_if<CancelJob>(&action.effect)) {
    return ReplicationProgressed{cancel->intent.job_id, "CANCELLING", cancel->txn};
  }
  if (const auto* conclude = std::get_if<Conclude>(&action.effect)) return conclude->fact;
  return std::nullopt;
}

namespace {

// What the pair or database named would start at `at`, as a fact.
std::optional<Fact> planned_for(const State& before, const TableName& name, WallTime at) {
  if (name.table.empty()) {
    const auto db = before.databases.find(name.db);
    if (db == before.databases.end()) return std::nullopt;
    const Assessment wanted = assess_database(before, db->second);
    if (wanted.want != Want::kDdl || wanted.not_before > at) return std::nullopt;
    if (wanted.wants_drop && drop_obstacle(before, at)) return std::nullopt;
    return DdlStarted{database_intent(before, db->second, wanted)};
  }
  const TablePair* pair = before.find(name);
  if (pair == nullptr) return std::nullopt;
  const auto action = action_for(before, *pair, at);
  return action ? announcement(*action) : std::nullopt;
}

}  // namespace

bool is_planned(const State& before, const Fact& fact, WallTime at, std::string* expected) {
  const TableName* name = nullptr;
  if (const auto* ddl = std::get_if<DdlStarted>(&fact)) name = &ddl->intent.name;
  if (const auto* job = std::get_if<ReplicationStarted>(&fact)) name = &job->intent.name;
  if (name == nullptr) return true;
  const auto planned = planned_for(before, *name, at);
  if (planned && *planned == fact) return true;
  if (expected != nullptr) *expected = planned ? std::string(fact_name(*planned)) : "nothing";
  return false;
}

bool ddl_took_effect(const State& state, const DdlIntent& intent) {
  const auto db = state.databases.find(intent.name.db);
  const bool db_there = db != state.databases.end() && db->second.target.is_set();
  const TablePair* pair = state.find(intent.name);
  const bool table_there = pair != nullptr && pair->target.has_value();
  const auto has_partition = [&](const std::string& name) {
    return table_there &&
           std::any_of(pair->target->partitions.begin(), pair->target->partitions.end(),
                       [&](const Partition& p) { return p.name == name; });
  };
  // The frontend chose the names.
  const auto has_range = [&](const std::string& values) {
    return table_there &&
           std::any_of(pair->target->partitions.begin(), pair->target->partitions.end(),
                       [&](const Partition& p) { return p.values == values; });
  };
  switch (intent.kind) {
    case DdlKind::kCreateDatabase:
      return db_there;
    case DdlKind::kDropDatabase:
      return !db_there;
    case DdlKind::kCreateTable:
      return table_there;
    case DdlKind::kCreateView:
      // In the place of another one: nobody knows, and doing it again harms nothing.
      return table_there && !intent.table.is_set() && is_view(pair->target->kind);
    case DdlKind::kCreateMaterializedView:
      return table_there && is_view(pair->target->kind);
    case DdlKind::kAlterMaterializedView:
      return false;
    case DdlKind::kDropView:
    case DdlKind::kDropMaterializedView:
    case DdlKind::kDropTable:
      return !table_there || pair->target->id != intent.table;
    case DdlKind::kCreateBeside:
    case DdlKind::kSwapTables:
    case DdlKind::kDropReplaced:
    case DdlKind::kRenameBeside:
      return beside_took_effect(state, intent);
    case DdlKind::kAddPartitions:
      return std::all_of(intent.partitions.begin(), intent.partitions.end(), has_partition);
    case DdlKind::kCreatePartitions:
      return std::all_of(intent.call_ranges.begin(), intent.call_ranges.end(), has_range);
    case DdlKind::kDropPartitions:
      return !table_there || std::none_of(intent.partition_ids.begin(), intent.partition_ids.end(),
                                          [&](PartitionId id) { return pair->target->find(id); });
    case DdlKind::kAlterTable:
    case DdlKind::kSetTableProperties:
    case DdlKind::kIndexChange:
    case DdlKind::kAddRollup:
    case DdlKind::kDropRollup:
    case DdlKind::kColumnChange:
      return table_there && alter_took_effect(state, *pair, intent);
  }
  return false;
}

void reassess(State& state, std::uint32_t slot) {
  const TablePair& pair = state.tables[slot];
  const Assessment wanted = assess(state, pair);
  if (wanted.wants_drop) {
    state.drop_wishes.insert(slot);
  } else {
    state.drop_wishes.erase(slot);
  }
  Agenda::Entry entry;
  entry.want = wanted.want;
  entry.order = wanted.order;
  entry.not_before = wanted.not_before;
  state.agenda.set(slot, entry);
  if (!state.views.note(slot, view_readiness(pair))) return;
  for (const std::uint32_t reader : state.views.readers(pair.name)) {
    if (reader != slot) reassess(state, reader);
  }
}

std::int64_t backoff_ms(std::uint32_t failures, std::uint64_t salt) {
  if (failures == 0) return 0;
  constexpr std::int64_t kMax = 300'000;
  const std::uint32_t doublings = std::min<std::uint32_t>(failures - 1, 9);
  const std::int64_t base = std::min<std::int64_t>(kMax, 1000LL << doublings);
  const std::uint64_t spread =
      (salt * 0x9e3779b97f4a7c15ULL + failures * 0x2545f4914f6cdd1dULL) >> 33;
  return base + static_cast<std::int64_t>(spread % (static_cast<std::uint64_t>(base) / 4 + 1));
}

}  // namespace srsync::core
