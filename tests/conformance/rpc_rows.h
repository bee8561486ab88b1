// Answers of the read RPCs as JSON with the recorded field names, so that they can be compared with
// a recording: only fields that are set appear.
#pragma once

#include <nlohmann/json.hpp>

#include "frontend/frontend_types.h"

namespace srsync::sandbox {

// A row of getPartitionsMeta without ids, epochs, times and sizes.
nlohmann::json comparable(const frontend::TPartitionMetaInfo& row);
// The recorded row without the same fields.
nlohmann::json comparable_partition(nlohmann::json recorded);

// What of a table does not depend on ids, times and sizes.
nlohmann::json comparable(const frontend::TTableMeta& table);
nlohmann::json comparable_table(const nlohmann::json& recorded);

}  // namespace srsync::sandbox
