#include "daemon/signals.h"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace srsync::daemon {
namespace {

sigset_t handled_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, signal);
  return set;
}

const char* name_of(unsigned signal) { return signal == SIGINT ? "SIGINT" : "SIGTERM"; }

}  // namespace

void block_signals() {
  const sigset_t set = handled_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
}

SignalThread::SignalThread(SignalActions actions) {
  if (::pipe(wake_) != 0) wake_[0] = wake_[1] = -1;
  thread_ = std::thread([this, actions = std::move(actions)] { work(actions); });
}

SignalThread::~SignalThread() {
  if (wake_[1] >= 0) ::close(wake_[1]);
  thread_.join();
  if (wake_[0] >= 0) ::close(wake_[0]);
}

void SignalThread::work(const SignalActions& actions) {
  const sigset_t set = handled_signals();
  const int fd = ::signalfd(-1, &set, SFD_CLOEXEC);
  if (fd < 0) return;
  while (true) {
    pollfd entries[2] = {{fd, POLLIN, 0}, {wake_[0], POLLIN, 0}};
    if (::poll(entries, 2, -1) < 0) continue;
    if (entries[1].revents != 0) break;
    signalfd_siginfo info{};
    if (::read(fd, &info, sizeof info) != static_cast<ssize_t>(sizeof info)) continue;
    if (info.ssi_signo == SIGHUP) {
      actions.reload();
    } else {
      actions.stop(name_of(info.ssi_signo));
    }
  }
  ::close(fd);
}

}  // namespace srsync::daemon
