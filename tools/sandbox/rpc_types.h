// Column types as getTableMeta sends them, made from the text that SHOW CREATE TABLE prints.
#pragma once

#include <string_view>

#include "frontend/frontend_types.h"

namespace srsync::sandbox {

// "array<decimal(18, 2)>" and the like, flattened parent first. A name that is not known becomes
// INVALID_TYPE (0).
frontend::TTypeDesc type_nodes(std::string_view printed);

}  // namespace srsync::sandbox
