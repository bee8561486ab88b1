#include "rpc/error_table.h"

#include <array>

namespace srsync::rpc {

namespace {

struct Row {
  std::string_view begins;
  std::string_view ends;  // empty: anything
  Refusal refusal;
  Code code;
  std::string_view hint;
};

constexpr std::string_view kRaiseLimit =
    "the target's limit can be raised with ADMIN SET FRONTEND CONFIG";
constexpr std::string_view kRecreate =
    "somebody wrote to the target partition; it must be dropped and created again";

// The first row that fits wins, so a longer text stands before a shorter one that begins alike.
constexpr auto kRows = std::to_array<Row>({
    {"No data need to replicate", "", Refusal::kNothingToReplicate, Code::kAlreadyExists, ""},
    {"The replication jobs exceeds the replication_max_parallel_table_count", "",
     Refusal::kTableSlotsTaken, Code::kBusy, kRaiseLimit},
    {"The replicating replica count in all running replication jobs", "",
     Refusal::kReplicaSlotsTaken, Code::kBusy, kRaiseLimit},
    {"The replicating data size in all running replication jobs", "", Refusal::kDataSizeSlotsTaken,
     Code::kBusy, kRaiseLimit},
    {"Replication job of table ", " is already running", Refusal::kAlreadyRunning, Code::kBusy, ""},
    {"Replication job of table ", " is being constructed", Refusal::kAlreadyRunning, Code::kBusy,
     ""},
    {"Partition ", " publish version not finished", Refusal::kPublishNotFinished, Code::kBusy, ""},
    {"Partition ", " not found", Refusal::kPartitionNotFound, Code::kNotFound, ""},
    {"Target data version: ", "", Refusal::kTargetAhead, Code::kRejected, kRecreate},
    {"Target visible version: ", "", Refusal::kTargetAhead, Code::kRejected, kRecreate},
    {"Database ", " not found", Refusal::kDatabaseNotFound, Code::kNotFound, ""},
    {"Database ", " does not exist", Refusal::kDatabaseNotFound, Code::kNotFound, ""},
    {"Table ", " is not olap table", Refusal::kNotAnOlapTable, Code::kRejected, ""},
    {"Table ", " not found", Refusal::kTableNotFound, Code::kNotFound, ""},
    {"OLAP table ", " does not exist", Refusal::kTableNotFound, Code::kNotFound, ""},
    {"Index ", " not found", Refusal::kIndexNotFound, Code::kNotFound, ""},
    {"Tablet ", " not found", Refusal::kTabletNotFound, Code::kNotFound, ""},
    {"/ by zero", "", Refusal::kNoTargetReplica, Code::kBusy,
     "a target tablet has no replica or no compute node at the moment"},
    {"Source replica number must not less than target replica number", "",
     Refusal::kFewerSourceReplicas, Code::kRejected,
     "this target version needs a replication_num not above the source's"},
    {"forward request to fe master failed", "", Refusal::kForwardFailed, Code::kOutcomeUnknown, ""},
    {"Leader work admission is closed", "", Refusal::kLeaderChanging, Code::kBusy, ""},
    {"Source cluster partition id: ", " is invalid", Refusal::kMalformedRequest,
     Code::kInvalidArgument, ""},
    {"Cannot invoke \"", "", Refusal::kMalformedRequest, Code::kInvalidArgument, ""},
    {"Source storage volume not found: ", "", Refusal::kStorageVolume, Code::kRejected,
     "create the storage volume on the target"},
    {"Unknown src storage volume while creating virtual tablet: ", "", Refusal::kStorageVolume,
     Code::kRejected, "create the storage volume on the target"},
    {"Failed to create shard for storage volume: ", "", Refusal::kStorageVolume, Code::kRejected,
     "check the storage volume on the target"},
    {"automatic create partition failed. error: txn ", " not exist",
     Refusal::kTransactionNotRunning, Code::kBusy, "the next attempt begins a transaction anew"},
    {"automatic create partition failed.", " already create partition failed",
     Refusal::kTransactionSpoiled, Code::kRejected, ""},
    {"Access denied", "", Refusal::kAccessDenied, Code::kDenied,
     "the target's account needs INSERT on the table"},
    {"current fe is not master", "", Refusal::kLeaderChanging, Code::kBusy, ""},
    {"transaction not found", "", Refusal::kTransactionNotFound, Code::kNotFound, ""},
    {"transaction's state is already ", "", Refusal::kTransactionFinished, Code::kRejected, ""},
});

constexpr std::string_view kNotMade = "automatic create partition failed.";

// "automatic create partition failed. error:.. Range [..) is intersected with range: [..)."
RefusalClass not_made(std::string_view text) {
  if (text.find(" is intersected with range: ") == text.npos) {
    return {Refusal::kPartitionNotMade, Code::kRejected, {}};
  }
  return {Refusal::kRangeTaken, Code::kRejected,
          "another partition of the target holds some of these values; it must be dropped first"};
}

// "Table T state is not NORMAL: S" has both names in the way of a prefix or a suffix.
bool is_not_normal(std::string_view text) {
  return text.starts_with("Table ") && text.find(" state is not NORMAL: ") != text.npos;
}

}  // namespace

RefusalClass classify_refusal(std::string_view text) {
  if (is_not_normal(text)) return {Refusal::kTableNotNormal, Code::kBusy, ""};
  for (const Row& row : kRows) {
    if (text.starts_with(row.begins) && text.ends_with(row.ends)) {
      return {row.refusal, row.code, row.hint};
    }
  }
  return text.starts_with(kNotMade) ? not_made(text) : RefusalClass{};
}

Code code_of_status(std::int32_t status_code) {
  switch (status_code) {
    case 0:
      return Code::kOk;
    case 3:  // NOT_IMPLEMENTED_ERROR
      return Code::kUnsupported;
    case 15:  // LABEL_ALREADY_EXISTS
      return Code::kBusy;
    case 8:   // TIMEOUT
    case 41:  // SERVICE_UNAVAILABLE
      return Code::kUnavailable;
    case 31:  // NOT_FOUND
      return Code::kNotFound;
    case 33:  // INVALID_ARGUMENT
      return Code::kInvalidArgument;
    case 38:  // NOT_AUTHORIZED
      return Code::kDenied;
    default:
      return Code::kRejected;
  }
}

std::string_view refusal_name(Refusal refusal) {
  static constexpr auto kNames = std::to_array<std::string_view>(
      {"unknown_text",          "database_not_found",   "table_not_found",
       "partition_not_found",   "index_not_found",      "tablet_not_found",
       "not_an_olap_table",     "publish_not_finished", "target_ahead",
       "nothing_to_replicate",  "table_slots_taken",    "replica_slots_taken",
       "data_size_slots_taken", "already_running",      "table_not_normal",
       "leader_changing",       "forward_failed",       "no_target_replica",
       "fewer_source_replicas", "malformed_request",    "storage_volume",
       "transaction_not_found", "transaction_finished", "transaction_not_running",
       "transaction_spoiled",   "range_taken",          "partition_not_made",
       "access_denied"});
  static_assert(kNames.size() == static_cast<std::size_t>(Refusal::kAccessDenied) + 1);
  return kNames[static_cast<std::size_t>(refusal)];
}

}  // namespace srsync::rpc
