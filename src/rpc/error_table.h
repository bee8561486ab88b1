// What a frontend's answer text means. startTableReplication only ever answers OK or
// INTERNAL_ERROR, so the text is the only thing that tells a full slot from a wrong id. This table
// is the one place where those texts stand; each has a test.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/status.h"

namespace srsync::rpc {

// Why a frontend refused. Finer than the Code: it chooses the hint, and tests name it.
enum class Refusal : std::uint8_t {
  kUnknownText,
  kDatabaseNotFound,
  kTableNotFound,
  kPartitionNotFound,
  kIndexNotFound,
  kTabletNotFound,
  kNotAnOlapTable,
  kPublishNotFinished,
  kTargetAhead,
  kNothingToReplicate,
  kTableSlotsTaken,
  kReplicaSlotsTaken,
  kDataSizeSlotsTaken,
  kAlreadyRunning,
  kTableNotNormal,
  kLeaderChanging,
  kForwardFailed,
  kNoTargetReplica,
  kFewerSourceReplicas,
  kMalformedRequest,
  kStorageVolume,
  kTransactionNotFound,
  kTransactionFinished,
  kTransactionNotRunning,
  kTransactionSpoiled,
  kRangeTaken,
  kPartitionNotMade,
  kAccessDenied,
};

struct RefusalClass {
  Refusal refusal = Refusal::kUnknownText;
  Code code = Code::kRejected;
  std::string_view hint;  // for people; may be empty
};

// The meaning of a non-OK answer's text (error_msgs[0]). An unknown text is kRejected: nothing
// happened as far as a frontend says, and repeating it blindly would hide something new.
RefusalClass classify_refusal(std::string_view text);

// Of the answers whose status code says more than their text: getTableMeta's, and loadTxnBegin's,
// which is the only one that knows LABEL_ALREADY_EXISTS.
Code code_of_status(std::int32_t status_code);

// Stable lower-case name for logs and tests ("target_ahead").
std::string_view refusal_name(Refusal refusal);

}  // namespace srsync::rpc
