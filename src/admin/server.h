// The HTTP port: sockets, threads and limits around an Api. libmicrohttpd stays inside server.cc.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "admin/api.h"
#include "base/status.h"

namespace srsync::admin {

struct ServerOptions {
  std::string host = "127.0.0.1";
  int port = 0;  // 0: any free one
  ApiOptions api;
  // Connections at a moment, each with a thread; more are closed at once.
  unsigned connections_max = 32;
  unsigned idle_timeout_seconds = 10;
  // A connection carries one request and is cut off after this, however slowly it is sent.
  std::int64_t request_timeout_ms = 30'000;
};

// Answers until it is destroyed. Made and destroyed by one thread.
class Server {
 public:
  // kUnavailable: the port is taken or the address is not this machine's. kInvalidArgument: others
  // could reach it and there is no token. `board` must outlive the server, and is closed by it.
  static Result<std::unique_ptr<Server>> start(Board& board, const ServerOptions& options);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  int port() const;
  // "http://127.0.0.1:8950"
  std::string url() const;

 private:
  struct Parts;
  explicit Server(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace srsync::admin
