// Text in URLs. Pure.
#pragma once

#include <string>
#include <string_view>

namespace srsync::observe {

// Letters, digits, '-', '_' and '.' stay; every other byte becomes %XX.
std::string percent_encode(std::string_view text);

}  // namespace srsync::observe
