#include "sim/daemon_side.h"

#include <algorithm>

#include "codec/event_codec.h"
#include "codec/state_codec.h"

namespace srsync::sim {

// --- journal -----------------------------------------------------------------------------------

SimJournal::SimJournal(World& world, io::Clock& clock, const Parameters& parameters)
    : world_(world), clock_(clock) {
  const auto mode = [](bool lake) {
    return lake ? core::RunMode::kSharedData : core::RunMode::kSharedNothing;
  };
  identity_.journal_id = "51a0000000000001";
  identity_.pair = {"111", "222", mode(parameters.source_lake), mode(parameters.target_lake)};
  identity_.created = clock.now();
}

Result<std::vector<core::Event>> SimJournal::append(std::vector<core::Fact> facts) {
  if (broken_) return unavailable("the journal failed before");
  if (world_.strikes(Fault::kCrash)) throw Crash{};
  const bool fails = world_.strikes(Fault::kDiskFull);
  // A batch is stored whole or not at all, whatever the reply says.
  if (fails && world_.now() % 2 == 0) {
    broken_ = true;
    return unavailable("No space left on device");
  }
  last_at_ = std::max(last_at_, clock_.now());
  std::vector<core::Event> added;
  for (auto& fact : facts) {
    core::Event event{EventSeq(events_.size() + 1), last_at_, std::move(fact)};
    std::string bytes;
    codec::encode_event(event, chain_, bytes);
    chain_ = codec::chain_next(chain_, bytes);
    bytes_ += bytes.size();
    events_.push_back(std::move(bytes));
    added.push_back(std::move(event));
  }
  if (fails) {
    broken_ = true;
    return unavailable("No space left on device");
  }
  acknowledged_ = last_seq();
  if (world_.strikes(Fault::kCrash)) throw Crash{};
  return added;
}

Status SimJournal::write_checkpoint(const core::State& state) {
  if (broken_) return unavailable("the journal failed before");
  Checkpoint checkpoint;
  checkpoint.seq = state.applied;
  auto digest = codec::encode_state(state, 1 << 20, [&](std::string_view piece) {
    checkpoint.pieces.emplace_back(piece);
    return Status::ok();
  });
  if (!digest.is_ok()) return digest.status();
  checkpoint.digest = *digest;
  checkpoints_.push_back(std::move(checkpoint));
  if (checkpoints_.size() > 2) checkpoints_.erase(checkpoints_.begin());
  return Status::ok();
}

std::vector<EventSeq> SimJournal::checkpoints() {
  std::vector<EventSeq> seqs;
  for (auto at = checkpoints_.rbegin(); at != checkpoints_.rend(); ++at) seqs.push_back(at->seq);
  return seqs;
}

Result<core::State> SimJournal::load_checkpoint(EventSeq seq) {
  for (const auto& checkpoint : checkpoints_) {
    if (checkpoint.seq != seq) continue;
    codec::StateDecoder decoder;
    for (const auto& piece : checkpoint.pieces) SRSYNC_RETURN_IF_ERROR(decoder.add(piece));
    return decoder.finish(checkpoint.digest);
  }
  return not_found("no checkpoint at that event");
}

Status SimJournal::read(EventSeq first, EventSeq last, const io::EventVisitor& visit) {
  const std::uint64_t end = std::min<std::uint64_t>(last.value(), events_.size());
  for (std::uint64_t seq = std::max<std::uint64_t>(1, first.value()); seq <= end; ++seq) {
    core::Event event;
    Hash128 previous;
    SRSYNC_RETURN_IF_ERROR(codec::decode_event(events_[seq - 1], event, previous));
    SRSYNC_RETURN_IF_ERROR(visit(event));
  }
  return Status::ok();
}

// --- calls -------------------------------------------------------------------------------------

namespace {

// What happens to a call on its way: nothing, or it never arrives.
Status arrive(World& world, Side side) {
  if (world.strikes(Fault::kCrash)) throw Crash{};
  if (!world.is_up(side)) return unavailable(std::string(side_name(side)) + " does not answer");
  if (world.strikes(Fault::kRefused)) return unavailable("connection refused");
  return Status::ok();
}

class Reader final : public io::ClusterReader {
 public:
  Reader(World& world, Side side) : world_(world), side_(side) {}

  Result<std::vector<core::Fact>> identify() override {
    SRSYNC_RETURN_IF_ERROR(arrive(world_, side_));
    return world_.identify(side_);
  }
  Result<core::Sweep> sweep() override {
    SRSYNC_RETURN_IF_ERROR(arrive(world_, side_));
    return world_.sweep(side_);
  }
  Result<core::DatabaseListing> list_database(const std::string& db) override {
    SRSYNC_RETURN_IF_ERROR(arrive(world_, side_));
    return world_.list_database(side_, db);
  }
  Result<core::TableRead> read_table(const core::TableName& name, core::TableId id) override {
    SRSYNC_RETURN_IF_ERROR(arrive(world_, side_));
    return world_.read_table(side_, name, id);
  }
  Result<io::Feed> read_feed(const std::string& db, core::TxnId after) override {
    SRSYNC_RETURN_IF_ERROR(arrive(world_, side_));
    return world_.read_feed(side_, db, after);
  }

