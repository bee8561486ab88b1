// One table in full: SHOW CREATE TABLE and SHOW PARTITIONS, in canonical form.
#pragma once

#include <string>

#include "core/catalog.h"
#include "core/fact.h"
#include "ddl/table_model.h"
#include "observe/cluster_link.h"

namespace srsync::observe {

// As ClusterReader::read_table() promises. What this version cannot carry, or a frontend refuses to
// print for good, is told by TableRead::unreadable, so that the other tables go on.
// `has_rollups`: false when it is known that there are none. `mark`: read_schema_mark(), asked for
// before.
Result<core::TableRead> read_table(ClusterLink& link, const core::TableName& name, core::TableId id,
                                   bool has_rollups, const core::SchemaMark& mark);

// By SHOW PROC .. index_schema: one statement. Unknown where the frontend does not tell; fails only
// when it cannot be reached.
Result<core::SchemaMark> read_schema_mark(ClusterLink& link, core::DbId db,
                                          const core::TableName& name, core::TableId id);

// SHOW PARTITIONS alone, as ClusterReader::read_partitions() promises.
Result<core::TableRead> read_partitions_of(ClusterLink& link, const core::TableName& name,
                                           core::TableId id);

// SHOW CREATE TABLE's text. kUnsupported: it is no table, or the frontend cannot print it.
Result<std::string> show_create(ClusterLink& link, const core::TableName& name);

// The text as a model, with the link's version.
Result<ddl::TableModel> model_of(const ClusterLink& link, const std::string& create_sql);

}  // namespace srsync::observe
