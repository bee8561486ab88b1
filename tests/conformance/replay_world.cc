#include "conformance/replay_world.h"

#include <algorithm>
#include <regex>

namespace srsync::sandbox {

namespace {

using nlohmann::json;

ClusterOptions options(const char* name, Version version, std::int64_t& now) {
  ClusterOptions out;
  out.version = version;
  out.name = name;
  out.clock = [&now] { return now; };
  out.frontends = 1;
  out.backend_ip_prefix = std::string(name) == "source" ? "127.0.5." : "127.0.6.";
  return out;
}

User root_of(Cluster& cluster) {
  return cluster.with([](const Catalog& catalog) { return *catalog.find_user("root"); });
}

std::vector<frontend::TReplicaReplicationInfo> backends_of(const Catalog& source,
                                                           const Tablet& tablet) {
  std::vector<frontend::TReplicaReplicationInfo> out;
  for (const Replica& replica : tablet.replicas) {
    for (const Backend& backend : source.backends) {
      if (backend.id != replica.backend_id) continue;
      frontend::TBackend address;
      address.__set_host(backend.host);
      address.__set_be_port(backend.be_port);
      address.__set_http_port(backend.http_port);
      out.emplace_back().__set_src_backend(address);
    }
  }
  return out;
}

std::int64_t id_or(const json& recorded, const std::string& key, std::int64_t ours) {
  // A recorded request that names another id than its key wants to be refused: leave it.
  return std::to_string(recorded.get<std::int64_t>()) == key ? ours : recorded.get<std::int64_t>();
}

frontend::TTabletReplicationInfo tablet_info(const json& recorded, const std::string& key,
                                             const Tablet* to, const Tablet* from,
                                             const Catalog& source) {
  frontend::TTabletReplicationInfo out;
  out.__set_tablet_id(id_or(recorded.at("tablet_id"), key, to == nullptr ? 0 : to->id));
  out.__set_src_tablet_id(from == nullptr ? 0 : from->id);
  if (recorded.contains("replica_replication_infos") && from != nullptr) {
    out.__set_replica_replication_infos(backends_of(source, *from));
  }
  return out;
}

// Ascending numbers as the keys of a JSON object, which sorts them as text.
std::vector<std::string> keys_by_number(const json& object) {
  std::vector<std::string> out;
  for (const auto& [key, value] : object.items()) out.push_back(key);
  std::sort(out.begin(), out.end(), [](const std::string& a, const std::string& b) {
    return std::stoll(a) < std::stoll(b);
  });
  return out;
}

// What stands at the same place: base index and buckets have ascending ids.
template <typename T>
const T* at_or_null(const std::vector<T>* list, std::size_t i) {
  return list != nullptr && i < list->size() ? &(*list)[i] : nullptr;
}

}  // namespace

ReplayWorld::ReplayWorld(Version version)
    : source_(options("source", version, now_)),
      target_(options("target", version, now_)),
      engine_(target_, &source_),
      source_session_(source_, 1, nullptr, 1),
      target_session_(target_, 1, nullptr, 1),
      source_service_(source_, nullptr, 1),
      target_service_(target_, &engine_, 1) {
  source_session_.set_user(root_of(source_));
  target_session_.set_user(root_of(target_));
  engine_.check_schema_hash(false);  // the recorded requests say 0: no backend looked at it
  for (Cluster* cluster : {&source_, &target_}) {
    // INSERT waits until it is visible, and this clock stands still meanwhile.
    cluster->with([](Catalog& catalog) { catalog.publish_delay_ms = 0; });
  }
}

void ReplayWorld::learn(const std::vector<json>& lines) {
  for (const json& line : lines) {
    if (line.value("rpc", "") == "startTableReplication" && recorded_db_ == 0) {
      recorded_db_ = line["request"][0]["database_id"].get<std::int64_t>();
    }
    if (line.value("side", "") != "target" || !line.contains("rows")) continue;
    const auto sql = line["sql"].get<std::string>();
    if (sql == "SHOW PROC '/dbs/mig'") {
      for (const json& row : line["rows"]) {
        tables_[std::stoll(row[0].get<std::string>())] = row[1].get<std::string>();
      }
    } else if (sql.starts_with("SHOW PARTITIONS FROM mig.")) {
      for (const json& row : line["rows"]) {
        partitions_[std::stoll(row[0].get<std::string>())] = row[1].get<std::string>();
      }
    }
  }
}

const Table* ReplayWorld::find(Catalog& catalog, const std::string& table) const {
  const Database* db = catalog.find_database("mig");
  return db == nullptr ? nullptr : db->find_table(table);
}

frontend::TPartitionReplicationInfo ReplayWorld::translate_partition(const std::string& key,
                                                                     const json& recorded,
                                                                     const std::string& table) {
  // Copies: the two catalogs are never held at once.
  const auto partition_in = [&](Cluster& cluster) {
    return cluster.with([&](Catalog& catalog) -> std::optional<Partition> {
      const Table* found = find(catalog, table);
      const auto name = partitions_.find(std::stoll(key));
      if (found == nullptr || found->partitions.empty()) return std::nullopt;
      if (name == partitions_.end()) return found->partitions.front();
      const Partition* partition = found->find_partition(name->second);
      return partition == nullptr ? std::optional<Partition>() : *partition;
    });
  };
  const auto to = partition_in(target_);
  const auto from = partition_in(source_);
  const Catalog source = source_.with([](const Catalog& catalog) { return catalog; });

  frontend::TPartitionReplicationInfo out;
  out.__set_partition_id(id_or(recorded.at("partition_id"), key, to ? to->physical_id : 0));
  out.__set_src_version(recorded.at("src_version"));
  if (recorded.contains("src_version_epoch")) {
    out.__set_src_version_epoch(from ? from->version_epoch : 0);
  }
  if (!recorded.contains("index_replication_infos")) return out;
  const json& indexes = recorded["index_replication_infos"];
  const auto index_keys = keys_by_number(indexes);
  for (std::size_t i = 0; i < index_keys.size(); ++i) {
    const json& index = indexes[index_keys[i]];
    const PartitionIndex* to_index = to ? at_or_null(&to->indexes, i) : nullptr;
    const PartitionIndex* from_index = from ? at_or_null(&from->indexes, i) : nullptr;
    frontend::TIndexReplicationInfo info;
    info.__set_index_id(
        id_or(index.at("index_id"), index_keys[i], to_index == nullptr ? 0 : to_index->index_id));
    info.__set_src_schema_hash(index.at("src_schema_hash"));
    const json& tablets = index.at("tablet_replication_infos");
    const auto keys = keys_by_number(tablets);
    for (std::size_t t = 0; t < keys.size(); ++t) {
      const Tablet* to_tablet = to_index == nullptr ? nullptr : at_or_null(&to_index->tablets, t);
      const Tablet* from_tablet =
          from_index == nullptr ? nullptr : at_or_null(&from_index->tablets, t);
      auto tablet = tablet_info(tablets[keys[t]], keys[t], to_tablet, from_tablet, source);
      info.tablet_replication_infos[tablet.tablet_id] = tablet;
    }
    info.__isset.tablet_replication_infos = true;
    out.index_replication_infos[info.index_id] = info;
  }
  out.__isset.index_replication_infos = true;
  return out;
}

frontend::TTableReplicationRequest ReplayWorld::translate(const json& recorded) {
  frontend::TTableReplicationRequest out;
  const auto db_id = recorded.at("database_id").get<std::int64_t>();
  const auto table_id = recorded.at("table_id").get<std::int64_t>();
  const auto name = tables_.find(table_id);
  const std::string table = name == tables_.end() ? "parts" : name->second;
  target_.with([&](Catalog& catalog) {
    const Database* db = catalog.find_database("mig");
    const Table* found = find(catalog, table);
    out.__set_database_id(db_id == recorded_db_ && db != nullptr ? db->id : db_id);
    out.__set_table_id(name != tables_.end() && found != nullptr ? found->id : table_id);
  });
  out.__set_src_token(source_.with([](const Catalog& catalog) { return catalog.token; }));
  if (recorded.contains("src_table_type")) out.__set_src_table_type(recorded["src_table_type"]);
  out.__set_src_table_data_size(recorded.at("src_table_data_size"));
  out.__set_job_id(recorded.at("job_id"));
  if (!recorded.contains("partition_replication_infos")) return out;
  for (const auto& [key, partition] : recorded["partition_replication_infos"].items()) {
    auto info = translate_partition(key, partition, table);
    out.partition_replication_infos[info.partition_id] = info;
  }
  out.__isset.partition_replication_infos = true;
  return out;
}

std::string ReplayWorld::translate_label(const std::string& text) {
  static const std::regex kLabel("REPLICATION_([0-9]+)_([0-9]+)_");
  std::smatch match;
  if (!std::regex_search(text, match, kLabel)) return text;
  const auto name = tables_.find(std::stoll(match[2]));
  const std::string ours = target_.with([&](Catalog& catalog) {
    const Database* db = catalog.find_database("mig");
    const Table* table = name == tables_.end() ? nullptr : find(catalog, name->second);
    return "REPLICATION_" + std::to_string(db == nullptr ? 0 : db->id) + "_" +
           std::to_string(table == nullptr ? 0 : table->id) + "_";
  });
  return match.prefix().str() + ours + match.suffix().str();
}

std::int64_t ReplayWorld::running_txn() {
  for (const ReplicationRow& row : engine_.rows()) {
    if (row.finished_ms == 0) return row.txn_id;
  }
  return 0;
}

void ReplayWorld::step(bool jobs_too) {
  now_ += 5;
  source_.tick();
  target_.tick();
  if (jobs_too) engine_.tick();
}

}  // namespace srsync::sandbox
