// The RPC and HTTP ports of all frontends of one cluster, and the HTTP ports of its backends:
// opened together, and closed one frontend at a time when a test kills it.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "sandbox/cluster.h"
#include "sandbox/http_server.h"
#include "sandbox/replication.h"
#include "sandbox/rpc_server.h"
#include "sandbox/rpc_service.h"

namespace srsync::sandbox {

class ClusterPorts {
 public:
  // Both must outlive the ports; `replications` may be null on a cluster that is no target.
  ClusterPorts(Cluster& cluster, ReplicationEngine* replications);
  ~ClusterPorts() { stop(); }
  ClusterPorts(const ClusterPorts&) = delete;
  ClusterPorts& operator=(const ClusterPorts&) = delete;

  // Listens where the catalog says; a port number of 0 takes a free one and enters it there.
  // Frontends that are dead stay silent. On failure nothing listens.
  Status start();
  void stop();

  // As if the process was killed, or started again on the same ports. They know nothing of who
  // leads or is alive: that is Cluster's matter.
  void stop_frontend(int number);
  Status start_frontend(int number);

 private:
  struct FrontendPorts {
    std::unique_ptr<FrontendService> service;
    std::unique_ptr<RpcServer> rpc;
    std::unique_ptr<HttpServer> http;
  };
  Status start_backends();

  Cluster& cluster_;
  ReplicationEngine* replications_;
  std::map<int, FrontendPorts> frontends_;
  std::map<std::int64_t, std::unique_ptr<HttpServer>> backends_;
};

// The name that fault rules use for a frontend: "fe1".
std::string fault_name(int frontend);

}  // namespace srsync::sandbox
