// The transition table of a table pair: what each fact about work means in each stage. Pure data,
// so that a test can show that every pair of stage and fact has exactly one row.
//
//   fact                    Resting   RunningDdl   Replicating
//   DdlStarted              move      invalid      invalid
//   DdlSucceeded            late      move         late
//   DdlFailed               late      move         late
//   DdlVerified             late      move         late
//   ReplicationStarted      move      invalid      invalid
//   ReplicationAccepted     late      late         move
//   ReplicationRejected     late      late         move
//   ReplicationProgressed   late      late         move
//   ReplicationCommitted    late      late         move
//   ReplicationAborted      late      late         move
//   ReplicationLost         late      late         move
//   ReplicationFinished     late      late         move
//   ReplicationFailed       late      late         move
//
// "late": the work named was concluded before; nothing moves. Facts about work carry its key or job
// id, and one that names other work than what is under way is late too. "invalid": two pieces of
// work at once, or started without a plan; the table is stopped and an operator must look.
#pragma once

#include <cstdint>
#include <optional>

#include "core/fact.h"
#include "core/state.h"

namespace srsync::core {

enum class Move : std::uint8_t { kMove, kLate, kInvalid };

// nullopt for facts that are not about work under way.
std::optional<Move> transition(const Stage& stage, const Fact& fact);

}  // namespace srsync::core
