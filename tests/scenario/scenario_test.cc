#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "scenario/runner.h"
#include "support/paths.h"

namespace srsync::scenario {
namespace {

namespace fs = std::filesystem;

const fs::path kCases = test::source_path("tests/scenario/cases");

std::vector<fs::path> case_files() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(kCases)) {
    if (entry.path().extension() == ".txt") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string slurp(const fs::path& path) {
  std::ifstream in(path);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

// Replays the file and returns it with every expected output replaced by the real one. A command
// may span several lines before its `----`; lines starting with `#` and blank ones are kept.
std::string replay(const fs::path& path) {
  std::istringstream in(slurp(path));
  std::string out;
  std::string line;
  Runner runner;
  while (std::getline(in, line)) {
    if (line.empty() || line[0] == '#') {
      out += line + "\n";
      continue;
    }
    std::string result;
    std::vector<std::string> commands;
    for (; line != "----";) {
      commands.push_back(line);
      if (!std::getline(in, line)) break;
    }
    for (const auto& command : commands) {
      out += command + "\n";
      result += runner.run(command);
      for (const auto& broken : runner.broken_promises()) result += "BROKEN: " + broken + "\n";
    }
    while (std::getline(in, line) && !line.empty()) {
    }
    out += "----\n" + result + "\n";
  }
  return out;
}

class Scenario : public ::testing::TestWithParam<fs::path> {};

// SRSYNC_REWRITE=1 rewrites the files; read the diff and keep only what you understand.
TEST_P(Scenario, PrintsWhatTheFileExpects) {
  const std::string actual = replay(GetParam());
  EXPECT_EQ(actual.find("BROKEN:"), std::string::npos) << actual;
  if (std::getenv("SRSYNC_REWRITE") != nullptr) {
    std::ofstream(GetParam()) << actual;
    return;
  }
  EXPECT_EQ(actual, slurp(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(Cases, Scenario, ::testing::ValuesIn(case_files()),
                         [](const auto& file) { return file.param.stem().string(); });

TEST(ScenarioFiles, SayWhichHarmTheyPrevent) {
  ASSERT_FALSE(case_files().empty());
  for (const auto& file : case_files()) EXPECT_TRUE(slurp(file).starts_with("# ")) << file;
}

}  // namespace
}  // namespace srsync::scenario
