#include "journal/trim.h"

#include <fmt/format.h>
#include <rocksdb/convenience.h>

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "codec/event_codec.h"
#include "codec/state_codec.h"
#include "journal/checkpoint_store.h"
#include "journal/event_scan.h"
#include "journal/high_water.h"
#include "journal/store.h"

namespace srsync::journal {
namespace {

constexpr std::uint64_t kProgressEvery = 100'000;

class Trimmer {
 public:
  Trimmer(const TrimRequest& request, const std::function<void(EventSeq)>& progress)
      : request_(request), progress_(progress) {}

  Result<TrimReport> run() {
    SRSYNC_RETURN_IF_ERROR(open());
    SRSYNC_RETURN_IF_ERROR(find_sound_checkpoints());
    SRSYNC_RETURN_IF_ERROR(choose());
    if (report_.any()) {
      SRSYNC_RETURN_IF_ERROR(fold());
      if (!request_.dry_run) SRSYNC_RETURN_IF_ERROR(cut());
    }
    // Also what an interrupted call left to do.
    if (!request_.dry_run) SRSYNC_RETURN_IF_ERROR(give_space_back());
    return report_;
  }

 private:
  Status open() {
    if (request_.older_than.has_value() == request_.keep_bytes.has_value()) {
      return invalid_argument("trimming needs one limit", "give an age or a size");
    }
    rocksdb::Env& env = request_.env == nullptr ? *rocksdb::Env::Default() : *request_.env;
    const std::optional<Head> noted = read_high_water(request_.dir, env);
    // Opening for writing would make a journal where there is none.
    SRSYNC_ASSIGN_OR_RETURN(store_, Store::open(request_.dir, Access::kRead, request_.env));
    std::optional<io::JournalIdentity> identity;
    SRSYNC_ASSIGN_OR_RETURN(identity, store_->read_identity());
    if (!identity.has_value()) {
      return not_found(fmt::format("journal {} was never written to", request_.dir));
    }
    identity_ = *identity;
    if (!request_.dry_run) {
      store_.reset();
      SRSYNC_ASSIGN_OR_RETURN(store_, Store::open(request_.dir, Access::kWrite, request_.env));
    }
    SRSYNC_ASSIGN_OR_RETURN(beginning_, store_->read_beginning());
    SRSYNC_ASSIGN_OR_RETURN(head_, store_->read_head(identity_.journal_id));
    SRSYNC_RETURN_IF_ERROR(check_high_water(request_.dir, noted, head_));
    SRSYNC_RETURN_IF_ERROR(check_end(*store_, beginning_, head_, 1).status());
    report_.first = beginning_.seq.next();
    report_.cut = beginning_.seq;
    report_.last = head_.seq;
    return Status::ok();
  }

  Status find_sound_checkpoints() {
    std::vector<Manifest> manifests;
    SRSYNC_ASSIGN_OR_RETURN(manifests, list_checkpoints(*store_));
    for (const Manifest& manifest : manifests) {
      if (manifest.seq <= beginning_.seq || manifest.seq > head_.seq) continue;
      if (load_checkpoint(*store_, manifest.seq).is_ok()) sound_[manifest.seq] = manifest;
    }
    if (!sound_.empty() || beginning_.trimmed()) return Status::ok();
    return rejected(
        fmt::format("journal {} has no sound checkpoint: nothing can take the place of what would "
                    "go",
                    request_.dir),
        "srsyncd writes one when it stops and now and then while it runs");
  }

  // The event before the first one that must stay.
  Status choose() {
    EventSeq wanted;
    if (request_.older_than.has_value()) {
      SRSYNC_ASSIGN_OR_RETURN(wanted, last_before(*request_.older_than));
    } else {
      SRSYNC_ASSIGN_OR_RETURN(wanted, last_without(*request_.keep_bytes));
    }
    const EventSeq ceiling = sound_.empty() ? beginning_.seq : sound_.begin()->first;
    report_.held_back = wanted > ceiling;
    report_.cut = std::max(std::min(wanted, ceiling), beginning_.seq);
    return Status::ok();
  }

  // Times never go backwards within a journal, so halving finds it.
  Result<EventSeq> last_before(WallTime time) const {
    std::uint64_t low = beginning_.seq.value();
    std::uint64_t high = head_.seq.value();
    while (low < high) {
      const EventSeq middle(low + (high - low + 1) / 2);
      WallTime at;
      SRSYNC_RETURN_IF_ERROR(
          scan_events(*store_, beginning_, head_, middle, middle,
                      [&at](const core::Event& event, std::string_view, const Hash128&) {
                        at = event.at;
                        return Status::ok();
                      }));
      if (at < time) {
        low = middle.value();
      } else {
        high = middle.value() - 1;
      }
    }
    return EventSeq(low);
  }

  Result<EventSeq> last_without(std::uint64_t bytes) const {
    rocksdb::ReadOptions options;
    options.fill_cache = false;
    const std::unique_ptr<rocksdb::Iterator> at(
        store_->db().NewIterator(options, store_->events()));
    std::uint64_t sum = 0;
    EventSeq seq = head_.seq;
    for (at->SeekToLast(); at->Valid() && seq > beginning_.seq; at->Prev()) {
      sum += at->value().size();
      if (sum > bytes) break;
      seq = EventSeq(seq.value() - 1);
    }
    SRSYNC_RETURN_IF_ERROR(store_->status(at->status(), "adding up sizes"));
    return seq;
  }

