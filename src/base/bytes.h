// Byte helpers: big-endian integers, hex, and the 128-bit content hash used by the journal's chain
// and by digests. Pure functions, safe from any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/status.h"

namespace srsync {

// 8 bytes, most significant first, so that byte order equals numeric order.
std::string big_endian_u64(std::uint64_t value);
// Requires `bytes` to be 8 long, else kCorruption.
Result<std::uint64_t> parse_big_endian_u64(std::string_view bytes);

// Lower-case hex without separators.
std::string to_hex(std::string_view bytes);
// kInvalidArgument on an odd length or a digit that is not hex.
Result<std::string> from_hex(std::string_view hex);

// XXH3 128 of the bytes. Detects accident and careless edits; it is not a signature.
struct Hash128 {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  friend bool operator==(const Hash128&, const Hash128&) = default;
};
Hash128 hash128(std::string_view bytes);
// The hash of `bytes` seeded with an earlier hash: a link of a chain.
Hash128 hash128_chain(const Hash128& previous, std::string_view bytes);
// 64-bit XXH3 of the bytes, for fingerprints inside one journal.
std::uint64_t hash64(std::string_view bytes);
// 32 hex digits, most significant first.
std::string to_hex(const Hash128& hash);

}  // namespace srsync
