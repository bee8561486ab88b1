// Amounts in words for people. Pure.
#pragma once

#include <cstdint>
#include <string>

namespace srsync {

// "1.50 GB", "999 B".
std::string size_text(std::int64_t bytes);
// "35 s", "12 min", "3 h", "4 days": rounded down; a negative one is "0 s".
std::string duration_text(std::int64_t ms);

}  // namespace srsync
