#include "driver/driver.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/kill_point.h"
#include "base/mutant.h"
#include "core/names.h"
#include "driver/worker_pool.h"

namespace srsync::driver {
namespace {

// SHOW CREATE and SHOW PARTITIONS; SHOW PARTITIONS.
constexpr std::int64_t kTableReadCost = 2;
constexpr std::int64_t kPartitionsReadCost = 1;
// identify() asks for frontends, backends, compute nodes and limits.
constexpr std::int64_t kIdentifyCost = 4;
// How much further plan() looks when readings at its front are held back.
constexpr std::size_t kStarvedReads = 1'000;
// Own DDL is remembered for as long as a sweep may take.
constexpr std::int64_t kRecentDdlMs = 3'600'000;

bool drops_object(const core::Action& action) {
  const auto* ddl = std::get_if<core::RunDdl>(&action.effect);
  if (ddl == nullptr) return false;
  switch (ddl->intent.kind) {
    case core::DdlKind::kDropTable:
    case core::DdlKind::kDropDatabase:
    case core::DdlKind::kDropView:
    case core::DdlKind::kDropMaterializedView:
      return true;
    default:
      return false;
  }
}

// A table is read again because something may have changed, and nothing waits for it: no job is
// under way, nothing failed, and it was read before.
bool may_wait(const core::State& state, const core::ReadTable& read) {
  const auto* pair = core::find_seen(state, read.side, read.name);
  if (pair == nullptr) return false;
  const auto& table = core::table_of(*pair, read.side);
  if (!table || !table->read_in_full || table->definition_unread()) return false;
  if (read.side == Side::kSource) return true;
  return std::holds_alternative<core::Resting>(pair->stage) && pair->retry.failures == 0;
}

// Statements of one sweep, as far as it can be told from its answer.
std::int64_t cost_of(const core::Sweep& sweep) {
  return 2 + static_cast<std::int64_t>(sweep.databases.size());
}

// Readings that are compared with State as a whole: judged on their own, so that each sees what the
// one before it changed.
bool stands_alone(const Outcome& outcome) {
  return std::holds_alternative<SweepOutcome>(outcome) ||
         std::holds_alternative<ListingOutcome>(outcome) ||
         std::holds_alternative<VerifyOutcome>(outcome) ||
         std::holds_alternative<DdlOutcome>(outcome) ||
         std::holds_alternative<IdentifyOutcome>(outcome);
}

// A daemon that never lives long enough for a checkpoint of its own would fold more at each start.
EventSeq last_checkpoint(io::Journal& journal) {
  const std::vector<EventSeq> newest_first = journal.checkpoints();
  return newest_first.empty() ? EventSeq() : newest_first.front();
}

std::int64_t delay_ms(std::uint32_t failures) {
  constexpr std::int64_t kMax = 30'000;
  return std::min<std::int64_t>(kMax, 500LL << std::min(failures, 10U));
}

}  // namespace

void Observer::on_events(const std::vector<core::Event>&, const core::State&) {}
void Observer::on_status(const core::State&, const Snapshot&) {}
void Observer::on_trouble(const Status&) {}

Driver::Driver(DriverOptions options, core::State recovered, io::Journal& journal,
               io::PortsFactory& factory, io::Clock& clock, Observer& observer)
    : Driver(options, std::move(recovered), journal,
             std::make_unique<WorkerPool>(factory, options.workers), clock, observer) {}

Driver::Driver(DriverOptions options, core::State recovered, io::Journal& journal,
               std::unique_ptr<Executor> executor, io::Clock& clock, Observer& observer)
    : options_(options),
      state_(std::move(recovered)),
      journal_(journal),
      clock_(clock),
      observer_(observer),
      clock_seen_(clock.now()),
      now_(std::max(clock_seen_, state_.now)),
      checkpoint_at_(last_checkpoint(journal)),
      snapshot_(std::make_shared<const Snapshot>()),
      pool_(std::move(executor)) {}

Driver::~Driver() = default;

WallTime Driver::now() const {
  const WallTime seen = clock_.now();
  const std::int64_t passed = std::max<std::int64_t>(0, seen.ms() - clock_seen_.ms());
  clock_seen_ = seen;
  now_ = std::max(now_.plus_ms(passed), state_.now);
  return now_;
}

Status Driver::start(const SessionInfo& session) {
  return record({core::SessionStarted{session.binary_version, journal_.identity().journal_id,
                                      session.settings}});
}

Result<RunResult> Driver::run() {
  while (!over_) {
    const Status status = step();
    if (!status.is_ok()) {
      pool_->halt();
      return status;
    }
    if (!over_) pool_->wait(wait_ms());
  }
  return result();
}

// The order of effects. Whatever comes back becomes durable and State first; then State alone says
// what to do; that becomes durable too; only then does it start.
Status Driver::step() {
  pool_->run_queued();
  take_options();
  SRSYNC_RETURN_IF_ERROR(settle(pool_->take()));
  SRSYNC_RETURN_IF_ERROR(take_posted());
  publish(false);
  if (stopping_ || once_.phase() == OncePhase::kOver) {
    const bool waiting = !work_.empty() && now() < stop_deadline_;
    return waiting ? Status::ok() : finish(stop_reason_);
  }
  const std::vector<core::Action> actions = choose();
  if (SRSYNC_MUTANT("effect-first")) dispatch(actions);
  SRSYNC_RETURN_IF_ERROR(announce(actions));
  if (!SRSYNC_MUTANT("effect-first")) dispatch(actions);
  dispatch_periodic();
  return checkpoint_when_due();
}

// --- facts -------------------------------------------------------------------------------------

Status Driver::record(std::vector<core::Fact> facts) {
  if (facts.empty()) return Status::ok();
  auto events = journal_.append(std::move(facts));
  if (!events.is_ok()) {
    // What is on the disk is unknown: no effect may start from here on.
    pool_->halt();
    return events.status();
  }
  for (const auto& event : *events) SRSYNC_RETURN_IF_ERROR(core::apply(state_, event));
  observer_.on_events(*events, state_);
  return Status::ok();
}

Status Driver::settle(std::vector<Completion> completions) {
  if (completions.empty()) return Status::ok();
  SRSYNC_KILL_POINT("driver.outcome.before");
  std::vector<core::Fact> batch;
  for (const auto& completion : completions) {
    if (stands_alone(completion.outcome)) {
      SRSYNC_RETURN_IF_ERROR(record(std::exchange(batch, {})));
    }
    SRSYNC_RETURN_IF_ERROR(settle_one(completion, batch));
  }
  SRSYNC_RETURN_IF_ERROR(record(std::move(batch)));
  SRSYNC_KILL_POINT("driver.outcome.after");
  return Status::ok();
}

// Adds the completion's facts to `batch`, or records them when others must see them.
Status Driver::settle_one(const Completion& completion, std::vector<core::Fact>& batch) {
  // A reply that nobody waits for, or not any more: what it shows may be long out of date.
  const auto waiting = work_.find(completion.key);
  if (waiting == work_.end() || waiting->second.ticket != completion.ticket) return Status::ok();
  note_timing(completion.outcome);
  note_definition(completion.outcome);
  look_for_lost_side(completion.outcome);
  const Digest found = digest(completion.outcome);
  for (const auto& resource : waiting->second.resources) busy_.erase(resource);
  --running_[waiting->second.kind];
  work_.erase(waiting);
  note_trouble(completion.key, found.trouble);
  if (found.trouble.code() == Code::kRejected &&
      std::holds_alternative<IdentifyOutcome>(completion.outcome)) {
    pool_->halt();
    return found.trouble;
  }
  batch.insert(batch.end(), found.facts.begin(), found.facts.end());
  if (!stands_alone(completion.outcome)) return Status::ok();
  SRSYNC_RETURN_IF_ERROR(record(std::exchange(batch, {})));
  if (!found.verify) return Status::ok();
  const bool took_effect = core::ddl_took_effect(state_, *found.verify);
  return record({core::DdlVerified{found.verify->key, took_effect}});
}

Digest Driver::digest(const Outcome& outcome) {
  return std::visit(
      Overloaded{
          [&](const TableOutcome& o) { return digest_table(state_, o); },
          [&](const ListingOutcome& o) { return digest_listing(state_, o, recent_ddl_); },
          [&](const SweepOutcome& o) { return digest_sweep(state_, o, recent_ddl_); },
          [&](const DdlOutcome& o) { return digest_ddl(state_, o); },
          [&](const VerifyOutcome& o) { return digest_verify(state_, o, recent_ddl_); },
          [&](const SubmitOutcome& o) { return digest_submit(state_, o); },
          [&](const ProbeOutcome& o) { return digest_probe(state_, o); },
          [&](const IdentifyOutcome& o) { return digest_identity(state_, o); },
          [&](const CancelOutcome& o) {
            return Digest{{}, o.status.with_context("cancelling " + o.intent.job_id), {}};
          },
          [&](const FeedOutcome& o) {
            bool gap = false;
            Digest found = digest_feed(state_, o, &gap);
            if (gap) periodic_.hurry_sweep(o.side);
            return found;
          },
          [&](const JobsOutcome& o) { return digest_jobs(o); },
      },
      outcome);
}

Digest Driver::digest_jobs(const JobsOutcome& outcome) {
  Digest found;
  found.facts = jobs_.digest(state_, outcome,
                             [&](const std::string& job_id) { return work_.contains(job_id); });
  const Status status = outcome.jobs.status();
  if (status.code() != Code::kUnsupported) found.trouble = status.with_context("listing jobs");
  return found;
}

// Schedules what comes again, and remembers our own DDL.
void Driver::note_timing(const Outcome& outcome) {
  const WallTime at = now();
  std::visit(Overloaded{
                 [&](const IdentifyOutcome& o) {
                   spend(o.side, kIdentifyCost, at);
                   periodic_.identified(o.side, o.facts.is_ok(), at, options_);
                 },
                 [&](const SweepOutcome& o) {
                   const std::int64_t cost = o.sweep.is_ok() ? cost_of(*o.sweep) : 1;
                   spend(o.side, cost, at);
                   periodic_.swept(o.side, stamp().ms() - o.started.ms(), cost, at, options_);
                   if (o.side == Side::kTarget)
                     recent_ddl_.forget_before(stamp().plus_ms(-kRecentDdlMs));
                 },
                 [&](const FeedOutcome& o) {
                   // A first reading only finds the place to begin: it does not count against the
                   // budget.
                   std::size_t counted = 0;
                   for (const auto& part : o.parts) {
                     if (!part.after.is_set()) continue;
                     counted +=
                         part.feed.is_ok() ? std::max<std::size_t>(1, part.feed->statements) : 1;
                   }
                   spend(o.side, static_cast<std::int64_t>(counted), at);
                   const bool complete =
                       std::none_of(o.parts.begin(), o.parts.end(), [](const auto& part) {
                         return !part.feed.is_ok() && part.feed.status().code() != Code::kNotFound;
                       });
                   periodic_.feed_read(o.side, counted, complete, at, options_);
                 },
                 [&](const JobsOutcome&) { periodic_.jobs_listed(at, options_); },
                 [&](const DdlOutcome& o) { recent_ddl_.note(o.intent.name, stamp()); },
                 [](const auto&) {},
             },
             outcome);
}

// Watching that took place whatever the budget said: what may wait, waits for it.
void Driver::spend(Side side, std::int64_t cost, WallTime at) {
  budget(side).spend(cost, options_.query_budget_per_second, at);
}

// A table that cannot be read is told as such and holds no round up; a cluster that is away does.
void Driver::note_definition(const Outcome& outcome) {
  const auto* table = std::get_if<TableOutcome>(&outcome);
  if (table == nullptr || table->asked.partitions_only) return;
  if (table->read.status().code() == Code::kUnavailable) return;
  definitions_.done(table->asked.side, table->asked.id);
}

void Driver::look_for_lost_side(const Outcome& outcome) {
  const WallTime at = now();
  const auto check = [&](Side side, const Status& status) {
    if (status.code() == Code::kUnavailable) periodic_.lost(side, at);
  };
  std::visit(Overloaded{
                 [&](const TableOutcome& o) { check(o.asked.side, o.read.status()); },
                 [&](const SweepOutcome& o) { check(o.side, o.sweep.status()); },
                 [&](const ListingOutcome& o) { check(Side::kTarget, o.listing.status()); },
                 [&](const VerifyOutcome& o) { check(Side::kTarget, o.listing.status()); },
                 [&](const DdlOutcome& o) { check(Side::kTarget, o.status); },
                 [&](const JobsOutcome& o) { check(Side::kTarget, o.jobs.status()); },
                 [&](const FeedOutcome& o) {
                   for (const auto& part : o.parts) check(o.side, part.feed.status());
                 },
                 [&](const SubmitOutcome& o) {
                   // It reads both clusters and does not say which one was lost.
                   check(Side::kSource, o.outcome.status);
                   check(Side::kTarget, o.outcome.status);
                 },
                 [](const auto&) {},
             },
             outcome);
}

void Driver::note_trouble(const std::string& key, const Status& trouble) {
  if (trouble.is_ok()) {
    delays_.erase(key);
    return;
  }
  Delay& delay = delays_[key];
  delay.not_before = now().plus_ms(delay_ms(delay.failures));
  ++delay.failures;
  observer_.on_trouble(trouble);
}

Status Driver::take_posted() {
  std::vector<core::Fact> facts;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    facts = std::exchange(posted_, {});
    if (stop_requested_ && !stopping_) {
      stopping_ = true;
      stop_reason_ = *stop_requested_;
      stop_deadline_ = now().plus_ms(options_.stop_wait_ms);
    }
  }
  return record(std::move(facts));
}

