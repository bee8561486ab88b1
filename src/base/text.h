// Small text helpers shared by the rooms. Pure functions, safe from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace srsync {

// Without blanks, tabs and line ends at both ends.
std::string_view trim(std::string_view text);
// Parts between `separator`, untrimmed; an empty text gives one empty part.
std::vector<std::string_view> split(std::string_view text, char separator);
// ASCII lower case.
std::string to_lower(std::string_view text);
bool equals_ignore_case(std::string_view a, std::string_view b);
bool contains(std::string_view text, std::string_view part);
// The whole text as a decimal number; nullopt when it is anything else or does not fit.
std::optional<std::int64_t> parse_int64(std::string_view text);
// "localhost" or an address of this machine's loopback: 127.0.0.0/8, ::1 (also in brackets). By its
// text alone; a name may mean anything to a resolver.
bool is_loopback_name(std::string_view host);
// Number of edits (insert, delete, replace one byte) between the two; for "did you mean".
std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace srsync
