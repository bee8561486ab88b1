// What this room needs from outside to reach two clusters: where they are, and something that opens
// connections. The daemon implements Connector over the mysql and rpc rooms; tests fake it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/secret.h"
#include "base/side.h"
#include "base/status.h"
#include "io/frontend_rpc.h"
#include "io/sql.h"

namespace srsync::observe {

// A host and a port as a cluster prints them about itself, or as configured. Never mapped: mapping
// is the Connector's.
struct Address {
  std::string host;
  std::int32_t port = 0;
  friend auto operator<=>(const Address&, const Address&) = default;
};
// "host:port", IPv6 hosts in brackets.
std::string to_string(const Address& address);

// One cluster of the pair.
struct ClusterEndpoint {
  Side side = Side::kSource;
  std::vector<Address> seeds;  // query ports; at least one, tried in this order
  std::string user;            // the account's name, also claimed in RPCs
  Secret token;                // the cluster's token; needed of the source only, may be empty
  Secret password;             // of the account; the target's, for the one RPC that logs in
  // How long one statement may run, set as query_timeout.
  std::int32_t query_timeout_seconds = 300;
};

struct HttpReply {
  int status = 0;
  std::string body;
};

// Opens connections to the frontends and backends of both clusters. Every address goes through the
// operator's host map inside. Called by one thread at a time per instance of this room's classes;
// several instances may share one Connector, so it must be safe from any thread.
class Connector {
 public:
  virtual ~Connector() = default;

  // A session that logs in at its first statement, with that side's account.
  virtual std::unique_ptr<io::SqlSession> open_sql(Side side, const Address& query_address) = 0;

  // A connection to an RPC port, made at its first call.
  virtual std::unique_ptr<io::FrontendRpc> open_rpc(Side side, const Address& rpc_address) = 0;

  // GET http://<address><path>. `path` starts with '/' and is already percent-encoded. `log_in`:
  // with that side's account (frontends); without, nothing secret is sent but what `path` holds.
  // kUnsupported: this Connector has no HTTP. Never follows a redirect to another scheme.
  virtual Result<HttpReply> http_get(Side side, const Address& address, const std::string& path,
                                     bool log_in) = 0;

  // Where `address` of that side is reached. Used for the source backends' addresses that are
  // handed to the target, which live in the same network as we do or are mapped for both.
  virtual Address map(Side side, const Address& address) = 0;
};

}  // namespace srsync::observe
