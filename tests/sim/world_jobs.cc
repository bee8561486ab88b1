// Replication jobs: what a frontend accepts, what it does, and how it ends.
#include <algorithm>

#include "sim/world.h"

namespace srsync::sim {
namespace {

// How long the source's backends keep a version that a newer one took the place of.
constexpr std::int64_t kKeepsSupersededMs = 30 * 60'000;
// How long a request can be on its way between two frontends: below core's lost_grace_ms.
constexpr std::int64_t kForwardedMsMax = 8'000;

// What a job carries: the writes above its base, or all where there is none.
void add_rows(Rows& rows, const std::vector<Write>& log, std::int64_t base, std::int64_t goal) {
  const std::size_t before = rows.size();
  for (auto write = log.rbegin(); write != log.rend(); ++write) {
    if (write->version > goal) continue;
    if (base > 1 && write->version <= base) break;
    rows.push_back(write->number);
  }
  std::reverse(rows.begin() + static_cast<std::ptrdiff_t>(before), rows.end());
  if (before > 0 && before < rows.size() && rows[before - 1] < rows[before]) return;
  std::sort(rows.begin(), rows.end());
  rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
}

}  // namespace

io::SubmitOutcome World::submit(const core::ReplicationIntent& intent) {
  using core::RejectReason;
  const auto refuse = [](Status status, RejectReason reason) {
    return io::SubmitOutcome{std::move(status), reason};
  };
  if (jobs_by_id_.contains(intent.job_id)) violate("job id used twice: " + intent.job_id);
  for (const std::size_t i : live_jobs_) {
    const SimJob& other = jobs_[i];
    if (other.intent.target_table != intent.target_table) continue;
    // A leader that lost the job from its memory cannot refuse the second one.
    if (other.listed)
      return refuse(busy("Replication job of table is already running"), RejectReason::kBusy);
    violate("two live jobs for " + core::to_string(intent.name));
  }
  if (now_ < busy_until_) return refuse(busy("publish version not finished"), RejectReason::kBusy);
  // The proof right before submission: fresh reads of both sides.
  SimTable* source = table_by_id(Side::kSource, intent.source_table.value());
  SimTable* target = table_by_id(Side::kTarget, intent.target_table.value());
  if (source == nullptr || target == nullptr) {
    return refuse(not_found("table is gone"), RejectReason::kStale);
  }
  if (source->schema != target->schema || source->rollups.size() != target->rollups.size()) {
    return refuse(rejected("columns or rollups differ"), RejectReason::kMisfit);
  }
  const bool was_known = intent.source_schema.is_known();
  if (was_known && source->schema_version > intent.source_schema.version) {
    return refuse(not_found("the source's schema was changed"), RejectReason::kStale);
  }
  SimJob job;
  job.intent = intent;
  job.columns = source->columns;
  for (const auto& goal : intent.goals) {
    const Part* from = source_part(goal.source.value());
    const auto to = std::find_if(target->parts.begin(), target->parts.end(),
                                 [&](const auto& p) { return p.second.id == goal.target.value(); });
    if (from == nullptr || to == target->parts.end()) {
      return refuse(not_found("partition is gone"), RejectReason::kStale);
    }
    const Part& base = to->second;
    if (from->buckets != base.buckets) {
      return refuse(rejected("buckets differ"), RejectReason::kMisfit);
    }
    const bool epochs = parameters_.source_epochs && parameters_.target_epochs;
    const bool empty = base.data <= 1 && !base.replicated;
    if (!empty && parameters_.target_epochs &&
        (!base.replicated || (epochs && base.epoch != from->epoch))) {
      return refuse(rejected("not a valid base"), RejectReason::kForeignBase);
    }
    if (base.data != goal.base_version || from->visible < goal.version) {
      return refuse(not_found("version moved"), RejectReason::kStale);
    }
    // What the proof cannot see: rows that are not the source's below a replicated version. A
    // write just before nobody can know of.
    const bool same_columns = holds_columns_of(base, *source);
    const bool is_copy = World::is_copy(base, *from, base.data) && same_columns;
    const std::int64_t seen_ms = 3 * parameters_.feed_interval_ms + 120'000;
    const bool knowable = base.stranger_at < 0 ||
                          (now_ - base.stranger_at > seen_ms && now_ - daemon_since_ > seen_ms);
    if (!is_copy && knowable) {
      violate("replication onto rows that are not the source's: " + core::to_string(intent.name) +
              " " + to->first + (same_columns ? "" : ": other columns"));
    }
    job.base_was_good = job.base_was_good && is_copy;
  }
  job.txn = ++last_txn_;
  job.started_at = now_;
  std::int64_t length = random_.between(parameters_.job_ms / 2 + 1, parameters_.job_ms * 2);
  if (strikes(Fault::kSlowJob)) length += random_.between(600'000, 3 * 3'600'000);
  if (strikes(Fault::kAbortedJob)) job.end = JobEnd::kAbort;
  if (strikes(Fault::kPartialCommit)) job.end = JobEnd::kPartial;
  if (strikes(Fault::kAbortedButDone)) job.end = JobEnd::kAbortButDone;
  if (strikes(Fault::kStuckJob)) job.end = JobEnd::kNever;
  // The frontend's own replication_transaction_timeout_sec.
  if (job.end == JobEnd::kNever) length = 86'400'000;
  job.ends_at = now_ + length;
  jobs_by_id_[intent.job_id] = jobs_.size();
  live_jobs_.insert(jobs_.size());
  trace_("target accepts " + intent.job_id + " for " + core::to_string(intent.name));
  jobs_.push_back(std::move(job));
  return {Status::ok(), RejectReason::kOther};
}

void World::submit_late(const core::ReplicationIntent& intent) {
  late_.emplace_back(now_ + random_.between(1, kForwardedMsMax), intent);
}

void World::arrive_late() {
  for (std::size_t i = 0; i < late_.size();) {
    if (late_[i].first > now_) {
      ++i;
      continue;
    }
    const core::ReplicationIntent intent = late_[i].second;
    late_.erase(late_.begin() + static_cast<std::ptrdiff_t>(i));
    submit(intent);
  }
}

void World::end_jobs() {
  for (const std::size_t i : std::set<std::size_t>(live_jobs_)) {
    if (jobs_[i].ends_at > now_) continue;
    end_job(jobs_[i]);
    live_jobs_.erase(i);
  }
}

void World::end_job(SimJob& job) {
  const bool copies = job.end != JobEnd::kAbort && job.end != JobEnd::kNever;
  const bool copied = copies && copy(job, job.end == JobEnd::kPartial);
  job.state = copied && job.end != JobEnd::kAbortButDone ? "COMMITTED" : "ABORTED";
  if (job.state == "ABORTED") job.error = "some tablets failed";
  trace_("job " + job.intent.job_id + " " + job.state);
}

// False: the job fails and nothing was changed.
bool World::copy(SimJob& job, bool leave_one_out) {
  std::string db;
  SimTable* target = table_by_id(Side::kTarget, job.intent.target_table.value(), &db);
  if (target == nullptr) return true;  // COMMITTED all the same, as real frontends do
  if (!is_normal(*target)) return false;
  for (const auto& goal : job.intent.goals) {
    const Part* from = source_part(goal.source.value());
    if (from == nullptr || now_ < from->broken_until) return false;
    const auto next =
        std::upper_bound(from->log.begin(), from->log.end(), goal.version,
                         [](std::int64_t v, const Write& write) { return v < write.version; });
    if (next != from->log.end() && now_ - next->at > kKeepsSupersededMs &&
        parameters_.permille(Fault::kVersionCollected) > 0) {
      return false;
    }
    for (const auto& [name, part] : target->parts) {
      if (part.id == goal.target.value() && part.data != goal.base_version &&
          parameters_.target_strict) {
        return false;
      }
    }
  }
  std::vector<std::int64_t> touched;
  bool left_out = !leave_one_out;
  for (const auto& goal : job.intent.goals) {
    if (!left_out) {
      left_out = true;
      continue;
    }
    const Part* from = source_part(goal.source.value());
    for (auto& [name, part] : target->parts) {
      if (part.id != goal.target.value()) continue;
      if (!part.held || part.rows.empty()) part.held = job.columns;
      if (*part.held != job.columns) part.held = {-1};
      add_rows(part.rows, from->log, goal.base_version, goal.version);
      part.visible =
          is_lake(Side::kTarget) ? part.visible + (goal.version - part.data) : goal.version;
      part.data = goal.version;
      if (goal.epoch != 0) part.epoch = goal.epoch;
      part.replicated = true;
      touched.push_back(part.id);
    }
  }
  add_transaction(Side::kTarget, db, target->id, touched, "REPLICATION");
  return true;
}

std::vector<io::JobStatus> World::list_jobs() const {
  std::vector<io::JobStatus> rows;
  // A frontend keeps ended jobs for a while only.
  constexpr std::size_t kKept = 50;
  const std::size_t first = jobs_.size() > kKept ? jobs_.size() - kKept : 0;
  const auto show = [&](const SimJob& job) {
    if (!job.listed) return;
    std::string state = job.state;
    if (job.live()) state = now_ - job.started_at < 200 ? "INITIALIZING" : "SNAPSHOTING";
    rows.push_back({job.intent.job_id, job.intent.target_table.value(), core::TxnId(job.txn),
                    std::move(state), "", job.error});
  };
  for (const std::size_t i : live_jobs_) {
    if (i < first) show(jobs_[i]);
  }
  for (std::size_t i = first; i < jobs_.size(); ++i) show(jobs_[i]);
  return rows;
}

io::LabelState World::label_state(const std::string& job_id) const {
  const auto at = jobs_by_id_.find(job_id);
  if (at == jobs_by_id_.end()) return io::LabelState::kUnknown;
  const SimJob& job = jobs_[at->second];
  if (job.live()) return io::LabelState::kRunning;
  return job.state == "COMMITTED" ? io::LabelState::kVisible : io::LabelState::kAborted;
}

void World::cancel(std::int64_t txn, const std::string& reason) {
  for (const std::size_t i : std::set<std::size_t>(live_jobs_)) {
    if (jobs_[i].txn != txn) continue;
    jobs_[i].state = "ABORTED";
    jobs_[i].error = reason;
    live_jobs_.erase(i);
    trace_("job " + jobs_[i].intent.job_id + " is cancelled");
  }
}

}  // namespace srsync::sim
