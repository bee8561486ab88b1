#include "journal/checkpoint_store.h"

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "base/kill_point.h"
#include "codec/state_codec.h"

namespace srsync::journal {
namespace {

constexpr std::size_t kPieceBytes = 1 << 20;

// Removes every checkpoint, whole or not, but those in `kept`.
Status remove_others(const Store& store, const std::set<EventSeq>& kept) {
  rocksdb::WriteBatch batch;
  const std::unique_ptr<rocksdb::Iterator> at(
      store.db().NewIterator(rocksdb::ReadOptions(), store.checkpoints()));
  for (at->SeekToFirst(); at->Valid(); at->Next()) {
    const Result<CheckpointKey> key = parse_checkpoint_key(view(at->key()));
    if (key.is_ok() && kept.contains(key->seq)) continue;
    SRSYNC_RETURN_IF_ERROR(
        store.status(batch.Delete(store.checkpoints(), at->key()), "removing an old checkpoint"));
  }
  SRSYNC_RETURN_IF_ERROR(store.status(at->status(), "listing checkpoints"));
  if (batch.Count() == 0) return Status::ok();
  return store.status(store.db().Write(rocksdb::WriteOptions(), &batch),
                      "removing an old checkpoint");
}

Status write_records(const Store& store, const core::State& state, const Hash128& chain) {
  Manifest manifest{state.applied, 0, 0, {}, chain};
  // Not synced one by one: the log keeps the order, so a durable manifest has durable pieces before
  // it.
  const codec::PieceSink sink = [&store, &manifest](std::string_view piece) {
    manifest.size += piece.size();
    const std::string key = checkpoint_key(manifest.seq, manifest.pieces++);
    return store.status(
        store.db().Put(rocksdb::WriteOptions(), store.checkpoints(), key, slice(piece)),
        "writing a checkpoint");
  };
  SRSYNC_ASSIGN_OR_RETURN(manifest.digest, codec::encode_state(state, kPieceBytes, sink));
  rocksdb::WriteOptions synced;
  synced.sync = true;
  return store.status(
      store.db().Put(synced, store.checkpoints(), checkpoint_key(manifest.seq, kManifestPiece),
                     encode_manifest(manifest)),
      "writing a checkpoint");
}

Result<Manifest> read_manifest(const Store& store, EventSeq seq) {
  std::optional<std::string> bytes;
  SRSYNC_ASSIGN_OR_RETURN(bytes,
                          store.get(store.checkpoints(), checkpoint_key(seq, kManifestPiece)));
  const std::string what = fmt::format("checkpoint {}", seq.value());
  if (!bytes.has_value()) return not_found(fmt::format("there is no {}", what));
  Result<Manifest> manifest = decode_manifest(*bytes);
  if (!manifest.is_ok()) return manifest.status().with_context(what);
  return manifest;
}

}  // namespace

Status store_checkpoint(const Store& store, const core::State& state, const Hash128& chain,
                        EventSeq base) {
  SRSYNC_KILL_POINT("journal.checkpoint.before");
  // Pieces of a checkpoint at the same place that was not finished would mix with the new ones.
  SRSYNC_RETURN_IF_ERROR(remove_old_checkpoints(store, base));
  SRSYNC_RETURN_IF_ERROR(write_records(store, state, chain));
  SRSYNC_KILL_POINT("journal.checkpoint.after");
  return remove_old_checkpoints(store, base);
}

Status add_checkpoint(const Store& store, const core::State& state, const Hash128& chain) {
  std::vector<Manifest> manifests;
  SRSYNC_ASSIGN_OR_RETURN(manifests, list_checkpoints(store));
  std::set<EventSeq> kept;
  for (const Manifest& manifest : manifests) kept.insert(manifest.seq);
  kept.erase(state.applied);
  SRSYNC_RETURN_IF_ERROR(remove_others(store, kept));
  return write_records(store, state, chain);
}

Status remove_old_checkpoints(const Store& store, EventSeq base) {
  std::vector<Manifest> manifests;
  SRSYNC_ASSIGN_OR_RETURN(manifests, list_checkpoints(store));
  std::set<EventSeq> kept;
  for (const Manifest& manifest : manifests) {
    if (kept.size() < kCheckpointsKept) kept.insert(manifest.seq);
  }
  kept.insert(base);
  return remove_others(store, kept);
}

Result<std::vector<Manifest>> list_checkpoints(const Store& store) {
  std::vector<Manifest> manifests;
  const std::unique_ptr<rocksdb::Iterator> at(
      store.db().NewIterator(rocksdb::ReadOptions(), store.checkpoints()));
  for (at->SeekToLast(); at->Valid(); at->Prev()) {
    const Result<CheckpointKey> key = parse_checkpoint_key(view(at->key()));
    if (!key.is_ok() || key->piece != kManifestPiece) continue;
    const Result<Manifest> manifest = decode_manifest(view(at->value()));
    const bool sound = manifest.is_ok() && manifest->seq == key->seq;
    manifests.push_back(sound ? *manifest : Manifest{key->seq, 0, 0, {}, {}});
  }
  SRSYNC_RETURN_IF_ERROR(store.status(at->status(), "listing checkpoints"));
  return manifests;
}

Result<core::State> load_checkpoint(const Store& store, EventSeq seq) {
  const std::string what = fmt::format("checkpoint {}", seq.value());
  Manifest manifest;
  SRSYNC_ASSIGN_OR_RETURN(manifest, read_manifest(store, seq));
  codec::StateDecoder decoder;
  for (std::uint32_t piece = 0; piece < manifest.pieces; ++piece) {
    Result<std::optional<std::string>> read =
        store.get(store.checkpoints(), checkpoint_key(seq, piece));
    if (!read.is_ok()) return read.status().with_context(what);
    if (!read->has_value()) return corruption(fmt::format("{}: piece {} is missing", what, piece));
    const Status added = decoder.add(**read);
    if (!added.is_ok()) return added.with_context(what);
  }
  Result<core::State> state = decoder.finish(manifest.digest);
  if (!state.is_ok()) return state.status().with_context(what);
  if (state->applied != seq) {
    return corruption(
        fmt::format("{} holds the state after event {}", what, state->applied.value()));
  }
  return state;
}

Result<core::State> load_base(const Store& store, const Beginning& beginning) {
  const std::string what = fmt::format(
      "events 1 to {} were trimmed away and the checkpoint that stands for them cannot be used",
      beginning.seq.value());
  const Result<Manifest> manifest = read_manifest(store, beginning.seq);
  if (!manifest.is_ok()) return corruption(manifest.status().message()).with_context(what);
  if (manifest->chain != beginning.chain) {
    return corruption("it belongs to another history").with_context(what);
  }
  Result<core::State> state = load_checkpoint(store, beginning.seq);
  if (!state.is_ok()) return state.status().with_context(what);
  return state;
}

}  // namespace srsync::journal
