// SHOW CREATE TABLE text, as StarRocks 2.5 to 4.1 print it, into a TableModel.
//
// The text does not always obey SQL's own quoting (index comments and list values are never
// escaped, column comments of PRIMARY KEY tables not before 4.0), so strings at those places end
// where the printer's next line begins. Pure, safe from any thread.
#pragma once

#include <optional>
#include <string_view>

#include "base/status.h"
#include "ddl/table_model.h"
#include "ddl/version.h"

namespace srsync::ddl {

struct ReadOptions {
  // The release that printed the text. Without it, column comments of a PRIMARY KEY table are taken
  // as escaped unless they cannot be (then as raw): a lone backslash in one may be misread.
  std::optional<Version> printed_by;
};

// kInvalidArgument   the text is not what a frontend prints; the message names the place
// kUnsupported       it is an external table, a view or a materialized view; the message names
// which
Result<TableModel> read_create_table(std::string_view show_create_text,
                                     const ReadOptions& options = {});

}  // namespace srsync::ddl
