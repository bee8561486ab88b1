#include "unit/sandbox/two_clusters.h"

#include <algorithm>
#include <cstdlib>

#include "sandbox/tables.h"

namespace srsync::sandbox {

namespace {

ClusterOptions options(const char* name, Version version, EffectLog& log, std::int64_t& now) {
  ClusterOptions out;
  out.version = version;
  out.name = name;
  out.clock = [&now] { return now; };
  out.backend_ip_prefix = std::string(name) == "source" ? "127.0.5." : "127.0.6.";
  out.log = &log;
  return out;
}

Column column(std::string name, std::string type, bool is_key) {
  Column out;
  out.name = std::move(name);
  out.type = std::move(type);
  out.is_key = is_key;
  return out;
}

}  // namespace

TwoClusters::TwoClusters(Version version)
    : source(options("source", version, log, now)),
      target(options("target", version, log, now)),
      engine(target, &source) {
  // Ids of the two clusters must not coincide by chance.
  target.with([](Catalog& catalog) { catalog.next_id += 5000; });
}

void TwoClusters::create(const TableShape& shape) {
  create_on(source, shape);
  create_on(target, shape);
}

void TwoClusters::create_on(Cluster& cluster, const TableShape& shape) {
  cluster.with([&](Catalog& catalog) {
    if (catalog.find_database("db") == nullptr) {
      Database database;
      database.id = catalog.new_id();
      database.name = "db";
      catalog.databases.emplace(database.id, std::move(database));
    }
    Table table;
    table.name = shape.name;
    table.keys = shape.keys;
    table.buckets = shape.buckets;
    table.distribution_columns = {"k"};
    TableIndex base;
    base.name = shape.name;
    base.columns = {column("k", "int(11)", true), column("v", "int(11)", false)};
    table.indexes.push_back(base);
    table.properties["replication_num"] = std::to_string(shape.replicas);
    if (!shape.partitions.empty()) table.partition_kind = PartitionKind::kList;
    std::vector<Partition> partitions;
    for (const std::string& name : shape.partitions) {
      Partition partition;
      partition.name = name;
      partition.buckets = shape.buckets;
      partition.replication_num = shape.replicas;
      partitions.push_back(partition);
    }
    store_table(catalog, now, *catalog.find_database("db"), std::move(table),
                std::move(partitions));
  });
}

void TwoClusters::load(Cluster& cluster, const std::string& table, const std::string& partition) {
  cluster.with([&](Catalog& catalog) {
    Database& db = *catalog.find_database("db");
    Table& found = *db.find_table(table);
    const Partition& into =
        partition.empty() ? found.partitions.front() : *found.find_partition(partition);
    const auto id = begin_transaction(catalog, now, db.id, {found.id},
                                      "load" + std::to_string(catalog.next_txn_id), "INSERT")
                        .id;
    PartitionCommit commit;
    commit.physical_id = into.physical_id;
    commit.version = into.committed_version + 1;
    commit.data_version = into.data_version + 1;
    commit_transaction(catalog, now, id, {{found.id, {commit}}});
  });
  now += 100;
  cluster.tick();
}

Partition TwoClusters::partition(Cluster& cluster, const std::string& table_name,
                                 const std::string& name) {
  const Table found = table(cluster, table_name);
  return name.empty() ? found.partitions.front() : *found.find_partition(name);
}

Table TwoClusters::table(Cluster& cluster, const std::string& name) {
  return cluster.with(
      [&](Catalog& catalog) { return *catalog.find_database("db")->find_table(name); });
}

frontend::TTableReplicationRequest TwoClusters::request(const std::string& table_name,
                                                        const std::string& job_id) {
  const Table from = table(source, table_name);
  const Table to = table(target, table_name);
  const auto backends = source.with([](const Catalog& catalog) { return catalog.backends; });
  frontend::TTableReplicationRequest out;
  out.__set_database_id(
      target.with([](Catalog& catalog) { return catalog.find_database("db")->id; }));
  out.__set_table_id(to.id);
  out.__set_src_token(source.with([](const Catalog& catalog) { return catalog.token; }));
  out.__set_src_table_type(1);
  out.__set_src_table_data_size(1);
  out.__set_job_id(job_id);
  for (const Partition& partition : to.partitions) {
    const Partition* ahead = from.find_partition(partition.name);
    if (ahead == nullptr || ahead->visible_version <= partition.data_version) continue;
    frontend::TPartitionReplicationInfo info;
    info.__set_partition_id(partition.physical_id);
    info.__set_src_version(ahead->visible_version);
    info.__set_src_version_epoch(ahead->version_epoch);
    for (std::size_t i = 0; i < partition.indexes.size(); ++i) {
      frontend::TIndexReplicationInfo index;
      index.__set_index_id(partition.indexes[i].index_id);
      index.__set_src_schema_hash(from.find_index(ahead->indexes[i].index_id)->schema_hash);
      for (std::size_t b = 0; b < partition.indexes[i].tablets.size(); ++b) {
        frontend::TTabletReplicationInfo tablet;
        const Tablet& source_tablet = ahead->indexes[i].tablets[b];
        tablet.__set_tablet_id(partition.indexes[i].tablets[b].id);
        tablet.__set_src_tablet_id(source_tablet.id);
        std::vector<frontend::TReplicaReplicationInfo> replicas;
        for (const Replica& replica : source_tablet.replicas) {
          const auto at = std::find_if(backends.begin(), backends.end(), [&](const Backend& be) {
            return be.id == replica.backend_id;
          });
          frontend::TBackend backend;
          backend.__set_host(at->host);
          backend.__set_be_port(at->be_port);
          backend.__set_http_port(at->http_port);
          replicas.emplace_back().__set_src_backend(backend);
        }
        tablet.__set_replica_replication_infos(replicas);
        index.tablet_replication_infos[tablet.tablet_id] = tablet;
      }
      index.__isset.tablet_replication_infos = true;
      info.index_replication_infos[index.index_id] = index;
    }
    info.__isset.index_replication_infos = true;
    out.partition_replication_infos[info.partition_id] = info;
  }
  out.__isset.partition_replication_infos = true;
  return out;
}

void TwoClusters::advance(std::int64_t ms, std::int64_t step_ms) {
  for (std::int64_t passed = 0; passed < ms; passed += step_ms) {
    now += step_ms;
    source.tick();
    target.tick();
    engine.tick();
  }
}

void TwoClusters::settle() {
  for (int i = 0; i < 1000 && !engine.is_idle(); ++i) advance(5);
  if (!engine.is_idle()) std::abort();
  advance(100);
}

ReplicationRow TwoClusters::row(const std::string& job_id) {
  for (ReplicationRow& row : engine.rows()) {
    if (row.job_id == job_id) return row;
  }
  return {};
}

bool TwoClusters::same_content(const std::string& table_name, const std::string& name) {
  return partition(source, table_name, name).content == partition(target, table_name, name).content;
}

}  // namespace srsync::sandbox
