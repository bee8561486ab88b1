#include "admin/desk.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>

namespace srsync::admin {
namespace {

// Commands come from people: more at a moment are something else.
constexpr std::size_t kTicketsMax = 32;

core::Fact fact_of(const Command& command) {
  switch (command.kind) {
    case CommandKind::kPause:
      return core::Paused{command.by};
    case CommandKind::kResume:
      return core::Resumed{command.by};
    case CommandKind::kRetry:
      return core::RetryRequested{command.name};
    case CommandKind::kSkip:
      return core::TableSkipped{command.name};
    case CommandKind::kConfirm:
      break;
  }
  return core::OperatorConfirmed{command.token, command.by};
}

// A pause must not wait for anything; what names an object is checked first.
bool needs_a_look(const Command& command) {
  switch (command.kind) {
    case CommandKind::kPause:
    case CommandKind::kResume:
      return false;
    case CommandKind::kRetry:
      return !command.name.db.empty();
    case CommandKind::kSkip:
    case CommandKind::kConfirm:
      break;
  }
  return true;
}

std::string done_text(const Command& command) {
  const std::string table = core::to_string(command.name);
  switch (command.kind) {
    case CommandKind::kPause:
      return "paused: no DDL and no replication job starts until it is resumed; what is under way "
             "comes to its end";
    case CommandKind::kResume:
      return "resumed";
    case CommandKind::kRetry:
      return command.name.db.empty()
                 ? "every table is read and tried again; what was skipped is no longer"
                 : table + " is read and tried again; if it was skipped it no longer is";
    case CommandKind::kSkip:
      return table + " is left alone until it is retried; a job under way comes to its end";
    case CommandKind::kConfirm:
      break;
  }
  return "confirmed: these drops are carried out now";
}

// Why nothing can be done; nullopt when it can.
std::optional<std::string> obstacle(const core::State& state, const Command& command) {
  if (command.kind == CommandKind::kConfirm) {
    if (!state.hold) return "no drops wait for an operator";
    if (state.hold->token == command.token) return std::nullopt;
    return fmt::format(
        "{} does not name the drops that wait now: read the list again, its token is {}",
        command.token, state.hold->token);
  }
  const auto* pair = state.find(command.name);
  if (pair != nullptr && (pair->source || pair->target)) return std::nullopt;
  return fmt::format("{} is on neither cluster (names are case-sensitive: DB.TABLE)",
                     core::to_string(command.name));
}

}  // namespace

void Desk::end(Ticket& ticket, Verdict verdict) {
  ticket.step = Step::kOver;
  ticket.verdict = std::move(verdict);
  changed_.notify_all();
}

Verdict Desk::carry_out(const Command& command, std::int64_t wait_ms) {
  auto ticket = std::make_shared<Ticket>(Ticket{command, fact_of(command), Step::kAsked, {}});
  std::unique_lock<std::mutex> lock(mutex_);
  if (closed_) return {Outcome::kBusy, "srsyncd is stopping: nothing was done", {}};
  if (tickets_.size() >= kTicketsMax) {
    return {Outcome::kBusy, "too many commands at a moment: nothing was done", {}};
  }
  tickets_.push_back(ticket);
  if (!needs_a_look(command)) {
    ticket->step = Step::kPosted;
    lock.unlock();
    post_(ticket->fact);
    lock.lock();
  }
  changed_.wait_for(lock, std::chrono::milliseconds(wait_ms),
                    [&] { return ticket->step == Step::kOver; });
  std::erase(tickets_, ticket);
  switch (ticket->step) {
    case Step::kOver:
      return ticket->verdict;
    case Step::kPosted:
      return {Outcome::kAccepted,
              "accepted, and not in the journal yet: ask for the status to see it take effect",
              {}};
    case Step::kAsked:
      break;
  }
  return {Outcome::kBusy, "srsyncd did not take the command in time: nothing was done", {}};
}

void Desk::judge(const core::State& state) {
  std::vector<core::Fact> facts;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    for (const auto& ticket : tickets_) {
      if (ticket->step != Step::kAsked) continue;
      if (auto why = obstacle(state, ticket->command)) {
        end(*ticket, {Outcome::kUnknown, std::move(*why), {}});
        continue;
      }
      ticket->step = Step::kPosted;
      facts.push_back(ticket->fact);
    }
  }
  for (auto& fact : facts) post_(std::move(fact));
}

void Desk::saw(const std::vector<core::Event>& events, const core::State& after) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (tickets_.empty()) return;
  for (const auto& event : events) {
    const auto at = std::find_if(tickets_.begin(), tickets_.end(), [&](const auto& ticket) {
      return ticket->step == Step::kPosted && ticket->fact == event.fact;
    });
    if (at == tickets_.end()) continue;
    Ticket& ticket = **at;
    if (ticket.command.kind == CommandKind::kConfirm && after.hold) {
      end(ticket, {Outcome::kUnknown,
                   "other drops wait by now, and nothing was allowed: read the list again",
                   {}});
      continue;
    }
    end(ticket, {Outcome::kDone, done_text(ticket.command), event.seq});
  }
}

void Desk::close() {
  const std::lock_guard<std::mutex> lock(mutex_);
  closed_ = true;
  for (const auto& ticket : tickets_) {
    if (ticket->step == Step::kAsked) {
      end(*ticket, {Outcome::kBusy, "srsyncd is stopping: nothing was done", {}});
    } else if (ticket->step == Step::kPosted) {
      end(*ticket, {Outcome::kAccepted,
                    "srsyncd is stopping: whether it was taken shows at its next start",
                    {}});
    }
  }
}

}  // namespace srsync::admin
