#include "journal/rocksdb_journal.h"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <random>
#include <utility>

#include "base/bytes.h"
#include "base/kill_point.h"
#include "codec/event_codec.h"
#include "journal/checkpoint_store.h"
#include "journal/event_scan.h"
#include "journal/high_water.h"
#include "journal/store.h"

namespace srsync::journal {
namespace {

// A group is cut here, so that the first in the queue does not wait for all that came behind it.
constexpr std::size_t kGroupFactsMax = 10'000;

// Appending works by group commit: callers queue, the one at the front writes for all that wait and
// wakes them. Only the writing caller ("the leader") touches what is marked so, without the lock.
class RocksDbJournal final : public io::Journal {
 public:
  RocksDbJournal(std::unique_ptr<Store> store, std::unique_ptr<HighWater> high_water,
                 io::JournalIdentity identity, Beginning beginning, Head head, WallTime last_at,
                 io::Clock& clock)
      : store_(std::move(store)),
        high_water_(std::move(high_water)),
        identity_(std::move(identity)),
        beginning_(beginning),
        clock_(clock),
        head_(head),
        last_at_(last_at) {}

  ~RocksDbJournal() override {
    const std::scoped_lock lock(high_water_mutex_);
    // Only a note that is newer on the disk; what was acknowledged is durable without it.
    const Status ignored = high_water_->sync();
    static_cast<void>(ignored);
  }
  RocksDbJournal(const RocksDbJournal&) = delete;
  RocksDbJournal& operator=(const RocksDbJournal&) = delete;

  Result<std::vector<core::Event>> append(std::vector<core::Fact> facts) override;
  Status write_checkpoint(const core::State& state) override;
  std::vector<EventSeq> checkpoints() override;
  Result<core::State> load_checkpoint(EventSeq seq) override {
    return journal::load_checkpoint(*store_, seq);
  }
  Status read(EventSeq first, EventSeq last, const io::EventVisitor& visit) override;
  EventSeq last_seq() const override { return head().seq; }
  const io::JournalIdentity& identity() const override { return identity_; }

 private:
  struct Caller {
    std::vector<core::Fact> facts;
    std::vector<core::Event> events;
    Status status;
    bool done = false;
  };

  Head head() const {
    const std::scoped_lock lock(mutex_);
    return head_;
  }
  Status failure() const {
    const std::scoped_lock lock(mutex_);
    return failure_;
  }
  // Ends all appending: after a failed write nobody knows what is on the disk.
  void fail(const Status& status);
  // The callers that the leader serves in one write, itself first. Requires the lock.
  std::vector<Caller*> next_group() const;
  // Leader only: numbers, encodes, writes and syncs the group's facts.
  Status commit(const std::vector<Caller*>& group);
  void encode_group(const std::vector<Caller*>& group, Head& head, rocksdb::WriteBatch& batch);

  const std::unique_ptr<Store> store_;
  std::mutex high_water_mutex_;
  const std::unique_ptr<HighWater> high_water_;
  const io::JournalIdentity identity_;
  const Beginning beginning_;
  io::Clock& clock_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Caller*> queue_;
  Head head_;       // durable; written by the leader under the lock
  Status failure_;  // sticky

  WallTime last_at_;      // leader only
  std::string envelope_;  // leader only

