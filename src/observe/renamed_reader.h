// The target as everything else sees it where srsync_rename gives objects other names: every
// reading is told in the source's names. What on the target is the image of nothing on the source
// is left out.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/renames.h"
#include "io/cluster.h"
#include "observe/ports.h"

namespace srsync::observe {

// A sweep of the target in the source's names. A database of the source is there when its own
// database on the target is; its tables may stand in others as well. Pure.
core::Sweep in_source_names(const core::Sweep& sweep, const core::Renames& renames);

// One thread at a time, like the reader that it asks.
class RenamedReader final : public io::ClusterReader {
 public:
  // `target` must outlive it.
  RenamedReader(ClusterReaderImpl& target, std::shared_ptr<const core::Renames> renames)
      : target_(target), renames_(std::move(renames)) {}

  Result<std::vector<core::Fact>> identify() override { return target_.identify(); }
  Result<core::Sweep> sweep() override;
  Result<core::DatabaseListing> list_database(const std::string& db) override;
  Result<core::TableRead> read_table(const core::TableName& name, core::TableId id) override;
  Result<core::TableRead> read_partitions(const core::TableName& name, core::TableId id) override;
  // Of all databases that hold something of `db`. One position for them all.
  Result<io::Feed> read_feed(const std::string& db, core::TxnId after) override;

 private:
  ClusterReaderImpl& target_;
  std::shared_ptr<const core::Renames> renames_;
};

}  // namespace srsync::observe
