#include "base/amounts.h"

#include <fmt/format.h>

#include <array>

namespace srsync {

std::string size_text(std::int64_t bytes) {
  static constexpr std::array<const char*, 6> kUnits = {"B", "KB", "MB", "GB", "TB", "PB"};
  const char* sign = bytes < 0 ? "-" : "";
  double value = bytes < 0 ? -static_cast<double>(bytes) : static_cast<double>(bytes);
  std::size_t unit = 0;
  while (value >= 1024 && unit + 1 < kUnits.size()) {
    value /= 1024;
    ++unit;
  }
  return unit == 0 ? fmt::format("{}{:.0f} B", sign, value)
                   : fmt::format("{}{:.2f} {}", sign, value, kUnits[unit]);
}

std::string duration_text(std::int64_t ms) {
  const std::int64_t seconds = ms < 0 ? 0 : ms / 1'000;
  if (seconds < 120) return fmt::format("{} s", seconds);
  if (seconds < 7'200) return fmt::format("{} min", seconds / 60);
  if (seconds < 172'800) return fmt::format("{} h", seconds / 3'600);
  return fmt::format("{} days", seconds / 86'400);
}

}  // namespace srsync
