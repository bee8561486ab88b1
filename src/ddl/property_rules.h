// Which table properties a target takes, and what is done with the others. Inside the room only.
#pragma once

#include <string>
#include <vector>

#include "ddl/table_model.h"
#include "ddl/write_create_table.h"

namespace srsync::ddl {

// The properties to write for `model`, rewritten for the target. Every one left out or changed
// appends a sentence to `notes`.
Properties target_properties(const TableModel& model, const TargetOptions& options,
                             std::vector<std::string>& notes);

}  // namespace srsync::ddl
