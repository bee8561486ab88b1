// The part of StarRocks' frontend RPC service that srsync calls, written from the wire facts:
// field numbers, types and names as frontends 3.1 and later use them. Nothing here is sent that a
// frontend does not know, and fields that we do not read are left out (Thrift skips them).
//
// Enumerations are declared as the i32 that they are on the wire, so that a value which a newer
// frontend invented is read as a number and never as an invalid enumerator.
namespace cpp srsync.frontend

// ---- common ----------------------------------------------------------------------------------

// status_code: 0 OK, 6 INTERNAL_ERROR, 31 NOT_FOUND, 33 INVALID_ARGUMENT ... The text decides.
struct TStatus {
  1: required i32 status_code
  2: optional list<string> error_msgs
}

// A backend as the other cluster's backends reach it.
struct TBackend {
  1: required string host
  2: required i32 be_port
  3: required i32 http_port
}

struct TUserIdentity {
  1: optional string username
  2: optional string host
  3: optional bool is_domain
}

// The identity that a call claims. `pattern` is a LIKE pattern on database names.
struct TAuthInfo {
  1: optional string pattern
  2: optional string user
  3: optional string user_ip
  4: optional TUserIdentity current_user_ident
}

struct TAuthenticateParams {
  1: required string user
  2: required string passwd
  3: optional string host
  4: optional string db_name
  5: optional list<string> table_names
}

// ---- startTableReplication ---------------------------------------------------------------------

struct TReplicaReplicationInfo {
  1: optional TBackend src_backend
}

struct TTabletReplicationInfo {
  1: optional i64 tablet_id
  2: optional i64 src_tablet_id
  // Must be present, even if empty.
  3: optional list<TReplicaReplicationInfo> replica_replication_infos
}

struct TIndexReplicationInfo {
  1: optional i64 index_id
  2: optional i32 src_schema_hash
  3: optional map<i64, TTabletReplicationInfo> tablet_replication_infos
}

struct TPartitionReplicationInfo {
  1: optional i64 partition_id
  2: optional i64 src_version
  3: optional map<i64, TIndexReplicationInfo> index_replication_infos
  4: optional i64 src_version_epoch // 3.3.2+
  5: optional i64 src_partition_id  // 4.1+, shared-data source
}

struct TTableReplicationRequest {
  1: optional string username // not read by any frontend
  2: optional string password // not read by any frontend
  3: optional i64 database_id
  4: optional i64 table_id
  5: optional string src_token
  6: optional i32 src_table_type // must be 1 (OLAP_TABLE)
  7: optional i64 src_table_data_size
  8: optional map<i64, TPartitionReplicationInfo> partition_replication_infos
  9: optional string job_id
  10: optional i32 src_cluster_run_mode // 4.1+: 0 shared-nothing, 1 shared-data
  11: optional string src_storage_volume_name
  12: optional string src_service_id
  13: optional i64 src_database_id
  14: optional i64 src_table_id
}

struct TTableReplicationResponse {
  1: optional TStatus status
}

// ---- abortRemoteTxn ------------------------------------------------------------------------------

struct TAbortRemoteTxnRequest {
  1: optional i64 txn_id
  2: optional i64 db_id
  3: optional string error_msg
}

struct TAbortRemoteTxnResponse {
  1: optional TStatus status
}

// ---- getPartitionsMeta -----------------------------------------------------------------------------

struct TGetPartitionsMetaRequest {
  1: optional TAuthInfo auth_info
  2: optional i64 start_table_id_offset // 3.3+
}

// One physical partition.
struct TPartitionMetaInfo {
  1: optional string db_name
  2: optional string table_name
  3: optional string partition_name
  4: optional i64 partition_id
  5: optional i64 compact_version // shared-data
  6: optional i64 visible_version
  7: optional i64 visible_version_time // seconds
  8: optional i64 next_version
  9: optional string partition_key
  10: optional string partition_value
  11: optional string distribution_key
  12: optional i32 buckets
  13: optional i32 replication_num
  14: optional string storage_medium
  15: optional i64 cooldown_time
  16: optional i64 last_consistency_check_time
  17: optional bool is_in_memory // not filled from 4.1 on
  18: optional bool is_temp
  19: optional string data_size // "585.9KB" before 4.0, plain bytes from 4.0 on
  20: optional i64 row_count
  21: optional bool enable_datacache // 21 to 25: shared-data
  22: optional double avg_cs
  23: optional double p50_cs
  24: optional double max_cs
  25: optional string storage_path
  26: optional i64 data_version // 26 to 28: 3.3.2+
  27: optional i64 version_epoch
  28: optional i32 version_txn_type // 0 TXN_NORMAL, 1 TXN_REPLICATION
  29: optional i64 storage_size    // 3.5+
  30: optional bool tablet_balanced // 4.0+
  31: optional i64 metadata_switch_version
  32: optional i64 path_id
}

