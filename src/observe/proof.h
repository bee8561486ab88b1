// What a submission must know of one side's table, freshly read: its indexes with their columns,
// and the tablets of the partitions concerned in bucket order.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/status.h"
#include "core/catalog.h"
#include "ddl/table_model.h"
#include "io/sql.h"
#include "observe/cluster_link.h"
#include "observe/partitions.h"

namespace srsync::observe {

struct ReplicaProof {
  std::int64_t backend_id = 0;
  std::int64_t version = 0;
  std::int32_t schema_hash = 0;  // 0: not told
  bool healthy = false;          // by its own state; its backend may still be down
};

struct TabletProof {
  std::int64_t id = 0;
  std::vector<ReplicaProof> replicas;  // as the frontend orders them
};

struct ColumnProof {
  std::string name;
  std::string type;  // ddl::canonical_type
  bool key = false;
  bool nullable = true;
  std::string aggregation;  // upper case, empty for none
  friend bool operator==(const ColumnProof&, const ColumnProof&) = default;
};

// One index of one partition.
struct PartitionIndexProof {
  std::int64_t id = 0;
  std::int32_t schema_hash = 0;
  std::vector<TabletProof> tablets;  // in bucket order
};

struct IndexProof {
  std::string keys_type;  // "DUP_KEYS"
  std::vector<ColumnProof> columns;
};

// The base index has the name "" in both maps, whatever its table is called.
struct TableProof {
  core::TableId id;
  core::DbId db;
  std::string state;  // "NORMAL", "SCHEMA_CHANGE" ...
  bool has_shadow_index = false;
  std::optional<std::int64_t> schema_version;  // of the base index
  // SHOW CREATE TABLE as text and model; neither while its hash alone is known from before.
  std::string create_sql;
  std::optional<ddl::TableModel> model;
  std::uint64_t fit_hash = 0;  // of ddl::fit_fingerprint()
  std::uint64_t meta = 0;      // meta_fingerprint(); 0 when proven by statements
  PartitionRows partitions;    // SHOW PARTITIONS: all of them
  std::map<std::string, IndexProof> indexes;
  // Tablets by physical partition id; only of those asked for.
  std::map<std::int64_t, std::map<std::string, PartitionIndexProof>> tablets;
  std::vector<core::Backend> backends;  // empty when not asked for
};

struct ProofRequest {
  core::TableName name;
  std::vector<std::int64_t> partitions;  // physical ids
  bool with_backends = false;            // the source's side
  core::DbId db;                         // when it is known
};

// The part that both ways share: the partitions. kNotFound: the table is gone.
Result<TableProof> begin_proof(ClusterLink& link, const ProofRequest& request);

// The rest by one getTableMeta call, plus one statement when there are rollups. kUnsupported: the
// frontend does not answer it for this table (LIST partitions); use the other way on both sides,
// for the two ways name types differently.
Status prove_by_rpc(ClusterLink& link, const ProofRequest& request, TableProof& proof);

// SHOW CREATE TABLE, unless it is there already. After prove_by_rpc(), so that a change in between
// is not taken for what getTableMeta showed.
Status read_definition(ClusterLink& link, const ProofRequest& request, TableProof& proof);

// The rest by SHOW PROC: one statement per partition, and with rollups DESC ALL and one per
// partition and index. A table without rollups has no column that its definition does not show.
Status prove_by_sql(ClusterLink& link, const ProofRequest& request, TableProof& proof);

// Pieces of prove_by_sql, for their tests.
Result<std::map<std::string, IndexProof>> read_desc_all(const io::ResultSet& rows,
                                                        const std::string& table);
struct IndexRow {
  std::int64_t id = 0;
  std::string name;
  std::int32_t schema_hash = 0;
  std::optional<std::int64_t> schema_version = {};  // views have none
};
Result<std::vector<IndexRow>> read_index_schema(const io::ResultSet& rows,
                                                const std::string& statement);
Result<std::vector<TabletProof>> read_tablets(const io::ResultSet& rows,
                                              const std::string& statement);

}  // namespace srsync::observe