// --- work --------------------------------------------------------------------------------------

bool Driver::has_room(WorkKind kind) const {
  const auto at = running_.find(kind);
  const std::size_t running = at == running_.end() ? 0 : at->second;
  switch (kind) {
    case WorkKind::kRead:
      return running < options_.reads_max;
    case WorkKind::kDdl:
      return running < options_.ddl_max;
    case WorkKind::kSubmit:
      return running < options_.submits_max;
    case WorkKind::kOther:
      return running < options_.reads_max;
    case WorkKind::kNone:
      return true;
  }
  return true;
}

// What an operator's pacing and the query budget allow.
bool Driver::within_limits(const core::Action& action, WallTime at) {
  if (std::holds_alternative<core::RunDdl>(action.effect)) {
    if (!ddl_window_.has_room(options_.ddl_pacing, at)) return false;
    // One drop of an object at a time, so that each is judged with the ones before it counted.
    if (drops_object(action) && drop_in_round_) return false;
  } else if (const auto* start = std::get_if<core::StartReplication>(&action.effect)) {
    if (!job_window_.has_room(options_.job_pacing, at)) return false;
    // A stranger's write during the job is seen in the change feed only, so that must be read.
    const auto db = state_.databases.find(start->intent.name.db);
    if (db == state_.databases.end() || !db->second.target_feed.is_set()) return false;
  } else if (const auto* read = std::get_if<core::ReadTable>(&action.effect)) {
    const std::int64_t cost = read->partitions_only ? kPartitionsReadCost : kTableReadCost;
    if (may_wait(state_, *read) &&
        !budget(read->side).take(cost, options_.query_budget_per_second, at)) {
      starved_ = true;
      return false;
    }
  }
  return true;
}

