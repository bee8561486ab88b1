// A scripted TCP server for tests of the RPC client: each step waits for a number of request bytes
// and then answers, keeps silent or closes.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace srsync::rpc {

struct Step {
  // Reads this many bytes before it acts; with 0 it acts right after the connection was made.
  std::size_t request_bytes = 0;
  std::string reply;
  bool close_after = false;
};

// Serves connections one after another; a closed one is followed by the next. Steps run in order
// over all connections; after the last one it reads and ignores. Listens on 127.0.0.1.
class FakeFrontend {
 public:
  explicit FakeFrontend(std::vector<Step> steps);
  ~FakeFrontend();
  FakeFrontend(const FakeFrontend&) = delete;
  FakeFrontend& operator=(const FakeFrontend&) = delete;

  std::uint16_t port() const { return port_; }
  // What each finished step has read.
  std::vector<std::string> requests() const;
  int connections() const;
  // Connections that this side has closed.
  int closed() const;

 private:
  void serve();
  // False: the connection is over.
  bool run_step(int fd, const Step& step);
  void drain(int fd);

  std::vector<Step> steps_;
  std::uint16_t port_ = 0;
  int listener_ = -1;
  mutable std::mutex mutex_;
  int current_ = -1;  // guarded by mutex_: the connection to shut down at the end
  bool stopping_ = false;
  std::vector<std::string> requests_;
  int connections_ = 0;
  int closed_ = 0;
  std::thread thread_;
};

// A loopback port on which nobody listens.
std::uint16_t closed_port();

}  // namespace srsync::rpc
