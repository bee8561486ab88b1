// Rows of text as aligned columns, for terminals and logs. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace srsync {

// Columns that a terminal gives `text`: its UTF-8 characters, each counted as one.
std::size_t width_of(std::string_view text);

// One line per row, each after `indent` and ended by a line end. Columns are as wide as their
// widest cell, with two blanks between; the last one is not filled up. Line ends inside a cell
// become blanks. Rows may have different lengths.
std::string aligned(const std::vector<std::vector<std::string>>& rows,
                    std::string_view indent = "  ");

}  // namespace srsync
