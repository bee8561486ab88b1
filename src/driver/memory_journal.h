// A Journal that forgets everything with the process: for plan-only runs, where nothing is done and
// so nothing must be remembered, and for tests.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <vector>

#include "io/clock.h"
#include "io/journal.h"

namespace srsync::driver {

class MemoryJournal final : public io::Journal {
 public:
  // `clock` must outlive it.
  MemoryJournal(io::JournalIdentity identity, io::Clock& clock);

  Result<std::vector<core::Event>> append(std::vector<core::Fact> facts) override;
  Status write_checkpoint(const core::State& state) override;
  std::vector<EventSeq> checkpoints() override;
  Result<core::State> load_checkpoint(EventSeq seq) override;
  Status read(EventSeq first, EventSeq last, const io::EventVisitor& visit) override;
  EventSeq last_seq() const override;
  const io::JournalIdentity& identity() const override { return identity_; }

 private:
  const io::JournalIdentity identity_;
  io::Clock& clock_;
  mutable std::mutex mutex_;
  std::vector<core::Event> events_;                   // guarded by mutex_
  std::map<std::uint64_t, core::State> checkpoints_;  // guarded by mutex_
};

}  // namespace srsync::driver
