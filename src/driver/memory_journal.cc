#include "driver/memory_journal.h"

#include <algorithm>

namespace srsync::driver {

MemoryJournal::MemoryJournal(io::JournalIdentity identity, io::Clock& clock)
    : identity_(std::move(identity)), clock_(clock) {}

Result<std::vector<core::Event>> MemoryJournal::append(std::vector<core::Fact> facts) {
  const std::lock_guard<std::mutex> lock(mutex_);
  WallTime at = clock_.now();
  if (!events_.empty()) at = std::max(at, events_.back().at);
  std::vector<core::Event> added;
  added.reserve(facts.size());
  for (auto& fact : facts) {
    const EventSeq seq(events_.size() + 1);
    events_.push_back({seq, at, std::move(fact)});
    added.push_back(events_.back());
  }
  return added;
}

Status MemoryJournal::write_checkpoint(const core::State& state) {
  const std::lock_guard<std::mutex> lock(mutex_);
  checkpoints_[state.applied.value()] = state;
  if (checkpoints_.size() > 2) checkpoints_.erase(checkpoints_.begin());
  return Status::ok();
}

std::vector<EventSeq> MemoryJournal::checkpoints() {
  const std::lock_guard<std::mutex> lock(mutex_);
  std::vector<EventSeq> seqs;
  for (auto at = checkpoints_.rbegin(); at != checkpoints_.rend(); ++at)
    seqs.emplace_back(at->first);
  return seqs;
}

Result<core::State> MemoryJournal::load_checkpoint(EventSeq seq) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto at = checkpoints_.find(seq.value());
  if (at == checkpoints_.end()) return not_found("no checkpoint at that event");
  return at->second;
}

Status MemoryJournal::read(EventSeq first, EventSeq last, const io::EventVisitor& visit) {
  std::vector<core::Event> events;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    for (const auto& event : events_) {
      if (event.seq >= first && event.seq <= last) events.push_back(event);
    }
  }
  for (const auto& event : events) SRSYNC_RETURN_IF_ERROR(visit(event));
  return Status::ok();
}

EventSeq MemoryJournal::last_seq() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return EventSeq(events_.size());
}

}  // namespace srsync::driver
