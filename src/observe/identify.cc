#include "observe/identify.h"

#include <fmt/format.h>

#include "base/text.h"
#include "ddl/version.h"

namespace srsync::observe {

bool is_at_least(const std::string& version, int major, int minor, int patch) {
  const auto parsed = ddl::parse_version(version);
  return parsed && *parsed >= ddl::Version{major, minor, patch};
}

bool is_unknown_path(const Status& status) {
  return !status.is_ok() && contains(status.message(), "Unknown proc node path");
}

Result<core::RunMode> read_run_mode(ClusterLink& link) {
  SRSYNC_ASSIGN_OR_RETURN(const io::ResultSet rows,
                          link.read("ADMIN SHOW FRONTEND CONFIG LIKE 'run_mode'"));
  SRSYNC_ASSIGN_OR_RETURN(const auto config, read_config(rows));
  const auto found = config.find("run_mode");
  if (found == config.end()) return core::RunMode::kSharedNothing;
  if (equals_ignore_case(found->second, "shared_nothing")) return core::RunMode::kSharedNothing;
  if (equals_ignore_case(found->second, "shared_data")) return core::RunMode::kSharedData;
  return core::RunMode::kUnknown;
}

Result<std::vector<core::Fact>> Identifier::identify() {
  SRSYNC_ASSIGN_OR_RETURN(const FrontendList list, link_.refresh());
  std::vector<core::Fact> out;
  SRSYNC_ASSIGN_OR_RETURN(core::ClusterIdentified identified, identity(list));
  out.emplace_back(std::move(identified));
  SRSYNC_ASSIGN_OR_RETURN(core::TopologyObserved observed, topology(list));
  out.emplace_back(std::move(observed));
  if (link_.endpoint().side == Side::kTarget) {
    SRSYNC_ASSIGN_OR_RETURN(core::LimitsObserved observed_limits, limits());
    out.emplace_back(observed_limits);
  }
  return out;
}

Result<core::ClusterIdentified> Identifier::identity(const FrontendList& list) {
  core::ClusterIdentified out;
  out.side = link_.endpoint().side;
  out.cluster_id = list.cluster_id;
  out.version = list.version;
  if (!run_mode_) {
    SRSYNC_ASSIGN_OR_RETURN(run_mode_, read_run_mode(link_));
  }
  out.run_mode = *run_mode_;
  SRSYNC_RETURN_IF_ERROR(probe(list.version));
  out.capabilities = {has_epochs_.value_or(is_at_least(list.version, 3, 3, 2)), *has_replications_,
                      *has_partitions_meta_};
  return out;
}

Result<core::TopologyObserved> Identifier::topology(const FrontendList& list) {
  core::TopologyObserved out;
  out.side = link_.endpoint().side;
  out.frontends = list.frontends;
  SRSYNC_ASSIGN_OR_RETURN(const io::ResultSet backends, link_.read("SHOW BACKENDS"));
  SRSYNC_ASSIGN_OR_RETURN(out.backends, read_backends(backends));
  SRSYNC_ASSIGN_OR_RETURN(const io::ResultSet nodes, link_.read("SHOW COMPUTE NODES"));
  SRSYNC_ASSIGN_OR_RETURN(const auto compute_nodes, read_compute_nodes(nodes));
  out.backends.insert(out.backends.end(), compute_nodes.begin(), compute_nodes.end());
  return out;
}

Result<core::LimitsObserved> Identifier::limits() {
  SRSYNC_ASSIGN_OR_RETURN(
      const io::ResultSet rows,
      link_.read("ADMIN SHOW FRONTEND CONFIG LIKE 'replication_max_parallel%'"));
  SRSYNC_ASSIGN_OR_RETURN(const auto config, read_config(rows));
  // A limit that this version does not have is not one: what its successors come with.
  const auto value = [&config](std::string_view key, std::int64_t absent) {
    const auto found = config.find(key);
    return found == config.end() ? absent : parse_int64(found->second).value_or(absent);
  };
  core::LimitsObserved out;
  out.max_tables = value("replication_max_parallel_table_count", 100);
  out.max_replicas = value("replication_max_parallel_replica_count", 10240);
  out.max_data_mb = value("replication_max_parallel_data_size_mb", 1048576);
  return out;
}

Status Identifier::probe(const std::string& version) {
  if (version != probed_version_) {
    has_epochs_.reset();
    has_partitions_meta_.reset();
    has_replications_.reset();
  }
  if (!has_partitions_meta_) SRSYNC_RETURN_IF_ERROR(probe_partitions_meta());
  if (!has_replications_) SRSYNC_RETURN_IF_ERROR(probe_replications());
  probed_version_ = version;
  return Status::ok();
}

// The statistics tables are few and in most clusters: their rows tell about epochs for nothing.
Status Identifier::probe_partitions_meta() {
  const auto page = link_.read_rpc([this](io::FrontendRpc& rpc) {
    return rpc.get_partitions_meta({link_.endpoint().user, "%"}, "_statistics_", 0);
  });
  if (!page.is_ok() && page.status().code() != Code::kUnsupported) {
    return page.status().with_context("getPartitionsMeta");
  }
  has_partitions_meta_ = page.is_ok();
  if (page.is_ok() && !page->partitions.empty()) {
    has_epochs_ = page->partitions.front().data_version.has_value();
  }
  return Status::ok();
}

Status Identifier::probe_replications() {
  const Result<io::ResultSet> rows = link_.read("SHOW PROC '/replications'");
  if (!rows.is_ok() && !is_unknown_path(rows.status())) return rows.status();
  has_replications_ = rows.is_ok();
  return Status::ok();
}

}  // namespace srsync::observe
