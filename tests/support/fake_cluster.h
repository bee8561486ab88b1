// Two clusters in memory behind the io seams: databases, tables, partitions with versions, jobs
// that take time, change feeds; and faults that tests order. Understands only the statements that
// the tests' tables need.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "io/cluster.h"

namespace srsync::testing {

struct FakeTable {
  core::TableId id;
  std::string create_sql;
  std::map<std::string, core::Partition> partitions;  // by name
};
struct FakeDatabase {
  core::DbId id;
  std::map<std::string, FakeTable> tables;
};
struct FakeJob {
  core::ReplicationIntent intent;
  std::string state = "INITIALIZING";
  std::string error;
  core::TxnId txn;
  int listings_left = 2;  // listings until it commits
};

// Both clusters. Safe from any thread.
class FakeWorld {
 public:
  FakeWorld();

  // --- what tests do to the clusters
  // A table with LIST partitions of those names on the source, each at `version`.
  void add_source_table(const std::string& db, const std::string& table,
                        const std::vector<std::string>& partitions, std::int64_t version);
  // The same with slices of a week, named by when they begin ("20260101"), of which only a call
  // makes partitions on the target.
  void add_source_slices(const std::string& db, const std::string& table,
                         const std::vector<std::string>& starts, std::int64_t version);
  void load_source(const std::string& db, const std::string& table, const std::string& partition);
  // A local write on the target.
  void write_target(const std::string& db, const std::string& table, const std::string& partition);
  void drop_source_table(const std::string& db, const std::string& table);

  // --- faults; each is asked at the call named, and consumed by its test
  // Of a DDL statement or a submission: not OK means that reply instead; `after` says whether the
  // work was done before the reply got lost.
  struct Fault {
    Status reply;
    bool after = false;
  };
  std::function<Fault(const std::string& statement)> on_ddl;
  std::function<Fault(const core::ReplicationIntent&)> on_submit;
  std::function<Fault(const core::DdlIntent&)> on_call;
  std::function<Status(const core::TableName&)> on_read_table;
  // Answers of whole clusters: not OK for everything.
  Status source_down;
  Status target_down;
  // The list of jobs forgets them (as after a new leader).
  bool forget_jobs = false;
  int job_listings = 2;
  std::string target_cluster_id = "222";

  // --- what happened
  std::vector<std::string> effects() const;     // statements that changed something
  std::vector<std::string> statements() const;  // all DDL that arrived
  std::vector<std::string> violations() const;  // promises broken by the caller
  std::vector<std::string> submissions() const;
  std::vector<std::string> labels() const;  // of the calls for partitions
  // Empty when every source table is on the target with equal versions.
  std::string difference() const;
  std::size_t calls() const;

  // --- the seams
  std::unique_ptr<io::PortsFactory> factory();

 private:
  friend class FakeReader;
  friend class FakeWriter;
  std::map<std::string, FakeDatabase>& databases(Side side) {
    return clusters_[static_cast<std::size_t>(side)];
  }
  const Status& down(Side side) const { return side == Side::kSource ? source_down : target_down; }
  std::int64_t next_id() { return ++last_id_; }
  Status apply_ddl(const std::string& statement);
  Status create_table(const std::string& statement);
  Status alter_table(const std::string& statement);
  Status make_slices(const core::DdlIntent& intent);
  io::SubmitOutcome submit(const core::ReplicationIntent& intent);
  void commit(FakeJob& job);
  void add_transaction(Side side, const std::string& db, const FakeTable& table,
                       const core::Partition& partition, const std::string& type);

  mutable std::mutex mutex_;
  std::map<std::string, FakeDatabase> clusters_[2];
  std::map<std::string, std::vector<io::FeedTransaction>> feeds_[2];  // by database
  std::vector<FakeJob> jobs_;
  std::int64_t last_id_ = 1'000;
  std::int64_t last_txn_ = 10;
  std::int64_t last_epoch_ = 7'000;
  std::size_t calls_ = 0;
  std::vector<std::string> effects_;
  std::vector<std::string> statements_;
  std::vector<std::string> violations_;
  std::vector<std::string> submissions_;
  std::vector<std::string> labels_;
};

}  // namespace srsync::testing
