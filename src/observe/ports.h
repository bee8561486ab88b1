// io::ClusterReader, io::ClusterWriter and io::PortsFactory over SQL and RPC. One thread at a time
// per reader, writer or Ports; the factory is safe from any thread.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/renames.h"
#include "io/cluster.h"
#include "observe/access.h"
#include "observe/cluster_link.h"
#include "observe/identify.h"
#include "observe/rollups.h"
#include "observe/schema_cache.h"
#include "observe/transactions.h"

namespace srsync::observe {

class ClusterReaderImpl final : public io::ClusterReader {
 public:
  // `connector` must outlive the reader. Does not connect.
  // `indexes` is shared by all readers of this cluster.
  ClusterReaderImpl(ClusterEndpoint endpoint, Connector& connector,
                    std::shared_ptr<IndexCounts> indexes = std::make_shared<IndexCounts>());

  Result<std::vector<core::Fact>> identify() override;
  Result<core::Sweep> sweep() override;
  Result<core::DatabaseListing> list_database(const std::string& db) override;
  Result<core::TableRead> read_table(const core::TableName& name, core::TableId id) override;
  Result<core::TableRead> read_partitions(const core::TableName& name, core::TableId id) override;
  Result<io::Feed> read_feed(const std::string& db, core::TxnId after) override;
  // The feeds of several databases as one, with one position. The first must be there. `key` names
  // the group: one database may be part of several.
  Result<io::Feed> read_feeds(const std::string& key, const std::vector<std::string>& dbs,
                              core::TxnId after);

  ClusterLink& link() { return link_; }

 private:
  Result<core::DbId> id_of(const std::string& db);
  Result<core::SchemaMark> schema_mark(const core::TableName& name, core::TableId id);
  void remember(const std::vector<core::DatabaseListing>& databases);

  ClusterLink link_;
  Identifier identifier_;
  FeedReader feed_;
  std::map<std::string, FeedReader> groups_;  // of read_feeds()
  std::shared_ptr<IndexCounts> indexes_;
  std::map<std::string, core::DbId> db_ids_;  // a hint; asked again when it is wrong
};

// Shares the links of two readers: one session per cluster and worker.
class ClusterWriterImpl final : public io::ClusterWriter {
 public:
  // All but `renames` must outlive the writer.
  ClusterWriterImpl(ClusterLink& source, ClusterLink& target, SchemaCache& cache,
                    std::shared_ptr<const core::Renames> renames)
      : source_(source), target_(target), cache_(cache), renames_(std::move(renames)) {}

  Status run_ddl(const std::string& statement) override;
  Status create_partitions(const core::DdlIntent& intent) override;
  io::SubmitOutcome submit(const core::ReplicationIntent& intent) override;
  Result<std::vector<io::JobStatus>> list_jobs() override;
  Result<io::LabelState> label_state(const core::ReplicationIntent& intent) override;
  Status cancel(const core::ReplicationIntent& intent, core::TxnId txn,
                const std::string& reason) override;

 private:
  // Where a table stands on the target.
  struct Place {
    core::TableName name;
    core::DbId db;
  };
  // `seen`: its name without the rules of srsync_rename; `own_db`: the id of its database's own
  // place there.
  Result<Place> place_of(const core::TableName& seen, core::DbId own_db);

  ClusterLink& source_;
  ClusterLink& target_;
  SchemaCache& cache_;
  std::shared_ptr<const core::Renames> renames_;
};

class PortsFactoryImpl final : public io::PortsFactory {
 public:
  // `connector` must outlive every Ports made.
  PortsFactoryImpl(ClusterEndpoint source, ClusterEndpoint target, Connector& connector,
                   core::Renames renames = {});
  std::unique_ptr<io::Ports> make() override;

 private:
  ClusterEndpoint source_;
  ClusterEndpoint target_;
  Connector& connector_;
  std::shared_ptr<const core::Renames> renames_;
  std::shared_ptr<SchemaCache> cache_;                   // of all Ports made
  std::array<std::shared_ptr<IndexCounts>, 2> indexes_;  // by side
};

}  // namespace srsync::observe
