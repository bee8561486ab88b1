#include "unit/ddl/fixtures.h"
#include "support/paths.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>

namespace srsync::ddl::test {

const std::vector<std::string>& recorded_versions() {
  static const std::vector<std::string> versions = {"3.3", "3.4", "3.5",
                                                    "4.0", "4.1", "4.1-shared-data"};
  return versions;
}

const std::vector<Json>& fixture_lines(const std::string& path) {
  static std::map<std::string, std::vector<Json>> read;
  const auto found = read.find(path);
  if (found != read.end()) return found->second;
  std::vector<Json>& lines = read[path];
  std::ifstream file(srsync::test::data_path("fixtures/" + path));
  for (std::string line; std::getline(file, line);) {
    if (!line.empty()) lines.push_back(Json::parse(line));
  }
  return lines;
}

namespace {

// The text in a SHOW CREATE answer's second column, or nothing.
std::string printed_text(const Json& line) {
  if (!line.contains("columns") || !line.contains("rows") || line["rows"].empty()) return {};
  const Json& columns = line["columns"];
  if (columns.size() != 2 || columns[1] != "Create Table") return {};
  return line["rows"][0][1].get<std::string>();
}

std::vector<Printed> read_printed_tables() {
  std::vector<Printed> tables;
  for (const std::string& version : recorded_versions()) {
    std::set<std::string> seen;
    for (const char* file : {"show_create", "awkward", "alters", "replication", "more"}) {
      for (const Json& line : fixture_lines(version + "/" + file + ".jsonl")) {
        const std::string text = printed_text(line);
        if (text.empty() || !seen.insert(text).second) continue;
        tables.push_back({version, file, line.value("object", line.value("sql", "")), text});
      }
    }
  }
  return tables;
}

}  // namespace

const std::vector<Printed>& printed_tables() {
  static const std::vector<Printed> tables = read_printed_tables();
  return tables;
}

std::string printed_table(const std::string& version, const std::string& object) {
  for (const Json& line : fixture_lines(version + "/show_create.jsonl")) {
    if (line["object"] == object && line["kind"] == "TABLE") return printed_text(line);
  }
  return {};
}

}  // namespace srsync::ddl::test