bool Driver::may_start(const core::Action& action, WallTime at) {
  const WorkKind kind = kind_of(action);
  if (work_.contains(action.key) || !has_room(kind)) return false;
  for (const Side side : {Side::kSource, Side::kTarget}) {
    if (needs(action, side) && !periodic_.is_up(side)) return false;
  }
  if (const auto delay = delays_.find(action.key);
      delay != delays_.end() && delay->second.not_before > at) {
    return false;
  }
  const auto resources = resources_of(action);
  if (std::any_of(resources.begin(), resources.end(),
                  [&](const auto& r) { return busy_.contains(r); })) {
    return false;
  }
  const bool starts_something = kind == WorkKind::kDdl || kind == WorkKind::kSubmit;
  if (starts_something && !may_work()) return false;
  return within_limits(action, at);
}

std::vector<core::Action> Driver::choose() {
  const WallTime at = now();
  drop_in_round_.reset();
  core::PlanLimits limits;
  limits.reads = 2 * options_.reads_max + delays_.size() + (starved_ ? kStarvedReads : 0);
  starved_ = false;
  limits.ddl = 2 * options_.ddl_max;
  limits.jobs = 2 * options_.submits_max + 32;
  std::vector<core::Action> chosen;
  for (auto& action : core::plan(state_, at, limits)) {
    if (!may_start(action, at)) continue;
    const WorkKind kind = kind_of(action);
    work_[action.key] = {kind, resources_of(action)};
    for (const auto& resource : work_[action.key].resources) busy_.insert(resource);
    ++running_[kind];
    if (drops_object(action)) drop_in_round_ = std::get<core::RunDdl>(action.effect).intent;
    if (kind == WorkKind::kDdl) ddl_window_.note(options_.ddl_pacing, at);
    if (kind == WorkKind::kSubmit) job_window_.note(options_.job_pacing, at);
    chosen.push_back(std::move(action));
  }
  return chosen;
}

