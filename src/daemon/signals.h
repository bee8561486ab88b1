// Signals as ordinary calls: a thread waits for them, so handlers run nothing.
#pragma once

#include <functional>
#include <thread>

namespace srsync::daemon {

struct SignalActions {
  std::function<void(const char* name)> stop;  // SIGTERM, SIGINT
  std::function<void()> reload;                // SIGHUP
};

// Blocks SIGTERM, SIGINT and SIGHUP for this thread and those that it starts later: call it before
// any other thread exists. Ignores SIGPIPE.
void block_signals();

// Takes blocked signals, on a thread of its own, until it is destroyed.
class SignalThread {
 public:
  explicit SignalThread(SignalActions actions);
  ~SignalThread();
  SignalThread(const SignalThread&) = delete;
  SignalThread& operator=(const SignalThread&) = delete;

 private:
  void work(const SignalActions& actions);

  int wake_[2] = {-1, -1};  // a pipe; its end tells the thread to leave
  std::thread thread_;
};

}  // namespace srsync::daemon
