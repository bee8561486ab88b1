// What one simulated cluster knows: plain values without locking. Cluster (cluster.h) owns one
// Catalog and guards it. Ids come from one counter, as a real frontend's do. Times are milliseconds
// since 1970 by the cluster's clock; 0 means "never".
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace srsync::sandbox {

enum class Version : std::uint8_t { k3_3, k3_4, k3_5, k4_0, k4_1 };

// "4.0"; nullopt for another text.
std::optional<Version> version_from(std::string_view text);
std::string_view version_name(Version version);

struct Frontend {
  int number = 1;  // 1, 2, ...; the Id of SHOW FRONTENDS and the name "fe1" of fault rules
  std::string name;
  std::string ip;
  int edit_log_port = 0;
  int http_port = 0;
  int query_port = 0;
  int rpc_port = 0;
  bool is_leader = false;
  bool is_alive = true;
  std::int64_t start_ms = 0;
};

struct Backend {
  std::int64_t id = 0;
  std::string host;
  int heartbeat_port = 0;
  int be_port = 0;
  int http_port = 0;
  int brpc_port = 0;
  bool is_alive = true;
  double disk_used_percent = 50.0;
};

// `all` is root. Names of tables are "db.table", of databases "db".
struct User {
  std::string name;
  std::string password;  // in clear; the sandbox holds no real secrets
  bool all = false;
  bool operate = false;
  std::set<std::string> readable_tables;
  std::vector<std::string> rights;  // as GRANT has them: "ALTER, DROP ON ALL TABLES IN DATABASE d"
  std::string role;                 // named in refusals; empty: none
};

struct Column {
  std::string name;
  std::string type;  // as SHOW CREATE TABLE prints it: "int(11)", "decimal(18, 2)"
  bool is_key = false;
  bool is_nullable = true;
  bool is_auto_increment = false;
  std::string aggregate;  // "SUM", "REPLACE" ...; empty: none printed
  // As it follows the word DEFAULT: "\"x\"", "CURRENT_TIMESTAMP", "(uuid())".
  std::optional<std::string> default_text;
  std::string generated;  // expression after AS; empty: an ordinary column
  std::string comment;    // decoded
};

struct IndexDef {
  std::string text;  // the line that SHOW CREATE TABLE prints, without indentation and comma
  std::string name;
};

enum class KeysType : std::uint8_t { kDuplicate, kAggregate, kUnique, kPrimary };
enum class TableKind : std::uint8_t { kOlap, kView, kMaterializedView, kExternal };
enum class PartitionKind : std::uint8_t {
  kNone,
  kRange,      // RANGE(columns)
  kList,       // LIST(columns)
  kAutoRange,  // date_trunc(..) or time_slice(..): SHOW CREATE lists no partitions
  kAutoList,   // (a, b), or with expressions
  kRangeExpr,  // RANGE(str2date(..)) or RANGE(from_unixtime(..))
};

// One bound of a range: texts as written between quotes; MAXVALUE is the key word.
struct Bound {
  struct Value {
    std::string text;
    bool is_max = false;
    friend bool operator==(const Value&, const Value&) = default;
  };
  std::vector<Value> values;
  friend bool operator==(const Bound&, const Bound&) = default;
};

struct Replica {
  std::int64_t id = 0;
  std::int64_t backend_id = 0;
};

struct Tablet {
  std::int64_t id = 0;
  std::vector<Replica> replicas;
};

// The tablets that one index (base, rollup) has in one partition; tablets in bucket order.
struct PartitionIndex {
  std::int64_t index_id = 0;
  std::vector<Tablet> tablets;
};

enum class TxnType : std::uint8_t { kNormal, kReplication };

// The rows of one load in one partition: what a real backend keeps as a rowset. The id is unique
// over both clusters, so that two partitions hold the same rows exactly when they hold the same
// batches at the same versions, whatever their version numbers say.
struct Batch {
  std::int64_t version = 0;
  std::uint64_t id = 0;
  friend bool operator==(const Batch&, const Batch&) = default;
};

// One physical partition together with its logical one: the sandbox makes no sub-partitions.
struct Partition {
  std::int64_t logical_id = 0;
  std::int64_t physical_id = 0;  // equals logical_id on 3.3
  std::string name;
  bool is_temporary = false;
  Bound lower;  // ranges; [lower, upper)
  Bound upper;
  std::vector<std::vector<std::optional<std::string>>> list_values;  // tuples; nullopt is NULL
  int buckets = 1;
  int replication_num = 1;
  std::int64_t visible_version = 1;
  std::int64_t visible_ms = 0;
  std::int64_t committed_version = 1;  // last one given out; next version is this + 1
  std::int64_t data_version = 1;
  std::int64_t version_epoch = 0;
  TxnType txn_type = TxnType::kNormal;
  std::int64_t rows = 0;
  std::int64_t bytes = 0;               // one copy; printed sizes count every replica
  std::vector<Batch> content;           // visible ones, in the order in which they were applied
  std::vector<PartitionIndex> indexes;  // base first, then in the order of creation

  bool publish_pending() const { return committed_version > visible_version; }
};

// Base index or rollup of a table.
struct TableIndex {
  std::int64_t id = 0;
  std::string name;  // the base index is named as the table
  std::int32_t schema_hash = 0;
  int schema_version = 0;
  int short_key_columns = 1;
  std::vector<Column> columns;
  std::string definition = {};  // of a rollup, as SHOW MATERIALIZED VIEWS prints it
};

enum class TableState : std::uint8_t { kNormal, kRollup, kSchemaChange };

struct Table {
  std::int64_t id = 0;
  std::string name;
  TableKind kind = TableKind::kOlap;
  TableState state = TableState::kNormal;
  KeysType keys = KeysType::kDuplicate;
  std::string comment;  // decoded
  std::vector<IndexDef> index_defs;
  // indexes[0] is the base; its columns are the table's. Empty for views and external tables.
  std::vector<TableIndex> indexes;
  PartitionKind partition_kind = PartitionKind::kNone;
  std::vector<std::string> partition_columns;
  std::string partition_expression;  // as SHOW CREATE prints it after PARTITION BY, where it is one
  bool random_distribution = false;
  std::vector<std::string> distribution_columns;
  int buckets = 0;  // as SHOW CREATE prints it; 0: left out (automatic)
  std::vector<std::string> sort_key;
  std::map<std::string, std::string> properties;
  std::vector<Partition> partitions;  // ranges ascending; temporary ones too
  std::string definition;             // views, materialized views, external tables: the stored text
  std::string external_kind;          // Type in SHOW PROC: "MYSQL" ...
  std::string inactive_reason;        // materialized views; empty: active
  std::int64_t created_ms = 0;

  const std::vector<Column>& columns() const;
  Partition* find_partition(std::string_view partition_name, bool temporary = false);
  const Partition* find_partition(std::string_view partition_name, bool temporary = false) const;
  Partition* find_physical(std::int64_t physical_id);
  const Partition* find_physical(std::int64_t physical_id) const;
  const TableIndex* find_index(std::int64_t index_id) const;
  int default_replication_num() const;
};

struct Database {
  std::int64_t id = 0;
  std::string name;
  std::int64_t quota_bytes = 0;          // 0: the default
  std::int64_t replica_quota = 0;        // 0: the default
  std::map<std::int64_t, Table> tables;  // by id

  Table* find_table(std::string_view table_name);
  const Table* find_table(std::string_view table_name) const;
};

enum class TxnStatus : std::uint8_t { kPrepare, kPrepared, kCommitted, kVisible, kAborted };
std::string_view txn_status_name(TxnStatus status);

// What a transaction does to one physical partition.
struct PartitionCommit {
  std::int64_t physical_id = 0;
  std::int64_t version = 0;  // the version it becomes when it is published
  std::int64_t data_version = 0;
  std::int64_t version_epoch = 0;  // replication: the source's; 0: leave
  std::int64_t rows = -1;          // after publishing; -1: leave
  std::int64_t bytes = -1;
  // Published with the version: appended to the partition's content, or instead of it.
  // commit_transaction() fills in the one batch of an ordinary load.
  std::vector<Batch> batches;
  bool replaces_content = false;
};

struct Transaction {
  std::int64_t id = 0;
  std::int64_t db_id = 0;
  std::string label;
  std::string coordinator;                       // "FE: 127.0.0.1"
  std::string source_type = "INSERT_STREAMING";  // or "REPLICATION", ...
  TxnStatus status = TxnStatus::kPrepare;
  std::int64_t prepare_ms = 0;
  std::int64_t commit_ms = 0;
  std::int64_t publish_ms = 0;  // the time from which it may be published, then when it was
  std::int64_t finish_ms = 0;
  std::int64_t timeout_ms = 300000;
  std::string reason;
  bool partitions_failed = false;  // createPartition failed in it: it refuses every further one
  std::vector<std::int64_t> table_ids;                           // named when it began
  std::map<std::int64_t, std::vector<PartitionCommit>> commits;  // by table id
};

// A finished asynchronous ALTER, as SHOW ALTER TABLE lists it, or one that still runs.
struct AlterJob {
  std::int64_t id = 0;
  std::int64_t db_id = 0;
  std::int64_t table_id = 0;
  std::string table_name;
  bool is_rollup = false;
  std::string index_name;  // the new index
  std::int64_t index_id = 0;
  std::int64_t origin_index_id = 0;
  std::int32_t schema_hash = 0;
  int schema_version = 0;
  std::int64_t txn_id = -1;
  std::string state = "PENDING";  // WAITING_TXN, RUNNING, FINISHED, CANCELLED
  std::string message;
  std::int64_t created_ms = 0;
  std::int64_t finished_ms = 0;
  std::int64_t due_ms = 0;  // when it ends by itself
  std::int64_t timeout_s = 86400;
  std::vector<Column> new_columns;  // what the index has once FINISHED
  std::string definition = {};      // of a rollup, see TableIndex
  std::vector<IndexDef> new_index_defs;
};

// What a DROP without FORCE left behind; RECOVER takes it out again with its ids and its content.
struct RecycledTable {
  std::int64_t db_id = 0;
  Table table;
};
struct RecycledPartition {
  std::int64_t table_id = 0;
  Partition partition;
};

struct Config {
  std::string aliases = "[]";
  std::string value;
  std::string type;
  bool is_mutable = false;
  std::string comment;
};

struct Catalog {
  Version version = Version::k4_0;
  std::string name;  // "source" or "target"
  std::int64_t cluster_id = 0;
  std::string token;
  std::vector<Frontend> frontends;
  std::vector<Backend> backends;
  std::vector<User> users;
  std::map<std::string, Config> config;
  std::map<std::string, std::string> variables;
  std::map<std::int64_t, Database> databases;  // by id; information_schema 1 and sys 100 included
  std::map<std::int64_t, Transaction> transactions;  // by id
  std::vector<AlterJob> alter_jobs;
  // The recycle bin, oldest first.
  std::vector<Database> dropped_databases;
  std::vector<RecycledTable> dropped_tables;
  std::vector<RecycledPartition> dropped_partitions;
  std::int64_t next_id = 10001;
  std::int64_t next_txn_id = 1001;
  // Between commit and publish of a transaction.
  std::int64_t publish_delay_ms = 20;
  // How long an asynchronous ALTER takes.
  std::int64_t alter_ms = 200;

  std::int64_t new_id() { return next_id++; }
  Database* find_database(std::string_view db_name);
  const Database* find_database(std::string_view db_name) const;
  Database* find_database(std::int64_t id);
  // SHOW PROC takes either in a path.
  const Database* find_by_id_or_name(const std::string& text) const;
  // The table and its database, wherever it is; nulls when it is gone.
  std::pair<Database*, Table*> find_table(std::int64_t table_id);
  const User* find_user(std::string_view user_name) const;
  const Frontend* leader() const;
  // The value as a number; `fallback` when unknown or not a number.
  std::int64_t config_number(std::string_view key, std::int64_t fallback) const;
};

}  // namespace srsync::sandbox
