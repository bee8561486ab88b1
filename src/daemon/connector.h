// Connections to both clusters, over the operator's host map.
#pragma once

#include "config/load.h"
#include "observe/access.h"

namespace srsync::daemon {

// Safe from any thread: it only reads its settings.
class Connector final : public observe::Connector {
 public:
  // `config` must outlive the connector.
  explicit Connector(const config::LoadedConfig& config) : config_(config) {}

  std::unique_ptr<io::SqlSession> open_sql(Side side,
                                           const observe::Address& query_address) override;
  std::unique_ptr<io::FrontendRpc> open_rpc(Side side,
                                            const observe::Address& rpc_address) override;
  Result<observe::HttpReply> http_get(Side side, const observe::Address& address,
                                      const std::string& path, bool log_in) override;
  observe::Address map(Side side, const observe::Address& address) override;

 private:
  const config::LoadedConfig& config_;
};

// Where that side is, by its settings.
observe::ClusterEndpoint endpoint_of(const config::Options& options, Side side);

}  // namespace srsync::daemon