  std::mutex checkpoint_mutex_;
};

Result<std::vector<core::Event>> RocksDbJournal::append(std::vector<core::Fact> facts) {
  Caller self;
  self.facts = std::move(facts);
  std::unique_lock lock(mutex_);
  queue_.push_back(&self);
  changed_.wait(lock, [this, &self] { return self.done || queue_.front() == &self; });
  if (!self.done) {
    const std::vector<Caller*> group = next_group();
    Status status = failure_;
    if (status.is_ok()) {
      lock.unlock();
      status = commit(group);
      lock.lock();
    }
    for (Caller* caller : group) {
      caller->status = status;
      caller->done = true;
      queue_.pop_front();
    }
    changed_.notify_all();
  }
  if (!self.status.is_ok()) return self.status;
  return std::move(self.events);
}

std::vector<RocksDbJournal::Caller*> RocksDbJournal::next_group() const {
  std::vector<Caller*> group;
  std::size_t facts = 0;
  for (Caller* caller : queue_) {
    if (!group.empty() && facts + caller->facts.size() > kGroupFactsMax) break;
    facts += caller->facts.size();
    group.push_back(caller);
  }
  return group;
}

void RocksDbJournal::encode_group(const std::vector<Caller*>& group, Head& head,
                                  rocksdb::WriteBatch& batch) {
  const WallTime at = std::max(last_at_, clock_.now());
  last_at_ = at;
  for (Caller* caller : group) {
    caller->events.reserve(caller->facts.size());
    for (core::Fact& fact : caller->facts) {
      const core::Event& event =
          caller->events.emplace_back(core::Event{head.seq.next(), at, std::move(fact)});
      envelope_.clear();
      codec::encode_event(event, head.chain, envelope_);
      head = {event.seq, codec::chain_next(head.chain, envelope_)};
      // A batch in memory cannot fail.
      batch.Put(store_->events(), big_endian_u64(event.seq.value()), envelope_)
          .PermitUncheckedError();
    }
  }
  batch.Put(store_->meta(), slice(kHeadKey), encode_head(head)).PermitUncheckedError();
}

Status RocksDbJournal::commit(const std::vector<Caller*>& group) {
  Head head = this->head();
  const Head before = head;
  rocksdb::WriteBatch batch;
  encode_group(group, head, batch);
  if (head == before) return Status::ok();
  rocksdb::WriteOptions options;
  options.sync = true;
  SRSYNC_KILL_POINT("journal.append.before");
  Status written = store_->status(store_->db().Write(options, &batch), "appending");
  SRSYNC_KILL_POINT("journal.append.after");
  if (written.is_ok()) {
    const std::scoped_lock lock(high_water_mutex_);
    written = high_water_->raise(head);
  }
  if (!written.is_ok()) {
    fail(written);
    return written;
  }
  const std::scoped_lock lock(mutex_);
  head_ = head;
  return Status::ok();
}

void RocksDbJournal::fail(const Status& status) {
  const std::scoped_lock lock(mutex_);
  if (failure_.is_ok()) failure_ = status;
}

Status RocksDbJournal::write_checkpoint(const core::State& state) {
  const std::scoped_lock lock(checkpoint_mutex_);
  SRSYNC_RETURN_IF_ERROR(failure());
  if (state.applied > last_seq()) {
    return invalid_argument(
        fmt::format("a state after event {} cannot be stored in a journal that "
                    "ends at {}",
                    state.applied.value(), last_seq().value()));
  }
  Hash128 chain;
  SRSYNC_ASSIGN_OR_RETURN(chain, chain_after(*store_, beginning_, state.applied));
  Status stored = store_checkpoint(*store_, state, chain, beginning_.seq);
  if (stored.is_ok()) {
    const std::scoped_lock note_lock(high_water_mutex_);
    stored = high_water_->sync();
  }
  if (!stored.is_ok()) fail(stored);
  return stored;
}

std::vector<EventSeq> RocksDbJournal::checkpoints() {
  std::vector<EventSeq> seqs;
  const Result<std::vector<Manifest>> manifests = list_checkpoints(*store_);
  // Unreadable checkpoints are no reason to stop: the events are the journal.
  if (!manifests.is_ok()) return seqs;
  for (const Manifest& manifest : *manifests) seqs.push_back(manifest.seq);
  return seqs;
}

Status RocksDbJournal::read(EventSeq first, EventSeq last, const io::EventVisitor& visit) {
  return scan_events(*store_, beginning_, head(), first, last,
                     [&visit](const core::Event& event, std::string_view /*envelope*/,
                              const Hash128& /*chain*/) { return visit(event); });
}

// --- opening ------------------------------------------------------------------------------------

std::string random_journal_id() {
  std::random_device random;
  const std::uint64_t id = (std::uint64_t{random()} << 32) | random();
  return fmt::format("{:016x}", id);
}

Result<io::JournalIdentity> identity_of(const Store& store, const JournalOptions& options,
                                        io::Clock& clock) {
  std::optional<io::JournalIdentity> known;
  SRSYNC_ASSIGN_OR_RETURN(known, store.read_identity());
  if (known.has_value()) {
    SRSYNC_RETURN_IF_ERROR(check_pair(options.dir, known->pair, options.pair));
    return *known;
  }
  io::JournalIdentity made{random_journal_id(), options.pair, clock.now()};
  SRSYNC_RETURN_IF_ERROR(store.write_identity(made));
  return made;
}

bool fits(core::RunMode have, core::RunMode want) {
  return have == want || have == core::RunMode::kUnknown || want == core::RunMode::kUnknown;
}

}  // namespace

Status check_pair(const std::string& dir, const io::PairIdentity& have,
                  const io::PairIdentity& want) {
  if (have.source_cluster_id == want.source_cluster_id &&
      have.target_cluster_id == want.target_cluster_id &&
      fits(have.source_run_mode, want.source_run_mode) &&
      fits(have.target_run_mode, want.target_run_mode)) {
    return Status::ok();
  }
  const std::string hint = "give each pair of clusters a journal directory of its own";
  if (have.source_cluster_id == want.source_cluster_id &&
      have.target_cluster_id == want.target_cluster_id) {
    return rejected(
        fmt::format("journal {} was made while a cluster of the same id had another run "
                    "mode: it is not the same cluster",
                    dir),
        hint);
  }
  return rejected(
      fmt::format("journal {} belongs to source cluster {} and target cluster {}, not to source "
                  "cluster {} and target cluster {}",
                  dir, have.source_cluster_id, have.target_cluster_id, want.source_cluster_id,
                  want.target_cluster_id),
      hint);
}

Result<std::unique_ptr<io::Journal>> open_journal(const JournalOptions& options, io::Clock& clock) {
  if (options.pair.source_cluster_id.empty() || options.pair.target_cluster_id.empty()) {
    return invalid_argument("a journal needs the ids of both clusters");
  }
  rocksdb::Env& env = options.env == nullptr ? *rocksdb::Env::Default() : *options.env;
  const std::optional<Head> noted = read_high_water(options.dir, env);
  std::unique_ptr<Store> store;
  SRSYNC_ASSIGN_OR_RETURN(store, Store::open(options.dir, Access::kWrite, options.env));
  io::JournalIdentity identity;
  SRSYNC_ASSIGN_OR_RETURN(identity, identity_of(*store, options, clock));
  Beginning beginning;
  SRSYNC_ASSIGN_OR_RETURN(beginning, store->read_beginning());
  Head head;
  SRSYNC_ASSIGN_OR_RETURN(head, store->read_head(identity.journal_id));
  SRSYNC_RETURN_IF_ERROR(check_high_water(options.dir, noted, head));
  WallTime last_at;
  SRSYNC_ASSIGN_OR_RETURN(last_at, check_end(*store, beginning, head, options.events_checked));
  std::unique_ptr<HighWater> high_water;
  SRSYNC_ASSIGN_OR_RETURN(high_water, HighWater::open(options.dir, env));
  SRSYNC_RETURN_IF_ERROR(high_water->raise(head));
  return std::unique_ptr<io::Journal>(
      std::make_unique<RocksDbJournal>(std::move(store), std::move(high_water), std::move(identity),
                                       beginning, head, last_at, clock));
}

}  // namespace srsync::journal
