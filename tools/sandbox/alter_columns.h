// The clauses of ALTER TABLE that change columns and indexes.
#pragma once

#include <optional>

#include "sandbox/alter_partitions.h"

namespace srsync::sandbox {

// ADD, DROP and MODIFY COLUMN, one or several with commas between; nullopt: another clause. At
// once where the frontend does so (fast_schema_evolution, no MODIFY among them), else as a job.
std::optional<Answer> column_clauses(Session& session, Reader& reader, AlterScope& scope);
// "a TO b", at once, wherever the column is named.
Answer rename_column(Session& session, Reader& reader, AlterScope& scope);
// From the index's name on; both are jobs.
Answer add_index_clause(Session& session, Reader& reader, AlterScope& scope);
Answer drop_index_clause(Session& session, Reader& reader, AlterScope& scope);

}  // namespace srsync::sandbox
