#include "sandbox/faults.h"

#include <poll.h>

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace srsync::sandbox {

namespace {

bool matches(const FaultRule& rule, Surface surface, std::string_view frontend,
             std::string_view call) {
  if (rule.surface != surface) return false;
  if (!rule.frontend.empty() && rule.frontend != frontend) return false;
  return rule.pattern.empty() || contains(to_lower(call), to_lower(rule.pattern));
}

}  // namespace

std::int64_t FaultTable::add(FaultRule rule) {
  const std::lock_guard lock(mutex_);
  entries_.push_back({next_id_, std::move(rule), 0, 0, false});
  return next_id_++;
}

void FaultTable::lift(std::int64_t id) {
  const std::lock_guard lock(mutex_);
  for (Entry& entry : entries_) {
    if (entry.id == id) entry.lifted = true;
  }
}

void FaultTable::lift_all() {
  const std::lock_guard lock(mutex_);
  for (Entry& entry : entries_) entry.lifted = true;
}

std::uint64_t FaultTable::asked(Surface surface) const {
  const std::lock_guard lock(mutex_);
  return asked_[static_cast<std::size_t>(surface)];
}

Fault FaultTable::take(Surface surface, std::string_view frontend, std::string_view call) {
  const std::lock_guard lock(mutex_);
  ++asked_[static_cast<std::size_t>(surface)];
  for (Entry& entry : entries_) {
    if (entry.lifted || !matches(entry.rule, surface, frontend, call)) continue;
    const bool used_up = entry.rule.count >= 0 && entry.hit >= entry.rule.count;
    if (used_up || entry.seen++ < entry.rule.skip) continue;
    ++entry.hit;
    return {entry.rule.action, entry.rule.delay_ms, entry.rule.error_code, entry.rule.message,
            entry.id};
  }
  return {};
}

int FaultTable::hits(std::int64_t id) const {
  const std::lock_guard lock(mutex_);
  const Entry* entry = find(id);
  return entry == nullptr ? 0 : entry->hit;
}

void FaultTable::hang(const Fault& fault, int fd) const {
  constexpr int kLookAgainMs = 20;
  while (wait_on(fd, kLookAgainMs)) {
    const std::lock_guard lock(mutex_);
    const Entry* entry = find(fault.rule_id);
    if (entry == nullptr || entry->lifted) return;
  }
}

const FaultTable::Entry* FaultTable::find(std::int64_t id) const {
  const auto at = std::find_if(entries_.begin(), entries_.end(),
                               [id](const Entry& entry) { return entry.id == id; });
  return at == entries_.end() ? nullptr : &*at;
}

bool wait_on(int fd, int ms) {
  pollfd entry{fd, POLLRDHUP, 0};
  return ::poll(&entry, 1, ms) == 0;
}

std::optional<FaultAction> fault_action_from(std::string_view text) {
  if (text == "fail") return FaultAction::kFail;
  if (text == "delay") return FaultAction::kDelay;
  if (text == "drop_reply") return FaultAction::kDropReply;
  if (text == "hang") return FaultAction::kHang;
  if (text == "close_before") return FaultAction::kCloseBefore;
  return std::nullopt;
}

std::optional<Surface> surface_from(std::string_view text) {
  if (text == "sql") return Surface::kSql;
  if (text == "rpc") return Surface::kRpc;
  if (text == "http") return Surface::kHttp;
  return std::nullopt;
}

}  // namespace srsync::sandbox