// All announcements of a round share one sync.
Status Driver::announce(const std::vector<core::Action>& actions) {
  std::vector<core::Fact> facts;
  for (const auto& action : actions) {
    if (auto fact = core::announcement(action)) facts.push_back(std::move(*fact));
  }
  if (facts.empty()) return Status::ok();
  SRSYNC_KILL_POINT("driver.announce.before");
  SRSYNC_RETURN_IF_ERROR(record(std::move(facts)));
  SRSYNC_KILL_POINT("driver.announce.after");
  return Status::ok();
}

void Driver::dispatch(const std::vector<core::Action>& actions) {
  for (const auto& action : actions) {
    if (kind_of(action) == WorkKind::kNone) {
      // State alone decided it: the announcement was all there is to it.
      --running_[WorkKind::kNone];
      work_.erase(action.key);
      pool_->wake();
      continue;
    }
    if (const auto* ddl = std::get_if<core::RunDdl>(&action.effect)) {
      recent_ddl_.note(ddl->intent.name, stamp());
    }
    submit(make_task(action, stamp()));
  }
}

void Driver::hand_out(Task task, Work work) {
  ++running_[work.kind];
  for (const auto& resource : work.resources) busy_.insert(resource);
  work_[task.key] = std::move(work);
  submit(std::move(task));
}

