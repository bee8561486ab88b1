// The short statements of partition_statements.h.
#include <fmt/format.h>

#include "ddl/partition_statements.h"
#include "ddl/quote.h"

namespace srsync::ddl {
namespace {

std::string_view if_exists_text(IfExists if_exists) {
  return if_exists == IfExists::kYes ? "IF EXISTS " : "";
}

std::string_view force_text(DropMode mode) { return mode == DropMode::kForce ? " FORCE" : ""; }

}  // namespace

std::string create_database(std::string_view database, std::string_view storage_volume) {
  std::string out = "CREATE DATABASE IF NOT EXISTS " + quote_identifier(database);
  if (!storage_volume.empty()) {
    out += fmt::format(" PROPERTIES (\"storage_volume\" = {})", quote_text(storage_volume));
  }
  return out;
}

std::string drop_database(std::string_view database, IfExists if_exists, DropMode mode) {
  return fmt::format("DROP DATABASE {}{}{}", if_exists_text(if_exists), quote_identifier(database),
                     force_text(mode));
}

std::string drop_table(std::string_view database, std::string_view table, IfExists if_exists,
                       DropMode mode) {
  return fmt::format("DROP TABLE {}{}{}", if_exists_text(if_exists), quote_path(database, table),
                     force_text(mode));
}

std::string drop_partition(std::string_view database, std::string_view table,
                           std::string_view partition, IfExists if_exists, DropMode mode) {
  return fmt::format("ALTER TABLE {} DROP PARTITION {}{}{}", quote_path(database, table),
                     if_exists_text(if_exists), quote_identifier(partition), force_text(mode));
}

std::string truncate_table(std::string_view database, std::string_view table,
                           const std::vector<std::string>& partitions) {
  std::string out = "TRUNCATE TABLE " + quote_path(database, table);
  if (!partitions.empty()) out += " PARTITION " + quote_identifiers(partitions);
  return out;
}

std::string rename_table(std::string_view database, std::string_view table,
                         std::string_view new_name) {
  return fmt::format("ALTER TABLE {} RENAME {}", quote_path(database, table),
                     quote_identifier(new_name));
}

std::string rename_partition(std::string_view database, std::string_view table,
                             std::string_view partition, std::string_view new_name) {
  return fmt::format("ALTER TABLE {} RENAME PARTITION {} {}", quote_path(database, table),
                     quote_identifier(partition), quote_identifier(new_name));
}

std::string swap_tables(std::string_view database, std::string_view table, std::string_view other) {
  return fmt::format("ALTER TABLE {} SWAP WITH {}", quote_path(database, table),
                     quote_identifier(other));
}

std::string set_table_property(std::string_view database, std::string_view table,
                               std::string_view key, std::string_view value) {
  return fmt::format("ALTER TABLE {} SET ({} = {})", quote_path(database, table), quote_text(key),
                     quote_text(value));
}

}  // namespace srsync::ddl
