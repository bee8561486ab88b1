#include "ddl/version.h"

#include <fmt/format.h>

#include <cctype>

namespace srsync::ddl {
namespace {

bool is_decimal(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

// The number at `at`, at most 9999; moves `at` behind it.
std::optional<int> number_at(std::string_view text, std::size_t& at) {
  constexpr int kNumberMax = 9999;
  const std::size_t begin = at;
  int value = 0;
  while (at < text.size() && is_decimal(text[at]) && value <= kNumberMax) {
    value = value * 10 + (text[at++] - '0');
  }
  if (at == begin || value > kNumberMax) return std::nullopt;
  return value;
}

std::optional<Version> version_at(std::string_view text, std::size_t at) {
  const auto major = number_at(text, at);
  if (!major || at >= text.size() || text[at] != '.') return std::nullopt;
  const auto minor = number_at(text, ++at);
  if (!minor) return std::nullopt;
  Version version{*major, *minor, 0};
  if (at < text.size() && text[at] == '.') {
    if (const auto patch = number_at(text, ++at)) version.patch = *patch;
  }
  return version;
}

}  // namespace

std::optional<Version> parse_version(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool continues = at > 0 && (is_decimal(text[at - 1]) || text[at - 1] == '.');
    const bool starts_number = is_decimal(text[at]) && !continues;
    if (!starts_number) continue;
    if (const auto version = version_at(text, at)) return version;
  }
  return std::nullopt;
}

std::string to_string(const Version& version) {
  return fmt::format("{}.{}.{}", version.major, version.minor, version.patch);
}

}  // namespace srsync::ddl
