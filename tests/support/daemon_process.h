// A program under test as a process of its own: started, watched, killed.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <sys/types.h>

namespace srsync::test {

// How a process ended: `code` when it returned, else the signal.
struct Exit {
  int code = -1;
  int signal = 0;
  bool timed_out = false;  // it was still running and was killed for it
};

// Used by one thread. Output goes to files in `dir`; no descriptor of this process is inherited, so
// that ports which a test closes are closed.
class Process {
 public:
  Process() = default;
  ~Process();
  Process(Process&& other) noexcept;
  Process& operator=(Process&& other) noexcept;

  // `environment` is added to this process's own. Fails the program when it cannot be started.
  static Process start(const std::vector<std::string>& command, const std::string& output_file,
                       const std::string& error_file,
                       const std::map<std::string, std::string>& environment = {});

  bool is_running() const { return pid_ > 0; }
  void signal(int number);
  // Waits for its end, at most `timeout_ms`; after that it is killed and the answer says so.
  Exit wait(int timeout_ms = 120'000);
  // Whether it ended within `timeout_ms`; it goes on running otherwise.
  bool ended_within(int timeout_ms);

 private:
  pid_t pid_ = -1;
  int pidfd_ = -1;
};

std::string read_file(const std::string& path);

}  // namespace srsync::test
