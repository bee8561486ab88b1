// What one simulated frontend answers on its RPC port.
#pragma once

#include <optional>

#include "sandbox/cluster.h"
#include "sandbox/replication.h"
#include "sandbox/rpc_server.h"

namespace srsync::sandbox {

// Thread-safe. `frontend` is the number of the frontend that is asked: a follower forwards what
// changes something to the leader and answers reads itself.
class FrontendService : public FrontendHandler {
 public:
  // Both must outlive the service; `replications` may be null on a cluster that is no target.
  FrontendService(Cluster& cluster, ReplicationEngine* replications, int frontend);

  RpcAnswer<frontend::TTableReplicationResponse> start_table_replication(
      const frontend::TTableReplicationRequest& request) override;
  RpcAnswer<frontend::TAbortRemoteTxnResponse> abort_remote_txn(
      const frontend::TAbortRemoteTxnRequest& request) override;
  RpcAnswer<frontend::TLoadTxnBeginResult> load_txn_begin(
      const frontend::TLoadTxnBeginRequest& request) override;
  RpcAnswer<frontend::TLoadTxnRollbackResult> load_txn_rollback(
      const frontend::TLoadTxnRollbackRequest& request) override;
  RpcAnswer<frontend::TCreatePartitionResult> create_partition(
      const frontend::TCreatePartitionRequest& request) override;
  RpcAnswer<frontend::TGetPartitionsMetaResponse> get_partitions_meta(
      const frontend::TGetPartitionsMetaRequest& request) override;
  RpcAnswer<frontend::TGetTableMetaResponse> get_table_meta(
      const frontend::TGetTableMetaRequest& request) override;

 private:
  bool can_reach_leader();

  Cluster& cluster_;
  ReplicationEngine* replications_;
  int frontend_;
};

// A row of getPartitionsMeta, as that version fills it.
frontend::TPartitionMetaInfo partition_meta(Version version, const Database& database,
                                            const Table& table, const Partition& partition);
// The hidden partition of an automatic table, which this call does not hide (SHOW PARTITIONS does).
// Null for other tables. Its id is outside of the catalog's counter.
std::optional<frontend::TPartitionMetaInfo> shadow_partition_meta(Version version,
                                                                  const Database& database,
                                                                  const Table& table);
// A whole table, as that version fills it.
frontend::TTableMeta table_meta(Version version, const Database& database, const Table& table);
frontend::TBackendMeta backend_meta(const Backend& backend);

}  // namespace srsync::sandbox
