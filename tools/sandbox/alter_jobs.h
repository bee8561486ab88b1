// The ALTERs that take time on a frontend, and the fast ones that change columns at once.
#pragma once

#include <string>
#include <vector>

#include "sandbox/session.h"

namespace srsync::sandbox {

// Columns of a rollup by name, in the rollup's order; empty when one is unknown.
std::vector<Column> rollup_columns(const Table& table, const std::vector<std::string>& names);

// Starts a job on the table; with the lock held. The table must be in state NORMAL.
void start_rollup(Catalog& catalog, std::int64_t now_ms, Database& database, Table& table,
                  std::string name, std::vector<Column> columns, std::string definition);
// New columns and indexes for the base index: at once when `fast`, else as a job.
void change_columns(Catalog& catalog, std::int64_t now_ms, Database& database, Table& table,
                    std::vector<Column> columns, std::vector<IndexDef> index_defs, bool fast);

// CREATE MATERIALIZED VIEW without REFRESH: "SELECT ... FROM t [GROUP BY ..]".
Answer start_synchronous_view(Session& session, const std::string& db, const std::string& name,
                              const std::string& query);
// From the index's name on.
Answer create_index(Session& session, Reader& reader);
Answer drop_index(Session& session, Reader& reader);

}  // namespace srsync::sandbox
