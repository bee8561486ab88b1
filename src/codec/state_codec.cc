#include "codec/state_codec.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "codec/state_fields.h"
#include "codec/wire.h"

namespace srsync::codec {
namespace {

void encode_head(const core::State& state, std::string& out) {
  Writer writer(out);
  writer(1, kStateSchemaVersion);
  // state_head_fields() serves both directions and so takes a mutable value; a Writer only reads
  // it.
  state_head_fields(writer, const_cast<core::State&>(state));
}

}  // namespace

Result<Hash128> encode_state(const core::State& state, std::size_t piece_bytes,
                             const PieceSink& sink) {
  std::string buffer;
  encode_head(state, buffer);
  Hash128 digest = hash128(buffer);
  SRSYNC_RETURN_IF_ERROR(sink(buffer));
  buffer.clear();
  std::string table;
  for (const core::TablePair& pair : state.tables) {
    table.clear();
    Writer(table).body(pair);
    digest = hash128_chain(digest, table);
    Writer(buffer).bytes(kStateTablesField, table);
    if (buffer.size() < piece_bytes) continue;
    SRSYNC_RETURN_IF_ERROR(sink(buffer));
    buffer.clear();
  }
  if (!buffer.empty()) SRSYNC_RETURN_IF_ERROR(sink(buffer));
  return digest;
}

Hash128 digest(const core::State& state) {
  std::string buffer;
  encode_head(state, buffer);
  Hash128 digest = hash128(buffer);
  for (const core::TablePair& pair : state.tables) {
    buffer.clear();
    Writer(buffer).body(pair);
    digest = hash128_chain(digest, buffer);
  }
  return digest;
}

Status StateDecoder::add(std::string_view piece) {
  if (has_head_) return add_tables(piece);
  has_head_ = true;
  return add_head(piece);
}

Status StateDecoder::add_head(std::string_view piece) {
  Reader reader(piece);
  std::uint32_t schema = 0;
  reader(1, schema);
  if (reader.ok() && schema > kStateSchemaVersion) {
    return unsupported(
        fmt::format("a checkpoint has schema version {}; this version reads up to {}", schema,
                    kStateSchemaVersion),
        "use the version of srsync that wrote the journal, or a newer one");
  }
  if (reader.ok() && schema == 0) return corruption("a checkpoint has no schema version");
  state_head_fields(reader, state_);
  reader.finish();
  digest_ = hash128(piece);
  return reader.status("a checkpoint");
}

Status StateDecoder::add_tables(std::string_view piece) {
  Reader reader(piece);
  while (reader.ok() && reader.field() == kStateTablesField) {
    const std::string_view body = reader.bytes(kStateTablesField);
    if (!reader.ok()) break;
    Reader table(body);
    fields(table, state_.tables.emplace_back());
    table.finish();
    SRSYNC_RETURN_IF_ERROR(
        table.status(fmt::format("table {} of a checkpoint", state_.tables.size())));
    digest_ = hash128_chain(digest_, body);
  }
  reader.finish();
  return reader.status("a checkpoint");
}

Result<core::State> StateDecoder::finish(const Hash128& expected) {
  if (!has_head_) return corruption("a checkpoint is empty");
  if (digest_ != expected) {
    return corruption(
        fmt::format("a checkpoint's content has the digest {}, not {} as stored with it",
                    to_hex(digest_), to_hex(expected)));
  }
  core::rebuild_derived(state_);
  return std::move(state_);
}

}  // namespace srsync::codec
