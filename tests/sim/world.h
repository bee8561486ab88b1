// Two simulated clusters: catalogs with ids, versions and epochs; the rows themselves, as numbers
// of the writes that made them; transactions, jobs, and somebody who changes things. Knows nothing
// of the code under test: what is right is judged here by comparing rows.
//
// One thread. Time is the simulation's own, in milliseconds; it only counts up.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/fact.h"
#include "io/cluster.h"
#include "sim/parameters.h"
#include "sim/random.h"

namespace srsync::sim {

// Thrown by a call during which the daemon dies. Nothing of the daemon may run after it.
struct Crash {};

// Numbers of writes, ascending.
using Rows = std::vector<std::int64_t>;

// One load of a source partition: the version that it made, and the number of its rows.
struct Write {
  std::int64_t version = 0;
  std::int64_t number = 0;
  std::int64_t at = 0;
};

struct Part {
  std::int64_t id = 0;
  std::string value;  // of its list; its name may change
  std::int64_t visible = 1;
  std::int64_t data = 1;
  std::int64_t epoch = 0;
  bool replicated = false;  // TXN_REPLICATION wrote it last
  std::int32_t buckets = 2;
  std::int64_t broken_until = 0;  // source: jobs that read it fail until then
  std::vector<Write> log;         // source: ascending by version, and so by number
  Rows rows;                      // target
  std::int64_t made_at = 0;
  std::int64_t stranger_at = -1;  // target: a stranger's write finished then and is in the rows
  // Target: the numbers of the columns whose values its rows hold; none before anything was copied,
  // -1 once two kinds of rows lie in it.
  std::optional<std::vector<std::int64_t>> held;
};

struct SimTable {
  std::int64_t id = 0;
  int schema = 0;  // columns besides the key
  // Source: each column's own number, whatever its name; and how often they were changed.
  std::vector<std::int64_t> columns;
  std::int64_t schema_version = 0;
  std::int32_t buckets = 2;
  bool partitioned = true;
  int comment = 0;              // its number; 0: none
  std::int64_t made_at = 0;     // source: under this name
  std::int64_t changed_at = 0;  // source: its definition
  bool shown = false;           // target: it bore a name that readers use
  bool replaced = false;        // target: by another one that was judged
  std::map<std::string, Part> parts;
  struct SimRollup {
    std::vector<std::string> columns;
    std::int64_t ready_at = 0;  // being built until then
  };
  std::map<std::string, SimRollup> rollups;
};
struct SimView {
  std::int64_t id = 0;
  std::string query;
  core::TableName reads;
};
struct SimDatabase {
  std::int64_t id = 0;
  std::map<std::string, SimTable> tables;
  std::map<std::string, SimView> views;
};
struct SimBackend {
  std::int64_t id = 0;
  std::int64_t away_until = 0;
};
struct Transaction {
  std::int64_t id = 0;
  std::string label;
  std::string source_type;
  std::int64_t table = 0;
  std::vector<std::int64_t> parts;
  std::int64_t finished_at = 0;
};
enum class JobEnd : std::uint8_t { kCommit, kAbort, kPartial, kAbortButDone, kNever };
struct SimJob {
  core::ReplicationIntent intent;
  std::int64_t txn = 0;
  std::int64_t started_at = 0;
  std::int64_t ends_at = 0;
  JobEnd end = JobEnd::kCommit;
  std::string state = "INITIALIZING";
  std::string error;
  bool listed = true;                      // false: the leader that knew it is gone
  bool base_was_good = true;               // what it builds on were the source's rows
  std::vector<std::int64_t> columns = {};  // of the source when it was accepted
  bool live() const { return state != "COMMITTED" && state != "ABORTED"; }
};

class World {
 public:
  World(const Parameters& parameters, Random& random, std::function<void(std::string)> trace);

  // --- time
  std::int64_t now() const { return now_; }
  // Moves on and lets everything happen that is due.
  void advance_to(std::int64_t moment);
  std::int64_t next_event() const;
  bool is_eventful() const { return now_ < parameters_.busy_ms; }
  // Faults happen while busy, and none before the simulation asks for it.
  bool strikes(Fault fault);
  // The daemon was not there until now: what strangers did meanwhile it cannot have seen.
  void daemon_started() { daemon_since_ = now_; }

  // --- the clusters as their frontends show them; the caller has checked that they answer
  bool is_up(Side side) const { return now_ >= down_until_[index(side)]; }
  std::vector<core::Fact> identify(Side side) const;
  core::Sweep sweep(Side side);
  Result<core::DatabaseListing> list_database(Side side, const std::string& db);
  Result<core::TableRead> read_table(Side side, const core::TableName& name, core::TableId id);
  Result<io::Feed> read_feed(Side side, const std::string& db, core::TxnId after) const;
  Status run_ddl(const std::string& statement);
  io::SubmitOutcome submit(const core::ReplicationIntent& intent);
  bool lists_jobs() const { return parameters_.replications_proc; }
  // The request arrives after its caller has given up: a frontend that forwards was slow.
  void submit_late(const core::ReplicationIntent& intent);
  std::vector<io::JobStatus> list_jobs() const;
  io::LabelState label_state(const std::string& job_id) const;
  void cancel(std::int64_t txn, const std::string& reason);

