// Bulk reading of one cluster: every database's tables from SHOW PROC, every partition's version
// from getPartitionsMeta or, where a frontend has no such call, from SHOW PARTITIONS.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/diff.h"
#include "observe/cluster_link.h"
#include "observe/listing.h"

namespace srsync::observe {

// What a sweep learned besides.
struct SweepLessons {
  std::optional<bool> has_epochs;
  std::optional<bool> has_partitions_meta;
};

// The two sources must agree: a table that SHOW PROC shows with partitions and getPartitionsMeta
// does not show at all means that the account may not see it, and getPartitionsMeta says so by
// leaving it out without an error. Such a sweep is incomplete and says which privilege is missing.
// Fails only when not even the databases could be listed.
Result<core::Sweep> sweep_cluster(ClusterLink& link, SweepLessons& lessons);

// SHOW PROC '/dbs'.
Result<std::vector<DatabaseRow>> list_databases(ClusterLink& link);

// SHOW PROC '/dbs/<id>'. kNotFound: the database is gone.
Result<std::vector<TableRow>> list_tables(ClusterLink& link, core::DbId id);

// Every row of getPartitionsMeta, all pages. kUnsupported: this frontend does not have it.
Result<std::vector<io::PartitionMeta>> read_all_partitions_meta(ClusterLink& link);

}  // namespace srsync::observe
