#include "sandbox/model.h"

#include <algorithm>

#include "base/text.h"

namespace srsync::sandbox {
namespace {

constexpr std::pair<std::string_view, Version> kVersions[] = {{"3.3", Version::k3_3},
                                                              {"3.4", Version::k3_4},
                                                              {"3.5", Version::k3_5},
                                                              {"4.0", Version::k4_0},
                                                              {"4.1", Version::k4_1}};

}  // namespace

std::optional<Version> version_from(std::string_view text) {
  for (const auto& [name, version] : kVersions) {
    if (name == text) return version;
  }
  return std::nullopt;
}

std::string_view version_name(Version version) {
  for (const auto& [name, value] : kVersions) {
    if (value == version) return name;
  }
  return "?";
}

std::string_view txn_status_name(TxnStatus status) {
  switch (status) {
    case TxnStatus::kPrepare:
      return "PREPARE";
    case TxnStatus::kPrepared:
      return "PREPARED";
    case TxnStatus::kCommitted:
      return "COMMITTED";
    case TxnStatus::kVisible:
      return "VISIBLE";
    case TxnStatus::kAborted:
      return "ABORTED";
  }
  return "UNKNOWN";
}

const std::vector<Column>& Table::columns() const {
  static const std::vector<Column> none;
  return indexes.empty() ? none : indexes.front().columns;
}

const Partition* Table::find_partition(std::string_view partition_name, bool temporary) const {
  for (const Partition& partition : partitions) {
    if (partition.is_temporary == temporary && equals_ignore_case(partition.name, partition_name)) {
      return &partition;
    }
  }
  return nullptr;
}

Partition* Table::find_partition(std::string_view partition_name, bool temporary) {
  return const_cast<Partition*>(std::as_const(*this).find_partition(partition_name, temporary));
}

const Partition* Table::find_physical(std::int64_t physical_id) const {
  const auto found = std::ranges::find(partitions, physical_id, &Partition::physical_id);
  return found == partitions.end() ? nullptr : &*found;
}

Partition* Table::find_physical(std::int64_t physical_id) {
  return const_cast<Partition*>(std::as_const(*this).find_physical(physical_id));
}

const TableIndex* Table::find_index(std::int64_t index_id) const {
  const auto found = std::ranges::find(indexes, index_id, &TableIndex::id);
  return found == indexes.end() ? nullptr : &*found;
}

int Table::default_replication_num() const {
  const auto found = properties.find("replication_num");
  if (found == properties.end()) return 3;
  return static_cast<int>(parse_int64(found->second).value_or(3));
}

const Table* Database::find_table(std::string_view table_name) const {
  for (const auto& [table_id, table] : tables) {
    if (table.name == table_name) return &table;
  }
  return nullptr;
}

Table* Database::find_table(std::string_view table_name) {
  return const_cast<Table*>(std::as_const(*this).find_table(table_name));
}

const Database* Catalog::find_database(std::string_view db_name) const {
  for (const auto& [id, database] : databases) {
    if (database.name == db_name) return &database;
  }
  return nullptr;
}

Database* Catalog::find_database(std::string_view db_name) {
  return const_cast<Database*>(std::as_const(*this).find_database(db_name));
}

const Database* Catalog::find_by_id_or_name(const std::string& text) const {
  if (const auto id = parse_int64(text)) {
    const auto found = databases.find(*id);
    return found == databases.end() ? nullptr : &found->second;
  }
  return find_database(text);
}

Database* Catalog::find_database(std::int64_t id) {
  const auto found = databases.find(id);
  return found == databases.end() ? nullptr : &found->second;
}

std::pair<Database*, Table*> Catalog::find_table(std::int64_t table_id) {
  for (auto& [id, database] : databases) {
    const auto found = database.tables.find(table_id);
    if (found != database.tables.end()) return {&database, &found->second};
  }
  return {nullptr, nullptr};
}

const User* Catalog::find_user(std::string_view user_name) const {
  const auto found = std::ranges::find(users, user_name, &User::name);
  return found == users.end() ? nullptr : &*found;
}

const Frontend* Catalog::leader() const {
  const auto found = std::ranges::find(frontends, true, &Frontend::is_leader);
  return found == frontends.end() ? nullptr : &*found;
}

std::int64_t Catalog::config_number(std::string_view key, std::int64_t fallback) const {
  const auto found = config.find(std::string(key));
  if (found == config.end()) return fallback;
  return parse_int64(found->second.value).value_or(fallback);
}

}  // namespace srsync::sandbox
