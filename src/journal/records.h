// The journal's own records, besides events and states: who it is, where it ends, what a checkpoint
// consists of. Formats: schema/journal.proto (JournalMeta, JournalHead, CheckpointManifest). Pure
// functions, safe from any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/ids.h"
#include "base/status.h"
#include "io/journal.h"

namespace srsync::journal {

// Goes up when keys, column families or these records change their meaning.
inline constexpr std::uint32_t kFormatVersion = 1;

// The end of the journal: the last event and the hash that the next envelope will carry.
struct Head {
  EventSeq seq;
  Hash128 chain;
  friend bool operator==(const Head&, const Head&) = default;
};

struct Manifest {
  EventSeq seq;
  std::uint32_t pieces = 0;
  std::uint64_t size = 0;  // bytes of all pieces
  Hash128 digest;          // codec::digest of the State
  Hash128 chain;           // of the event at seq: what a refold must arrive at
  friend bool operator==(const Manifest&, const Manifest&) = default;
};

std::string encode_identity(const io::JournalIdentity& identity);
// kUnsupported when a newer version made the journal; kCorruption otherwise.
Result<io::JournalIdentity> decode_identity(std::string_view bytes);

std::string encode_head(const Head& head);
Result<Head> decode_head(std::string_view bytes);

std::string encode_manifest(const Manifest& manifest);
Result<Manifest> decode_manifest(std::string_view bytes);

// Where the chain of a journal starts, so that no record of one journal fits into another.
Head genesis(const std::string& journal_id);

// Keys of the column family "checkpoints". The manifest sorts behind its pieces.
inline constexpr std::uint32_t kManifestPiece = 0xffffffff;
std::string checkpoint_key(EventSeq seq, std::uint32_t piece);
struct CheckpointKey {
  EventSeq seq;
  std::uint32_t piece = 0;
};
Result<CheckpointKey> parse_checkpoint_key(std::string_view bytes);

}  // namespace srsync::journal
