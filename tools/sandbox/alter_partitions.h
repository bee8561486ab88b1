// The clauses of ALTER TABLE that add and drop partitions.
#pragma once

#include <cstdint>
#include <optional>

#include "sandbox/session.h"

namespace srsync::sandbox {

// What an ALTER TABLE works on; with the catalog's lock held.
struct AlterScope {
  Catalog& catalog;
  Database& database;
  Table& table;
  std::int64_t now_ms = 0;
};

// nullopt: another clause.
std::optional<Answer> partition_clause(Session& session, Reader& reader, AlterScope& scope);

}  // namespace srsync::sandbox