  // Proves the whole history, and keeps what was known at the cut.
  Status fold() {
    core::State state;
    if (beginning_.trimmed()) {
      SRSYNC_ASSIGN_OR_RETURN(state, load_base(*store_, beginning_));
    }
    return scan_events(
        *store_, beginning_, head_, report_.first, head_.seq,
        [this, &state](const core::Event& event, std::string_view record, const Hash128& chain) {
          if (progress_ && event.seq.value() % kProgressEvery == 0) progress_(event.seq);
          SRSYNC_RETURN_IF_ERROR(core::apply(state, event));
          if (event.seq <= report_.cut) {
            ++report_.events;
            report_.bytes += record.size();
          }
          if (event.seq == report_.cut) {
            report_.cut_at = event.at;
            new_beginning_ = {event.seq, chain, event.at};
            if (!request_.dry_run) at_cut_ = state;
          }
          const auto checkpoint = sound_.find(event.seq);
          return checkpoint == sound_.end() ? Status::ok()
                                            : compare(state, checkpoint->second, chain);
        });
  }

  // The content decides and not the bytes: an older version wrote them another way.
  Status compare(const core::State& state, const Manifest& manifest, const Hash128& chain) const {
    const Result<core::State> loaded = load_checkpoint(*store_, manifest.seq);
    SRSYNC_RETURN_IF_ERROR(loaded.status());
    if (manifest.chain == chain && codec::digest(*loaded) == codec::digest(state)) {
      return Status::ok();
    }
    return corruption(
        fmt::format("journal {}: checkpoint {} is not what the events before it give; nothing was "
                    "changed",
                    request_.dir, manifest.seq.value()),
        "srsync-journal verify tells more; if an older version wrote the checkpoint, let srsyncd "
        "run until it has written two of its own");
  }

  Status cut() {
    if (!sound_.contains(report_.cut)) {
      SRSYNC_RETURN_IF_ERROR(add_checkpoint(*store_, at_cut_, new_beginning_.chain));
    }
    const Result<core::State> base = load_base(*store_, new_beginning_);
    SRSYNC_RETURN_IF_ERROR(base.status());
    if (codec::digest(*base) != codec::digest(at_cut_)) {
      return corruption(fmt::format("journal {}: checkpoint {} came out wrong; nothing was deleted",
                                    request_.dir, report_.cut.value()));
    }
    // One write: the events go in the moment in which the checkpoint takes their place.
    rocksdb::WriteBatch batch;
    const std::string first = big_endian_u64(0);
    const std::string behind = big_endian_u64(report_.cut.next().value());
    batch.DeleteRange(store_->events(), first, behind).PermitUncheckedError();
    batch.Put(store_->meta(), slice(kBeginningKey), encode_beginning(new_beginning_))
        .PermitUncheckedError();
    batch.Put(store_->meta(), slice(kIdentityKey), encode_identity(identity_, kFormatTrimmed))
        .PermitUncheckedError();  // a batch in memory cannot fail
    rocksdb::WriteOptions options;
    options.sync = true;
    SRSYNC_RETURN_IF_ERROR(store_->status(store_->db().Write(options, &batch), "trimming"));
    beginning_ = new_beginning_;
    return Status::ok();
  }

  Status give_space_back() {
    if (!beginning_.trimmed()) return Status::ok();
    SRSYNC_RETURN_IF_ERROR(remove_old_checkpoints(*store_, beginning_.seq));
    // Out of the log first: files must not go before what replaces them stands in a table.
    SRSYNC_RETURN_IF_ERROR(store_->status(
        store_->db().Flush(rocksdb::FlushOptions(),
                           {store_->events(), store_->checkpoints(), store_->meta()}),
        "giving space back"));
    const std::string first = big_endian_u64(0);
    const std::string last = big_endian_u64(beginning_.seq.value());
    const rocksdb::Slice from(first);
    const rocksdb::Slice to(last);
    SRSYNC_RETURN_IF_ERROR(
        store_->status(rocksdb::DeleteFilesInRange(&store_->db(), store_->events(), &from, &to),
                       "giving space back"));
    rocksdb::CompactRangeOptions options;
    options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForceOptimized;
    SRSYNC_RETURN_IF_ERROR(store_->status(
        store_->db().CompactRange(options, store_->events(), &from, &to), "giving space back"));
    return store_->status(
        store_->db().CompactRange(options, store_->checkpoints(), nullptr, nullptr),
        "giving space back");
  }

  const TrimRequest& request_;
  const std::function<void(EventSeq)>& progress_;
  std::unique_ptr<Store> store_;
  io::JournalIdentity identity_;
  Beginning beginning_;
  Beginning new_beginning_;
  Head head_;
  std::map<EventSeq, Manifest> sound_;  // behind the beginning
  core::State at_cut_;
  TrimReport report_;
};

}  // namespace

Result<TrimReport> trim(const TrimRequest& request,
                        const std::function<void(EventSeq at)>& progress) {
  return Trimmer(request, progress).run();
}

}  // namespace srsync::journal
