// Which of the two clusters of a pair is meant.
#pragma once

#include <array>
#include <string_view>

namespace srsync {

// The source is only ever read. Numbers are journalled.
enum class Side : int { kSource = 0, kTarget = 1 };

inline constexpr std::array<Side, 2> kSides = {Side::kSource, Side::kTarget};

constexpr std::string_view side_name(Side side) {
  return side == Side::kSource ? "source" : "target";
}

}  // namespace srsync
