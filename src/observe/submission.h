// One replication job: proof from fresh reads, tablets paired by bucket, request, outcome.
#pragma once

#include "core/fact.h"
#include "io/cluster.h"
#include "io/frontend_rpc.h"
#include "observe/cluster_link.h"
#include "observe/fit.h"
#include "observe/proof.h"
#include "observe/schema_cache.h"

namespace srsync::observe {

// Above this many partitions getTableMeta's reply, which grows with their square, is not asked for.
inline constexpr std::size_t kMaxPartitionsForTableMeta = 100;

// Reads both sides, proves, sends to the target's leader. As ClusterWriter::submit() promises.
// `there`: the table's name on the target; the intent has the source's.
io::SubmitOutcome submit(ClusterLink& source, ClusterLink& target, SchemaCache& cache,
                         const core::ReplicationIntent& intent, const core::TableName& there);

// The outcome of a submission for which something could not be read: nothing was sent.
io::SubmitOutcome not_begun(const Status& status);

// The request of a proven intent, or why there is none: a tablet without a healthy source replica.
struct BuiltRequest {
  io::TableReplicationRequest request;
  std::optional<Refusal> refusal;
};
BuiltRequest build_request(const core::ReplicationIntent& intent, const TableProof& source,
                           const TableProof& target, const ClusterEndpoint& source_endpoint,
                           const ClusterEndpoint& target_endpoint, Connector& connector);

// What startTableReplication's answer means for the job.
io::SubmitOutcome outcome_of(const Status& status);

}  // namespace srsync::observe
