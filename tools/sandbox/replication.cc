#include "sandbox/replication.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "sandbox/replication_commit.h"

namespace srsync::sandbox {

namespace {

constexpr std::string_view kNoTransaction = "Transaction not found";

std::string label_of(const ReplicationJob& job) {
  return fmt::format("REPLICATION_{}_{}_{}", job.db_id, job.table_id, job.job_id);
}

Table* table_of(Catalog& target, const ReplicationJob& job) {
  return target.find_table(job.table_id).second;
}

// A label is taken as long as its transaction was not aborted.
bool label_is_free(const Catalog& target, const ReplicationJob& job) {
  const Transaction* txn = find_label(target, job.db_id, label_of(job));
  return txn == nullptr || txn->status == TxnStatus::kAborted;
}

// "submit REPLICATION_10_20_job 30@4 31@7": what the job is to bring, by physical partition.
std::string submit_text(const frontend::TTableReplicationRequest& request) {
  std::string text = fmt::format("submit REPLICATION_{}_{}_{}", request.database_id,
                                 request.table_id, request.job_id);
  for (const auto& [id, partition] : request.partition_replication_infos) {
    text += fmt::format(" {}@{}", id, partition.src_version);
  }
  return text;
}

void append_sorted(const std::map<std::int64_t, ReplicationJob>& jobs,
                   std::vector<const ReplicationJob*>& out) {
  const auto from = static_cast<std::ptrdiff_t>(out.size());
  for (const auto& [table_id, job] : jobs) out.push_back(&job);
  std::stable_sort(out.begin() + from, out.end(),
                   [](const auto* a, const auto* b) { return a->created_ms < b->created_ms; });
}

}  // namespace

ReplicationEngine::ReplicationEngine(Cluster& target, Cluster* source, ReplicationTimes times)
    : target_(target), source_(source), times_(times) {
  target_.set_replications(this);
  target_.on_leader_change([this] { leader_changed(); });
}

std::optional<JobRefusal> ReplicationEngine::submit(
    const frontend::TTableReplicationRequest& request, int frontend) {
  const std::lock_guard lock(mutex_);
  std::erase_if(running_, [](const auto& entry) { return entry.second.is_final(); });
  const std::int64_t now = target_.now_ms();
  std::string db_name;
  auto built = target_.with([&](Catalog& target) -> std::variant<ReplicationJob, JobRefusal> {
    auto made = build_job(target, request);
    if (std::holds_alternative<JobRefusal>(made)) return made;
    if (const Database* db = target.find_database(request.database_id)) db_name = db->name;
    if (auto text = limit_reached(target, request.table_id)) return JobRefusal{false, *text};
    return made;
  });
  const std::string text = fmt::format("startTableReplication REPLICATION_{}_{}_{}",
                                       request.database_id, request.table_id, request.job_id);
  if (auto* refusal = std::get_if<JobRefusal>(&built)) {
    target_.record(frontend, "rpc", db_name, text, refusal->text, false);
    target_.record(frontend, "job", db_name, submit_text(request), refusal->text, false);
    return *refusal;
  }
  ReplicationJob job = std::get<ReplicationJob>(std::move(built));
  job.created_ms = now;
  job.stage_ms = now;
  aborted_.erase(job.table_id);
  committed_.erase(job.table_id);
  running_.insert_or_assign(job.table_id, std::move(job));
  target_.record(frontend, "rpc", db_name, text, "ok", true);
  target_.record(frontend, "job", db_name, submit_text(request), "ok", true);
  return std::nullopt;
}

std::optional<std::string> ReplicationEngine::limit_reached(Catalog& target,
                                                            std::int64_t table_id) const {
  std::int64_t replicas = 0;
  std::int64_t bytes = 0;
  for (const auto& [id, job] : running_) {
    replicas += job.replicas;
    bytes += job.data_size;
  }
  const auto tables = static_cast<std::int64_t>(running_.size());
  const std::int64_t max_tables = target.config_number("replication_max_parallel_table_count", 100);
  if (tables >= max_tables) {
    return fmt::format("The replication jobs exceeds the replication_max_parallel_table_count: {}",
                       max_tables);
  }
  const std::int64_t max_replicas =
      target.config_number("replication_max_parallel_replica_count", 10240);
  if (replicas >= max_replicas) {
    return fmt::format(
        "The replicating replica count in all running replication jobs {} exceeds "
        "replication_max_parallel_replica_count: {}",
        replicas, max_replicas);
  }
  const std::int64_t mb = bytes / (1024 * 1024);
  const std::int64_t max_mb =
      target.config_number("replication_max_parallel_data_size_mb", 1048576);
  if (mb >= max_mb) {
    return fmt::format(
        "The replicating data size in all running replication jobs {}(MB) exceeds "
        "replication_max_parallel_data_size_mb: {}",
        mb, max_mb);
  }
  if (running_.contains(table_id)) {
    return fmt::format("Replication job of table {} is already running", table_id);
  }
  return std::nullopt;
}

void ReplicationEngine::tick() {
  const std::lock_guard lock(mutex_);
  const std::int64_t now = target_.now_ms();
  std::erase_if(running_, [](const auto& entry) { return entry.second.is_final(); });
  for (auto& [table_id, job] : running_) {
    move_on(job, now);
    if (!job.is_final()) continue;
    // It leaves the running ones at the next tick only: for a moment it is listed twice.
    auto& history = job.state == JobState::kCommitted ? committed_ : aborted_;
    history[table_id] = job;
  }
}

void ReplicationEngine::move_on(ReplicationJob& job, std::int64_t now) {
  const auto problem = target_.with([&](Catalog& target) { return obstacle(target, job); });
  if (problem) {
    finish(job, JobState::kAborted, *problem, now);
    return;
  }
  if (held_.contains(job.state)) return;
  const std::int64_t age = now - job.stage_ms;
  if (job.state == JobState::kInitializing) {
    if (age >= times_.initializing_ms) begin(job, now);
  } else if (job.state == JobState::kSnapshoting) {
    if (age >= times_.snapshot_ms) take_snapshots(job, now);
  } else if (age >= times_.copy_ms) {
    commit(job, now);
  }
}

std::optional<std::string> ReplicationEngine::obstacle(Catalog& target, const ReplicationJob& job) {
  if (job.state == JobState::kInitializing) return std::nullopt;
  const auto txn = target.transactions.find(job.txn_id);
  if (txn == target.transactions.end()) return std::string(kNoTransaction);
  if (txn->second.status == TxnStatus::kAborted) return txn->second.reason;
  if (table_of(target, job) == nullptr) return "Table is deleted";
  return std::nullopt;
}

void ReplicationEngine::begin(ReplicationJob& job, std::int64_t now) {
  const bool begun = target_.with([&](Catalog& target) {
    if (!is_valid_label(label_of(job)) || !label_is_free(target, job)) return false;
    job.txn_id =
        begin_transaction(target, now, job.db_id, {job.table_id}, label_of(job), "REPLICATION").id;
    return true;
  });
  if (begun) {
    enter(job, JobState::kSnapshoting, now);
  } else {
    finish(job, JobState::kAborted, std::string(kNoTransaction), now);
  }
}

void ReplicationEngine::take_snapshots(ReplicationJob& job, std::int64_t now) {
  bool all = !meets(StageFault::kSnapshotsFail);
  for (JobPartition& partition : job.partitions) {
    struct Base {
      std::int64_t version = 0;
      std::vector<Batch> content;
      KeysType keys{};
    };
    const auto base = target_.with([&](Catalog& target) -> std::optional<Base> {
      const Table* table = table_of(target, job);
      const Partition* p = table == nullptr ? nullptr : table->find_physical(partition.physical_id);
      if (p == nullptr) return std::nullopt;
      return Base{p->visible_version, p->content, table->keys};
    });
    if (!base) continue;  // dropped meanwhile: nobody will miss it
    all = all && source_.snapshot(partition, base->version, base->content, base->keys, partition);
  }
  if (!all) {
    finish(job, JobState::kAborted, "Source snapshots is empty", now);
    return;
  }
  job.token_is_wrong = !source_.token_is_right(job.token);
  enter(job, JobState::kReplicating, now);
}

void ReplicationEngine::commit(ReplicationJob& job, std::int64_t now) {
  const bool nothing_came = meets(StageFault::kCopyFails) || job.token_is_wrong;
  const auto error = target_.with([&](Catalog& target) -> std::optional<std::string> {
    if (nothing_came) return nothing_loaded_text(target.version);
    const Table* table = table_of(target, job);
    auto prepared = prepare_commit(target, *table, job);
    if (auto* text = std::get_if<std::string>(&prepared)) return *text;
    std::map<std::int64_t, std::vector<PartitionCommit>> commits;
    commits[job.table_id] = std::get<std::vector<PartitionCommit>>(std::move(prepared));
    commit_transaction(target, now, job.txn_id, std::move(commits));
    return std::nullopt;
  });
  if (error) {
    finish(job, JobState::kAborted, *error, now);
  } else {
    finish(job, JobState::kCommitted, "", now);
  }
}

void ReplicationEngine::enter(ReplicationJob& job, JobState state, std::int64_t now) {
  job.state = state;
  job.stage_ms = now;
}

void ReplicationEngine::finish(ReplicationJob& job, JobState state, std::string error,
                               std::int64_t now) {
  if (state == JobState::kAborted) {
    target_.with(
        [&](Catalog& target) { return abort_transaction(target, now, job.txn_id, error); });
  }
  enter(job, state, now);
  job.error = std::move(error);
  job.finished_ms = now;
  for (JobPartition& partition : job.partitions) partition.batches.clear();
  target_.record(0, "job", "", "end " + label_of(job), std::string(job_state_name(state)), true);
}

void ReplicationEngine::leader_changed() {
  const std::lock_guard lock(mutex_);
  std::erase_if(running_, [this](const auto& entry) {
    if (entry.second.state != JobState::kInitializing) return false;
    target_.record(0, "job", "", "end " + label_of(entry.second), "LOST", true);
    return true;
  });
  for (auto& [table_id, job] : running_) job.leader_was_lost = true;
}

std::string ReplicationEngine::progress(const ReplicationJob& job, std::int64_t now) const {
  if (job.state != JobState::kSnapshoting && job.state != JobState::kReplicating) return "";
  if (job.leader_was_lost) return "0/0";  // the new leader knows of no task
  const std::int64_t stage = std::max<std::int64_t>(
      job.state == JobState::kSnapshoting ? times_.snapshot_ms : times_.copy_ms, 1);
  const std::int64_t total = job.replicas;
  // All tasks are done a little before the next tick of the leader notices it.
  std::int64_t done = std::min(total, total * (now - job.stage_ms) * 5 / (stage * 4));
  if (held_.contains(job.state)) done = 0;
  const bool counts_down = target_.version() <= Version::k4_0;
  return fmt::format("{}/{}", counts_down ? total - done : done, total);
}

std::vector<ReplicationRow> ReplicationEngine::rows() {
  const std::lock_guard lock(mutex_);
  const std::int64_t now = target_.now_ms();
  std::vector<const ReplicationJob*> jobs;
  append_sorted(running_, jobs);
  append_sorted(aborted_, jobs);
  append_sorted(committed_, jobs);
  std::vector<ReplicationRow> out;
  for (const ReplicationJob* job : jobs) {
    out.push_back({job->job_id, job->db_id, job->table_id, job->txn_id, job->created_ms,
                   job->finished_ms, std::string(job_state_name(job->state)), progress(*job, now),
                   job->error});
  }
  return out;
}

void ReplicationEngine::set_times(ReplicationTimes times) {
  const std::lock_guard lock(mutex_);
  times_ = times;
}

void ReplicationEngine::hold(JobState state) {
  const std::lock_guard lock(mutex_);
  held_.insert(state);
}

void ReplicationEngine::release() {
  const std::lock_guard lock(mutex_);
  held_.clear();
}

void ReplicationEngine::fail_next(StageFault fault, int count) {
  const std::lock_guard lock(mutex_);
  faults_[fault] += count;
}

bool ReplicationEngine::meets(StageFault fault) {
  int& left = faults_[fault];
  if (left <= 0) return false;
  --left;
  return true;
}

void ReplicationEngine::collect_garbage_below(std::int64_t source_physical_id,
                                              std::int64_t version) {
  const std::lock_guard lock(mutex_);
  source_.collect_garbage_below(source_physical_id, version);
}

void ReplicationEngine::check_schema_hash(bool check) {
  const std::lock_guard lock(mutex_);
  source_.check_schema_hash(check);
}

bool ReplicationEngine::is_idle() {
  const std::lock_guard lock(mutex_);
  return std::all_of(running_.begin(), running_.end(),
                     [](const auto& entry) { return entry.second.is_final(); });
}

}  // namespace srsync::sandbox
