#include "journal/reader.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

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

Result<Head> head_from_events(const Store& store, const std::string& journal_id) {
  Head head;
  SRSYNC_ASSIGN_OR_RETURN(head.seq, last_event(store));
  SRSYNC_ASSIGN_OR_RETURN(head.chain, chain_after(store, journal_id, head.seq));
  return head;
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
  std::optional<io::JournalIdentity> identity;
  SRSYNC_ASSIGN_OR_RETURN(identity, store.read_identity());
  if (!identity.has_value()) {
    return not_found(fmt::format("journal {} is empty: it was never written to", store.dir()));
  }
  identity_ = std::move(*identity);
  Result<Head> head = store.read_head(identity_.journal_id);
  if (!head.is_ok()) {
    damage_.push_back(head.status());
    head = head_from_events(store, identity_.journal_id);
    SRSYNC_RETURN_IF_ERROR(head.status());
  }
  impl_->head = *head;
  last_seq_ = head->seq;
  chain_ = head->chain;
  return Status::ok();
}

Status JournalReader::read(EventSeq first, EventSeq last, const Visitor& visit) const {
  return scan_events(*impl_->store, identity_.journal_id, impl_->head, first, last,
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

}  // namespace srsync::journal
