// The tree behind SHOW PROC.
#include <algorithm>

#include "base/text.h"
#include "sandbox/profile.h"
#include "sandbox/session.h"
#include "sandbox/tables.h"

namespace srsync::sandbox {
namespace {

using Path = std::vector<std::string>;

Answer unknown_path(std::string_view whole, std::string_view why) {
  return analyze_error(
      1064, "Unknown proc node path: " + std::string(whole) + ". msg: " + std::string(why));
}

const Table* find_table(const Database& database, const std::string& text) {
  if (const auto id = parse_int64(text)) {
    const auto found = database.tables.find(*id);
    return found == database.tables.end() ? nullptr : &found->second;
  }
  return database.find_table(text);
}

// The frontend counts its own views of system tables.
std::string table_count(const Database& database, Version version) {
  if (database.name == "information_schema") {
    static constexpr std::string_view kCounts[] = {"46", "50", "54", "56", "58"};
    return std::string(kCounts[static_cast<std::size_t>(version)]);
  }
  if (database.name == "sys") return "6";
  return std::to_string(database.tables.size());
}

Answer dbs(const Catalog& catalog) {
  Answer answer = rows(fields("DbId DbName TableNum Quota LastConsistencyCheckTime ReplicaQuota"));
  for (const auto& [id, database] : catalog.databases) {
    answer.rows.push_back(
        {std::to_string(id), database.name, table_count(database, catalog.version),
         database.quota_bytes == 0 ? "8388608.000 TB"
                                   : capacity_text(static_cast<double>(database.quota_bytes)),
         std::nullopt,
         database.replica_quota == 0 ? "9223372036854775807"
                                     : std::to_string(database.replica_quota)});
  }
  return answer;
}

std::string_view state_name(TableState state) {
  switch (state) {
    case TableState::kNormal:
      return "NORMAL";
    case TableState::kRollup:
      return "ROLLUP";
    case TableState::kSchemaChange:
      return "SCHEMA_CHANGE";
  }
  return "";
}

std::string type_name(const Table& table) {
  switch (table.kind) {
    case TableKind::kOlap:
      return "OLAP";
    case TableKind::kView:
      return "VIEW";
    case TableKind::kMaterializedView:
      return "MATERIALIZED_VIEW";
    case TableKind::kExternal:
      return table.external_kind;
  }
  return "";
}

bool has_data(const Table& table) {
  return table.kind == TableKind::kOlap || table.kind == TableKind::kMaterializedView;
}

// Automatic tables own one, "$shadow_automatic_partition".
bool has_hidden_partition(const Table& table) {
  return table.partition_kind == PartitionKind::kAutoList ||
         table.partition_kind == PartitionKind::kAutoRange;
}

std::size_t replica_count(const Table& table) {
  std::size_t count = 0;
  for (const Partition& partition : table.partitions) {
    // Temporary partitions are counted, as a frontend does.
    for (const PartitionIndex& index : partition.indexes) {
      for (const Tablet& tablet : index.tablets) count += tablet.replicas.size();
    }
  }
  // So are those of the hidden partition.
  if (has_hidden_partition(table)) {
    const int buckets = table.partitions.empty() ? table.buckets : table.partitions[0].buckets;
    count += static_cast<std::size_t>(std::max(buckets, 1) * table.default_replication_num()) *
             table.indexes.size();
  }
  return count;
}

std::size_t partition_number(const Table& table) {
  const PartitionKind kind = table.partition_kind;
  if (kind == PartitionKind::kNone || kind == PartitionKind::kRangeExpr) return 1;
  const auto logical = std::ranges::count(table.partitions, false, &Partition::is_temporary);
  return static_cast<std::size_t>(logical) + (has_hidden_partition(table) ? 1 : 0);
}

Answer tables(const Catalog&, const Database& database) {
  Answer answer =
      rows(fields("TableId TableName IndexNum PartitionColumnName PartitionNum State Type "
                  "LastConsistencyCheckTime ReplicaCount PartitionType StoragePath"));
  for (const auto& [id, table] : database.tables) {
    if (!has_data(table)) {
      answer.rows.push_back({std::to_string(id), table.name, std::nullopt, std::nullopt, "1",
                             std::nullopt, type_name(table), std::nullopt, "0", "UNPARTITIONED",
                             std::nullopt});
      continue;
    }
    answer.rows.push_back({std::to_string(id), table.name, std::to_string(table.indexes.size()),
                           join(table.partition_columns, ", "),
                           std::to_string(partition_number(table)),
                           std::string(state_name(table.state)), type_name(table), std::nullopt,
                           std::to_string(replica_count(table)),
                           std::string(partition_type_name(table.partition_kind)), std::nullopt});
  }
  return answer;
}

Answer indexes_of_partition(const Catalog& catalog, const Table& table,
                            const Partition& partition) {
  Answer answer = rows(partition_index_fields(catalog.version));
  for (const PartitionIndex& index : partition.indexes) {
    const TableIndex* of = table.find_index(index.index_id);
    Row row = {std::to_string(index.index_id), of == nullptr ? "" : of->name, "NORMAL",
               std::nullopt};
    const std::string tablets = std::to_string(index.tablets.size());
    if (catalog.version >= Version::k4_0) row.emplace_back("{\"balanced\":true}");
    if (catalog.version == Version::k4_0) row.emplace_back(tablets);
    if (catalog.version >= Version::k4_0) row.emplace_back(tablets);
    answer.rows.push_back(std::move(row));
  }
  return answer;
}

Answer replicas(const Catalog& catalog, const Table& table, const Partition& partition,
                const PartitionIndex& index, const Tablet& tablet) {
  Answer answer = rows(replica_fields());
  const TableIndex* of = table.find_index(index.index_id);
  const std::string hash = std::to_string(of == nullptr ? 0 : of->schema_hash);
  const std::string version = std::to_string(partition.visible_version);
  const std::string id = std::to_string(tablet.id);
  const auto buckets = static_cast<std::int64_t>(index.tablets.size());
  for (const Replica& replica : tablet.replicas) {
    const auto backend = std::ranges::find(catalog.backends, replica.backend_id, &Backend::id);
    const std::string host = backend == catalog.backends.end()
                                 ? "*:0"
                                 : backend->host + ":" + std::to_string(backend->http_port);
    answer.rows.push_back(
        {std::to_string(replica.id),
         std::to_string(replica.backend_id),
         version,
         "0",
         version,
         "0",
         "-1",
         "0",
         std::nullopt,
         hash,
         std::to_string(partition.bytes / buckets),
         std::to_string(partition.rows / buckets),
         "NORMAL",
         "false",
         "false",
         "0",
         "123456",
         "http://" + host + "/api/meta/header/" + id,
         "http://" + host + "/api/compaction/show?tablet_id=" + id + "&schema_hash=" + hash,
         "false"});
  }
  return answer;
}

// /dbs/d/t/partitions/... from the partition's id on.
Answer below_partitions(const Catalog& catalog, const Table& table, const Path& path,
                        std::string_view whole) {
  const Partition* partition = table.find_physical(parse_int64(path[4]).value_or(-1));
  if (partition == nullptr) {
    return unknown_path(whole, "Partition[" + path[4] + "] does not exist");
  }
  if (path.size() == 5) return indexes_of_partition(catalog, table, *partition);
  const auto index = std::ranges::find(partition->indexes, parse_int64(path[5]).value_or(-1),
                                       &PartitionIndex::index_id);
  if (index == partition->indexes.end()) {
    return unknown_path(whole, "Index[" + path[5] + "] does not exist");
  }
  if (path.size() == 6) {
    return rows(tablet_fields(), tablet_rows(catalog, *partition, *index, false));
  }
  const auto tablet =
      std::ranges::find(index->tablets, parse_int64(path[6]).value_or(-1), &Tablet::id);
  if (tablet == index->tablets.end() || path.size() > 7) {
    return unknown_path(whole, "Can't get tablet id: " + path[6]);
  }
  return replicas(catalog, table, *partition, *index, *tablet);
}

Answer index_schema(const Table& table, const Path& path, std::string_view whole) {
  if (path.size() == 4) {
    Answer answer = rows(
        fields("IndexId IndexName SchemaVersion SchemaHash ShortKeyColumnCount StorageType Keys"));
    if (table.indexes.empty()) {
      answer.rows.push_back({"-1", table.name, "", "", "", "", ""});
      return answer;
    }
    for (const TableIndex& index : table.indexes) {
      const bool row_store = table.properties.contains("storage_type") &&
                             table.properties.at("storage_type") == "COLUMN_WITH_ROW";
      answer.rows.push_back(
          {std::to_string(index.id), index.name, std::to_string(index.schema_version),
           std::to_string(index.schema_hash), std::to_string(index.short_key_columns),
           row_store ? "COLUMN_WITH_ROW" : "COLUMN",
           std::string(keys_type_name(table.keys)) + "(" + join(key_columns(index.columns), ", ") +
               ")"});
    }
    return answer;
  }
  Answer answer = rows(describe_fields());
  const TableIndex* index = table.find_index(parse_int64(path[4]).value_or(-1));
  if (index == nullptr) {
    if (table.indexes.empty()) return answer;
    return unknown_path(whole, "Index[" + path[4] + "] does not exist");
  }
  answer.rows = describe_rows(table, *index, false);
  return answer;
}

Answer below_dbs(const Catalog& catalog, const Path& path, std::string_view whole) {
  if (path.size() == 1) return dbs(catalog);
  const Database* database = catalog.find_by_id_or_name(path[1]);
  if (database == nullptr) {
    return unknown_path(whole, "Unknown database id or name \"" + path[1] + "\"");
  }
  if (path.size() == 2) return tables(catalog, *database);
  const Table* table = find_table(*database, path[2]);
  if (table == nullptr) {
    return unknown_path(whole, "Unknown table id or name \"" + path[2] + "\"");
  }
  if (path.size() == 3) {
    return rows(fields("Nodes"), {{"partitions"}, {"temp_partitions"}, {"index_schema"}});
  }
  if (path[3] == "index_schema") return index_schema(*table, path, whole);
  const bool temporary = path[3] == "temp_partitions";
  if (!temporary && path[3] != "partitions") {
    return unknown_path(whole, "Not a valid path: " + path[3]);
  }
  if (!has_data(*table)) {
    return unknown_path(
        whole, temporary ? "Table[" + table->name + "] does not have temp partitions"
                         : "Table[" + table->name +
                               "] is not a OLAP/MATERIALIZED_VIEW/ELASTICSEARCH/HIVE/HUDI table");
  }
  if (path.size() == 4) return partition_rows(catalog.version, *table, temporary);
  return below_partitions(catalog, *table, path, whole);
}

// Everything else that a migrator may look at; headers only.
std::optional<Answer> other_root(Session& session, const Path& path) {
  if (path[0] == "frontends") return show_frontends(session);
  if (path[0] == "backends") return show_backends(session);
  if (path[0] == "replications") return show_replications(session);
  if (path[0] == "compute_nodes") return rows(compute_node_fields(session.version()));
  if (path[0] == "jobs") {
    Answer answer = rows(fields("DbId DbName"));
    session.cluster().with([&](const Catalog& catalog) {
      for (const auto& [id, database] : catalog.databases) {
        answer.rows.push_back({std::to_string(id), database.name});
      }
    });
    return answer;
  }
  const auto roots = proc_roots(session.version());
  if (std::ranges::count(roots, path[0]) > 0) return rows({{"name"}});
  return std::nullopt;
}

}  // namespace

std::optional<Answer> show_proc_statement(Session& session, Reader& reader) {
  if (!reader.accept("SHOW PROC")) return std::nullopt;
  std::string whole = reader.string();
  if (!reader.ok() || !reader.at_end()) return syntax_error(session, reader);
  whole = whole.substr(0, whole.find(' '));
  Path path;
  for (std::string_view part : split(whole, '/')) {
    if (!part.empty()) path.emplace_back(part);
  }
  const bool single_tablet = path.size() == 7 && path[0] == "dbs";
  if (!session.user().operate && !single_tablet) {
    return access_denied(session, "OPERATE", "SYSTEM");
  }
  if (path.empty()) {
    Answer answer = rows({{"name"}});
    for (std::string& root : proc_roots(session.version())) {
      answer.rows.push_back({std::move(root)});
    }
    return answer;
  }
  if (path[0] == "dbs") {
    return session.cluster().with(
        [&](const Catalog& catalog) { return below_dbs(catalog, path, whole); });
  }
  if (path[0] == "transactions") return show_transactions_proc(session, path, whole);
  if (auto answer = other_root(session, path)) return answer;
  return unknown_path(whole, "Cannot find path: " + whole);
}

}  // namespace srsync::sandbox
