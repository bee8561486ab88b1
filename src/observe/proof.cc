#include "observe/proof.h"

#include <utility>

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/text.h"
#include "ddl/compare.h"
#include "ddl/quote.h"
#include "ddl/types.h"
#include "observe/schema_cache.h"
#include "observe/table_read.h"

namespace srsync::observe {

namespace {

std::string aggregation_of(const std::string& text) { return text == "NONE" ? "" : text; }

IndexProof index_of(const io::IndexMeta& meta) {
  IndexProof out;
  out.keys_type = meta.keys_type;
  for (const io::ColumnMeta& column : meta.columns) {
    out.columns.push_back({column.name, ddl::canonical_type(column.type), column.key,
                           column.nullable, aggregation_of(column.aggregation)});
  }
  return out;
}

PartitionIndexProof tablets_of(const io::IndexMeta& meta) {
  PartitionIndexProof out;
  out.id = meta.index_id;
  out.schema_hash = meta.schema_hash;
  for (const io::TabletMeta& tablet : meta.tablets) {
    TabletProof& proof = out.tablets.emplace_back();
    proof.id = tablet.tablet_id;
    for (const io::ReplicaMeta& replica : tablet.replicas) {
      const bool healthy =
          !replica.bad && replica.state == "NORMAL" && replica.last_failed_version < 0;
      proof.replicas.push_back({replica.backend_id, replica.version, replica.schema_hash, healthy});
    }
  }
  return out;
}

bool has_rollups(const io::TableMeta& meta) {
  for (const io::IndexMeta& index : meta.indexes) {
    if (index.index_id != meta.base_index_id && !index.shadow) return true;
  }
  return false;
}

// getTableMeta tells indexes by id only.
Result<std::map<std::int64_t, std::string>> index_names(ClusterLink& link,
                                                        const io::TableMeta& meta) {
  std::map<std::int64_t, std::string> out{{meta.base_index_id, ""}};
  if (!has_rollups(meta)) return out;
  const std::string sql =
      fmt::format("SHOW PROC '/dbs/{}/{}/index_schema'", meta.db_id, meta.table_id);
  SRSYNC_ASSIGN_OR_RETURN(const io::ResultSet rows, link.read(sql));
  SRSYNC_ASSIGN_OR_RETURN(const std::vector<IndexRow> indexes, read_index_schema(rows, sql));
  for (const IndexRow& index : indexes) out.try_emplace(index.id, index.name);
  return out;
}

Status take_index(const io::IndexMeta& index, const std::map<std::int64_t, std::string>& names,
                  TableProof& proof) {
  const auto name = names.find(index.index_id);
  if (name == names.end()) {
    return unsupported(fmt::format("index {} of table {} has no name in index_schema",
                                   index.index_id, proof.id.value()));
  }
  proof.indexes.try_emplace(name->second, index_of(index));
  // The physical partition's id stands nowhere but in its tablets.
  if (index.tablets.empty()) return Status::ok();
  proof.tablets[index.tablets.front().partition_id][name->second] = tablets_of(index);
  return Status::ok();
}

std::vector<core::Backend> backends_of(const io::TableMeta& meta) {
  std::vector<core::Backend> out;
  for (const io::BackendMeta& b : meta.backends) {
    out.push_back({b.backend_id, b.host, b.be_port, b.http_port, b.alive, false, 0});
  }
  return out;
}

// Releases before 3.1 have -1 for be_port.
bool has_ports(const std::vector<core::Backend>& backends) {
  for (const core::Backend& backend : backends) {
    if (backend.be_port <= 0 || backend.http_port <= 0) return false;
  }
  return !backends.empty();
}

}  // namespace

Result<TableProof> begin_proof(ClusterLink& link, const ProofRequest& request) {
  TableProof out;
  const std::string sql =
      "SHOW PARTITIONS FROM " + ddl::quote_path(request.name.db, request.name.table);
  SRSYNC_ASSIGN_OR_RETURN(const io::ResultSet rows, link.read(sql));
  SRSYNC_ASSIGN_OR_RETURN(out.partitions, read_partitions(rows, sql));
  return out;
}

Status read_definition(ClusterLink& link, const ProofRequest& request, TableProof& proof) {
  if (proof.model) return Status::ok();
  SRSYNC_ASSIGN_OR_RETURN(proof.create_sql, show_create(link, request.name));
  SRSYNC_ASSIGN_OR_RETURN(proof.model, model_of(link, proof.create_sql));
  proof.fit_hash = hash64(ddl::fit_fingerprint(*proof.model));
  return Status::ok();
}

Status prove_by_rpc(ClusterLink& link, const ProofRequest& request, TableProof& proof) {
  auto meta = link.read_rpc([&request](io::FrontendRpc& rpc) {
    return rpc.get_table_meta(request.name.db, request.name.table);
  });
  if (!meta.is_ok()) return meta.status();
  proof.id = core::TableId(meta->table_id);
  proof.db = core::DbId(meta->db_id);
  proof.state = meta->state;
  proof.meta = meta_fingerprint(*meta);
  SRSYNC_ASSIGN_OR_RETURN(const auto names, index_names(link, *meta));
  for (const io::IndexMeta& index : meta->indexes) {
    if (index.index_id == meta->base_index_id) proof.schema_version = index.schema_version;
    if (index.shadow) {
      proof.has_shadow_index = true;
    } else {
      SRSYNC_RETURN_IF_ERROR(take_index(index, names, proof));
    }
  }
  if (!request.with_backends) return Status::ok();
  proof.backends = backends_of(*meta);
  if (has_ports(proof.backends)) return Status::ok();
  SRSYNC_ASSIGN_OR_RETURN(const io::ResultSet rows, link.read("SHOW BACKENDS"));
  SRSYNC_ASSIGN_OR_RETURN(proof.backends, read_backends(rows));
  return Status::ok();
}

}  // namespace srsync::observe
