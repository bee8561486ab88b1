// Facts: what happened, in the past tense. They are journalled and synced before they are applied,
// and nothing else changes State. A field's meaning never changes once released; new ones are
// added.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "base/ids.h"
#include "base/side.h"
#include "base/status.h"
#include "core/catalog.h"

namespace srsync::core {

// --- session ---------------------------------------------------------------------------------

// A daemon opened the journal. Whatever was under way before is in doubt from here on.
struct SessionStarted {
  std::string binary_version;
  std::string journal_id;  // 16 hex digits made with the journal; part of every job id
  std::map<std::string, std::string> settings;  // behaviour-changing ones, no secrets
  friend bool operator==(const SessionStarted&, const SessionStarted&) = default;
};
struct SessionEnded {
  std::string reason;
  friend bool operator==(const SessionEnded&, const SessionEnded&) = default;
};
struct SettingChanged {
  std::string key;
  std::string value;
  friend bool operator==(const SettingChanged&, const SettingChanged&) = default;
};

// --- cluster ---------------------------------------------------------------------------------

struct ClusterIdentified {
  Side side = Side::kSource;
  std::string cluster_id;
  std::string version;  // "3.5.2-abc1234" as the frontend says it
  RunMode run_mode = RunMode::kUnknown;
  Capabilities capabilities;
  friend bool operator==(const ClusterIdentified&, const ClusterIdentified&) = default;
};
struct TopologyObserved {
  Side side = Side::kSource;
  std::vector<Frontend> frontends;
  std::vector<Backend> backends;
  friend bool operator==(const TopologyObserved&, const TopologyObserved&) = default;
};
// The target's own limits on replication jobs.
struct LimitsObserved {
  std::int64_t max_tables = 0;
  std::int64_t max_replicas = 0;
  std::int64_t max_data_mb = 0;
  friend bool operator==(const LimitsObserved&, const LimitsObserved&) = default;
};

// --- catalog (only what changed) ---------------------------------------------------------------

struct DatabaseObserved {
  Side side = Side::kSource;
  DbId id;
  std::string name;
  friend bool operator==(const DatabaseObserved&, const DatabaseObserved&) = default;
};
// Absent from one complete cycle in every source that was asked.
struct DatabaseMissing {
  Side side = Side::kSource;
  std::string name;
  friend bool operator==(const DatabaseMissing&, const DatabaseMissing&) = default;
};
// One database's tables were listed completely; what it did not list is told by TableMissing.
struct DatabaseListed {
  Side side = Side::kSource;
  std::string name;
  friend bool operator==(const DatabaseListed&, const DatabaseListed&) = default;
};
// Seen in a listing: new, recreated under another id, or in another state than known.
struct TableObserved {
  Side side = Side::kSource;
  TableName name;
  TableId id;
  TableKind kind = TableKind::kOther;
  bool state_normal = true;
  friend bool operator==(const TableObserved&, const TableObserved&) = default;
};
// One table read in full. `partitions` is complete. Without `create_sql` and `unreadable`: only the
// partitions were read, of a table that was not known before.
struct TableRead {
  Side side = Side::kSource;
  TableName name;
  TableId id;
  std::string create_sql;
  std::uint64_t schema_hash = 0;
  std::string unreadable;
  std::vector<Partition> partitions;  // only the observed fields are set
  std::vector<Rollup> rollups = {};   // ascending by name
  // kView and kMaterializedView: only the definition was read. kOther (older journals): a table.
  TableKind kind = TableKind::kOther;
  SchemaMark schema_mark = {};  // of the source, when it could be read
  friend bool operator==(const TableRead&, const TableRead&) = default;
};
// Versions of known partitions, by a bulk reading or by reading the partitions of one table.
// Without any: that table's partitions were read and none had moved.
struct PartitionsMoved {
  Side side = Side::kSource;
  TableId id;
  std::vector<PartitionVersion> versions;
  friend bool operator==(const PartitionsMoved&, const PartitionsMoved&) = default;
};
// A cheap read showed that the stored picture of this table is old.
struct TableRereadWanted {
  Side side = Side::kSource;
  TableId id;
  std::string reason;
  // Partitions that a bulk reading did not show. Together with the full readings before and after
  // it this makes the two sources and two cycles that a removal takes.
  std::vector<PartitionId> absent = {};
  // The versions moved and nothing else: its partitions are enough.
  bool partitions_only = false;
  friend bool operator==(const TableRereadWanted&, const TableRereadWanted&) = default;
};
struct TableMissing {
  Side side = Side::kSource;
  TableId id;
  friend bool operator==(const TableMissing&, const TableMissing&) = default;
};
// A table could not be read; the others go on.
struct TableUnreadable {
  Side side = Side::kSource;
  TableName name;
  TableId id;
  Code code = Code::kOk;
  std::string message;
  friend bool operator==(const TableUnreadable&, const TableUnreadable&) = default;
};
// A bulk sweep ended. Only a complete one may count absences.
struct SweepCompleted {
  Side side = Side::kSource;
  bool complete = false;
  std::int64_t tables = 0;
  std::int64_t partitions = 0;
  std::string problem;  // what was not read, when not complete
  friend bool operator==(const SweepCompleted&, const SweepCompleted&) = default;
};
// A finished transaction on the target that is not a replication and touched a table in scope.
struct StrangerObserved {
  TxnId txn;
  std::string label;
  TableId table;
  std::vector<PartitionId> partitions;  // empty: all partitions of the table
  friend bool operator==(const StrangerObserved&, const StrangerObserved&) = default;
};
// The change feed of one database was read up to and including this transaction.
struct FeedAdvanced {
  Side side = Side::kTarget;
  std::string db;
  TxnId last;
  friend bool operator==(const FeedAdvanced&, const FeedAdvanced&) = default;
};

// Finished transactions of a target's database were forgotten by its frontend before they were
// read, so a write by somebody else may have gone unseen. Up to 4.0 such a write leaves no mark
// where a job was under way; everywhere else versions and types still tell.
struct TargetFeedGap {
  std::string db;
  std::string why;
  // Tables with a job under way at some moment since the feed was last known to be complete: what
  // they hold cannot be proven by any reading.
  std::vector<TableName> unproven;
  friend bool operator==(const TargetFeedGap&, const TargetFeedGap&) = default;
};

// --- ddl ---------------------------------------------------------------------------------------

// Numbers are journalled.
enum class DdlKind : std::uint8_t {
  kCreateDatabase = 1,
  kDropDatabase = 2,
  kCreateTable = 3,
  kDropTable = 4,
  kAddPartitions = 5,
  kDropPartitions = 6,
  kAlterTable = 7,
  kSetTableProperties = 10,
  kIndexChange = 11,
  kAddRollup = 13,
  kDropRollup = 14,
  kCreateView = 15,  // also in the place of one with another definition
  kDropView = 16,
  kCreateMaterializedView = 17,
  kDropMaterializedView = 18,
  kAlterMaterializedView = 19,
  kColumnChange = 20,  // columns added, dropped or widened
  // Making a table anew beside the old one (core/beside.h).
  kCreateBeside = 23,      // under the reserved name
  kSwapTables = 24,        // not safe to repeat: looked at, never sent again unseen
  kDropReplaced = 25,      // what stands under the reserved name
  kRenameBeside = 26,      // nobody bears the real name any more
  kCreatePartitions = 27,  // by calling the frontend, where no statement makes them
};

// One piece of DDL on the target: what, with which statements, and by which rule.
struct DdlIntent {
  std::string key;  // "ddl/db.table/3": derived from State
  DdlKind kind = DdlKind::kCreateDatabase;
  TableName name;                          // table empty for databases
  std::vector<std::string> statements;     // run in order; each is safe to repeat, but a swap
  std::vector<std::string> partitions;     // names, for the partition kinds
  std::vector<PartitionId> partition_ids;  // target ids, for kDropPartitions
  TableId table;                           // target table that is dropped or altered
  std::string reason;                      // the rule that fired, in a DBA's words
  TableName on_target = {};                // what the target calls it; empty: as `name`
  // Of kCreatePartitions, whose statements are for people only. One for each of `partitions`: what
  // the frontend is called with, and the VALUES clause (ddl/partition_values.h) of what it must
  // make.
  std::vector<std::string> call_values = {};
  std::vector<std::string> call_ranges = {};
  DbId call_db = {};            // the target's, whose table is `table`
  TableName call_name = {};     // what that table is called there
  std::string call_label = {};  // of the transaction; another one for every attempt
  friend bool operator==(const DdlIntent&, const DdlIntent&) = default;
};
struct DdlStarted {
  DdlIntent intent;
  friend bool operator==(const DdlStarted&, const DdlStarted&) = default;
};
struct DdlSucceeded {
  std::string key;
  friend bool operator==(const DdlSucceeded&, const DdlSucceeded&) = default;
};
// code tells whether it happened: kOutcomeUnknown leaves the intent in doubt.
struct DdlFailed {
  std::string key;
  Code code = Code::kRejected;
  std::string message;
  friend bool operator==(const DdlFailed&, const DdlFailed&) = default;
};
// An intent in doubt was looked up on the target.
struct DdlVerified {
  std::string key;
  bool took_effect = false;
  friend bool operator==(const DdlVerified&, const DdlVerified&) = default;
};

// --- replication -------------------------------------------------------------------------------

// What one job must reach for one partition.
struct ReplicationGoal {
  SourcePartitionId source;
  TargetPartitionId target;
  std::int64_t version = 0;       // source VisibleVersion asked for
  std::int64_t epoch = 0;         // source VersionEpoch; 0 when the source has none
  std::int64_t base_version = 0;  // target DataVersion it builds on; 1 is empty
  friend bool operator==(const ReplicationGoal&, const ReplicationGoal&) = default;
};
// One job of one table pair.
struct ReplicationIntent {
  std::string job_id;  // "srsync-<journal>-<target table>-<attempt>": derived from State
  TableName name;
  TableId source_table;
  TableId target_table;
  DbId target_db;
  std::int64_t data_bytes = 0;
  std::int64_t replicas = 0;           // estimate: tablets of the listed partitions
  std::vector<ReplicationGoal> goals;  // ascending by target id
  SchemaMark source_schema = {};       // under which the two tables fit, when it is known
  TableName on_target = {};            // what the target calls the table; empty: as `name`
  friend bool operator==(const ReplicationIntent&, const ReplicationIntent&) = default;
};
struct ReplicationStarted {
  ReplicationIntent intent;
  friend bool operator==(const ReplicationStarted&, const ReplicationStarted&) = default;
};
struct ReplicationAccepted {
  std::string job_id;
  friend bool operator==(const ReplicationAccepted&, const ReplicationAccepted&) = default;
};
// Numbers are journalled.
enum class RejectReason : std::uint8_t {
  kOther = 0,
  kBusy = 1,         // slots, a running job, a publish not finished: wait
  kStale = 2,        // an id is gone, a version moved: read again
  kMisfit = 3,       // fresh reads show that the two tables do not fit
  kForeignBase = 4,  // fresh reads show that the target is not a valid base
  kNothingToDo = 5,  // the target says that it has all of it
  kUnreachable = 6,  // never sent
};
// The job was not accepted: nothing happened on the target.
struct ReplicationRejected {
  std::string job_id;
  RejectReason reason = RejectReason::kOther;
  std::string message;
  friend bool operator==(const ReplicationRejected&, const ReplicationRejected&) = default;
};
// The job's stage on the target changed (coarse; not every tick).
struct ReplicationProgressed {
  std::string job_id;
  std::string stage;  // INITIALIZING, SNAPSHOTING, REPLICATING
  TxnId txn;
  friend bool operator==(const ReplicationProgressed&, const ReplicationProgressed&) = default;
};
// The frontend says COMMITTED. Not yet a success: the partitions must show it.
struct ReplicationCommitted {
  std::string job_id;
  friend bool operator==(const ReplicationCommitted&, const ReplicationCommitted&) = default;
};
// The frontend says ABORTED. Not yet a failure: the partitions decide.
struct ReplicationAborted {
  std::string job_id;
  std::string message;
  friend bool operator==(const ReplicationAborted&, const ReplicationAborted&) = default;
};
// Nowhere to be found: not listed, its label unknown.
struct ReplicationLost {
  std::string job_id;
  std::string detail;
  friend bool operator==(const ReplicationLost&, const ReplicationLost&) = default;
};
// Every partition of the job shows what was asked for.
struct ReplicationFinished {
  std::string job_id;
  friend bool operator==(const ReplicationFinished&, const ReplicationFinished&) = default;
};
// The job is over and its partitions do not (all) show it.
struct ReplicationFailed {
  std::string job_id;
  std::string message;
  friend bool operator==(const ReplicationFailed&, const ReplicationFailed&) = default;
};

// --- operator ----------------------------------------------------------------------------------

struct Paused {
  std::string by;
  friend bool operator==(const Paused&, const Paused&) = default;
};
struct Resumed {
  std::string by;
  friend bool operator==(const Resumed&, const Resumed&) = default;
};
struct TableSkipped {
  TableName name;
  friend bool operator==(const TableSkipped&, const TableSkipped&) = default;
};
struct RetryRequested {
  TableName name;  // empty db: every table
  friend bool operator==(const RetryRequested&, const RetryRequested&) = default;
};

// A drop that is not carried out before an operator has said so.
struct HeldDrop {
  TableName name;       // table empty: a database
  std::int64_t id = 0;  // of the target's object: another one under this name is not confirmed
  std::string reason;
  friend bool operator==(const HeldDrop&, const HeldDrop&) = default;
};
// More drops are due than may happen without an operator: none happens until the token is
// confirmed. Takes the place of an earlier one. No drops: nothing waits any more.
struct DropsHeld {
  std::string token;  // 8 hex digits, never the same twice in a journal
  std::vector<HeldDrop> drops;
  std::string reason;  // the limit that was passed
  friend bool operator==(const DropsHeld&, const DropsHeld&) = default;
};
// An operator allowed the drops of that DropsHeld, and no others.
struct OperatorConfirmed {
  std::string token;
  std::string by;
  friend bool operator==(const OperatorConfirmed&, const OperatorConfirmed&) = default;
};

// --- setting lease -----------------------------------------------------------------------------

struct FrontendSettingChanged {
  Side side = Side::kTarget;
  std::string key;
  std::string before;
  std::string after;
  friend bool operator==(const FrontendSettingChanged&, const FrontendSettingChanged&) = default;
};
struct FrontendSettingRestored {
  Side side = Side::kTarget;
  std::string key;
  std::string value;
  friend bool operator==(const FrontendSettingRestored&, const FrontendSettingRestored&) = default;
};

using Fact =
    std::variant<SessionStarted, SessionEnded, SettingChanged, ClusterIdentified, TopologyObserved,
                 LimitsObserved, DatabaseObserved, DatabaseMissing, DatabaseListed, TableObserved,
                 TableRead, PartitionsMoved, TableRereadWanted, TableMissing, TableUnreadable,
                 SweepCompleted, StrangerObserved, FeedAdvanced, TargetFeedGap, DdlStarted,
                 DdlSucceeded, DdlFailed, DdlVerified, ReplicationStarted, ReplicationAccepted,
                 ReplicationRejected, ReplicationProgressed, ReplicationCommitted,
                 ReplicationAborted, ReplicationLost, ReplicationFinished, ReplicationFailed,
                 Paused, Resumed, TableSkipped, RetryRequested, FrontendSettingChanged,
                 FrontendSettingRestored, DropsHeld, OperatorConfirmed>;

// A Fact with its place in the journal and the driver's clock at the moment of appending.
struct Event {
  EventSeq seq;
  WallTime at;
  Fact fact;
  friend bool operator==(const Event&, const Event&) = default;
};

// "SessionStarted", "ReplicationCommitted": stable, used by goldens and filters.
std::string_view fact_name(const Fact& fact);

}  // namespace srsync::core