  // --- judgement
  const std::vector<std::string>& violations() const { return violations_; }
  void violate(std::string what);
  // First difference of a table between source and target, "" none.
  std::string difference(const core::TableName& name) const;
  // Likewise over all views that can be made on the target.
  std::string view_difference() const;
  std::vector<core::TableName> source_tables() const;
  // A table or database that only the target has, "" none.
  std::string target_only() const;
  // Tables, views and partitions there ever were, by name: what a daemon's memory may grow with.
  std::int64_t names_made() const { return made_; }
  std::uint64_t jobs_started() const { return jobs_.size(); }
  std::uint64_t ddl_done() const { return ddl_done_; }

 private:
  static std::size_t index(Side side) { return static_cast<std::size_t>(side); }
  std::map<std::string, SimDatabase>& databases(Side side) { return clusters_[index(side)]; }
  const std::map<std::string, SimDatabase>& databases(Side side) const {
    return clusters_[index(side)];
  }
  std::int64_t next_id() { return ++last_id_; }
  SimTable* table(Side side, const core::TableName& name);
  const SimTable* table(Side side, const core::TableName& name) const;
  SimTable* table_by_id(Side side, std::int64_t id, std::string* db = nullptr);

  // What happens by itself.
  void build();
  void make_source_table(const std::string& db, const std::string& name);
  Part new_part(Side side, std::int32_t buckets);
  void load_something();
  void load(SimTable& table, Part& part, const std::string& db);
  void change_something();
  void churn(const std::string& db, const std::string& name, SimTable& table);
  void churn_part(const core::TableName& name, SimTable& table);
  void change_definition(const core::TableName& name);
  void change_schema(SimTable& table);
  void change_rollup(SimTable& table);
  void split(SimTable& table);
  void rename(const core::TableName& name);
  void change_view();
  void churn_database();
  void write_as_stranger();
  void meddle();
  void compact(Side side);
  void trouble_clusters();
  void trouble_leader();
  void trouble_backends();
  void break_replica();
  // A partition of a table drawn at random, with its name; nullptr: there is none.
  Part* random_part(Side side, core::TableName* name, std::string* part);
  void end_jobs();
  void arrive_late();
  void end_job(SimJob& job);
  bool copy(SimJob& job, bool leave_one_out);
  void add_transaction(Side side, const std::string& db, std::int64_t table,
                       std::vector<std::int64_t> parts, std::string source_type);
  core::TableName random_table(Side side);

  // Statements.
  Status create_table(const std::string& statement);
  Status drop_table(const core::TableName& name);
  Status alter_table(const std::string& statement);
  Status change_columns(const core::TableName& name, SimTable& target,
                        const std::string& statement);
  Status drop_partition(const core::TableName& name, SimTable& target, const std::string& part);
  Status swap_tables(const core::TableName& name, const std::string& other);
  Status rename_table(const core::TableName& name, const std::string& to);
  Status drop_second(const core::TableName& name);
  static void name_part(SimTable& table, const std::string& name);
  std::int64_t noticed_before() const;
  bool readers_miss(const core::TableName& name) const;
  void judge_shown(const core::TableName& name, const SimTable& shown);
  Status rename_partition(SimTable& target, const std::string& from, const std::string& to);
  Status change_target_rollup(const std::string& statement, SimTable& target);
  Status create_view(const std::string& statement);
  Status drop_view(const core::TableName& name);
  bool is_lake(Side side) const {
    return side == Side::kSource ? parameters_.source_lake : parameters_.target_lake;
  }
  bool is_normal(const SimTable& table) const;
  bool may_drop_part(const core::TableName& name, const SimTable& target, const Part& part,
                     const std::string& part_name) const;

  // Whether the target's rows are what the source's partition held at `version`.
  static bool is_copy(const Part& target, const Part& source, std::int64_t version);
  // Whether the target's rows, if there are any, hold what the source's columns are now.
  static bool holds_columns_of(const Part& target, const SimTable& source);
  const Part* source_part(std::int64_t id) const;
  std::string create_sql(const std::string& name, const SimTable& table) const;
  core::PartitionVersion version_of(Side side, const Part& part) const;
  core::Partition show(Side side, const std::string& name, const SimTable& table,
                       const Part& part) const;
  std::vector<core::Rollup> show_rollups(const SimTable& table) const;
  bool truncates(int kind);
  std::string left_out(Side side);

  const Parameters& parameters_;
  Random& random_;
  std::function<void(std::string)> trace_;
  std::int64_t now_ = 0;
  std::int64_t next_load_ = 0;
  std::int64_t next_change_ = 0;
  std::int64_t next_occasion_ = 0;
  std::int64_t daemon_since_ = 0;
  std::int64_t down_until_[2] = {0, 0};
  std::int64_t busy_until_ = 0;
  std::int64_t disk_full_until_ = 0;
  int truncated_kind_ = 0;
  bool left_out_before_[2] = {false, false};
  std::vector<SimBackend> backends_[2];
  std::map<std::string, SimDatabase> clusters_[2];
  std::map<std::string, std::deque<Transaction>> feeds_[2];
  std::vector<SimJob> jobs_;
  std::map<std::string, std::size_t> jobs_by_id_;
  std::set<std::size_t> live_jobs_;
  std::vector<std::pair<std::int64_t, core::ReplicationIntent>> late_;  // when, what
  std::int64_t last_id_ = 10'000;
  std::int64_t last_txn_ = 100;
  std::int64_t last_write_ = 0;
  std::int64_t last_epoch_ = 1'000'000;
  std::uint64_t ddl_done_ = 0;
  int made_ = 0;
  std::vector<std::string> violations_;
};

}  // namespace srsync::sim
