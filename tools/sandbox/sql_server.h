// The query port of one simulated frontend.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "sandbox/cluster.h"
#include "sandbox/rpc_listener.h"
#include "sandbox/session.h"

namespace srsync::sandbox {

class SqlServer {
 public:
  // All must outlive the server; `controls` may be null.
  SqlServer(Cluster& cluster, int frontend, Controls* controls);
  Status start(const std::string& host, std::uint16_t port);
  std::uint16_t port() const { return listener_.port(); }
  void stop() { listener_.stop(); }

 private:
  void serve(int fd);
  // False: the connection is to be closed.
  bool command(int fd, class PacketStream& stream, Session& session, std::string_view payload);
  bool query(int fd, class PacketStream& stream, Session& session, std::string_view sql);

  Cluster& cluster_;
  int frontend_;
  Controls* controls_;
  std::atomic<std::uint32_t> next_connection_{1};
  Listener listener_;
};

}  // namespace srsync::sandbox
