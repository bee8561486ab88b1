// What the daemon under simulation stands on: a clock that can be set, a journal whose disk can
// fail, calls that can get lost, and an executor without threads. One thread.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "driver/executor.h"
#include "io/clock.h"
#include "io/cluster.h"
#include "io/journal.h"
#include "sim/world.h"

namespace srsync::sim {

// The simulation's time, as the daemon's machine shows it.
class SimClock final : public io::Clock {
 public:
  explicit SimClock(const World& world) : world_(world) {}
  WallTime now() override { return WallTime(kBegin + world_.now() + offset_ms_); }
  void jump(std::int64_t ms) { offset_ms_ += ms; }

 private:
  static constexpr std::int64_t kBegin = 1'700'000'000'000;
  const World& world_;
  std::int64_t offset_ms_ = 0;
};

// Holds events as bytes, as the disk does. Outlives daemons.
class SimJournal final : public io::Journal {
 public:
  SimJournal(World& world, io::Clock& clock, const Parameters& parameters);

  Result<std::vector<core::Event>> append(std::vector<core::Fact> facts) override;
  Status write_checkpoint(const core::State& state) override;
  std::vector<EventSeq> checkpoints() override;
  Result<core::State> load_checkpoint(EventSeq seq) override;
  Status read(EventSeq first, EventSeq last, const io::EventVisitor& visit) override;
  EventSeq last_seq() const override { return EventSeq(events_.size()); }
  const io::JournalIdentity& identity() const override { return identity_; }

  // A restart: the disk works again.
  void reopen() { broken_ = false; }
  // The last event that append() said was durable.
  EventSeq acknowledged() const { return acknowledged_; }
  std::uint64_t bytes() const { return bytes_; }

 private:
  struct Checkpoint {
    EventSeq seq;
    std::vector<std::string> pieces;
    Hash128 digest;
  };
  World& world_;
  io::Clock& clock_;
  io::JournalIdentity identity_;
  std::vector<std::string> events_;
  std::vector<Checkpoint> checkpoints_;
  Hash128 chain_;
  WallTime last_at_;
  EventSeq acknowledged_;
  bool broken_ = false;
  std::uint64_t bytes_ = 0;
};

// The calls of the io seam, with what can go wrong on the way.
class SimPorts final : public io::Ports {
 public:
  // `late`: jobs that are asked for reach the target after their caller is gone.
  explicit SimPorts(World& world, bool late = false);
  ~SimPorts() override;
  io::ClusterReader& reader(Side side) override;
  io::ClusterWriter& writer() override;

 private:
  std::unique_ptr<io::ClusterReader> readers_[2];
  std::unique_ptr<io::ClusterWriter> writer_;
};

// Runs each task at a moment of its own and delivers its completion at a later one.
class SimExecutor final : public driver::Executor {
 public:
  SimExecutor(World& world, Random& random, const Parameters& parameters);

  void submit(driver::Task task) override;
  std::vector<driver::Completion> take() override;
  void wait(std::int64_t) override {}
  void wake() override { woken_ = true; }
  void halt() override { halted_ = true; }
  void run_queued() override;

  // When something is to be run or delivered next; INT64_MAX: nothing is under way.
  std::int64_t next() const;
  std::size_t in_flight() const { return queued_.size() + done_.size(); }
  // The daemon died: requests that were sent already may still be carried out; `late`: when the
  // next one is there.
  void orphan(bool late);

 private:
  struct Queued {
    std::int64_t at = 0;
    driver::Task task;
  };
  struct Done {
    std::int64_t at = 0;
    driver::Completion completion;
  };
  World& world_;
  Random& random_;
  const Parameters& parameters_;
  SimPorts ports_;
  std::vector<Queued> queued_;
  std::list<Done> done_;
  bool halted_ = false;
  bool woken_ = false;
};

}  // namespace srsync::sim
