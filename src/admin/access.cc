#include "admin/access.h"

#include <algorithm>
#include <cstdint>

#include "base/text.h"

namespace srsync::admin {
namespace {

constexpr std::size_t kNameMax = 64;

// The credentials of that scheme, whose name is case-insensitive.
std::optional<std::string_view> credentials(std::string_view header, std::string_view scheme) {
  if (header.size() <= scheme.size() || header[scheme.size()] != ' ') return std::nullopt;
  if (!equals_ignore_case(header.substr(0, scheme.size()), scheme)) return std::nullopt;
  return trim(header.substr(scheme.size()));
}

}  // namespace

bool same_secret(std::string_view given, const Secret& wanted) {
  const std::string& text = wanted.reveal();
  if (text.empty()) return false;
  unsigned difference = given.size() == text.size() ? 0U : 1U;
  for (std::size_t i = 0; i < given.size(); ++i) {
    difference |= static_cast<unsigned char>(given[i]) ^
                  static_cast<unsigned>(static_cast<unsigned char>(text[i % text.size()]));
  }
  return difference == 0;
}

bool has_token(std::string_view authorization, const Secret& token) {
  if (const auto bearer = credentials(authorization, "Bearer")) return same_secret(*bearer, token);
  const auto basic = credentials(authorization, "Basic");
  if (!basic) return false;
  const auto plain = from_base64(*basic);
  if (!plain) return false;
  const auto colon = plain->find(':');
  return colon != std::string::npos &&
         same_secret(std::string_view(*plain).substr(colon + 1), token);
}

bool is_loopback_host(std::string_view host) {
  const auto bracket = host.rfind(']');
  const auto colon = host.rfind(':');
  const bool has_port =
      colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
  return is_loopback_name(has_port ? host.substr(0, colon) : host);
}

std::string operator_name(std::string_view text) {
  std::string name;
  for (const char c : trim(text)) {
    if (c >= ' ' && c < 127 && name.size() < kNameMax) name += c;
  }
  return name;
}

std::optional<std::string> from_base64(std::string_view text) {
  static constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  while (text.ends_with('=')) text.remove_suffix(1);
  std::string bytes;
  std::uint32_t group = 0;
  int bits = 0;
  for (const char c : text) {
    const auto digit = kDigits.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    group = (group << 6U | static_cast<std::uint32_t>(digit)) & 0xFFFFU;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes += static_cast<char>(group >> static_cast<unsigned>(bits) & 0xFFU);
  }
  return bytes;
}

}  // namespace srsync::admin
