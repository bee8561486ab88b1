// One simulated StarRocks cluster: the catalog that all its frontends answer from, its clock, and
// what moves by itself (publishing, asynchronous ALTERs).
//
// One mutex. Reading and changing is done inside with(): the function gets the Catalog and must
// not keep references into it, block, or call another method of the same Cluster that is marked
// "locks".
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "sandbox/effect_log.h"
#include "sandbox/faults.h"
#include "sandbox/model.h"

namespace srsync::sandbox {

// Milliseconds since 1970. Must not go backwards.
using ClockMs = std::function<std::int64_t()>;
std::int64_t system_clock_ms();

// One line of SHOW PROC '/replications', already in its printed form except for the times.
struct ReplicationRow {
  std::string job_id;
  std::int64_t db_id = 0;
  std::int64_t table_id = 0;
  std::int64_t txn_id = 0;
  std::int64_t created_ms = 0;
  std::int64_t finished_ms = 0;  // 0: still running
  std::string state;
  std::string progress;
  std::string error;
};

// The replication engine as the SQL side sees it.
class ReplicationView {
 public:
  virtual ~ReplicationView() = default;
  // Running, then aborted, then committed, each by created time. Called without the catalog's lock.
  virtual std::vector<ReplicationRow> rows() = 0;
};

struct ClusterOptions {
  Version version = Version::k4_0;
  std::string name = "source";
  ClockMs clock = system_clock_ms;
  int backends = 3;
  int frontends = 2;  // the first one leads
  std::string ip = "127.0.0.1";
  std::string backend_ip_prefix = "127.0.1.";  // backend n is prefix + (10 + n)
  EffectLog* log = nullptr;                    // may be null; must outlive the cluster
};

class Cluster {
 public:
  explicit Cluster(ClusterOptions options);

  template <typename F>
  auto with(F&& f) {
    std::lock_guard lock(mutex_);
    return f(catalog_);
  }

  std::int64_t now_ms() const { return options_.clock(); }
  // Same on every call; needs no lock.
  Version version() const { return options_.version; }
  const std::string& name() const { return options_.name; }
  FaultTable& faults() { return faults_; }
  EffectLog* log() { return options_.log; }

  // The engine registers itself after construction and must outlive the servers. Locks.
  void set_replications(ReplicationView* view);
  std::vector<ReplicationRow> replication_rows();  // locks

  // Publishes what is due and ends ALTERs that are due. Locks. Called every few milliseconds by
  // the sandbox's ticker, or by a test's hand.
  void tick();

  // `listener` is called, without the lock, after the leader has changed (also when the leader
  // was restarted): what lived in the old leader's memory alone is lost. Register before start.
  void on_leader_change(std::function<void()> listener);
  // The frontend `number` leads from now on; transactions that were not committed are forgotten.
  // Locks.
  void move_leader(int number);

  // One line in the effect log, with this cluster's name. Thread-safe.
  void record(int frontend, std::string kind, std::string db, std::string text, std::string outcome,
              bool took_effect);

 private:
  ClusterOptions options_;
  FaultTable faults_;
  std::mutex mutex_;
  Catalog catalog_;                          // guarded by mutex_
  ReplicationView* replications_ = nullptr;  // guarded by mutex_
  std::vector<std::function<void()>> leader_listeners_;
};

// ---- to be called inside Cluster::with()
// ---------------------------------------------------------

// The GTID formula: (ms since 2020) << 21 | sequence.
std::int64_t new_version_epoch(std::int64_t now_ms);

// A transaction in PREPARE. The label must not be in use (caller checks).
Transaction& begin_transaction(Catalog& catalog, std::int64_t now_ms, std::int64_t db_id,
                               std::vector<std::int64_t> table_ids, std::string label,
                               std::string source_type);
// The newest transaction of that label; null when there is none.
const Transaction* find_label(const Catalog& catalog, std::int64_t db_id, std::string_view label);
// Gives out the versions in `commits`: raises committed_version of each partition. The
// transaction becomes VISIBLE by tick(), publish_delay_ms later. Partitions that are gone are
// passed over. The versions must be committed_version + 1, except for a replication, whose version
// is the caller's matter.
void commit_transaction(Catalog& catalog, std::int64_t now_ms, std::int64_t txn_id,
                        std::map<std::int64_t, std::vector<PartitionCommit>> commits);
// False: there is none in that state (gone, or finished already).
bool abort_transaction(Catalog& catalog, std::int64_t now_ms, std::int64_t txn_id,
                       std::string reason);

// A new empty partition with its tablets, appended where its range belongs; version 1, fresh epoch.
Partition& add_partition(Catalog& catalog, std::int64_t now_ms, Table& table, Partition partition);

}  // namespace srsync::sandbox
