// A source and a target with a clock that the test moves, and the request that a migrator would
// send for a table of both.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "frontend/frontend_types.h"
#include "sandbox/cluster.h"
#include "sandbox/replication.h"

namespace srsync::sandbox {

struct TableShape {
  std::string name = "t";
  int buckets = 2;
  int replicas = 1;
  KeysType keys = KeysType::kDuplicate;
  std::vector<std::string> partitions = {};  // empty: not partitioned
};

class TwoClusters {
 public:
  explicit TwoClusters(Version version = Version::k4_0);

  // The table in database "db" of both clusters.
  void create(const TableShape& shape);
  void create_on(Cluster& cluster, const TableShape& shape);
  // One load into a partition (the table's only one by default), visible at once.
  void load(Cluster& cluster, const std::string& table, const std::string& partition = "");

  Partition partition(Cluster& cluster, const std::string& table, const std::string& name = "");
  Table table(Cluster& cluster, const std::string& name);

  // Everything that the source is ahead of, in buckets' order, with healthy backends.
  frontend::TTableReplicationRequest request(const std::string& table, const std::string& job_id);

  // Moves the clock by steps of `step_ms` and lets everything that is due happen.
  void advance(std::int64_t ms, std::int64_t step_ms = 5);
  // Until no job is under way and everything is published.
  void settle();
  ReplicationRow row(const std::string& job_id);
  bool same_content(const std::string& table, const std::string& partition_name = "");

  std::int64_t now = 1795000000000;
  EffectLog log;
  Cluster source;
  Cluster target;
  ReplicationEngine engine;
};

}  // namespace srsync::sandbox
