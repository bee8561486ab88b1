#include "daemon/signals.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <future>
#include <string>

namespace srsync::daemon {
namespace {

TEST(SignalsTest, AreHandedToAThread) {
  // Only this thread and those it starts are concerned; the mask is put back.
  sigset_t before;
  pthread_sigmask(SIG_BLOCK, nullptr, &before);
  block_signals();
  std::promise<void> reloaded;
  std::promise<std::string> stopped;
  {
    SignalThread signals(
        {[&](const char* name) { stopped.set_value(name); }, [&] { reloaded.set_value(); }});
    ::kill(::getpid(), SIGHUP);
    reloaded.get_future().wait();
    ::kill(::getpid(), SIGTERM);
    EXPECT_EQ(stopped.get_future().get(), "SIGTERM");
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

TEST(SignalsTest, EndsWithoutASignal) {
  block_signals();
  const SignalThread signals({[](const char*) {}, [] {}});
}

}  // namespace
}  // namespace srsync::daemon
