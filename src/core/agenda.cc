#include "core/agenda.h"

namespace srsync::core {

void Agenda::set(std::uint32_t slot, const Entry& entry) {
  if (entries_.size() <= slot) entries_.resize(slot + 1);
  Entry& old = entries_[slot];
  if (old == entry) return;
  if (old.want != Want::kNothing) {
    lists_[old.want].erase({old.order, slot});
    timers_.erase({old.not_before.ms(), slot});
  }
  old = entry;
  if (entry.want != Want::kNothing) {
    lists_[entry.want].insert({entry.order, slot});
    if (entry.not_before.ms() != 0) timers_.insert({entry.not_before.ms(), slot});
  }
}

const Agenda::Entry& Agenda::get(std::uint32_t slot) const {
  static const Entry kEmpty;
  return slot < entries_.size() ? entries_[slot] : kEmpty;
}

const std::set<AgendaItem>& Agenda::items(Want want) const {
  static const std::set<AgendaItem> kEmpty;
  const auto at = lists_.find(want);
  return at == lists_.end() ? kEmpty : at->second;
}

void Agenda::clear() {
  entries_.clear();
  lists_.clear();
  timers_.clear();
}

}  // namespace srsync::core
