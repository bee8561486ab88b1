#include "journal/reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "codec/event_codec.h"
#include "journal/checkpoint_store.h"
#include "journal/event_scan.h"
#include "journal/high_water.h"
#include "journal/store.h"

namespace srsync::journal {

struct JournalReader::Impl {
  std::unique_ptr<Store> store;
  Head head;
};

namespace {

// The last event that is there, when the head does not say it.
Result<EventSeq> last_event(const Store& store) {
  const std::unique_ptr<rocksdb::Iterator> at(
      store.db().NewIterator(rocksdb::ReadOptions(), store.events()));
  at->SeekToLast();
  SRSYNC_RETURN_IF_ERROR(store.status(at->status(), "looking for the last event"));
  if (!at->Valid()) return EventSeq();
  std::uint64_t seq = 0;
  SRSYNC_ASSIGN_OR_RETURN(seq, parse_big_endian_u64(view(at->key())));
  return EventSeq(seq);
}

Result<Head> head_from_events(const Store& store, const Beginning& beginning) {
  Head head;
  SRSYNC_ASSIGN_OR_RETURN(head.seq, last_event(store));
  head.seq = std::max(head.seq, beginning.seq);
  SRSYNC_ASSIGN_OR_RETURN(head.chain, chain_after(store, beginning, head.seq));
  return head;
}

// What stands in front of the first event that is there, by what that event says.
Result<Beginning> beginning_from_events(const Store& store) {
  const std::unique_ptr<rocksdb::Iterator> at(
      store.db().NewIterator(rocksdb::ReadOptions(), store.events()));
  at->SeekToFirst();
  SRSYNC_RETURN_IF_ERROR(store.status(at->status(), "looking for the first event"));
  if (!at->Valid()) return not_found("there is no event");
  core::Event event;
  Beginning beginning;
  SRSYNC_RETURN_IF_ERROR(codec::decode_event(view(at->value()), event, beginning.chain));
  beginning.seq = EventSeq(event.seq.value() - 1);
  return beginning;
}

}  // namespace

JournalReader::JournalReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
JournalReader::~JournalReader() = default;

Result<std::unique_ptr<JournalReader>> JournalReader::open(const std::string& dir,
                                                           rocksdb::Env* env) {
  // Before the opening: a writer may go on meanwhile.
  const std::optional<Head> noted =
      read_high_water(dir, env == nullptr ? *rocksdb::Env::Default() : *env);
  Result<std::unique_ptr<Store>> store = Store::open(dir, Access::kRead, env);
  Status damage;
  if (!store.is_ok()) {
    if (store.status().code() == Code::kNotFound) return store.status();
    damage = store.status();
    store = Store::open(dir, Access::kSalvage, env);
    if (!store.is_ok()) return damage;
  }
  auto impl = std::make_unique<Impl>();
  impl->store = std::move(store).value();
  std::unique_ptr<JournalReader> reader(new JournalReader(std::move(impl)));
  if (!damage.is_ok()) reader->damage_.push_back(damage);
  SRSYNC_RETURN_IF_ERROR(reader->attach());
  const Status whole = check_high_water(dir, noted, reader->impl_->head);
  if (!whole.is_ok()) reader->damage_.push_back(whole);
  return reader;
}

std::optional<EventSeq> JournalReader::acknowledged(const std::string& dir, rocksdb::Env* env) {
  const std::optional<Head> noted =
      read_high_water(dir, env == nullptr ? *rocksdb::Env::Default() : *env);
  return noted.has_value() ? std::optional(noted->seq) : std::nullopt;
}

Status JournalReader::attach() {
  const Store& store = *impl_->store;
  Result<std::optional<io::JournalIdentity>> identity = store.read_identity();
  if (identity.is_ok() && !identity->has_value()) {
    return not_found(fmt::format("journal {} is empty: it was never written to", store.dir()));
  }
  if (identity.status().code() == Code::kUnsupported) return identity.status();
  Result<Beginning> beginning =
      identity.is_ok() ? store.read_beginning() : Result<Beginning>(identity.status());
  if (identity.is_ok()) identity_ = std::move(**identity);
  if (beginning.is_ok()) {
    beginning_ = *beginning;
  } else {
    damage_.push_back(beginning.status());
    if (!guess_beginning().is_ok()) return beginning.status();
  }
  Result<Head> head = store.read_head(identity_.journal_id);
  if (!head.is_ok()) {
    damage_.push_back(head.status());
    head = head_from_events(store, beginning_);
    SRSYNC_RETURN_IF_ERROR(head.status());
  }
  impl_->head = *head;
  last_seq_ = head->seq;
  chain_ = head->chain;
  return Status::ok();
}

Status JournalReader::guess_beginning() {
  SRSYNC_ASSIGN_OR_RETURN(beginning_, beginning_from_events(*impl_->store));
  return Status::ok();
}

Status JournalReader::read(EventSeq first, EventSeq last, const Visitor& visit) const {
  return scan_events(*impl_->store, beginning_, impl_->head, first, last,
                     [&visit](const core::Event& event, std::string_view envelope,
                              const Hash128& /*chain*/) { return visit(event, envelope); });
}

Result<std::vector<CheckpointInfo>> JournalReader::checkpoints() const {
  std::vector<Manifest> manifests;
  SRSYNC_ASSIGN_OR_RETURN(manifests, list_checkpoints(*impl_->store));
  std::vector<CheckpointInfo> infos;
  for (const Manifest& manifest : manifests) {
    infos.push_back({manifest.seq, manifest.size, manifest.digest, manifest.chain});
  }
  return infos;
}

Result<core::State> JournalReader::load_checkpoint(EventSeq seq) const {
  return journal::load_checkpoint(*impl_->store, seq);
}

Result<core::State> JournalReader::state_at_beginning() const {
  if (!beginning_.trimmed()) return core::State();
  return load_base(*impl_->store, beginning_);
}

}  // namespace srsync::journal
