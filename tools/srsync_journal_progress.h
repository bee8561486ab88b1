// How far a long reading is, on standard error: on a terminal all the time, elsewhere now and then
// when it takes long.
#pragma once

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "base/ids.h"
#include "inspect/history.h"

namespace srsync {

class ProgressLine {
 public:
  // `prints_late`: the verb prints nothing before it is done, so that the line may stand on the
  // terminal to which its results will go.
  ProgressLine(EventSeq first, EventSeq last, bool prints_late = false)
      : on_terminal_(isatty(STDERR_FILENO) == 1),
        quiet_(on_terminal_ && !prints_late && isatty(STDOUT_FILENO) == 1),
        first_(first),
        last_(last) {}
  ~ProgressLine() { clear(); }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  inspect::Progress callback() {
    return [this](EventSeq at) { show(at); };
  }
  void clear() {
    if (shown_) fmt::print(stderr, "\r\x1b[K");
    shown_ = false;
  }

 private:
  using Clock = std::chrono::steady_clock;

  void show(EventSeq at) {
    if (quiet_) return;
    const Clock::time_point now = Clock::now();
    if (now - last_shown_ < (on_terminal_ ? kTerminalEvery : kElsewhereEvery)) return;
    last_shown_ = now;
    const double seconds = std::chrono::duration<double>(now - start_).count();
    const auto done = static_cast<double>(std::max(at, first_).value() - first_.value() + 1);
    const auto all = static_cast<double>(std::max(last_, first_).value() - first_.value() + 1);
    const double rate = seconds > 0 ? done / seconds : 0;
    fmt::print(stderr, "{}event {} of {}, {:.0f} % ({:.0f} per second, {:.0f} s left){}",
               on_terminal_ ? "\r\x1b[K" : "srsync-journal: ", at.value(), last_.value(),
               100 * done / all, rate, rate > 0 ? std::max(0.0, all - done) / rate : 0,
               on_terminal_ ? "" : "\n");
    shown_ = on_terminal_;
  }

  static constexpr std::chrono::milliseconds kTerminalEvery{200};
  static constexpr std::chrono::milliseconds kElsewhereEvery{10'000};
  const bool on_terminal_;
  const bool quiet_;
  const EventSeq first_;
  const EventSeq last_;
  const Clock::time_point start_ = Clock::now();
  Clock::time_point last_shown_ = start_;
  bool shown_ = false;
};

}  // namespace srsync