struct TGetPartitionsMetaResponse {
  1: optional list<TPartitionMetaInfo> partitions_meta_infos
  2: optional i64 next_table_id_offset // absent: this was the last page
}

// ---- getTableMeta ------------------------------------------------------------------------------------

struct TGetTableMetaRequest {
  1: optional string db_name
  2: optional string table_name
  3: optional TAuthenticateParams auth_info
}

struct TScalarType {
  1: required i32 type
  2: optional i32 len
  3: optional i32 precision
  4: optional i32 scale
}

struct TStructField {
  1: optional string name
  2: optional string comment
  3: optional i32 id
  4: optional string physical_name
}

// type: 0 SCALAR, 1 ARRAY, 2 MAP, 3 STRUCT. Children follow their parent in the list.
struct TTypeNode {
  1: required i32 type
  2: optional TScalarType scalar_type
  3: optional list<TStructField> struct_fields
  4: optional bool is_named
}

struct TTypeDesc {
  1: optional list<TTypeNode> types
}

struct TColumnMeta {
  1: optional string columnName
  2: optional TTypeDesc columnType
  3: optional i32 columnLength
  4: optional i32 columnPrecision
  5: optional i32 columnScale
  6: optional string columnKey
  7: optional bool key
  8: optional string aggregationType
  9: optional string comment
  10: optional bool allowNull
  11: optional string defaultValue
}

struct TSchemaMeta {
  1: optional list<TColumnMeta> columns
  2: optional i32 schema_version
  3: optional i32 schema_hash
  4: optional i16 short_key_col_count
  5: optional i32 storage_type
  6: optional string keys_type
}

struct TReplicaMeta {
  1: optional i64 replica_id
  2: optional i64 backend_id
  3: optional i32 schema_hash
  4: optional i64 version
  6: optional i64 data_size
  7: optional i64 row_count
  8: optional string state
  9: optional i64 last_failed_version
  11: optional i64 last_failed_time
  12: optional i64 last_success_version
  14: optional i64 version_count
  15: optional i64 path_hash
  16: optional bool bad
}

struct TTabletMeta {
  1: optional i64 tablet_id
  2: optional i64 db_id
  3: optional i64 table_id
  4: optional i64 partition_id // physical, unlike everywhere else in this reply
  5: optional i64 index_id
  6: optional i32 storage_medium
  7: optional i32 old_schema_hash // 7 and 8: up to 3.5
  8: optional i32 new_schema_hash
  9: optional i64 checked_version
  11: optional bool consistent
  12: optional list<TReplicaMeta> replicas
}

struct TIndexMeta {
  1: optional i64 index_id
  2: optional i64 partition_id // logical
  3: optional i32 index_state  // 0 NORMAL, 1 SHADOW
  4: optional i64 row_count
  5: optional i64 rollup_index_id
  6: optional i64 rollup_finished_version
  7: optional TSchemaMeta schema_meta
  8: optional list<TTabletMeta> tablets // in bucket order
}

struct TPartitionMeta {
  1: optional i64 partition_id // logical
  2: optional string partition_name
  3: optional string state
  5: optional i64 visible_version
  7: optional i64 visible_time
  8: optional i64 next_version
  10: optional bool is_temp
}

struct TDataProperty {
  1: optional i32 storage_medium
  2: optional i64 cold_time
}

struct TBasePartitionDesc {
  1: optional map<i64, i16> replica_num_map
  2: optional map<i64, bool> in_memory_map
  3: optional map<i64, TDataProperty> data_property
}

struct TSinglePartitionDesc {
  1: optional TBasePartitionDesc base_desc
}

struct TRange {
  1: optional i64 partition_id
  2: optional TBasePartitionDesc base_desc
  3: optional binary start_key
  4: optional binary end_key
  5: optional bool is_temp
}

struct TRangePartitionDesc {
  1: optional list<TColumnMeta> columns
  2: optional map<i64, TRange> ranges
}

struct TPartitionInfo {
  1: optional i32 type
  2: optional TSinglePartitionDesc single_partition_desc
  3: optional TRangePartitionDesc range_partition_desc
}

struct THashDistributionInfo {
  1: optional i32 bucket_num
  2: optional list<string> distribution_columns
}

struct TRandomDistributionInfo {
  1: optional i32 bucket_num
}

struct TDistributionDesc {
  1: optional string distribution_type
  2: optional THashDistributionInfo hash_distribution
  3: optional TRandomDistributionInfo random_distribution
}

struct TIndexInfo {
  1: optional string index_name
  2: optional list<string> columns
  3: optional string index_type
  4: optional string comment
}

