// The daemon's answers as text for a terminal. Pure. A member that is missing or of another type is
// an exception of the JSON library: the caller takes it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace srsync::admin {

std::string status_text(const nlohmann::ordered_json& status, bool colours);
std::string tables_text(const nlohmann::ordered_json& tables, bool colours);
std::string jobs_text(const nlohmann::ordered_json& jobs, bool colours);
std::string coverage_text(const nlohmann::ordered_json& coverage, bool colours);

}  // namespace srsync::admin
