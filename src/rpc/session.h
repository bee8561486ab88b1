// Makes the connection to one frontend's RPC port.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "io/frontend_rpc.h"

namespace srsync::rpc {

struct RpcConnectOptions {
  std::string host;
  std::uint16_t port = 0;
  int connect_timeout_ms = 5000;
  // For a whole call after the connection stands: request, the frontend's work and the reply.
  int read_timeout_ms = 60000;
  // Drops its own connection when it was idle for longer; frontends drop it after 5000 ms.
  int max_idle_ms = 4000;
};

// Does not connect yet: the first call does, and a call after a failure connects again. Threads:
// one caller at a time per session.
std::unique_ptr<io::FrontendRpc> make_frontend_rpc(RpcConnectOptions options);

}  // namespace srsync::rpc
