// A driver between two clusters in memory, with a clock that only tests move.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "driver/driver.h"
#include "driver/memory_journal.h"
#include "support/fake_cluster.h"

namespace srsync::testing {

class ManualClock final : public io::Clock {
 public:
  WallTime now() override { return WallTime(ms_.load()); }
  void advance(std::int64_t ms) { ms_ += ms; }

 private:
  std::atomic<std::int64_t> ms_{1'000'000};
};

// Passes appends on, until it is told to fail.
class BreakableJournal final : public io::Journal {
 public:
  explicit BreakableJournal(io::Journal& journal) : journal_(journal) {}
  // The n-th append from now (0: the next one) fails, and every one after it.
  void fail_at(std::int64_t n) { left_ = n; }
  // As a crash: the facts of the failing append are stored all the same.
  void store_before_failing() { stores_ = true; }
  std::int64_t appends() const { return appends_; }

  Result<std::vector<core::Event>> append(std::vector<core::Fact> facts) override;
  Status write_checkpoint(const core::State& state) override {
    return journal_.write_checkpoint(state);
  }
  std::vector<EventSeq> checkpoints() override { return journal_.checkpoints(); }
  Result<core::State> load_checkpoint(EventSeq seq) override {
    return journal_.load_checkpoint(seq);
  }
  Status read(EventSeq first, EventSeq last, const io::EventVisitor& visit) override {
    return journal_.read(first, last, visit);
  }
  EventSeq last_seq() const override { return journal_.last_seq(); }
  const io::JournalIdentity& identity() const override { return journal_.identity(); }

 private:
  io::Journal& journal_;
  std::int64_t left_ = -1;
  bool stores_ = false;
  std::int64_t appends_ = 0;
};

class Recorder final : public driver::Observer {
 public:
  void on_events(const std::vector<core::Event>& events, const core::State&) override;
  void on_trouble(const Status& trouble) override { troubles.push_back(trouble.to_string()); }
  std::vector<std::string> lines;
  std::vector<std::string> troubles;
};

// Single-threaded (options.workers 0 unless a test changes it). The journal outlives drivers.
class Harness {
 public:
  // `journal_clock` (nullptr: the manual one) stamps events and must outlive the harness.
  explicit Harness(io::Clock* journal_clock = nullptr);

  // A daemon's start: recovers State from the journal and opens a session.
  void start();
  // Ends the driver as a crash would: nothing is written any more.
  void crash() { driver.reset(); }
  // Steps, moving the clock by what the driver would wait for, until `done` or `steps` are over.
  // Returns whether `done` came true; stops at the first failure, which is in `failure`.
  bool step_until(const std::function<bool()>& done, int steps = 3'000);
  bool converge();
  // Every started piece of work was planned, and the fold of the journal is the driver's State.
  std::string broken_promise();
  std::size_t count(const std::string& fact) const;

  ManualClock clock;
  FakeWorld world;
  driver::MemoryJournal memory;
  BreakableJournal journal;
  std::map<std::string, std::string> settings;
  driver::DriverOptions options;
  Recorder recorder;
  std::unique_ptr<io::PortsFactory> factory;
  std::unique_ptr<driver::Driver> driver;
  Status failure;
};

}  // namespace srsync::testing
