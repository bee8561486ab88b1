// Partition values as a statement for the target needs them. Inside the room only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "ddl/table_model.h"

namespace srsync::ddl {

// The VALUES clause of partition `name`. Where a NULL list value may also be the text 'NULL', the
// column decides: NOT NULL columns hold the text, others are given NULL; when the latter is a guess
// (a text column) a note says so. `notes` may be nullptr.
//   kInvalidArgument   kind or number of values do not suit the table
//   kUnsupported       MAXVALUE in several columns, which no release from 3.3 on takes
Result<std::string> writable_values(const TableModel& model, std::string_view name,
                                    const PartitionValues& values, std::vector<std::string>* notes);

}  // namespace srsync::ddl
