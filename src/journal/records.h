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

// Goes up when keys, column families or these records change their meaning. A journal says the
// lowest one that it needs, so that older versions still read what they can.
inline constexpr std::uint32_t kFormatWhole = 1;    // begins with event 1
inline constexpr std::uint32_t kFormatTrimmed = 2;  // begins behind a Beginning and its checkpoint
inline constexpr std::uint32_t kFormatVersion = kFormatTrimmed;

// The end of the journal: the last event and the hash that the next envelope will carry.
struct Head {
  EventSeq seq;
  Hash128 chain;
  friend bool operator==(const Head&, const Head&) = default;
};

// Behind what the kept events stand: event `seq` is the last one that is not kept, and the
// checkpoint at `seq` takes its place and that of all before it. In a whole journal seq is 0 and
// there is no checkpoint.
struct Beginning {
  EventSeq seq;
  Hash128 chain;           // after event seq
  WallTime at{INT64_MIN};  // of event seq
  bool trimmed() const { return seq != EventSeq(); }
  friend bool operator==(const Beginning&, const Beginning&) = default;
};

struct Manifest {
  EventSeq seq;
  std::uint32_t pieces = 0;
  std::uint64_t size = 0;  // bytes of all pieces
  Hash128 digest;          // codec::digest of the State
  Hash128 chain;           // of the event at seq: what a refold must arrive at
  friend bool operator==(const Manifest&, const Manifest&) = default;
};

std::string encode_identity(const io::JournalIdentity& identity,
                            std::uint32_t format = kFormatWhole);
// `format`, if given, takes the journal's format version. kUnsupported when a newer version made
// the journal; kCorruption otherwise.
Result<io::JournalIdentity> decode_identity(std::string_view bytes,
                                            std::uint32_t* format = nullptr);

std::string encode_beginning(const Beginning& beginning);
Result<Beginning> decode_beginning(std::string_view bytes);

std::string encode_head(const Head& head);
Result<Head> decode_head(std::string_view bytes);

std::string encode_manifest(const Manifest& manifest);
Result<Manifest> decode_manifest(std::string_view bytes);

// Where the chain of a journal starts, so that no record of one journal fits into another.
Head genesis(const std::string& journal_id);
// The same for a journal that was never trimmed.
Beginning whole_beginning(const std::string& journal_id);
// kNotFound: the events up to beginning.seq are not there any more, on purpose.
Status trimmed_away(const Beginning& beginning);

// Keys of the column family "checkpoints". The manifest sorts behind its pieces.
inline constexpr std::uint32_t kManifestPiece = 0xffffffff;
std::string checkpoint_key(EventSeq seq, std::uint32_t piece);
struct CheckpointKey {
  EventSeq seq;
  std::uint32_t piece = 0;
};
Result<CheckpointKey> parse_checkpoint_key(std::string_view bytes);

}  // namespace srsync::journal