void Driver::submit(Task task) {
  task.ticket = ++last_ticket_;
  work_[task.key].ticket = task.ticket;
  pool_->submit(std::move(task));
}

// Only what no plan needs the room for. A one-time run waits for the first round and does not hold
// it back.
void Driver::dispatch_definitions() {
  const WallTime at = now();
  definitions_.begin_when_due(state_, options_, at);
  const std::size_t running = running_[WorkKind::kRead];
  const std::size_t room = options_.reads_max / 2;
  if (running >= room || stopping_) return;
  for (const auto& read : definitions_.next(state_, room - running)) {
    const core::Action action = core::read_action(read);
    const auto delay = delays_.find(action.key);
    const bool delayed = delay != delays_.end() && delay->second.not_before > at;
    const auto resources = resources_of(action);
    const bool busy = std::any_of(resources.begin(), resources.end(),
                                  [&](const auto& r) { return busy_.contains(r); });
    if (work_.contains(action.key) || busy || delayed || !periodic_.is_up(read.side)) continue;
    const std::int64_t share = std::max<std::int64_t>(1, options_.query_budget_per_second / 4);
    Budget& budget = definition_budgets_[static_cast<std::size_t>(read.side)];
    if (!options_.one_time && !budget.take(kTableReadCost, share, at)) return;
    hand_out(make_task(action, stamp()), {WorkKind::kRead, resources});
  }
}

