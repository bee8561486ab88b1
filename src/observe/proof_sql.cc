// The proof by statements, for tables that getTableMeta does not tell about.
#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "ddl/quote.h"
#include "ddl/types.h"
#include "io/rows.h"
#include "observe/proof.h"
#include "observe/sweep.h"

namespace srsync::observe {

namespace {

// DESC prints the aggregation among other words: "SUM", "NONE,BLOOM_FILTER", "DEFAULT_GENERATED".
std::string aggregation_of(std::string_view extra) {
  static constexpr auto kOthers = std::to_array<std::string_view>(
      {"", "NONE", "BLOOM_FILTER", "DEFAULT_GENERATED", "AUTO_INCREMENT"});
  const std::string_view first = trim(split(extra, ',').front());
  const bool is_other = std::find(kOthers.begin(), kOthers.end(), first) != kOthers.end();
  return is_other ? std::string() : std::string(first);
}

// Finds the table's row, its database's id and its state.
Status take_identity(ClusterLink& link, const ProofRequest& request, TableProof& proof) {
  proof.db = request.db;
  if (!proof.db.is_set()) {
    SRSYNC_ASSIGN_OR_RETURN(const std::vector<DatabaseRow> databases, list_databases(link));
    for (const DatabaseRow& database : databases) {
      if (database.name == request.name.db) proof.db = database.id;
    }
  }
  if (!proof.db.is_set()) {
    return not_found(fmt::format("database {} is not in SHOW PROC any more", request.name.db));
  }
  SRSYNC_ASSIGN_OR_RETURN(const std::vector<TableRow> tables, list_tables(link, proof.db));
  for (const TableRow& table : tables) {
    if (table.listing.name != request.name.table) continue;
    proof.id = table.listing.id;
    proof.state = table.state;
    return Status::ok();
  }
  return not_found(fmt::format("{} is not in SHOW PROC any more", core::to_string(request.name)));
}

Status take_tablets(ClusterLink& link, const std::string& table_path, std::int64_t partition,
                    const std::string& table, TableProof& proof) {
  const std::string path = fmt::format("{}/partitions/{}", table_path, partition);
  const std::string sql = fmt::format("SHOW PROC '{}'", path);
  SRSYNC_ASSIGN_OR_RETURN(const io::ResultSet rows, link.read(sql));
  SRSYNC_ASSIGN_OR_RETURN(const io::RowReader reader,
                          io::RowReader::bind(rows, sql, {"IndexId", "IndexName", "State"}));
  for (std::size_t row = 0; row < reader.size(); ++row) {
    SRSYNC_ASSIGN_OR_RETURN(const std::int64_t index, reader.get_int64(row, 0));
    SRSYNC_ASSIGN_OR_RETURN(const std::string name, reader.get_text(row, 1));
    if (reader.text_or_empty(row, 2) != "NORMAL") {
      proof.has_shadow_index = true;
      continue;
    }
    const std::string tablets_sql = fmt::format("SHOW PROC '{}/{}'", path, index);
    SRSYNC_ASSIGN_OR_RETURN(const io::ResultSet tablet_rows, link.read(tablets_sql));
    PartitionIndexProof& out = proof.tablets[partition][name == table ? "" : name];
    out.id = index;
    SRSYNC_ASSIGN_OR_RETURN(out.tablets, read_tablets(tablet_rows, tablets_sql));
  }
  return Status::ok();
}

// Of a table without rollups: its one index is known, and in state NORMAL none is being built.
Status take_lone_index(ClusterLink& link, const std::string& table_path, std::int64_t partition,
                       const IndexRow& index, TableProof& proof) {
  const std::string sql =
      fmt::format("SHOW PROC '{}/partitions/{}/{}'", table_path, partition, index.id);
  SRSYNC_ASSIGN_OR_RETURN(const io::ResultSet rows, link.read(sql));
  PartitionIndexProof& out = proof.tablets[partition][""];
  out.id = index.id;
  SRSYNC_ASSIGN_OR_RETURN(out.tablets, read_tablets(rows, sql));
  return Status::ok();
}

void take_schema_hashes(const std::vector<IndexRow>& indexes, const std::string& table,
                        TableProof& proof) {
  for (auto& [partition, by_name] : proof.tablets) {
    for (const IndexRow& index : indexes) {
      const auto found = by_name.find(index.name == table ? "" : index.name);
      if (found != by_name.end()) found->second.schema_hash = index.schema_hash;
    }
  }
}

}  // namespace

Result<std::map<std::string, IndexProof>> read_desc_all(const io::ResultSet& rows,
                                                        const std::string& table) {
  SRSYNC_ASSIGN_OR_RETURN(
      const io::RowReader reader,
      io::RowReader::bind(rows, "DESC ... ALL",
                          {"IndexName", "IndexKeysType", "Field", "Type", "Null", "Key", "Extra"}));
  std::map<std::string, IndexProof> out;
  IndexProof* index = nullptr;
  for (std::size_t row = 0; row < reader.size(); ++row) {
    const std::string_view name = reader.text_or_empty(row, 0);
    if (!name.empty()) {  // only the first row of an index has it
      index = &out[name == table ? std::string() : std::string(name)];
      index->keys_type = reader.text_or_empty(row, 1);
    }
    const std::string_view field = reader.text_or_empty(row, 2);
    if (field.empty()) continue;  // between two indexes
    if (index == nullptr) return corruption("DESC ... ALL begins with a column without an index");
    ColumnProof column;
    column.name = field;
    column.type = ddl::canonical_type(reader.text_or_empty(row, 3));
    column.nullable = equals_ignore_case(reader.text_or_empty(row, 4), "YES");
    SRSYNC_ASSIGN_OR_RETURN(column.key, reader.get_bool(row, 5));
    column.aggregation = aggregation_of(reader.text_or_empty(row, 6));
    index->columns.push_back(std::move(column));
  }
  return out;
}

Result<std::vector<IndexRow>> read_index_schema(const io::ResultSet& rows,
                                                const std::string& statement) {
  SRSYNC_ASSIGN_OR_RETURN(
      const io::RowReader reader,
      io::RowReader::bind(rows, statement, {"IndexId", "IndexName", "SchemaHash"},
                          {"SchemaVersion"}));
  std::vector<IndexRow> out;
  for (std::size_t row = 0; row < reader.size(); ++row) {
    IndexRow index;
    SRSYNC_ASSIGN_OR_RETURN(index.id, reader.get_int64(row, 0));
    index.name = reader.text_or_empty(row, 1);
    // Views have one row with an empty cell here.
    if (!reader.text_or_empty(row, 2).empty()) {
      SRSYNC_ASSIGN_OR_RETURN(const std::int64_t hash, reader.get_int64(row, 2));
      index.schema_hash = static_cast<std::int32_t>(hash);
    }
    if (reader.has(3)) index.schema_version = parse_int64(reader.text_or_empty(row, 3));
    out.push_back(std::move(index));
  }
  return out;
}

// One row per replica. Tablets are made in bucket order with ascending ids; the rows come in any
// other order that a version likes.
Result<std::vector<TabletProof>> read_tablets(const io::ResultSet& rows,
                                              const std::string& statement) {
  SRSYNC_ASSIGN_OR_RETURN(
      const io::RowReader reader,
      io::RowReader::bind(rows, statement, {"TabletId"},
                          {"ReplicaId", "BackendId", "Version", "LstFailedVersion", "State"}));
  std::map<std::int64_t, std::map<std::int64_t, ReplicaProof>> tablets;
  for (std::size_t row = 0; row < reader.size(); ++row) {
    SRSYNC_ASSIGN_OR_RETURN(const std::int64_t tablet, reader.get_int64(row, 0));
    auto& replicas = tablets[tablet];
    // Tables in object storage have nodes and no replicas.
    if (!reader.has(1)) continue;
    SRSYNC_ASSIGN_OR_RETURN(const std::int64_t replica, reader.get_int64(row, 1));
    if (replica < 0) continue;  // a tablet without any
    ReplicaProof& proof = replicas[replica];
    SRSYNC_ASSIGN_OR_RETURN(proof.backend_id, reader.get_int64(row, 2));
    SRSYNC_ASSIGN_OR_RETURN(proof.version, reader.get_int64(row, 3));
    SRSYNC_ASSIGN_OR_RETURN(const std::int64_t failed, reader.get_int64(row, 4));
    proof.healthy = failed < 0 && reader.text_or_empty(row, 5) == "NORMAL";
  }
  std::vector<TabletProof> out;
  for (auto& [id, replicas] : tablets) {
    TabletProof& tablet = out.emplace_back();
    tablet.id = id;
    for (auto& [replica_id, replica] : replicas) tablet.replicas.push_back(replica);
  }
  return out;
}

Status prove_by_sql(ClusterLink& link, const ProofRequest& request, TableProof& proof) {
  proof.indexes.clear();
  proof.tablets.clear();
  proof.meta = 0;
  SRSYNC_RETURN_IF_ERROR(take_identity(link, request, proof));
  const std::string path = fmt::format("/dbs/{}/{}", proof.db.value(), proof.id.value());
  const std::string schema = fmt::format("SHOW PROC '{}/index_schema'", path);
  SRSYNC_ASSIGN_OR_RETURN(const io::ResultSet schema_rows, link.read(schema));
  SRSYNC_ASSIGN_OR_RETURN(const auto indexes, read_index_schema(schema_rows, schema));
  for (const IndexRow& index : indexes) {
    if (index.name == request.name.table) proof.schema_version = index.schema_version;
  }
  if (indexes.size() == 1 && proof.state == "NORMAL") {
    proof.indexes[""];  // its columns are the definition's
    for (const std::int64_t partition : request.partitions) {
      SRSYNC_RETURN_IF_ERROR(take_lone_index(link, path, partition, indexes.front(), proof));
    }
  } else {
    const std::string desc =
        fmt::format("DESC {} ALL", ddl::quote_path(request.name.db, request.name.table));
    SRSYNC_ASSIGN_OR_RETURN(const io::ResultSet desc_rows, link.read(desc));
    SRSYNC_ASSIGN_OR_RETURN(proof.indexes, read_desc_all(desc_rows, request.name.table));
    for (const std::int64_t partition : request.partitions) {
      SRSYNC_RETURN_IF_ERROR(take_tablets(link, path, partition, request.name.table, proof));
    }
  }
  take_schema_hashes(indexes, request.name.table, proof);
  if (!request.with_backends) return Status::ok();
  SRSYNC_ASSIGN_OR_RETURN(const io::ResultSet rows, link.read("SHOW BACKENDS"));
  SRSYNC_ASSIGN_OR_RETURN(proof.backends, read_backends(rows));
  return Status::ok();
}

}  // namespace srsync::observe
