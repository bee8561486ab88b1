// SHOW PROC '/replications' and what a job's label tells.
#pragma once

#include <string>
#include <vector>

#include "core/fact.h"
#include "io/cluster.h"
#include "observe/cluster_link.h"

namespace srsync::observe {

// Rows of SHOW PROC '/replications', one per job: while a job ends the frontend may list it twice,
// and the further state counts.
Result<std::vector<io::JobStatus>> read_replications(const io::ResultSet& rows);

// "REPLICATION_<db>_<table>_<job id>"
std::string replication_label(const core::ReplicationIntent& intent);

// The transaction of that label: running, else finished, else by HTTP where the Connector has it.
Result<io::LabelState> find_label(ClusterLink& link, const core::ReplicationIntent& intent);

// get_load_state's answer: {"state":"VISIBLE",...}.
io::LabelState parse_load_state(std::string_view body);

}  // namespace srsync::observe
