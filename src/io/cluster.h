// The seams to the two clusters, as the driver uses them: read, change, ask about jobs. Implemented
// over SQL and RPC by observe, and by simulated clusters in tests.
//
// Instances are used by one thread at a time; the driver makes one Ports per worker.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/side.h"
#include "base/status.h"
#include "core/catalog.h"
#include "core/diff.h"
#include "core/fact.h"

namespace srsync::io {

// A finished transaction of the change feed.
struct FeedTransaction {
  core::TxnId id;
  std::string label;
  std::string
      source_type;       // LoadJobSourceType: INSERT_STREAMING, BACKEND_STREAMING, REPLICATION ...
  bool visible = false;  // VISIBLE, not ABORTED
  struct Touched {
    core::TableId table;
    std::vector<core::PartitionId> partitions;  // physical; empty when not told
  };
  std::vector<Touched> touched;
};
struct Feed {
  std::vector<FeedTransaction> transactions;  // ascending, newer than asked for
  // Where the next reading goes on, also one by a new reader: every transaction up to here was
  // told.
  core::TxnId last;
  bool gap = false;            // some were forgotten before they were read: sweep instead
  std::string why = {};        // of the gap
  std::size_t statements = 0;  // that it took
};

class ClusterReader {
 public:
  virtual ~ClusterReader() = default;

  // ClusterIdentified, TopologyObserved and, for a target, LimitsObserved. Cheap; asked every
  // minute.
  virtual Result<std::vector<core::Fact>> identify() = 0;

  // Reads every database and every partition's version. A part that could not be read makes the
  // answer incomplete; only failure to read anything is an error.
  virtual Result<core::Sweep> sweep() = 0;

  // The tables of one database (kNotFound: it is gone).
  virtual Result<core::DatabaseListing> list_database(const std::string& db) = 0;

  // One table in full: SHOW CREATE TABLE and SHOW PARTITIONS, canonical. `id` is copied into the
  // answer. kNotFound: no such table; other codes: unreadable for now.
  virtual Result<core::TableRead> read_table(const core::TableName& name, core::TableId id) = 0;

  // Its partitions alone: the answer has no create_sql. A reader that has no cheaper way reads all.
  virtual Result<core::TableRead> read_partitions(const core::TableName& name, core::TableId id) {
    return read_table(name, id);
  }

  // Transactions of `db` that finished after `after` (0: tells only the newest id).
  virtual Result<Feed> read_feed(const std::string& db, core::TxnId after) = 0;
};

struct JobStatus {
  std::string job_id;
  std::int64_t table_id = 0;
  core::TxnId txn;
  std::string state;     // INITIALIZING, SNAPSHOTING, REPLICATING, COMMITTED, ABORTED
  std::string progress;  // as printed
  std::string error;
};

enum class LabelState : std::uint8_t { kUnknown, kRunning, kCommitted, kVisible, kAborted };

// How a submission ended. OK: accepted. Otherwise `status` says whether it may have been accepted
// (kOutcomeUnknown) or was not, and `reason` why not.
struct SubmitOutcome {
  Status status;
  core::RejectReason reason = core::RejectReason::kOther;
  // What the proof read of the target's table, when it read its definition.
  std::optional<core::TableRead> target_read = {};
};

// The target's changing side. The source has none.
class ClusterWriter {
 public:
  virtual ~ClusterWriter() = default;

  // One DDL statement. kOutcomeUnknown: it may have been carried out.
  virtual Status run_ddl(const std::string& statement) = 0;

  // The partitions of an intent of kind kCreatePartitions, by calling the frontend. OK: they are
  // there with the ranges that were asked for. kOutcomeUnknown: some may be there. kBusy: nothing
  // was made, for a reason that passes. kUnsupported: this target has no such call.
  virtual Status create_partitions(const core::DdlIntent& intent) {
    return unsupported("the frontend cannot be called for " + core::to_string(intent.name));
  }

  // Proves from fresh reads of both clusters that the two tables fit and that every goal has a
  // valid base, pairs tablets by bucket, then sends startTableReplication to the leader. Proof
  // failures come back with kMisfit, kForeignBase or kStale and nothing is sent.
  virtual SubmitOutcome submit(const core::ReplicationIntent& intent) = 0;

  // SHOW PROC '/replications' (kUnsupported: this target has none).
  virtual Result<std::vector<JobStatus>> list_jobs() = 0;

  // State of the job's transaction by its label, for jobs that list_jobs() does not show.
  virtual Result<LabelState> label_state(const core::ReplicationIntent& intent) = 0;

  // Aborts the transaction of a running job.
  virtual Status cancel(const core::ReplicationIntent& intent, core::TxnId txn,
                        const std::string& reason) = 0;
};

// Everything one worker needs.
class Ports {
 public:
  virtual ~Ports() = default;
  virtual ClusterReader& reader(Side side) = 0;
  virtual ClusterWriter& writer() = 0;
};

// Makes the Ports of a new worker; called on that worker's thread.
class PortsFactory {
 public:
  virtual ~PortsFactory() = default;
  virtual std::unique_ptr<Ports> make() = 0;
};

}  // namespace srsync::io
