// The replication engine of a target cluster: what its leader does between startTableReplication
// and the commit, and what of it survives the leader.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sandbox/cluster.h"
#include "sandbox/replication_job.h"
#include "sandbox/replication_source.h"

namespace srsync::sandbox {

// How long a job stays in a state at least.
struct ReplicationTimes {
  std::int64_t initializing_ms = 20;
  std::int64_t snapshot_ms = 30;
  std::int64_t copy_ms = 50;
};

// What a test orders to go wrong in the job that enters the state next.
enum class StageFault : std::uint8_t { kNone, kSnapshotsFail, kCopyFails };

// Thread-safe. Takes its own lock before a cluster's, and never both clusters' at once.
class ReplicationEngine : public ReplicationView {
 public:
  // `source` may be null: no snapshot can be made then. Both must outlive the engine; it registers
  // itself with the target.
  ReplicationEngine(Cluster& target, Cluster* source, ReplicationTimes times = {});

  // nullopt: accepted. `frontend` is the number of the one that was asked.
  std::optional<JobRefusal> submit(const frontend::TTableReplicationRequest& request, int frontend);

  std::vector<ReplicationRow> rows() override;

  // Moves every job on that is due. Called after Cluster::tick().
  void tick();

  // What lived in the old leader's memory alone is gone: jobs that were accepted and not begun.
  // Those under way are found without their transaction.
  void leader_changed();

  // ---- knobs of tests ----

  void set_times(ReplicationTimes times);
  // Jobs that reach this state stay in it until release().
  void hold(JobState state);
  void release();
  // The next `count` jobs that come so far meet the fault.
  void fail_next(StageFault fault, int count);
  void collect_garbage_below(std::int64_t source_physical_id, std::int64_t version);
  void check_schema_hash(bool check);
  bool is_idle();  // no job under way

 private:
  void move_on(ReplicationJob& job, std::int64_t now);
  void begin(ReplicationJob& job, std::int64_t now);
  void take_snapshots(ReplicationJob& job, std::int64_t now);
  void commit(ReplicationJob& job, std::int64_t now);
  void enter(ReplicationJob& job, JobState state, std::int64_t now);
  void finish(ReplicationJob& job, JobState state, std::string error, std::int64_t now);
  // The reason to give up before anything else is done in this tick; nullopt to go on.
  std::optional<std::string> obstacle(Catalog& target, const ReplicationJob& job);
  std::optional<std::string> limit_reached(Catalog& target, std::int64_t table_id) const;
  bool meets(StageFault fault);
  std::string progress(const ReplicationJob& job, std::int64_t now) const;

  Cluster& target_;
  std::mutex mutex_;
  // The rest is guarded by mutex_.
  SourceReader source_;
  ReplicationTimes times_;
  std::map<std::int64_t, ReplicationJob> running_;    // by table id
  std::map<std::int64_t, ReplicationJob> aborted_;    // the last one of each table
  std::map<std::int64_t, ReplicationJob> committed_;  // the last one of each table
  std::set<JobState> held_;
  std::map<StageFault, int> faults_;
};

}  // namespace srsync::sandbox
