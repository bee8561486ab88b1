#include "observe/sizes.h"

#include <charconv>
#include <cmath>
#include <optional>
#include <string>

#include "base/text.h"

namespace srsync::observe {

namespace {

// The number at the front of `text`, which is cut off it.
std::optional<double> take_number(std::string_view& text) {
  double value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (error != std::errc() || !std::isfinite(value) || value < 0) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

std::optional<double> unit_factor(std::string_view unit) {
  if (unit.empty() || unit == "B") return 1;
  static constexpr std::string_view kPrefixes = "KMGTPE";
  const std::size_t at = kPrefixes.find(unit[0]);
  if (unit.size() != 2 || unit[1] != 'B' || at == std::string_view::npos) return std::nullopt;
  return std::pow(1024.0, static_cast<double>(at + 1));
}

Status bad(std::string_view what, std::string_view text) {
  return corruption("not a " + std::string(what) + ": '" + std::string(text) + "'");
}

}  // namespace

Result<std::int64_t> parse_size(std::string_view text) {
  std::string_view rest = trim(text);
  if (rest.empty()) return std::int64_t{0};
  if (const auto bytes = parse_int64(rest); bytes && *bytes >= 0) return *bytes;
  const std::optional<double> number = take_number(rest);
  const std::optional<double> factor = unit_factor(trim(rest));
  if (!number || !factor) return bad("size", text);
  const double bytes = *number * *factor;
  if (bytes >= 9.2e18) return bad("size", text);
  return static_cast<std::int64_t>(bytes);
}

Result<std::int32_t> parse_permille(std::string_view text) {
  std::string_view rest = trim(text);
  if (rest.empty()) return std::int32_t{0};
  const std::optional<double> number = take_number(rest);
  if (!number || *number > 1e6 || trim(rest) != "%") return bad("percentage", text);
  return static_cast<std::int32_t>(std::lround(*number * 10));
}

}  // namespace srsync::observe
