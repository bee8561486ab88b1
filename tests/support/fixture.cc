#include "support/fixture.h"
#include "support/paths.h"

#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace srsync::test {

const std::vector<std::string>& fixture_versions() {
  static const std::vector<std::string> versions = {"3.3", "3.4", "3.5",
                                                    "4.0", "4.1", "4.1-shared-data"};
  return versions;
}

std::string fixture_path(const std::string& version, const std::string& file) {
  return data_path("fixtures/" + version + "/" + file);
}

bool fixture_exists(const std::string& version, const std::string& file) {
  return std::filesystem::exists(fixture_path(version, file));
}

std::vector<nlohmann::json> load_jsonl(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  std::vector<nlohmann::json> lines;
  std::string text;
  while (std::getline(file, text)) {
    if (text.empty()) continue;
    try {
      lines.push_back(nlohmann::json::parse(text));
    } catch (const nlohmann::json::exception& e) {
      throw std::runtime_error(path + " line " + std::to_string(lines.size() + 1) + ": " +
                               e.what());
    }
  }
  return lines;
}

}  // namespace srsync::test
