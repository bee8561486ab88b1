// A source and a target of one version, in which the recorded story of scenes A to H is told again:
// statements, RPCs and HTTP questions in their order, with the ids of this world put in the place
// of the recorded ones.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "frontend/frontend_types.h"
#include "sandbox/cluster.h"
#include "sandbox/replication.h"
#include "sandbox/rpc_service.h"
#include "sandbox/session.h"

namespace srsync::sandbox {

class ReplayWorld {
 public:
  explicit ReplayWorld(Version version);

  Cluster& cluster(const std::string& side) { return side == "source" ? source_ : target_; }
  Session& session(const std::string& side) {
    return side == "source" ? source_session_ : target_session_;
  }
  FrontendService& service(const std::string& side) {
    return side == "source" ? source_service_ : target_service_;
  }
  ReplicationEngine& engine() { return engine_; }

  // Learns which recorded id is which table and partition of the target from all lines, before the
  // story is told: SHOW PROC '/dbs/mig' and SHOW PARTITIONS name them.
  void learn(const std::vector<nlohmann::json>& lines);

  // The recorded request with this world's ids, backends, epochs and token.
  frontend::TTableReplicationRequest translate(const nlohmann::json& request);
  // A recorded label or path: the ids of database and table in "REPLICATION_1_2_".
  std::string translate_label(const std::string& text);
  // The transaction of the job that runs in a table; 0 when there is none.
  std::int64_t running_txn();

  // Publishing and ALTERs go on; jobs only with `jobs_too`, so that a job stands still while the
  // recorded client looked at other things.
  void step(bool jobs_too);

 private:
  struct Names {
    std::string table;
    std::string partition;
  };
  const Table* find(Catalog& catalog, const std::string& table) const;
  frontend::TPartitionReplicationInfo translate_partition(const std::string& key,
                                                          const nlohmann::json& recorded,
                                                          const std::string& table);

  std::int64_t now_ = 1795379800000;
  Cluster source_;
  Cluster target_;
  ReplicationEngine engine_;
  Session source_session_;
  Session target_session_;
  FrontendService source_service_;
  FrontendService target_service_;
  std::map<std::int64_t, std::string> tables_;      // recorded target table id -> name
  std::map<std::int64_t, std::string> partitions_;  // recorded target partition id -> name
  std::int64_t recorded_db_ = 0;
};

}  // namespace srsync::sandbox
