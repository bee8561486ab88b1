// A StarRocks release and how its cluster keeps data: what decides which DDL text it understands.
// Plain values, safe from any thread.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace srsync::ddl {

struct Version {
  int major = 0;
  int minor = 0;
  int patch = 0;
  friend constexpr auto operator<=>(const Version&, const Version&) = default;
};

// The first release numbers inside a version text ("3.3.14", "4.1.0-rc01 abc123", "StarRocks
// version 3.4.4"). A branch build whose text holds no numbers ("main", "UNKNOWN") gives nullopt.
std::optional<Version> parse_version(std::string_view text);

// "3.3.14"
std::string to_string(const Version& version);

enum class RunMode { kSharedNothing, kSharedData };

}  // namespace srsync::ddl
