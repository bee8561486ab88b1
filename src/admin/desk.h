// An operator's commands on their way to the journal: checked against State, posted to the driver
// as the facts they are, and answered when those are durable.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/fact.h"
#include "core/state.h"

namespace srsync::admin {

enum class CommandKind : std::uint8_t { kPause, kResume, kRetry, kSkip, kConfirm };

struct Command {
  CommandKind kind = CommandKind::kPause;
  core::TableName name;  // kSkip, and kRetry of one table; empty db: every table
  std::string token;     // kConfirm: of the drops that wait
  std::string by;        // who says so, for the journal
};

enum class Outcome : std::uint8_t {
  kDone,      // durable
  kAccepted,  // handed to the driver, not durable yet
  kUnknown,   // no such table, no such drops: nothing was done
  kBusy,      // the driver did not take it in time, or is about to end: nothing was done
};
struct Verdict {
  Outcome outcome = Outcome::kBusy;
  std::string text;  // for people
  EventSeq seq;      // of kDone
};

class Desk {
 public:
  // How facts reach the driver (Driver::post): safe from any thread. Before any command.
  void set_post(std::function<void(core::Fact)> post) { post_ = std::move(post); }

  // Any thread but the driver's. Waits at most `wait_ms`.
  Verdict carry_out(const Command& command, std::int64_t wait_ms);

  // The driver's thread: checks what waits for a look at State, and posts it.
  void judge(const core::State& state);
  // The driver's thread: these are durable and applied.
  void saw(const std::vector<core::Event>& events, const core::State& after);
  // Any thread: nothing more is taken, and who waits is answered.
  void close();

 private:
  enum class Step : std::uint8_t { kAsked, kPosted, kOver };
  struct Ticket {
    Command command;
    core::Fact fact;
    Step step = Step::kAsked;
    Verdict verdict;
  };
  void end(Ticket& ticket, Verdict verdict);

  std::function<void(core::Fact)> post_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool closed_ = false;                           // guarded by mutex_
  std::vector<std::shared_ptr<Ticket>> tickets_;  // guarded by mutex_; in order of arrival
};

}  // namespace srsync::admin
