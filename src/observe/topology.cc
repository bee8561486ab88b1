#include "observe/topology.h"

#include <algorithm>

#include "base/text.h"
#include "io/rows.h"
#include "observe/sizes.h"

namespace srsync::observe {

const core::Frontend* FrontendList::leader() const {
  for (const core::Frontend& frontend : frontends) {
    if (frontend.leader) return &frontend;
  }
  return nullptr;
}

namespace {

enum FrontendColumn : std::size_t {
  kName,
  kIp,
  kQueryPort,
  kRpcPort,
  kHttpPort,
  kRole,
  kClusterId,
  kAlive,
  kVersion
};

Result<core::Frontend> read_frontend(const io::RowReader& reader, std::size_t row) {
  core::Frontend out;
  SRSYNC_ASSIGN_OR_RETURN(out.name, reader.get_text(row, kName));
  SRSYNC_ASSIGN_OR_RETURN(out.host, reader.get_text(row, kIp));
  SRSYNC_ASSIGN_OR_RETURN(const std::int64_t query_port, reader.get_int64(row, kQueryPort));
  SRSYNC_ASSIGN_OR_RETURN(const std::int64_t rpc_port, reader.get_int64(row, kRpcPort));
  SRSYNC_ASSIGN_OR_RETURN(const std::int64_t http_port, reader.get_int64(row, kHttpPort));
  out.query_port = static_cast<std::int32_t>(query_port);
  out.rpc_port = static_cast<std::int32_t>(rpc_port);
  out.http_port = static_cast<std::int32_t>(http_port);
  out.leader = reader.text_or_empty(row, kRole) == "LEADER";
  SRSYNC_ASSIGN_OR_RETURN(out.alive, reader.get_bool(row, kAlive));
  return out;
}

enum NodeColumn : std::size_t { kNodeId, kNodeIp, kBePort, kNodeHttpPort, kNodeAlive, kDiskPct };

Result<std::vector<core::Backend>> read_nodes(const io::RowReader& reader, bool compute_node) {
  std::vector<core::Backend> out(reader.size());
  for (std::size_t row = 0; row < out.size(); ++row) {
    core::Backend& node = out[row];
    SRSYNC_ASSIGN_OR_RETURN(node.id, reader.get_int64(row, kNodeId));
    SRSYNC_ASSIGN_OR_RETURN(node.host, reader.get_text(row, kNodeIp));
    SRSYNC_ASSIGN_OR_RETURN(const std::int64_t be_port, reader.get_int64(row, kBePort));
    SRSYNC_ASSIGN_OR_RETURN(const std::int64_t http_port, reader.get_int64(row, kNodeHttpPort));
    node.be_port = static_cast<std::int32_t>(be_port);
    node.http_port = static_cast<std::int32_t>(http_port);
    SRSYNC_ASSIGN_OR_RETURN(node.alive, reader.get_bool(row, kNodeAlive));
    node.compute_node = compute_node;
    SRSYNC_ASSIGN_OR_RETURN(node.disk_used_permille,
                            parse_permille(reader.text_or_empty(row, kDiskPct)));
  }
  std::sort(out.begin(), out.end(),
            [](const core::Backend& a, const core::Backend& b) { return a.id < b.id; });
  return out;
}

}  // namespace

Result<FrontendList> read_frontends(const io::ResultSet& rows) {
  SRSYNC_ASSIGN_OR_RETURN(const io::RowReader reader,
                          io::RowReader::bind(rows, "SHOW FRONTENDS",
                                              {"Name", "IP", "QueryPort", "RpcPort", "HttpPort",
                                               "Role", "ClusterId", "Alive", "Version"}));
  FrontendList out;
  for (std::size_t row = 0; row < reader.size(); ++row) {
    SRSYNC_ASSIGN_OR_RETURN(core::Frontend frontend, read_frontend(reader, row));
    const std::string_view version = reader.text_or_empty(row, kVersion);
    // A frontend that does not answer has the word NULL here.
    if (version != "NULL" && (out.version.empty() || frontend.leader)) out.version = version;
    out.cluster_id = reader.text_or_empty(row, kClusterId);
    out.frontends.push_back(std::move(frontend));
  }
  std::sort(out.frontends.begin(), out.frontends.end(),
            [](const core::Frontend& a, const core::Frontend& b) { return a.name < b.name; });
  return out;
}

Result<std::vector<core::Backend>> read_backends(const io::ResultSet& rows) {
  SRSYNC_ASSIGN_OR_RETURN(
      const io::RowReader reader,
      io::RowReader::bind(rows, "SHOW BACKENDS",
                          {"BackendId", "IP", "BePort", "HttpPort", "Alive", "MaxDiskUsedPct"}));
  return read_nodes(reader, false);
}

Result<std::vector<core::Backend>> read_compute_nodes(const io::ResultSet& rows) {
  SRSYNC_ASSIGN_OR_RETURN(
      const io::RowReader reader,
      io::RowReader::bind(rows, "SHOW COMPUTE NODES",
                          {"ComputeNodeId", "IP", "BePort", "HttpPort", "Alive"},
                          {"MaxDiskUsedPct"}));
  return read_nodes(reader, true);
}

Result<std::map<std::string, std::string, std::less<>>> read_config(const io::ResultSet& rows) {
  SRSYNC_ASSIGN_OR_RETURN(
      const io::RowReader reader,
      io::RowReader::bind(rows, "ADMIN SHOW FRONTEND CONFIG", {"Key", "Value"}));
  std::map<std::string, std::string, std::less<>> out;
  for (std::size_t row = 0; row < reader.size(); ++row) {
    SRSYNC_ASSIGN_OR_RETURN(std::string key, reader.get_text(row, 0));
    out[std::move(key)] = std::string(reader.text_or_empty(row, 1));
  }
  return out;
}

}  // namespace srsync::observe
