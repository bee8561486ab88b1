#include "io/sql.h"

#include "base/text.h"

namespace srsync::io {

std::optional<std::size_t> ResultSet::find_column(std::string_view name) const {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (equals_ignore_case(columns[i], name)) return i;
  }
  return std::nullopt;
}

}  // namespace srsync::io
