// Who may ask. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/secret.h"

namespace srsync::admin {

// Whether both are the same, in a time that does not tell where they differ.
bool same_secret(std::string_view given, const Secret& wanted);

// Whether an Authorization header holds the token: "Bearer TOKEN", or "Basic" with it as the
// password, which is what a browser sends.
bool has_token(std::string_view authorization, const Secret& token);

// Whether a Host header ("localhost:8950", "[::1]:8950") names this machine's loopback.
bool is_loopback_host(std::string_view host);

// What an operator calls himself: at most 64 printable ASCII characters of `text`.
std::string operator_name(std::string_view text);

std::optional<std::string> from_base64(std::string_view text);

}  // namespace srsync::admin
