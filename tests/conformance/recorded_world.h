// A cluster that holds the objects of one version's recordings: made from their SHOW CREATE texts,
// with the partitions, buckets, rollups and versions that the other recordings name.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "sandbox/cluster.h"
#include "sandbox/session.h"

namespace srsync::sandbox {

class RecordedWorld {
 public:
  // An empty cluster of that version, until load() is called.
  explicit RecordedWorld(std::string version);

  void load();

  const std::string& version() const { return version_; }
  Cluster& cluster() { return cluster_; }
  Session& root() { return root_; }
  // The user of unprivileged.jsonl: role reader, with few rights.
  Session& reader() { return reader_; }
  std::vector<nlohmann::json> lines(const std::string& file) const;

  // The statement with this world's ids in the place of the recorded ones.
  std::string translate(const std::string& sql) const;
  // Learns which id stands for which recorded one, from two answers to one question.
  void learn(const nlohmann::json& recorded, const Answer& answer);

 private:
  void create_databases();
  void create_objects();
  void create_object(const std::string& db, const std::string& name);
  void load_partitions();
  void load_partition(const std::string& object, const nlohmann::json& line, bool temporary);
  void load_base_index(const std::string& db, const std::string& name, const nlohmann::json& line);
  void load_rollups();

  std::string version_;
  std::int64_t now_ = 1795377177000;
  Cluster cluster_;
  Session loader_;
  Session root_;
  Session reader_;
  std::map<std::string, std::string> ids_;  // recorded -> here
};

// "shop.`odd name`" as its two names.
std::pair<std::string, std::string> split_object(const std::string& object);

}  // namespace srsync::sandbox
