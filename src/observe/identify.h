// Who a cluster is and what it can do: ClusterIdentified, TopologyObserved, LimitsObserved.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/fact.h"
#include "observe/cluster_link.h"

namespace srsync::observe {

// Whether a version text is at least major.minor.patch; false when it holds no numbers.
bool is_at_least(const std::string& version, int major, int minor, int patch);

// Lives as long as its reader, to ask again only what may change.
class Identifier {
 public:
  explicit Identifier(ClusterLink& link) : link_(link) {}

  // The facts that ClusterReader::identify() owes. The cluster's id is its ClusterId number:
  // random, made with the cluster and kept for its life, while frontends come and go.
  Result<std::vector<core::Fact>> identify();

  // A sweep saw whether versions come with epochs: surer than anything that identify() can ask.
  void learn_epochs(bool has_epochs) { has_epochs_ = has_epochs; }
  // The same for getPartitionsMeta.
  void learn_partitions_meta(bool has_it) { has_partitions_meta_ = has_it; }

 private:
  Result<core::ClusterIdentified> identity(const FrontendList& list);
  Result<core::TopologyObserved> topology(const FrontendList& list);
  Result<core::LimitsObserved> limits();
  Status probe(const std::string& version);
  Status probe_partitions_meta();
  Status probe_replications();

  ClusterLink& link_;
  std::string probed_version_;             // capabilities below are this version's
  std::optional<core::RunMode> run_mode_;  // for life
  std::optional<bool> has_epochs_;
  std::optional<bool> has_partitions_meta_;
  std::optional<bool> has_replications_;
};

// The run mode, from ADMIN SHOW FRONTEND CONFIG. Without such a setting (2.5): shared-nothing.
Result<core::RunMode> read_run_mode(ClusterLink& link);

// Whether the server said that a SHOW PROC path does not exist.
bool is_unknown_path(const Status& status);

}  // namespace srsync::observe
