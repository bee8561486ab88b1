// What happens to DDL and jobs under way.
#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.h"
#include "base/mutant.h"
#include "core/alter.h"
#include "core/apply_internal.h"
#include "core/assess.h"
#include "core/beside.h"
#include "core/drop_guard.h"
#include "core/plan.h"
#include "core/schema_check.h"
#include "core/transition.h"
#include "core/views.h"

namespace srsync::core::internal {
namespace {

std::uint32_t slot_of(State& state, const TablePair& pair) { return state.by_name.at(pair.name); }

void rest(State& state, TablePair& pair) {
  if (const auto* job = std::get_if<Replicating>(&pair.stage)) {
    state.jobs.erase(job->intent.job_id);
    state.running_replicas = wrapping_sub(state.running_replicas, job->intent.replicas);
    state.running_bytes = wrapping_sub(state.running_bytes, job->intent.data_bytes);
  } else if (const auto* ddl = std::get_if<RunningDdl>(&pair.stage)) {
    state.ddl_slots.erase(ddl->intent.key);
  }
  pair.stage = Resting{};
}

void forget_drop(State& state, const TableName& name) {
  std::erase_if(state.unredeemed, [&](const Drop& drop) { return drop.name == name; });
}

// One that an operator did not confirm: it counts against the limits.
void count_drop(State& state, const TableName& name, WallTime at) {
  std::erase_if(state.unredeemed, [&](const Drop& drop) {
    return drop.name == name || drop.at.plus_ms(kDropWindowMs) <= at;
  });
  state.unredeemed.push_back({name, at});
}

bool drops_object(DdlKind kind) {
  return kind == DdlKind::kDropTable || kind == DdlKind::kDropDatabase ||
         kind == DdlKind::kDropView || kind == DdlKind::kDropMaterializedView;
}

void note_drop(State& state, WallTime at) {
  const auto old = std::find_if(state.drops.begin(), state.drops.end(),
                                [&](WallTime drop) { return drop.plus_ms(kDropWindowMs) > at; });
  state.drops.erase(state.drops.begin(), old);
  state.drops.push_back(at);
}

// --- DDL ---------------------------------------------------------------------------------------

// What the target must be asked after DDL that was, or may have been, carried out.
void look_after_ddl(State& state, TablePair& pair, const DdlIntent& intent) {
  const bool replaced = intent.kind == DdlKind::kCreateView && pair.target;
  const bool comes_or_goes = intent.kind == DdlKind::kCreateTable ||
                             intent.kind == DdlKind::kCreateView ||
                             intent.kind == DdlKind::kCreateMaterializedView ||
                             drops_object(intent.kind) || is_beside_ddl(intent.kind);
  if (comes_or_goes && !replaced) {
    pair.target_listing_due = true;
    state.databases[pair.name.db].target_listing_due = true;
  } else if (is_alter(intent.kind)) {
    // It may run on by itself: the listing tells by the table's state, the reading what it made.
    pair.target_listing_due = true;
    state.databases[pair.name.db].target_listing_due = true;
    want_reread(pair.target);
  } else {
    want_reread(pair.target);
  }
}

void on_table_ddl(State& state, WallTime at, TablePair& pair, const DdlStarted& fact) {
  if (assess(state, pair).wants_drop) count_drop(state, pair.name, at);
  if (is_tried_seldom(fact.intent.kind)) note_alter(pair, tried_for(fact.intent));
  pair.stage = RunningDdl{fact.intent, at, false};
  state.ddl_slots[fact.intent.key] = slot_of(state, pair);
  ++pair.ddl_attempt;
  note_view_ddl_started(pair, fact.intent);
  note_beside_started(state, pair, fact.intent);
  if (drops_object(fact.intent.kind)) note_drop(state, at);
  if (drops_object(fact.intent.kind) || fact.intent.kind == DdlKind::kCreateBeside) {
    if (pair.source && pair.target && pair.source->read_in_full && pair.target->read_in_full &&
        pair.source->schema_hash != pair.target->schema_hash) {
      pair.recreated_for = schema_pair_hash(pair);
    }
  }
}

// What was dropped does not come back under its id.
void forget_spoiled(State& state, const DdlIntent& intent, const TablePair& pair) {
  if (state.spoiled.empty()) return;
  const auto gone = [&](PartitionId id) {
    if (intent.kind == DdlKind::kDropTable) return pair.target && pair.target->find(id) != nullptr;
    return intent.kind == DdlKind::kDropPartitions &&
           std::find(intent.partition_ids.begin(), intent.partition_ids.end(), id) !=
               intent.partition_ids.end();
  };
  std::erase_if(state.spoiled, gone);
}

void end_table_ddl(State& state, TablePair& pair, bool took_effect) {
  const DdlIntent intent = std::get<RunningDdl>(pair.stage).intent;
  rest(state, pair);
  // A call that failed before and succeeds now has an effect; only one that succeeds again and
  // again has none.
  const bool in_vain = is_alter(intent.kind) || !took_effect || pair.retry.failures == 0;
  if (is_tried_seldom(intent.kind) && in_vain && pair.alter_tries >= kAlterTriesMax) {
    pair.given_up.push_back(pair.altered_for);
    // The other partitions have not failed yet.
    if (intent.kind == DdlKind::kCreatePartitions) {
      pair.retry.failures = 0;
      pair.retry.not_before = {};
    }
  }
  note_beside_ended(state, pair, intent, took_effect);
  if (took_effect) {
    pair.retry = {};
    forget_spoiled(state, intent, pair);
    if (drops_object(intent.kind)) forget_table(state, pair, Side::kTarget);
  } else if (!is_alter(intent.kind) && intent.kind != DdlKind::kDropReplaced) {
    // Nothing was dropped, so nothing was made anew: it may be tried again.
    if (!SRSYNC_MUTANT("failed-drop-counts")) pair.recreated_for = 0;
    if (drops_object(intent.kind)) forget_drop(state, pair.name);
  }
  look_after_ddl(state, pair, intent);
}

void on_table_ddl(State& state, WallTime, TablePair& pair, const DdlSucceeded&) {
  note_view_ddl_ended(pair, true);
  end_table_ddl(state, pair, true);
}

// Whether a call was refused for what it asked for, and not because the target was away or busy, or
// the account may not.
bool blames_the_call(Code code) {
  return code != Code::kUnavailable && code != Code::kBusy && code != Code::kDenied &&
         code != Code::kUnsupported;
}

// What says nothing of the partitions that were asked for does not count.
void forget_try(TablePair& pair) {
  const auto& intent = std::get<RunningDdl>(pair.stage).intent;
  if (intent.kind == DdlKind::kCreatePartitions && pair.alter_tries > 0) --pair.alter_tries;
}

void on_table_ddl(State& state, WallTime at, TablePair& pair, const DdlFailed& fact) {
  count_failure(pair.retry, at, slot_of(state, pair), fact.message);
  auto& running = std::get<RunningDdl>(pair.stage);
  const bool swap = running.intent.kind == DdlKind::kSwapTables;
  if (swap && SRSYNC_MUTANT("swap-blind") && pair.beside) {
    pair.beside->listed = true;
    rest(state, pair);
    return;
  }
  if (!blames_the_call(fact.code)) forget_try(pair);
  if (fact.code == Code::kOutcomeUnknown) {
    running.in_doubt = true;
    return;
  }
  // Another change of the table is under way there: no word on this one.
  if (fact.code == Code::kBusy && is_alter(running.intent.kind)) --pair.alter_tries;
  note_view_ddl_ended(pair, false);
  end_table_ddl(state, pair, false);
}

void on_table_ddl(State& state, WallTime at, TablePair& pair, const DdlVerified& fact) {
  if (!fact.took_effect) {
    forget_try(pair);
    count_failure(pair.retry, at, slot_of(state, pair), "DDL in doubt did not take effect");
    // A frontend that forwards may still be at it: twice would be as good as not at all.
    if (std::get<RunningDdl>(pair.stage).intent.kind == DdlKind::kSwapTables) {
      const WallTime grace = at.plus_ms(state.settings.lost_grace_ms);
      pair.retry.not_before = std::max(pair.retry.not_before, grace);
    }
  }
  note_view_ddl_ended(pair, false);
  end_table_ddl(state, pair, fact.took_effect);
}

void on_database_ddl(State& state, WallTime at, DbPair& db, const Fact& fact) {
  const std::uint64_t salt = db.ddl_attempt;
  bool took_effect = true;
  if (const auto* failed = std::get_if<DdlFailed>(&fact)) {
    count_failure(db.retry, at, salt, failed->message);
    if (failed->code == Code::kOutcomeUnknown) {
      db.ddl->in_doubt = true;
      return;
    }
    took_effect = false;
  } else if (const auto* verified = std::get_if<DdlVerified>(&fact)) {
    took_effect = verified->took_effect;
    if (!took_effect) count_failure(db.retry, at, salt, "DDL in doubt did not take effect");
  }
  if (took_effect) db.retry = {};
  if (!took_effect && drops_object(db.ddl->intent.kind)) forget_drop(state, {db.name, ""});
  state.ddl.erase(db.ddl->intent.key);
  if (db.ddl->intent.kind == DdlKind::kDropDatabase && took_effect) db.target = DbId();
  db.ddl.reset();
  reassess_database(state, db.name);
}

void start_database_ddl(State& state, WallTime at, const DdlStarted& fact) {
  DbPair& db = state.databases[fact.intent.name.db];
  db.name = fact.intent.name.db;
  if (assess_database(state, db).wants_drop) count_drop(state, {db.name, ""}, at);
  db.ddl = RunningDdl{fact.intent, at, false};
  ++db.ddl_attempt;
  state.ddl[fact.intent.key] = db.name;
  if (drops_object(fact.intent.kind)) note_drop(state, at);
}

// --- replication -------------------------------------------------------------------------------

Replicating& job_of(TablePair& pair) { return std::get<Replicating>(pair.stage); }

void set_stage(Replicating& job, WallTime at, JobPhase phase, std::string stage) {
  job.phase = phase;
  job.in_doubt = false;
  job.stage = std::move(stage);
  job.stage_since = at;
}

void on_job(State& state, WallTime at, TablePair& pair, const ReplicationStarted& fact) {
  Replicating job;
  job.intent = fact.intent;
  job.since = at;
  job.stage_since = at;
  state.jobs[fact.intent.job_id] = slot_of(state, pair);
  state.running_replicas = wrapping_add(state.running_replicas, fact.intent.replicas);
  state.running_bytes = wrapping_add(state.running_bytes, fact.intent.data_bytes);
  if (pair.beside) pair.beside->listed = false;
  pair.stage = std::move(job);
  if (!SRSYNC_MUTANT("same-job-id")) ++pair.job_attempt;
}

void on_job(State&, WallTime at, TablePair& pair, const ReplicationAccepted&) {
  Replicating& job = job_of(pair);
  if (job.phase == JobPhase::kSubmitting) set_stage(job, at, JobPhase::kRunning, "INITIALIZING");
}

void on_job(State& state, WallTime at, TablePair& pair, const ReplicationRejected& fact) {
  rest(state, pair);
  // Waiting for a slot is no failure of the table: it never waits long. All other reasons count in
  // full, also those that a fresh reading answers, so that readings that never agree make no busy
  // loop.
  constexpr std::uint32_t kBusyFailuresMax = 3;
  if (fact.reason == RejectReason::kBusy) {
    pair.retry.failures = std::min(pair.retry.failures, kBusyFailuresMax);
  }
  count_failure(pair.retry, at, slot_of(state, pair), fact.message);
  want_reread(pair.target);
  if (fact.reason == RejectReason::kStale || fact.reason == RejectReason::kMisfit) {
    want_reread(pair.source);
  }
}

void on_job(State&, WallTime at, TablePair& pair, const ReplicationProgressed& fact) {
  Replicating& job = job_of(pair);
  if (fact.txn.is_set()) job.txn = fact.txn;
  if (job.phase == JobPhase::kSubmitting || job.phase == JobPhase::kRunning) {
    set_stage(job, at, JobPhase::kRunning, fact.stage);
  }
}

// The frontend is done with the job; the partitions have the last word.
void job_over(TablePair& pair, WallTime at, JobPhase phase, std::string outcome) {
  Replicating& job = job_of(pair);
  set_stage(job, at, phase, std::string());
  job.outcome = std::move(outcome);
  want_partitions(pair.target);
}

void on_job(State&, WallTime at, TablePair& pair, const ReplicationCommitted&) {
  job_over(pair, at, JobPhase::kCommitted, "COMMITTED");
}
void on_job(State&, WallTime at, TablePair& pair, const ReplicationAborted& fact) {
  if (job_of(pair).phase == JobPhase::kCommitted) return;
  job_over(pair, at, JobPhase::kAborted, "ABORTED: " + fact.message);
}
void on_job(State&, WallTime at, TablePair& pair, const ReplicationLost& fact) {
  if (job_of(pair).phase == JobPhase::kCommitted) return;
  job_over(pair, at, JobPhase::kLost, "lost: " + fact.detail);
}

void on_job(State& state, WallTime at, TablePair& pair, const ReplicationFinished&) {
  const ReplicationIntent intent = job_of(pair).intent;
  rest(state, pair);
  pair.job_ended = at;
  ++state.jobs_finished;
  pair.retry = {};
  if (!pair.target) return;
  for (const auto& goal : intent.goals) {
    Partition* target = pair.target->find(PartitionId(goal.target.value()));
    if (target == nullptr) continue;
    target->copied_from = goal.source.value();
    target->copied_version = goal.version;
  }
}

void on_job(State& state, WallTime at, TablePair& pair, const ReplicationFailed& fact) {
  rest(state, pair);
  pair.job_ended = at;
  ++state.jobs_failed;
  count_failure(pair.retry, at, slot_of(state, pair), fact.message);
  want_reread(pair.source);
  want_reread(pair.target);
}

// --- look-up -----------------------------------------------------------------------------------

template <typename F>
constexpr bool kStarts = std::is_same_v<F, DdlStarted> || std::is_same_v<F, ReplicationStarted>;

// The pair whose work `fact` is about; nullptr when that work is not under way (late).
template <typename F>
TablePair* find_work(State& state, const F& fact) {
  if constexpr (kStarts<F>) {
    return &state.tables[state.slot_of(fact.intent.name)];
  } else if constexpr (requires { fact.key; }) {
    const auto at = state.ddl_slots.find(fact.key);
    return at == state.ddl_slots.end() ? nullptr : &state.tables[at->second];
  } else {
    const auto at = state.jobs.find(fact.job_id);
    return at == state.jobs.end() ? nullptr : &state.tables[at->second];
  }
}

void stop(TablePair& pair, const Fact& fact) {
  pair.stopped = true;
  pair.retry.last_error =
      fmt::format("{} is not allowed while {}", fact_name(fact), stage_name(pair.stage));
}

template <typename F>
void dispatch(State& state, WallTime at, const Fact& fact, const F& typed) {
  if constexpr (
      requires(TablePair & p) { on_table_ddl(state, at, p, typed); } ||
      requires(TablePair & p) { on_job(state, at, p, typed); }) {
    TablePair* pair = find_work(state, typed);
    if (pair == nullptr) return;
    switch (transition(pair->stage, fact).value_or(Move::kLate)) {
      case Move::kMove:
        if constexpr (requires(TablePair & p) { on_table_ddl(state, at, p, typed); }) {
          on_table_ddl(state, at, *pair, typed);
        } else {
          on_job(state, at, *pair, typed);
        }
        break;
      case Move::kLate:
        return;
      case Move::kInvalid:
        stop(*pair, fact);
        break;
    }
    if (pair->target) pair->target->read_at = at;
    note_progress(state, *pair, at);
    reassess(state, slot_of(state, *pair));
  }
}

// Database DDL has no table pair; its keys stand in an index of their own.
bool apply_database_ddl(State& state, WallTime at, const Fact& fact) {
  if (const auto* started = std::get_if<DdlStarted>(&fact)) {
    if (!started->intent.name.table.empty()) return false;
    start_database_ddl(state, at, *started);
    return true;
  }
  const std::string* key = nullptr;
  if (const auto* f = std::get_if<DdlSucceeded>(&fact)) key = &f->key;
  if (const auto* f = std::get_if<DdlFailed>(&fact)) key = &f->key;
  if (const auto* f = std::get_if<DdlVerified>(&fact)) key = &f->key;
  if (key == nullptr) return false;
  const auto running = state.ddl.find(*key);
  if (running == state.ddl.end()) return false;
  on_database_ddl(state, at, state.databases[running->second], fact);
  return true;
}

}  // namespace

void apply_work(State& state, WallTime at, const Fact& fact) {
  if (apply_database_ddl(state, at, fact)) return;
  std::visit([&](const auto& typed) { dispatch(state, at, fact, typed); }, fact);
}

void check_job_after_read(State& state, TablePair& pair, WallTime at) {
  auto* job = std::get_if<Replicating>(&pair.stage);
  if (job == nullptr || job->phase != JobPhase::kCommitted) return;
  std::string detail;
  if (judge_job(state, pair, *job, &detail) != JobVerdict::kOpen) return;
  if (++job->checks >= kJobChecksMax) return;
  // Committed is not visible yet: publishing takes a moment, seldom more.
  const std::int64_t wait_ms = std::min<std::int64_t>(5'000, 100LL << std::min(job->checks, 6U));
  want_partitions(pair.target, at.plus_ms(wait_ms));
}

}  // namespace srsync::core::internal
