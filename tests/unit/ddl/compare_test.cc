// Tables that only print differently are equal; tables that differ are told apart in words.
#include "ddl/compare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "ddl/read_create_table.h"
#include "unit/ddl/fixtures.h"

namespace srsync::ddl {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TableModel read(const std::string& text, const std::string& version = "4.0") {
  auto model = read_create_table(text, ReadOptions{parse_version(version)});
  EXPECT_TRUE(model.is_ok()) << model.status().to_string() << "\n" << text;
  return model.is_ok() ? *model : TableModel{};
}

std::vector<std::string> texts(const std::vector<Difference>& differences) {
  std::vector<std::string> all;
  for (const Difference& difference : differences) all.push_back(difference.text);
  return all;
}

// `text` as the recorded target prints it: the lines it printed otherwise are exchanged.
std::string reprinted(std::string text, const test::Json& different) {
  std::vector<std::string> removed;
  std::vector<std::string> added;
  for (const std::string line : different) {
    (line[0] == '-' ? removed : added).push_back(line.substr(1));
  }
  std::size_t at = std::string::npos;
  for (std::size_t i = 0; i < removed.size(); ++i) {
    const std::size_t found = text.find(removed[i] + "\n");
    if (found == std::string::npos) return {};
    const std::string line = i < added.size() ? added[i] + "\n" : "";
    text.replace(found, removed[i].size() + 1, line);
    at = found + line.size();
  }
  for (std::size_t i = removed.size(); i < added.size(); ++i) {
    text.insert(at, added[i] + "\n");
    at += added[i].size() + 1;
  }
  return text;
}

// Only where as many lines go as come, of the same kind: others would be pasted at a wrong place.
bool pairs_up(const test::Json& different) {
  std::size_t removed = 0;
  for (const std::string line : different) {
    if (line[0] == '-') ++removed;
  }
  return removed * 2 == different.size();
}

TEST(CompareFixtures, WhatOnlyPrintsDifferentlyIsNoDifference) {
  int compared = 0;
  for (const std::string target : {"3.3", "3.4", "3.5", "4.0", "4.1"}) {
    for (const test::Json& line : test::fixture_lines("replay/" + target + ".jsonl")) {
      if (!line.contains("different") || !pairs_up(line["different"])) continue;
      const std::string text = test::printed_table(line["source"], line["object"]);
      const std::string other = reprinted(text, line["different"]);
      if (text.empty() || other.empty()) continue;
      SCOPED_TRACE(line.dump());
      const TableModel source = read(text, line["source"]);
      const TableModel on_target = read(other, target);
      EXPECT_THAT(texts(compare(source, on_target)), IsEmpty());
      EXPECT_EQ(fit_fingerprint(source), fit_fingerprint(on_target));
      ++compared;
    }
  }
  EXPECT_GT(compared, 25);
}

// The same corpus was built on every version, so each object must be equal to itself elsewhere.
TEST(CompareFixtures, TheSameTableOnTwoVersionsIsEqual) {
  struct Read {
    std::string version;
    TableModel model;
    std::string fingerprint;
  };
  std::map<std::string, std::vector<Read>> by_object;
  for (const test::Printed& printed : test::printed_tables()) {
    if (printed.file != "show_create" || !printed.text.starts_with("CREATE TABLE")) continue;
    TableModel model = read(printed.text, printed.version);
    std::string fingerprint = fit_fingerprint(model);
    by_object[printed.object].push_back(
        {printed.version, std::move(model), std::move(fingerprint)});
  }
  int compared = 0;
  for (const auto& [object, reads] : by_object) {
    for (const Read& a : reads) {
      for (const Read& b : reads) {
        SCOPED_TRACE(object + " " + a.version + " and " + b.version);
        EXPECT_THAT(texts(compare(a.model, b.model)), IsEmpty());
        EXPECT_EQ(a.fingerprint, b.fingerprint);
        ++compared;
      }
    }
  }
  EXPECT_GT(compared, 1500);
}

}  // namespace
}  // namespace srsync::ddl