void Driver::dispatch_periodic() {
  dispatch_definitions();
  for (auto& task : periodic_.due(state_, options_, now(), stamp())) {
    hand_out(std::move(task), {WorkKind::kOther, {}});
  }
  for (auto& intent : jobs_.to_probe()) {
    std::string key = "probe/" + intent.job_id;
    const std::string resource = "job/" + intent.job_id;
    const auto delay = delays_.find(key);
    const bool delayed = delay != delays_.end() && delay->second.not_before > now();
    if (work_.contains(key) || busy_.contains(resource) || delayed) continue;
    hand_out(probe_task(std::move(key), std::move(intent), stamp()),
             {WorkKind::kOther, {resource}});
  }
}

// --- life --------------------------------------------------------------------------------------

bool Driver::may_work() const { return once_.phase() != OncePhase::kDraining; }

std::int64_t Driver::wait_ms() const {
  const WallTime at = now();
  WallTime next = std::min(at.plus_ms(options_.wait_max_ms), publish_due_);
  next = std::min(next, periodic_.next(state_, options_, at));
  if (const auto moment = core::next_wakeup(state_, at)) next = std::min(next, *moment);
  for (const auto& [key, delay] : delays_) {
    if (delay.not_before > at) next = std::min(next, delay.not_before);
  }
  return std::clamp<std::int64_t>(next.ms() - at.ms(), 1, options_.wait_max_ms);
}

void Driver::publish(bool now_at_once) {
  const WallTime at = now();
  if (!now_at_once && at < publish_due_) return;
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->at = at;
  snapshot->applied = state_.applied;
  snapshot->progress = core::progress(state_);
  snapshot->in_flight = work_.size();
  snapshot->source_up = periodic_.is_up(Side::kSource);
  snapshot->target_up = periodic_.is_up(Side::kTarget);
  snapshot->stopping = stopping_;
  if (options_.one_time) {
    snapshot->once =
        once_.update(state_, snapshot->progress, options_, at,
                     periodic_.feed_round_began(Side::kTarget), definitions_.first_is_over());
    if (snapshot->once == OncePhase::kOver && !stopping_ && stop_reason_.empty()) {
      stop_reason_ = "one-time run is over";
      stop_deadline_ = at.plus_ms(options_.stop_wait_ms);
    }
  }
  observer_.on_status(state_, *snapshot);
  // It scans every table: never more than a tenth of the time.
  const WallTime end = now();
  const std::int64_t took = end.ms() - at.ms();
  publish_due_ = end.plus_ms(std::max(options_.status_interval_ms, 9 * took));
  const std::lock_guard<std::mutex> lock(mutex_);
  snapshot_ = std::move(snapshot);
}

Status Driver::finish(const std::string& reason) {
  SRSYNC_RETURN_IF_ERROR(record({core::SessionEnded{reason}}));
  SRSYNC_RETURN_IF_ERROR(journal_.write_checkpoint(state_));
  publish(true);
  over_ = true;
  return Status::ok();
}

Status Driver::checkpoint_when_due() {
  if (state_.applied.value() < checkpoint_at_.value() + options_.checkpoint_every_events) {
    return Status::ok();
  }
  checkpoint_at_ = state_.applied;
  return journal_.write_checkpoint(state_);
}

RunResult Driver::result() const {
  RunResult result;
  result.stopped = stopping_;
  if (options_.one_time) result.not_synchronised = not_synchronised(state_);
  return result;
}

void Driver::take_options() {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!new_options_) return;
  const int workers = options_.workers;
  options_ = *new_options_;
  options_.workers = workers;
  new_options_.reset();
}

void Driver::request_stop(std::string reason) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (!stop_requested_) stop_requested_ = std::move(reason);
  }
  pool_->wake();
}

void Driver::post(std::vector<core::Fact> facts) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    for (auto& fact : facts) posted_.push_back(std::move(fact));
  }
  pool_->wake();
}

void Driver::set_options(DriverOptions options) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    new_options_ = options;
  }
  pool_->wake();
}

std::shared_ptr<const Snapshot> Driver::snapshot() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return snapshot_;
}

}  // namespace srsync::driver
