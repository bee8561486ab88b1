// Column types as getTableMeta describes them, as one canonical text.
#pragma once

#include <string>

#include "frontend/frontend_types.h"

namespace srsync::rpc {

// "INT", "VARCHAR(20)", "DECIMAL64(9,2)", "ARRAY<INT>", "MAP<INT,VARCHAR(5)>",
// "STRUCT<a INT,b DATE>". The primitive's own name is kept ("DECIMAL64", "DECIMALV2"), because SQL
// prints different ones alike. A number that we do not know becomes "TYPE_<n>"; a description that
// ends too early has "?" in its place.
std::string type_text(const frontend::TTypeDesc& type);

}  // namespace srsync::rpc
