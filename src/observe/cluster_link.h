// The way to one cluster's leader: finds it, keeps one SQL session and one RPC connection to it,
// and looks for it again when it moved or died.
//
// A statement or call that only reads is repeated once after a new leader was found. One that
// changes something is repeated only when it certainly was not carried out. One caller at a time.
#pragma once

#include <memory>
#include <string>

#include "base/status.h"
#include "io/frontend_rpc.h"
#include "io/sql.h"
#include "observe/access.h"
#include "observe/topology.h"

namespace srsync::observe {

class ClusterLink {
 public:
  // Does not connect. `connector` must outlive the link.
  ClusterLink(ClusterEndpoint endpoint, Connector& connector);

  const ClusterEndpoint& endpoint() const { return endpoint_; }
  Connector& connector() { return connector_; }

  // A reading statement on the leader. A failed connection is kUnavailable, never kOutcomeUnknown.
  Result<io::ResultSet> read(const std::string& sql);

  // A changing statement on the leader. kOutcomeUnknown: it may have been carried out.
  Status change(const std::string& sql);

  // The server's words behind the last failed statement.
  const io::SqlError& last_error() const { return last_error_; }

  // SHOW FRONTENDS, asked now; moves to the new leader when the session is not with it any more.
  Result<FrontendList> refresh();

  // What the last SHOW FRONTENDS said; empty before the first connection.
  const FrontendList& frontends() const { return frontends_; }

  // A reading call on the leader's RPC port: `call` is handed an io::FrontendRpc& and returns a
  // Result<T>.
  template <typename Call>
  auto read_rpc(Call call) -> decltype(call(std::declval<io::FrontendRpc&>())) {
    SRSYNC_RETURN_IF_ERROR(connect());
    auto answer = call(*rpc_);
    if (answer.is_ok() || !is_lost(answer.status())) return answer;
    SRSYNC_RETURN_IF_ERROR(reconnect());
    return call(*rpc_);
  }

  // A changing call, which returns a Status. Repeated when it was not sent (kUnavailable).
  template <typename Call>
  Status change_rpc(Call call) {
    SRSYNC_RETURN_IF_ERROR(connect());
    Status status = call(*rpc_);
    // Not known to be with the leader any more: the next caller looks.
    if (status.code() == Code::kOutcomeUnknown) forget();
    if (status.code() != Code::kUnavailable) return status;
    SRSYNC_RETURN_IF_ERROR(reconnect());
    return call(*rpc_);
  }

  // GET on the leader's HTTP port with the account's log-in.
  Result<HttpReply> http_get(const std::string& path);

  // The next call connects and looks for the leader anew.
  void forget();

 private:
  // Where one frontend is reached.
  struct Place {
    Address query;
    Address rpc;
    Address http;
  };

  Status connect();
  Status reconnect();
  Status connect_through(const Address& candidate);
  Status settle(std::unique_ptr<io::SqlSession> session, const FrontendList& list, Place place);
  Status prepare(io::SqlSession& session) const;
  Result<FrontendList> ask_frontends(io::SqlSession& session);
  std::vector<Address> candidates() const;
  static Place place_of(const FrontendList& list, const core::Frontend& leader,
                        const Address& asked);
  static bool is_lost(const Status& status);
  std::string cluster() const;

  ClusterEndpoint endpoint_;
  Connector& connector_;
  FrontendList frontends_;
  Place leader_;
  std::unique_ptr<io::SqlSession> session_;
  std::unique_ptr<io::FrontendRpc> rpc_;
  io::SqlError last_error_;
};

}  // namespace srsync::observe
