// Reads the recordings of real frontends under tests/data/fixtures.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace srsync::test {

// The versions that were recorded, oldest first: "3.3" ... "4.1-shared-data".
const std::vector<std::string>& fixture_versions();

// Path of tests/data/fixtures/<version>/<file>.
std::string fixture_path(const std::string& version, const std::string& file);

bool fixture_exists(const std::string& version, const std::string& file);

// One value per line. Throws std::runtime_error, naming file and line, when the file is missing or
// a line is not JSON: a test must not pass because there was nothing to read.
std::vector<nlohmann::json> load_jsonl(const std::string& path);

}  // namespace srsync::test
