// State <-> the bytes of a checkpoint (schema/journal.proto, State), and State's digest.
//
// Written in pieces that together are one State message, so that neither side ever holds a second
// copy of a large catalog in memory. Only what the journal decides is written; the rest is derived
// again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

#include "base/bytes.h"
#include "base/status.h"
#include "core/state.h"

namespace srsync::codec {

inline constexpr std::uint32_t kStateSchemaVersion = 3;

// Called with the pieces in order. A non-OK status ends the encoding.
using PieceSink = std::function<Status(std::string_view piece)>;

// Hands `state` to `sink` in pieces of about `piece_bytes` and returns its digest. The digest does
// not depend on where the pieces are cut. Fails only as `sink` does.
Result<Hash128> encode_state(const core::State& state, std::size_t piece_bytes,
                             const PieceSink& sink);

// Of everything that is journalled: equal for equal histories, whatever the path there (checkpoint
// and tail, or all events).
Hash128 digest(const core::State& state);

// The other direction, piece by piece. Used once.
class StateDecoder {
 public:
  // kUnsupported: a newer version wrote it. kCorruption: not an encoding of a State.
  Status add(std::string_view piece);

  // The State with its derived parts rebuilt. kCorruption when its digest is not `expected`.
  Result<core::State> finish(const Hash128& expected);

 private:
  Status add_head(std::string_view piece);
  Status add_tables(std::string_view piece);

  core::State state_;
  Hash128 digest_;
  bool has_head_ = false;
};

}  // namespace srsync::codec
