#include "sandbox/rpc_ports.h"

#include <vector>

#include <fmt/format.h>

#include "sandbox/http_frontend.h"

namespace srsync::sandbox {

std::string fault_name(int frontend) { return fmt::format("fe{}", frontend); }

ClusterPorts::ClusterPorts(Cluster& cluster, ReplicationEngine* replications)
    : cluster_(cluster), replications_(replications) {}

Status ClusterPorts::start() {
  const auto numbers = cluster_.with([](const Catalog& catalog) {
    std::vector<int> out;
    for (const Frontend& frontend : catalog.frontends) {
      if (frontend.is_alive) out.push_back(frontend.number);
    }
    return out;
  });
  Status status = start_backends();
  for (const int number : numbers) {
    if (status.is_ok()) status = start_frontend(number);
  }
  if (!status.is_ok()) stop();
  return status;
}

Status ClusterPorts::start_backends() {
  const auto backends = cluster_.with([](const Catalog& catalog) { return catalog.backends; });
  for (const Backend& backend : backends) {
    auto server = std::make_unique<HttpServer>(
        &cluster_.faults(), fmt::format("be{}", backend.id),
        [this](const HttpRequest& request) { return backend_http(cluster_, request); });
    SRSYNC_RETURN_IF_ERROR(
        server->start(backend.host, static_cast<std::uint16_t>(backend.http_port)));
    cluster_.with([&](Catalog& catalog) {
      for (Backend& entry : catalog.backends) {
        if (entry.id == backend.id) entry.http_port = server->port();
      }
    });
    backends_[backend.id] = std::move(server);
  }
  return Status::ok();
}

Status ClusterPorts::start_frontend(int number) {
  const auto wanted = cluster_.with([number](const Catalog& catalog) {
    for (const Frontend& entry : catalog.frontends) {
      if (entry.number == number) return entry;
    }
    return Frontend{};
  });
  FrontendPorts ports;
  ports.service = std::make_unique<FrontendService>(cluster_, replications_, number);
  ports.rpc =
      std::make_unique<RpcServer>(&cluster_.faults(), fault_name(number), ports.service.get());
  ports.http = std::make_unique<HttpServer>(
      &cluster_.faults(), fault_name(number),
      [this](const HttpRequest& request) { return frontend_http(cluster_, request); });
  SRSYNC_RETURN_IF_ERROR(ports.rpc->start(wanted.ip, static_cast<std::uint16_t>(wanted.rpc_port)));
  SRSYNC_RETURN_IF_ERROR(
      ports.http->start(wanted.ip, static_cast<std::uint16_t>(wanted.http_port)));
  cluster_.with([&](Catalog& catalog) {
    for (Frontend& entry : catalog.frontends) {
      if (entry.number != number) continue;
      entry.rpc_port = ports.rpc->port();
      entry.http_port = ports.http->port();
    }
  });
  frontends_.insert_or_assign(number, std::move(ports));
  return Status::ok();
}

void ClusterPorts::stop_frontend(int number) {
  const auto at = frontends_.find(number);
  if (at == frontends_.end()) return;
  at->second.rpc->stop();
  at->second.http->stop();
  frontends_.erase(at);
}

void ClusterPorts::stop() {
  while (!frontends_.empty()) stop_frontend(frontends_.begin()->first);
  backends_.clear();
}

}  // namespace srsync::sandbox