struct TTableMeta {
  1: optional i64 table_id
  2: optional string table_name
  3: optional i64 db_id
  4: optional string db_name
  5: optional i32 cluster_id
  6: optional string state
  7: optional double bloomfilter_fpp
  8: optional i64 base_index_id
  9: optional string key_type
  10: optional TDistributionDesc distribution_desc
  11: optional map<string, string> properties
  12: optional list<TIndexMeta> indexes
  13: optional TPartitionInfo partition_info
  14: optional list<TPartitionMeta> partitions
  15: optional list<TIndexInfo> index_infos
  16: optional string colocate_group
  17: optional list<string> bloomfilter_columns
  18: optional string table_type
}

// rpc_port is the brpc port; be_port is the Thrift port that snapshots are asked from.
struct TBackendMeta {
  1: optional i64 backend_id
  2: optional string host
  3: optional i32 be_port
  4: optional i32 rpc_port
  5: optional i32 http_port
  6: optional bool alive
  7: optional i32 state
}

struct TGetTableMetaResponse {
  1: optional TStatus status
  2: optional TTableMeta table_meta
  3: optional list<TBackendMeta> backends
}

// ---- loadTxnBegin, createPartition, loadTxnRollback ------------------------------------------------

struct TLoadTxnBeginRequest {
  2: optional string user
  3: optional string passwd
  4: optional string db
  5: optional string tbl
  6: optional string user_ip
  7: optional string label
  8: optional i64 timestamp // seconds
  10: optional i64 timeout  // seconds
}

// status_code: 15 LABEL_ALREADY_EXISTS.
struct TLoadTxnBeginResult {
  1: optional TStatus status
  2: optional i64 txnId
  4: optional i64 timeout
}

// srsync aborts by abortRemoteTxn: this one answers INTERNAL_ERROR up to 4.0, and yet aborts. Only the
// sandbox serves it.
struct TLoadTxnRollbackRequest {
  2: optional string user
  3: optional string passwd
  4: optional string db
  5: optional string tbl
  6: optional string user_ip
  7: optional i64 txnId
  8: optional string reason
}

struct TLoadTxnRollbackResult {
  1: optional TStatus status
}

struct TCreatePartitionRequest {
  1: optional i64 txn_id
  2: optional i64 db_id
  3: optional i64 table_id
  4: optional list<list<string>> partition_values // "NULL" stands for NULL
  5: optional bool is_temp // 3.4+
}

struct TDateLiteral {
  1: optional string value
}

struct TStringLiteral {
  1: optional string value
}

// node_type: 7 DATE_LITERAL, 17 STRING_LITERAL.
struct TExprNode {
  1: optional i32 node_type
  2: optional TTypeDesc type
  4: optional i32 num_children
  8: optional TDateLiteral date_literal
  16: optional TStringLiteral string_literal
  20: optional i32 output_scale
  51: optional bool has_nullable_child
  52: optional bool is_nullable
  54: optional bool is_monotonic
  57: optional bool is_index_only_filter
}

// Field 3 has one type in 4.0 (list<i64>) and another in 4.1 (list<struct>): it must not be declared.
struct TOlapTableIndexTablets {
  1: optional i64 index_id
  2: optional list<i64> tablets
}

struct TOlapTablePartition {
  1: optional i64 id // physical
  4: optional i32 num_buckets // up to 3.5
  5: optional list<TOlapTableIndexTablets> indexes
  6: optional list<TExprNode> start_keys // absent: the smallest value
  7: optional list<TExprNode> end_keys
  8: optional list<list<TExprNode>> in_keys
}

struct TTabletLocation {
  1: optional i64 tablet_id
  2: optional list<i64> node_ids
}

struct TNodeInfo {
  1: optional i64 id
  2: optional i64 option
  3: optional string host
  4: optional i32 async_internal_port
}

struct TCreatePartitionResult {
  1: optional TStatus status
  2: optional list<TOlapTablePartition> partitions
  3: optional list<TTabletLocation> tablets
  4: optional list<TNodeInfo> nodes
}

service FrontendService {
  TTableReplicationResponse startTableReplication(1: TTableReplicationRequest request)
  TAbortRemoteTxnResponse abortRemoteTxn(1: TAbortRemoteTxnRequest request)
  TLoadTxnBeginResult loadTxnBegin(1: TLoadTxnBeginRequest request)
  TLoadTxnRollbackResult loadTxnRollback(1: TLoadTxnRollbackRequest request)
  TCreatePartitionResult createPartition(1: TCreatePartitionRequest request)
  TGetPartitionsMetaResponse getPartitionsMeta(1: TGetPartitionsMetaRequest request)
  TGetTableMetaResponse getTableMeta(1: TGetTableMetaRequest request)
}
