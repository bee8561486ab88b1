#include "journal/records.h"

#include <fmt/format.h>

#include <utility>

#include "codec/wire.h"

namespace srsync::journal {
namespace {

std::string hash_bytes(const Hash128& hash) {
  return big_endian_u64(hash.high) + big_endian_u64(hash.low);
}

Result<Hash128> parse_hash(std::string_view bytes) {
  if (bytes.size() != 16) return corruption("a hash is not 16 bytes long");
  Hash128 hash;
  SRSYNC_ASSIGN_OR_RETURN(hash.high, parse_big_endian_u64(bytes.substr(0, 8)));
  SRSYNC_ASSIGN_OR_RETURN(hash.low, parse_big_endian_u64(bytes.substr(8)));
  return hash;
}

}  // namespace

std::string encode_identity(const io::JournalIdentity& identity, std::uint32_t format) {
  std::string bytes;
  codec::Writer writer(bytes);
  writer(1, format);
  writer(2, identity.journal_id);
  writer(3, identity.created);
  writer(4, identity.pair.source_cluster_id);
  writer(5, identity.pair.target_cluster_id);
  writer(6, identity.pair.source_run_mode);
  writer(7, identity.pair.target_run_mode);
  return bytes;
}

Result<io::JournalIdentity> decode_identity(std::string_view bytes, std::uint32_t* format_out) {
  codec::Reader reader(bytes);
  std::uint32_t format = 0;
  reader(1, format);
  if (reader.ok() && format > kFormatVersion) {
    return unsupported(fmt::format("it has format version {}; this version knows up to {}", format,
                                   kFormatVersion),
                       "use the version of srsync that wrote the journal, or a newer one");
  }
  io::JournalIdentity identity;
  reader(2, identity.journal_id);
  reader(3, identity.created);
  reader(4, identity.pair.source_cluster_id);
  reader(5, identity.pair.target_cluster_id);
  reader(6, identity.pair.source_run_mode);
  reader(7, identity.pair.target_run_mode);
  reader.finish();
  SRSYNC_RETURN_IF_ERROR(reader.status("the journal's identity"));
  if (format == 0 || identity.journal_id.size() != 16) {
    return corruption("the journal's identity is incomplete");
  }
  if (format_out != nullptr) *format_out = format;
  return identity;
}

std::string encode_beginning(const Beginning& beginning) {
  std::string bytes;
  codec::Writer writer(bytes);
  writer(1, beginning.seq);
  writer.bytes(2, hash_bytes(beginning.chain));
  writer(3, beginning.at);
  return bytes;
}

Result<Beginning> decode_beginning(std::string_view bytes) {
  codec::Reader reader(bytes);
  Beginning beginning;
  reader(1, beginning.seq);
  const std::string_view chain = reader.bytes(2);
  reader(3, beginning.at);
  reader.finish();
  SRSYNC_RETURN_IF_ERROR(reader.status("the journal's beginning"));
  SRSYNC_ASSIGN_OR_RETURN(beginning.chain, parse_hash(chain));
  if (!beginning.trimmed()) return corruption("the journal's beginning is incomplete");
  return beginning;
}

std::string encode_head(const Head& head) {
  std::string bytes;
  codec::Writer writer(bytes);
  writer(1, head.seq);
  writer.bytes(2, hash_bytes(head.chain));
  return bytes;
}

Result<Head> decode_head(std::string_view bytes) {
  codec::Reader reader(bytes);
  Head head;
  reader(1, head.seq);
  const std::string_view chain = reader.bytes(2);
  reader.finish();
  SRSYNC_RETURN_IF_ERROR(reader.status("the journal's head"));
  SRSYNC_ASSIGN_OR_RETURN(head.chain, parse_hash(chain));
  return head;
}

std::string encode_manifest(const Manifest& manifest) {
  std::string bytes;
  codec::Writer writer(bytes);
  writer(1, manifest.seq);
  writer(2, manifest.pieces);
  writer(3, manifest.size);
  writer.bytes(4, hash_bytes(manifest.digest));
  writer.bytes(5, hash_bytes(manifest.chain));
  return bytes;
}

Result<Manifest> decode_manifest(std::string_view bytes) {
  codec::Reader reader(bytes);
  Manifest manifest;
  reader(1, manifest.seq);
  reader(2, manifest.pieces);
  reader(3, manifest.size);
  const std::string_view digest = reader.bytes(4);
  const std::string_view chain = reader.bytes(5);
  reader.finish();
  SRSYNC_RETURN_IF_ERROR(reader.status("a checkpoint's manifest"));
  SRSYNC_ASSIGN_OR_RETURN(manifest.digest, parse_hash(digest));
  SRSYNC_ASSIGN_OR_RETURN(manifest.chain, parse_hash(chain));
  return manifest;
}

Head genesis(const std::string& journal_id) { return {EventSeq(), hash128(journal_id)}; }

Beginning whole_beginning(const std::string& journal_id) {
  return {EventSeq(), genesis(journal_id).chain, WallTime(INT64_MIN)};
}

Status trimmed_away(const Beginning& beginning) {
  const std::uint64_t last = beginning.seq.value();
  return not_found(fmt::format("events 1 to {} were trimmed away", last),
                   fmt::format("the history begins with event {}; what was known before it is the "
                               "state at event {}",
                               last + 1, last));
}

std::string checkpoint_key(EventSeq seq, std::uint32_t piece) {
  return big_endian_u64(seq.value()) + big_endian_u64(piece).substr(4);
}

Result<CheckpointKey> parse_checkpoint_key(std::string_view bytes) {
  if (bytes.size() != 12) return corruption("a checkpoint's key is not 12 bytes long");
  CheckpointKey key;
  std::uint64_t seq = 0;
  SRSYNC_ASSIGN_OR_RETURN(seq, parse_big_endian_u64(bytes.substr(0, 8)));
  key.seq = EventSeq(seq);
  for (const char c : bytes.substr(8)) {
    key.piece = (key.piece << 8) | static_cast<unsigned char>(c);
  }
  return key;
}

}  // namespace srsync::journal