 private:
  World& world_;
  const Side side_;
};

class Writer final : public io::ClusterWriter {
 public:
  Writer(World& world, bool late) : world_(world), late_(late) {}

  Status run_ddl(const std::string& statement) override {
    SRSYNC_RETURN_IF_ERROR(arrive(world_, Side::kTarget));
    const Status done = world_.run_ddl(statement);
    if (world_.strikes(Fault::kCrash)) throw Crash{};
    return lost() ? outcome_unknown("connection lost") : done;
  }
  io::SubmitOutcome submit(const core::ReplicationIntent& intent) override {
    for (const Side side : {Side::kSource, Side::kTarget}) {
      const Status way = arrive(world_, side);
      if (!way.is_ok()) return {way, core::RejectReason::kUnreachable};
    }
    if (late_ || (world_.strikes(Fault::kLateReply) && lost())) {
      world_.submit_late(intent);
      return {outcome_unknown("connection lost"), core::RejectReason::kOther};
    }
    io::SubmitOutcome done = world_.submit(intent);
    if (world_.strikes(Fault::kCrash)) throw Crash{};
    // A refusal by the proof is srsync's own: it cannot get lost.
    if (done.status.is_ok() && lost()) return {outcome_unknown("connection lost"), done.reason};
    return done;
  }
  Result<std::vector<io::JobStatus>> list_jobs() override {
    SRSYNC_RETURN_IF_ERROR(arrive(world_, Side::kTarget));
    if (!world_.lists_jobs()) return unsupported("no such proc");
    return world_.list_jobs();
  }
  Result<io::LabelState> label_state(const core::ReplicationIntent& intent) override {
    SRSYNC_RETURN_IF_ERROR(arrive(world_, Side::kTarget));
    return world_.label_state(intent.job_id);
  }
  Status cancel(const core::ReplicationIntent&, core::TxnId txn,
                const std::string& reason) override {
    SRSYNC_RETURN_IF_ERROR(arrive(world_, Side::kTarget));
    world_.cancel(txn.value(), reason);
    return lost() ? outcome_unknown("connection lost") : Status::ok();
  }

 private:
  bool lost() { return world_.strikes(Fault::kReplyLost); }
  World& world_;
  const bool late_;
};

}  // namespace

SimPorts::SimPorts(World& world, bool late)
    : readers_{std::make_unique<Reader>(world, Side::kSource),
               std::make_unique<Reader>(world, Side::kTarget)},
      writer_(std::make_unique<Writer>(world, late)) {}
SimPorts::~SimPorts() = default;
io::ClusterReader& SimPorts::reader(Side side) { return *readers_[side == Side::kTarget ? 1 : 0]; }
io::ClusterWriter& SimPorts::writer() { return *writer_; }

// --- executor ----------------------------------------------------------------------------------

SimExecutor::SimExecutor(World& world, Random& random, const Parameters& parameters)
    : world_(world), random_(random), parameters_(parameters), ports_(world) {}

void SimExecutor::submit(driver::Task task) {
  if (halted_) return;
  queued_.push_back({world_.now() + 1 + random_.below(parameters_.latency_ms), std::move(task)});
}

void SimExecutor::run_queued() {
  while (!halted_) {
    const auto first = std::min_element(queued_.begin(), queued_.end(),
                                        [](const auto& a, const auto& b) { return a.at < b.at; });
    if (first == queued_.end() || first->at > world_.now()) return;
    driver::Task task = std::move(first->task);
    queued_.erase(first);
    driver::Completion completion{task.key, task.ticket, task.run(ports_)};
    std::int64_t at = world_.now() + 1 + random_.below(parameters_.latency_ms);
    if (world_.strikes(Fault::kLateReply)) at += random_.between(1'000, 120'000);
    if (world_.strikes(Fault::kDuplicateReply)) {
      done_.push_back({at + random_.below(5'000), completion});
    }
    done_.push_back({at, std::move(completion)});
  }
}

std::vector<driver::Completion> SimExecutor::take() {
  woken_ = false;
  std::list<Done> due;
  for (auto at = done_.begin(); at != done_.end();) {
    const auto done = at++;
    if (done->at <= world_.now()) due.splice(due.end(), done_, done);
  }
  due.sort([](const auto& a, const auto& b) { return a.at < b.at; });
  std::vector<driver::Completion> completions;
  for (auto& done : due) completions.push_back(std::move(done.completion));
  return completions;
}

std::int64_t SimExecutor::next() const {
  if (woken_) return world_.now();
  std::int64_t next = INT64_MAX;
  if (!halted_) {
    for (const auto& queued : queued_) next = std::min(next, queued.at);
  }
  for (const auto& done : done_) next = std::min(next, done.at);
  return next;
}

void SimExecutor::orphan(bool late) {
  SimPorts ports(world_, late);
  random_.shuffle(queued_);
  for (auto& queued : queued_) {
    if (random_.chance(500)) continue;
    try {
      queued.task.run(ports);
    } catch (const Crash&) {
      continue;
    }
  }
  queued_.clear();
  done_.clear();
}

}  // namespace srsync::sim
