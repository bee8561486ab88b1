#include "journal/importer.h"

#include <fmt/format.h>

#include <utility>

#include "codec/event_codec.h"
#include "journal/checkpoint_store.h"
#include "journal/directory.h"
#include "journal/high_water.h"
#include "journal/store.h"

namespace srsync::journal {
namespace {

constexpr std::size_t kBatchBytes = 1 << 20;

}  // namespace

struct Importer::Impl {
  std::unique_ptr<Store> store;
  rocksdb::Env& env;
  io::JournalIdentity identity;
  Head head;
  WallTime last_at{INT64_MIN};
  rocksdb::WriteBatch batch;
  Beginning beginning;
  Manifest base;          // of what stands for the events that are gone
  bool has_base = false;  // and it is sound

  Status write(bool sync) {
    rocksdb::WriteOptions options;
    options.sync = sync;
    const Status written = store->status(store->db().Write(options, &batch), "importing");
    batch.Clear();
    return written;
  }
};

Importer::Importer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Importer::~Importer() = default;

Result<std::unique_ptr<Importer>> Importer::create(const std::string& dir,
                                                   const io::JournalIdentity& identity,
                                                   rocksdb::Env* env) {
  rocksdb::Env& files = env == nullptr ? *rocksdb::Env::Default() : *env;
  Contents contents = Contents::kNothing;
  SRSYNC_ASSIGN_OR_RETURN(contents, inspect_directory(dir, files));
  if (contents != Contents::kNothing) {
    return rejected(fmt::format("there is a journal in {} already", dir),
                    "import into a directory that does not exist yet");
  }
  std::unique_ptr<Store> store;
  SRSYNC_ASSIGN_OR_RETURN(store, Store::open(dir, Access::kWrite, env));
  SRSYNC_RETURN_IF_ERROR(store->write_identity(identity));
  return std::unique_ptr<Importer>(new Importer(std::unique_ptr<Impl>(
      new Impl{std::move(store), files, identity, genesis(identity.journal_id), WallTime(INT64_MIN),
               rocksdb::WriteBatch(), Beginning(), Manifest()})));
}

Status Importer::begin_trimmed(const Beginning& beginning) {
  if (impl_->head.seq != EventSeq() || impl_->beginning.trimmed()) {
    return corruption("what was trimmed away stands in front of the first event, once");
  }
  impl_->beginning = beginning;
  impl_->head = {beginning.seq, beginning.chain};
  impl_->last_at = beginning.at;
  impl_->base.seq = beginning.seq;
  impl_->base.chain = beginning.chain;
  return Status::ok();
}

Status Importer::add_state(std::string_view piece) {
  if (!impl_->beginning.trimmed() || impl_->has_base || impl_->head.seq != impl_->base.seq) {
    return corruption("a piece of a checkpoint where none is expected");
  }
  impl_->base.size += piece.size();
  const std::string key = checkpoint_key(impl_->base.seq, impl_->base.pieces++);
  impl_->batch.Put(impl_->store->checkpoints(), key, slice(piece))
      .PermitUncheckedError();  // a batch in memory cannot fail
  return impl_->write(false);
}

Status Importer::finish_state(const Hash128& digest) {
  if (!impl_->beginning.trimmed() || impl_->has_base) {
    return corruption("the end of a checkpoint where none is expected");
  }
  impl_->base.digest = digest;
  impl_->batch
      .Put(impl_->store->checkpoints(), checkpoint_key(impl_->base.seq, kManifestPiece),
           encode_manifest(impl_->base))
      .PermitUncheckedError();
  SRSYNC_RETURN_IF_ERROR(impl_->write(false));
  SRSYNC_RETURN_IF_ERROR(load_base(*impl_->store, impl_->beginning).status());
  impl_->has_base = true;
  return Status::ok();
}

Status Importer::add(std::string_view record) {
  if (impl_->beginning.trimmed() && !impl_->has_base) {
    return corruption("an event before the checkpoint that stands for what was trimmed away");
  }
  core::Event event;
  Hash128 previous;
  const EventSeq expected = impl_->head.seq.next();
  const Status decoded = codec::decode_event(record, event, previous);
  if (!decoded.is_ok()) return decoded.with_context(fmt::format("event {}", expected.value()));
  if (event.seq != expected || previous != impl_->head.chain || event.at < impl_->last_at) {
    return corruption(fmt::format("event {} does not follow from event {}", event.seq.value(),
                                  impl_->head.seq.value()));
  }
  impl_->last_at = event.at;
  impl_->head = {event.seq, codec::chain_next(previous, record)};
  impl_->batch.Put(impl_->store->events(), big_endian_u64(event.seq.value()), slice(record))
      .PermitUncheckedError();  // a batch in memory cannot fail
  if (impl_->batch.GetDataSize() < kBatchBytes) return Status::ok();
  return impl_->write(false);
}

Status Importer::finish(EventSeq last, const Hash128& chain) {
  if (impl_->head != Head{last, chain}) {
    return corruption(fmt::format("it should end at event {} with chain hash {}, not at {} with {}",
                                  last.value(), to_hex(chain), impl_->head.seq.value(),
                                  to_hex(impl_->head.chain)));
  }
  if (impl_->beginning.trimmed()) {
    if (!impl_->has_base) return corruption("the checkpoint is missing on which it rests");
    impl_->batch.Put(impl_->store->meta(), slice(kBeginningKey), encode_beginning(impl_->beginning))
        .PermitUncheckedError();
    impl_->batch
        .Put(impl_->store->meta(), slice(kIdentityKey),
             encode_identity(impl_->identity, kFormatTrimmed))
        .PermitUncheckedError();
  }
  if (last != EventSeq()) {
    impl_->batch.Put(impl_->store->meta(), slice(kHeadKey), encode_head(impl_->head))
        .PermitUncheckedError();
  }
  SRSYNC_RETURN_IF_ERROR(impl_->write(true));
  std::unique_ptr<HighWater> note;
  SRSYNC_ASSIGN_OR_RETURN(note, HighWater::open(impl_->store->dir(), impl_->env));
  SRSYNC_RETURN_IF_ERROR(note->raise(impl_->head));
  return note->sync();
}

}  // namespace srsync::journal
