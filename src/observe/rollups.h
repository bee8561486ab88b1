// The rollups and synchronous materialized views of one table, which SHOW CREATE TABLE does not
// show.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <vector>

#include "core/catalog.h"
#include "core/diff.h"
#include "observe/cluster_link.h"

namespace srsync::observe {

// How many indexes each table had when it was last listed. Most tables have one, and those are not
// asked about. Old knowledge only delays: the proof before a job reads all indexes anew. Safe from
// any thread.
class IndexCounts {
 public:
  void note(const core::DatabaseListing& listing);
  // 0: not known.
  std::int64_t get(core::TableId id) const;

 private:
  mutable std::mutex mutex_;
  std::map<core::TableId, std::int64_t> counts_;  // guarded by mutex_
};

// Ascending by name. kUnsupported: an index that this version could not make again.
Result<std::vector<core::Rollup>> read_rollups(ClusterLink& link, const core::TableName& name);

// The piece without a cluster, for its tests. `view_texts`: the statements that SHOW MATERIALIZED
// VIEWS has, by index name.
Result<std::vector<core::Rollup>> rollups_of(const io::ResultSet& desc_all,
                                             const std::map<std::string, std::string>& view_texts,
                                             const core::TableName& name);

}  // namespace srsync::observe
