// A TCP port on loopback that serves each connection on a thread of its own and can be stopped at
// any moment, as a killed process stops: every connection is cut and the port is free again.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <thread>

#include "base/status.h"

namespace srsync::sandbox {

class Listener {
 public:
  // Runs on the connection's thread. The listener owns and closes the descriptor; serve() returns
  // when it is done with it or when reading fails because the listener stops.
  using Serve = std::function<void(int fd)>;

  Listener() = default;
  ~Listener() { stop(); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  // Port 0 takes a free one. kUnavailable when the address cannot be bound.
  Status start(const std::string& host, std::uint16_t port, Serve serve);
  std::uint16_t port() const { return port_; }
  bool is_running() const { return acceptor_.joinable(); }

  // Cuts every connection and waits for their threads. Must not be called from one of them.
  void stop();

 private:
  struct Connection {
    int fd = -1;
    bool done = false;
    std::thread thread;
  };
  void accept_loop();
  void reap();

  Serve serve_;
  std::uint16_t port_ = 0;
  int listener_ = -1;
  std::thread acceptor_;
  std::mutex mutex_;
  std::list<Connection> connections_;  // guarded by mutex_
  bool stopping_ = false;              // guarded by mutex_
};

}  // namespace srsync::sandbox
