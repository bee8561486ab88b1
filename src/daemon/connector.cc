#include "daemon/connector.h"

#include <algorithm>

#include "http/client.h"
#include "mysql/session.h"
#include "rpc/session.h"

namespace srsync::daemon {

std::unique_ptr<io::SqlSession> Connector::open_sql(Side side,
                                                    const observe::Address& query_address) {
  const auto& cluster = config_.options.cluster(side);
  const observe::Address mapped = map(side, query_address);
  mysql::ConnectOptions options;
  options.host = mapped.host;
  options.port = mapped.port;
  options.user = cluster.user;
  options.password = cluster.password;
  options.connect_timeout_ms = config_.options.connect_timeout_ms;
  options.socket_timeout_ms = config_.options.socket_timeout_ms;
  options.tls = config_.options.tls;
  options.tls_ca_file = config_.options.tls_ca_file;
  return mysql::make_session(std::move(options));
}

std::unique_ptr<io::FrontendRpc> Connector::open_rpc(Side side,
                                                     const observe::Address& rpc_address) {
  const observe::Address mapped = map(side, rpc_address);
  rpc::RpcConnectOptions options;
  options.host = mapped.host;
  options.port = static_cast<std::uint16_t>(mapped.port);
  options.connect_timeout_ms = static_cast<int>(config_.options.connect_timeout_ms);
  options.read_timeout_ms = static_cast<int>(config_.options.socket_timeout_ms);
  return rpc::make_frontend_rpc(std::move(options));
}

Result<observe::HttpReply> Connector::http_get(Side side, const observe::Address& address,
                                               const std::string& path, bool log_in) {
  const observe::Address mapped = map(side, address);
  http::Request request;
  request.host = mapped.host;
  request.port = mapped.port;
  request.path = path;
  if (log_in) {
    request.user = config_.options.cluster(side).user;
    request.password = config_.options.cluster(side).password;
  }
  request.connect_timeout_ms = std::min<std::int64_t>(5'000, config_.options.connect_timeout_ms);
  request.read_timeout_ms = std::min<std::int64_t>(10'000, config_.options.socket_timeout_ms);
  SRSYNC_ASSIGN_OR_RETURN(http::Response response, http::exchange(request));
  return observe::HttpReply{response.status, std::move(response.body)};
}

observe::Address Connector::map(Side side, const observe::Address& address) {
  const auto mapped = config_.hosts.map(side, address.host, address.port);
  return {mapped.host, mapped.port};
}

observe::ClusterEndpoint endpoint_of(const config::Options& options, Side side) {
  const auto& cluster = options.cluster(side);
  observe::ClusterEndpoint endpoint;
  endpoint.side = side;
  endpoint.seeds = {{cluster.fe_host, cluster.query_port}};
  endpoint.user = cluster.user;
  if (side == Side::kSource) endpoint.token = options.source_token;
  if (side == Side::kTarget) endpoint.password = cluster.password;
  return endpoint;
}

}  // namespace srsync::daemon
