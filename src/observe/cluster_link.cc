#include "observe/cluster_link.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace srsync::observe {

std::string to_string(const Address& address) {
  const bool is_ipv6 = address.host.find(':') != std::string::npos;
  return is_ipv6 ? fmt::format("[{}]:{}", address.host, address.port)
                 : fmt::format("{}:{}", address.host, address.port);
}

namespace {

constexpr const char* kHostsHint =
    "check that it runs and can be reached from here, or map its address in hosts.properties";

}  // namespace

ClusterLink::ClusterLink(ClusterEndpoint endpoint, Connector& connector)
    : endpoint_(std::move(endpoint)), connector_(connector) {}

std::string ClusterLink::cluster() const {
  return fmt::format("the {} cluster", side_name(endpoint_.side));
}

bool ClusterLink::is_lost(const Status& status) {
  return status.code() == Code::kUnavailable || status.code() == Code::kOutcomeUnknown;
}

void ClusterLink::forget() {
  session_.reset();
  rpc_.reset();
}

Result<io::ResultSet> ClusterLink::read(const std::string& sql) {
  SRSYNC_RETURN_IF_ERROR(connect());
  Result<io::ResultSet> answer = session_->query(sql);
  if (answer.is_ok()) return answer;
  if (is_lost(answer.status())) {
    SRSYNC_RETURN_IF_ERROR(reconnect());
    answer = session_->query(sql);
    if (answer.is_ok()) return answer;
  }
  last_error_ = session_->last_error();
  const Status& status = answer.status();
  if (!is_lost(status)) return status;
  forget();
  return unavailable(status.message(), status.hint());
}

Status ClusterLink::change(const std::string& sql) {
  SRSYNC_RETURN_IF_ERROR(connect());
  Status status = session_->query(sql).status();
  if (status.is_ok()) return status;
  if (status.code() == Code::kUnavailable) {
    SRSYNC_RETURN_IF_ERROR(reconnect());
    status = session_->query(sql).status();
  }
  if (status.is_ok()) return status;
  last_error_ = session_->last_error();
  if (is_lost(status)) forget();
  return status;
}

Result<HttpReply> ClusterLink::http_get(const std::string& path) {
  SRSYNC_RETURN_IF_ERROR(connect());
  return connector_.http_get(endpoint_.side, leader_.http, path, true);
}

Result<FrontendList> ClusterLink::ask_frontends(io::SqlSession& session) {
  Result<io::ResultSet> rows = session.query("SHOW FRONTENDS");
  if (!rows.is_ok()) {
    last_error_ = session.last_error();
    return rows.status();
  }
  return read_frontends(*rows);
}

Result<FrontendList> ClusterLink::refresh() {
  SRSYNC_RETURN_IF_ERROR(connect());
  Result<FrontendList> list = ask_frontends(*session_);
  const core::Frontend* leader = list.is_ok() ? list->leader() : nullptr;
  const bool same_leader = leader && place_of(*list, *leader, leader_.query).query == leader_.query;
  if (list.is_ok() && same_leader) {
    frontends_ = *list;
    return frontends_;
  }
  if (!list.is_ok() && !is_lost(list.status())) return list.status();
  SRSYNC_RETURN_IF_ERROR(reconnect());
  return frontends_;
}

Status ClusterLink::reconnect() {
  forget();
  return connect();
}

Status ClusterLink::connect() {
  if (session_) return Status::ok();
  Status last = unavailable(fmt::format("no frontend of {} is configured", cluster()));
  for (const Address& candidate : candidates()) {
    Status status = connect_through(candidate);
    if (status.is_ok()) return status;
    // Another frontend would say the same.
    if (!is_lost(status)) return status.with_context(to_string(candidate));
    last =
        unavailable(fmt::format("{}: {}", to_string(candidate), status.message()), status.hint());
  }
  return last.with_context(fmt::format("cannot reach the leader of {}", cluster()));
}

std::vector<Address> ClusterLink::candidates() const {
  std::vector<Address> out = endpoint_.seeds;
  // Those that answered last may outlive the configured ones.
  for (const bool wanted : {true, false}) {
    for (const core::Frontend& frontend : frontends_.frontends) {
      const Address address{frontend.host, frontend.query_port};
      if (frontend.alive != wanted) continue;
      if (std::find(out.begin(), out.end(), address) == out.end()) out.push_back(address);
    }
  }
  return out;
}

// A lone frontend may print an address that only it knows (127.0.0.1 in a container): the one that
// it was asked at is proven to work.
ClusterLink::Place ClusterLink::place_of(const FrontendList& list, const core::Frontend& leader,
                                         const Address& asked) {
  const bool alone = list.frontends.size() == 1;
  const std::string& host = alone ? asked.host : leader.host;
  return {{host, alone ? asked.port : leader.query_port},
          {host, leader.rpc_port},
          {host, leader.http_port}};
}

Status ClusterLink::connect_through(const Address& candidate) {
  std::unique_ptr<io::SqlSession> session = connector_.open_sql(endpoint_.side, candidate);
  SRSYNC_ASSIGN_OR_RETURN(FrontendList list, ask_frontends(*session));
  const core::Frontend* leader = list.leader();
  if (leader == nullptr) return unavailable(cluster() + " has no leader at the moment");
  const Place place = place_of(list, *leader, candidate);
  if (place.query == candidate) return settle(std::move(session), list, place);
  std::unique_ptr<io::SqlSession> direct = connector_.open_sql(endpoint_.side, place.query);
  Result<FrontendList> second = ask_frontends(*direct);
  if (!second.is_ok()) {
    const Status status = second.status();
    return Status(status.code(),
                  fmt::format("its leader {}: {}", to_string(place.query), status.message()),
                  status.hint().empty() ? kHostsHint : status.hint());
  }
  leader = second->leader();
  // It lost an election meanwhile, or the first answer was old.
  if (leader == nullptr || Address{leader->host, leader->query_port} != place.query) {
    frontends_ = std::move(*second);
    return unavailable(cluster() + " is changing its leader");
  }
  return settle(std::move(direct), *second, place);
}

Status ClusterLink::settle(std::unique_ptr<io::SqlSession> session, const FrontendList& list,
                           Place place) {
  SRSYNC_RETURN_IF_ERROR(prepare(*session));
  frontends_ = list;
  leader_ = std::move(place);
  session_ = std::move(session);
  rpc_ = connector_.open_rpc(endpoint_.side, leader_.rpc);
  return Status::ok();
}

// Should this frontend lose the lead while we are with it, SHOW PROC still comes from the leader.
// A version that refuses a variable goes without.
Status ClusterLink::prepare(io::SqlSession& session) const {
  for (const std::string& sql :
       {std::string("SET forward_to_leader = true"),
        fmt::format("SET query_timeout = {}", endpoint_.query_timeout_seconds)}) {
    const Status status = session.query(sql).status();
    if (is_lost(status)) return status;
  }
  return Status::ok();
}

}  // namespace srsync::observe
