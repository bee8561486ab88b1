// Events <-> the bytes that stand in the journal (schema/journal.proto, Envelope).
//
// One event has exactly one encoding. Pure functions, safe from any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/status.h"
#include "core/fact.h"

namespace srsync::codec {

// Goes up whenever a fact, a field or an enum value is added. Older ones stay readable; what is
// absent in them reads as zero.
inline constexpr std::uint32_t kSchemaVersion = 3;

// Appends the encoding of `event` to `out`. `previous` is the chain hash of the event before.
void encode_event(const core::Event& event, const Hash128& previous, std::string& out);

// The journal's chain: the hash that the next event carries as `previous`.
Hash128 chain_next(const Hash128& previous, std::string_view envelope);

// Reads one envelope into `event` and `previous`, reusing what `event` holds already.
// kUnsupported: a newer version wrote it. kCorruption: these bytes are no encoding of an event.
// `event` is unspecified on failure.
Status decode_event(std::string_view envelope, core::Event& event, Hash128& previous);

// Whether T has a number in the envelope; for proofs that every fact has one.
std::uint32_t fact_field(const core::Fact& fact);

}  // namespace srsync::codec
