// Recorded answers of real frontends, for this room's tests.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace srsync::ddl::test {

using Json = nlohmann::json;

// The versions recorded, as their folders are named.
const std::vector<std::string>& recorded_versions();

// Lines of tests/data/fixtures/<path>, read once; empty when that version has no such file.
const std::vector<Json>& fixture_lines(const std::string& path);

// One SHOW CREATE TABLE answer.
struct Printed {
  std::string version;  // folder
  std::string file;
  std::string object;
  std::string text;
};

// What `version` printed for `object` ("shop.pk") in show_create.jsonl, empty if it printed none.
std::string printed_table(const std::string& version, const std::string& object);

// Every text of every recorded file that a frontend printed for a table of its own (no views), each
// text once per version.
const std::vector<Printed>& printed_tables();

}  // namespace srsync::ddl::test
