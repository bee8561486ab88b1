// Frontends, backends, compute nodes and settings, from the rows that show them. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "core/catalog.h"
#include "io/sql.h"

namespace srsync::observe {

struct FrontendList {
  std::vector<core::Frontend> frontends;  // ascending by name
  std::string cluster_id;                 // the ClusterId column: one random number per cluster
  std::string version;                    // the leader's, else anybody's; "4.0.0-abc1234"

  // nullptr while none is known (an election).
  const core::Frontend* leader() const;
};

// SHOW FRONTENDS.
Result<FrontendList> read_frontends(const io::ResultSet& rows);

// SHOW BACKENDS and SHOW COMPUTE NODES.
Result<std::vector<core::Backend>> read_backends(const io::ResultSet& rows);
Result<std::vector<core::Backend>> read_compute_nodes(const io::ResultSet& rows);

// ADMIN SHOW FRONTEND CONFIG: value by key.
Result<std::map<std::string, std::string, std::less<>>> read_config(const io::ResultSet& rows);

}  // namespace srsync::observe
