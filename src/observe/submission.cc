#include "observe/submission.h"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "core/names.h"

namespace srsync::observe {

namespace {

using core::RejectReason;

io::SubmitOutcome refused(const Refusal& refusal) {
  switch (refusal.reason) {
    case RejectReason::kBusy:
      return {busy(refusal.words), refusal.reason};
    case RejectReason::kStale:
      return {not_found(refusal.words), refusal.reason};
    default:
      return {rejected(refusal.words), refusal.reason};
  }
}

using BackendsById = std::map<std::int64_t, const core::Backend*>;

// The schema hash is part of a snapshot's path on the backend, and a request carries one for a
// whole index: replicas with another one cannot be read through it.
std::int32_t common_hash(const PartitionIndexProof& index) {
  std::map<std::int32_t, std::size_t> count;
  for (const TabletProof& tablet : index.tablets) {
    for (const ReplicaProof& replica : tablet.replicas) {
      if (replica.healthy && replica.schema_hash != 0) ++count[replica.schema_hash];
    }
  }
  std::int32_t best = index.schema_hash;
  std::size_t most = count.contains(best) ? count[best] : 0;
  for (const auto& [hash, n] : count) {
    if (n > most) {
      best = hash;
      most = n;
    }
  }
  return best;
}

struct SourceSide {
  const BackendsById& backends;
  Connector& connector;
};

io::SourceBackend address_of(const core::Backend& backend, Connector& connector) {
  const Address be = connector.map(Side::kSource, {backend.host, backend.be_port});
  const Address http = connector.map(Side::kSource, {backend.host, backend.http_port});
  return {be.host, be.port, http.port};
}

// Healthy replicas with the version, highest version first; the frontend's order among equals.
std::vector<io::SourceBackend> healthy_replicas(const TabletProof& tablet, std::int64_t version,
                                                std::int32_t hash, const SourceSide& source) {
  std::vector<ReplicaProof> usable;
  for (const ReplicaProof& replica : tablet.replicas) {
    const auto backend = source.backends.find(replica.backend_id);
    const bool alive = backend != source.backends.end() && backend->second->alive;
    const bool same_hash = replica.schema_hash == 0 || replica.schema_hash == hash;
    if (alive && replica.healthy && replica.version >= version && same_hash) {
      usable.push_back(replica);
    }
  }
  std::stable_sort(usable.begin(), usable.end(), [](const ReplicaProof& a, const ReplicaProof& b) {
    return a.version > b.version;
  });
  std::vector<io::SourceBackend> out;
  for (const ReplicaProof& replica : usable) {
    out.push_back(address_of(*source.backends.at(replica.backend_id), source.connector));
  }
  return out;
}

// Tablets paired by bucket position: judge_tablets() proved that there are equally many.
std::optional<Refusal> pair_tablets(const core::ReplicationGoal& goal,
                                    const PartitionIndexProof& from,
                                    const PartitionIndexProof& into, const SourceSide& source,
                                    io::IndexReplication& out) {
  out.index_id = into.id;
  out.source_schema_hash = common_hash(from);
  for (std::size_t bucket = 0; bucket < from.tablets.size(); ++bucket) {
    const TabletProof& tablet = from.tablets[bucket];
    io::TabletReplication pair{into.tablets[bucket].id, tablet.id, {}};
    pair.source_backends = healthy_replicas(tablet, goal.version, out.source_schema_hash, source);
    if (pair.source_backends.empty()) {
      return Refusal{
          RejectReason::kBusy,
          fmt::format("source tablet {} of partition {} has no healthy replica with "
                      "version {} on a live backend ({} replicas)",
                      tablet.id, goal.source.value(), goal.version, tablet.replicas.size())};
    }
    out.tablets.push_back(std::move(pair));
  }
  return std::nullopt;
}

ProofRequest proof_request(const core::ReplicationIntent& intent, Side side,
                           const core::TableName& name) {
  ProofRequest out;
  out.name = name;
  out.with_backends = side == Side::kSource;
  if (side == Side::kTarget) out.db = intent.target_db;
  for (const core::ReplicationGoal& goal : intent.goals) {
    out.partitions.push_back(side == Side::kSource ? goal.source.value() : goal.target.value());
  }
  return out;
}

// One side of the pair that is being proven.
struct ProofSide {
  ClusterLink& link;
  ProofRequest request;
  TableProof proof;
};

// Both definitions, from SHOW CREATE TABLE unless both are known to be as they were and to fit.
Status prove_definitions(ProofSide& source, ProofSide& target, SchemaCache& cache) {
  bool known = true;
  for (ProofSide* side : {&source, &target}) {
    const auto fit = side->proof.meta == 0
                         ? std::nullopt
                         : cache.find(side->link.endpoint().side, side->proof.id, side->proof.meta);
    side->proof.fit_hash = fit.value_or(0);
    known = known && fit.has_value();
  }
  if (known && source.proof.fit_hash == target.proof.fit_hash) return Status::ok();
  for (ProofSide* side : {&source, &target}) {
    const Status status = read_definition(side->link, side->request, side->proof);
    if (!status.is_ok()) return status.with_context(side_name(side->link.endpoint().side));
    if (side->proof.meta == 0) continue;
    cache.put(side->link.endpoint().side, side->proof.id, side->proof.meta, side->proof.fit_hash);
  }
  return Status::ok();
}

// Types read in two ways are not comparable, so both sides are read in the same one.
Status prove_both(ProofSide& source, ProofSide& target) {
  const std::size_t partitions = std::max(source.proof.partitions.partitions.size(),
                                          target.proof.partitions.partitions.size());
  if (partitions <= kMaxPartitionsForTableMeta) {
    Status status = prove_by_rpc(source.link, source.request, source.proof);
    if (status.is_ok()) status = prove_by_rpc(target.link, target.request, target.proof);
    if (status.code() != Code::kUnsupported) return status;
  }
  SRSYNC_RETURN_IF_ERROR(prove_by_sql(source.link, source.request, source.proof));
  return prove_by_sql(target.link, target.request, target.proof);
}

// What the proof read of the target's table, for State: nothing when its definition was not read.
std::optional<core::TableRead> reading_of(const core::ReplicationIntent& intent,
                                          const TableProof& proof) {
  if (!proof.model || proof.id != intent.target_table) return std::nullopt;
  core::TableRead out;
  out.side = Side::kTarget;
  out.name = core::seen_name(intent);
  out.id = proof.id;
  out.create_sql = proof.create_sql;
  out.schema_hash = proof.fit_hash;
  out.unreadable = proof.partitions.unreadable;
  out.partitions = proof.partitions.partitions;
  return out;
}

io::SubmitOutcome prove_and_send(ProofSide& source, ProofSide& target, SchemaCache& cache,
                                 const core::ReplicationIntent& intent) {
  for (ProofSide* side : {&source, &target}) {
    Result<TableProof> begun = begin_proof(side->link, side->request);
    const auto name = side_name(side->link.endpoint().side);
    if (!begun.is_ok()) return not_begun(begun.status().with_context(name));
    side->proof = std::move(*begun);
  }
  if (const auto refusal = judge_partitions(intent, source.proof, target.proof)) {
    return refused(*refusal);
  }
  Status proven = prove_both(source, target);
  if (proven.is_ok()) proven = prove_definitions(source, target, cache);
  if (!proven.is_ok()) return not_begun(proven);
  if (const auto refusal = judge_tables(intent, source.proof, target.proof)) {
    return refused(*refusal);
  }
  if (const auto refusal = judge_tablets(intent, source.proof, target.proof)) {
    return refused(*refusal);
  }
  const BuiltRequest built =
      build_request(intent, source.proof, target.proof, source.link.endpoint(),
                    target.link.endpoint(), target.link.connector());
  if (built.refusal) return refused(*built.refusal);
  return outcome_of(target.link.change_rpc(
      [&built](io::FrontendRpc& rpc) { return rpc.start_table_replication(built.request); }));
}

}  // namespace

io::SubmitOutcome not_begun(const Status& status) {
  switch (status.code()) {
    case Code::kUnavailable:
      return {status, core::RejectReason::kUnreachable};
    case Code::kNotFound:
      return {status, core::RejectReason::kStale};
    case Code::kBusy:
      return {status, core::RejectReason::kBusy};
    default:
      return {status, core::RejectReason::kOther};
  }
}

BuiltRequest build_request(const core::ReplicationIntent& intent, const TableProof& source,
                           const TableProof& target, const ClusterEndpoint& source_endpoint,
                           const ClusterEndpoint& target_endpoint, Connector& connector) {
  BackendsById backends;
  for (const core::Backend& backend : source.backends) backends[backend.id] = &backend;
  BuiltRequest out;
  io::TableReplicationRequest& request = out.request;
  request.database_id = intent.target_db.value();
  request.table_id = intent.target_table.value();
  request.source_token = source_endpoint.token;
  request.source_table_data_size = intent.data_bytes;
  request.job_id = intent.job_id;
  request.user = target_endpoint.user;
  for (const core::ReplicationGoal& goal : intent.goals) {
    io::PartitionReplication& partition = request.partitions.emplace_back();
    partition.partition_id = goal.target.value();
    partition.source_version = goal.version;
    partition.source_version_epoch = goal.epoch;
    const auto& into = target.tablets.at(goal.target.value());
    for (const auto& [name, from] : source.tablets.at(goal.source.value())) {
      out.refusal = pair_tablets(goal, from, into.at(name), {backends, connector},
                                 partition.indexes.emplace_back());
      if (out.refusal) return out;
    }
  }
  return out;
}

io::SubmitOutcome outcome_of(const Status& status) {
  switch (status.code()) {
    case Code::kOk:
    case Code::kOutcomeUnknown:
      return {status, RejectReason::kOther};
    case Code::kAlreadyExists:
      return {status, RejectReason::kNothingToDo};
    case Code::kBusy:
      return {status, RejectReason::kBusy};
    case Code::kNotFound:
      return {status, RejectReason::kStale};
    case Code::kUnavailable:
      return {status, RejectReason::kUnreachable};
    default:
      break;
  }
  const bool target_ahead = status.message().find("Target data version: ") != std::string::npos ||
                            status.message().find("Target visible version: ") != std::string::npos;
  return {status, target_ahead ? RejectReason::kForeignBase : RejectReason::kOther};
}

io::SubmitOutcome submit(ClusterLink& source, ClusterLink& target, SchemaCache& cache,
                         const core::ReplicationIntent& intent, const core::TableName& there) {
  ProofSide from{source, proof_request(intent, Side::kSource, intent.name), {}};
  ProofSide into{target, proof_request(intent, Side::kTarget, there), {}};
  io::SubmitOutcome out = prove_and_send(from, into, cache, intent);
  out.target_read = reading_of(intent, into.proof);
  return out;
}

}  // namespace srsync::observe
