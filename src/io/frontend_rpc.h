// The seam to a frontend's RPC port: only the calls that srsync makes, in plain structs, so that no
// Thrift header leaves the rpc room. Field meanings follow StarRocks' FrontendService.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/secret.h"
#include "base/status.h"

namespace srsync::io {

// A row of getPartitionsMeta: one physical partition.
struct PartitionMeta {
  std::string db_name;
  std::string table_name;
  std::string partition_name;
  std::int64_t partition_id = 0;  // physical id (3.2+)
  std::int64_t visible_version = 0;
  std::int64_t next_version = 0;
  std::optional<std::int64_t> data_version;      // 3.3.2+
  std::optional<std::int64_t> version_epoch;     // 3.3.2+
  std::optional<std::int32_t> version_txn_type;  // 3.3.2+: 0 TXN_NORMAL, 1 TXN_REPLICATION
  std::int32_t buckets = 0;
  std::int32_t replication_num = 0;
  bool is_temp = false;
  std::string data_size;  // bytes as text from 4.0, "585.9KB" before; sum over all replicas
  std::int64_t row_count = 0;
  std::string storage_path;  // shared-data only
};

struct PartitionsMetaPage {
  std::vector<PartitionMeta> partitions;
  std::optional<std::int64_t> next_table_id_offset;  // absent: this was the last page
};

struct ReplicaMeta {
  std::int64_t replica_id = 0;
  std::int64_t backend_id = 0;
  std::int32_t schema_hash = 0;
  std::int64_t version = 0;
  std::int64_t data_size = 0;  // bytes
  std::string state;
  std::int64_t last_failed_version = -1;
  bool bad = false;
};

struct TabletMeta {
  std::int64_t tablet_id = 0;
  std::int64_t partition_id = 0;  // physical
  std::vector<ReplicaMeta> replicas;
};

struct ColumnMeta {
  std::string name;
  std::string type;  // canonical text made from the type nodes, e.g. "ARRAY<DECIMAL64(9,0)>"
  bool key = false;
  std::string aggregation;
  bool nullable = true;
  std::string default_value;
};

// One index (base or rollup) of one partition; tablets in bucket order.
struct IndexMeta {
  std::int64_t index_id = 0;
  std::int64_t partition_id = 0;  // logical
  std::int32_t schema_hash = 0;
  std::string keys_type;
  bool shadow = false;
  std::vector<ColumnMeta> columns;
  std::vector<TabletMeta> tablets;
  std::int64_t schema_version = 0;  // raised by each change of columns or indexes
};

struct TableMetaPartition {
  std::int64_t partition_id = 0;  // logical
  std::string name;
  std::string state;
  std::int64_t visible_version = 0;
  std::int64_t next_version = 0;
  bool is_temp = false;
};

struct BackendMeta {
  std::int64_t backend_id = 0;
  std::string host;
  std::int32_t be_port = 0;
  std::int32_t http_port = 0;
  bool alive = false;
};

// getTableMeta: one whole table as its frontend holds it. Not available for LIST partitions.
struct TableMeta {
  std::int64_t table_id = 0;
  std::string table_name;
  std::int64_t db_id = 0;
  std::string db_name;
  std::string state;
  std::int64_t base_index_id = 0;
  std::string key_type;
  std::string distribution_type;
  std::vector<std::string> distribution_columns;
  std::string colocate_group;
  std::string table_type;
  std::vector<IndexMeta> indexes;
  std::vector<TableMetaPartition> partitions;
  std::vector<BackendMeta> backends;
};

struct SourceBackend {
  std::string host;
  std::int32_t be_port = 0;
  std::int32_t http_port = 0;
  friend bool operator==(const SourceBackend&, const SourceBackend&) = default;
};

struct TabletReplication {
  std::int64_t tablet_id = 0;                  // target
  std::int64_t source_tablet_id = 0;           // same bucket position
  std::vector<SourceBackend> source_backends;  // healthy replicas, best first
};

struct IndexReplication {
  std::int64_t index_id = 0;  // target
  std::int32_t source_schema_hash = 0;
  std::vector<TabletReplication> tablets;
};

struct PartitionReplication {
  std::int64_t partition_id = 0;  // target, physical
  std::int64_t source_version = 0;
  std::int64_t source_version_epoch = 0;  // 0: the source has none
  std::vector<IndexReplication> indexes;
};

// startTableReplication. Everything on the left is the target's, everything "source_" the source's.
struct TableReplicationRequest {
  std::int64_t database_id = 0;
  std::int64_t table_id = 0;
  Secret source_token;
  std::int64_t source_table_data_size = 0;  // bytes
  std::string job_id;                       // [A-Za-z0-9_-], at most 64 characters
  std::vector<PartitionReplication> partitions;
  // The target account's name, for the frontend's own logs: no frontend checks it, and the
  // password is never sent.
  std::string user{};
};

// loadTxnBegin: a transaction in which a load would write `table`.
struct LoadTransaction {
  std::string user;
  Secret password;
  std::string user_ip;  // the client's address, which the account's host is held against
  std::string db;
  std::string table;
  std::string label;             // [A-Za-z0-9_-], at most 128 characters, new in this database
  std::int64_t timestamp_s = 0;  // since 1970
  std::int64_t timeout_s = 0;    // the frontend aborts it by itself after that
};

// createPartition: what a load asks for when it meets rows that have no partition yet.
struct CreatePartitionRequest {
  std::int64_t txn_id = 0;
  std::int64_t database_id = 0;
  std::int64_t table_id = 0;
  std::vector<std::vector<std::string>> values;  // a tuple for each partition
  std::optional<bool> is_temporary;              // 3.4+; older ones do not read it
};

// A partition that now is there: its range as texts. A bound that is the smallest value is empty.
struct CreatedPartition {
  std::int64_t partition_id = 0;  // physical
  std::string lower;
  std::string upper;
  std::vector<std::vector<std::string>> list;  // of list partitions
};

// The identity that identity-filtered calls claim: account name and the host part of the account
// ("%"; the client's address gives an empty answer without an error).
struct RpcIdentity {
  std::string user;
  std::string host = "%";
};

// One connection to one frontend's RPC port. Not thread-safe: one caller at a time, any thread.
// Reconnects by itself after the frontend closed an idle connection (5 s). Failures:
//   kUnavailable     not sent; nothing happened
//   kOutcomeUnknown  sent, no answer, and the call changes something (a reading call: kUnavailable)
//   kNotFound / kBusy / kRejected / kInvalidArgument / kUnsupported: classified from the answer
class FrontendRpc {
 public:
  virtual ~FrontendRpc() = default;

  // One page of every partition's version, from table id `start_table_id_offset` on (0: from the
  // first). `db_pattern` is a LIKE pattern or empty for all.
  virtual Result<PartitionsMetaPage> get_partitions_meta(const RpcIdentity& identity,
                                                         const std::string& db_pattern,
                                                         std::int64_t start_table_id_offset) = 0;

  // kUnsupported for LIST partitioned tables.
  virtual Result<TableMeta> get_table_meta(const std::string& db, const std::string& table) = 0;

  // OK: accepted (in the leader's memory only). kAlreadyExists: "No data need to replicate".
  virtual Status start_table_replication(const TableReplicationRequest& request) = 0;

  // The transaction's id. kBusy: the label is in use, or the frontend leads no more.
  virtual Result<std::int64_t> begin_load(const LoadTransaction& load) = 0;

  // In the order of the values; those that were there already are told like new ones. After a
  // refusal the transaction serves for nothing more. kBusy: it is not running (any more).
  virtual Result<std::vector<CreatedPartition>> create_partitions(
      const CreatePartitionRequest& request) = 0;

  // Aborts a running transaction; the way to cancel a replication job.
  virtual Status abort_remote_txn(std::int64_t txn_id, std::int64_t db_id,
                                  const std::string& reason) = 0;
};

}  // namespace srsync::io
