// Every text that recorded frontends printed for views, and targets to write them for.
#pragma once

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "ddl/view_statements.h"
#include "unit/ddl/fixtures.h"

namespace srsync::ddl::test {

struct PrintedView {
  std::string version;
  std::string database;
  std::string name;
  std::string text;
};

// Every text that a recorded frontend printed for a view or a materialized view.
inline std::vector<PrintedView> printed_views() {
  std::vector<PrintedView> views;
  for (const auto& version : recorded_versions()) {
    std::set<std::string> seen;
    for (const char* file : {"show_create", "awkward", "more"}) {
      for (const Json& line : fixture_lines(version + "/" + file + ".jsonl")) {
        if (!line.contains("rows") || !line["rows"].is_array() || line["rows"].empty()) continue;
        if (!line["sql"].get<std::string>().starts_with("SHOW CREATE")) continue;
        const auto text = line["rows"][0][1].get<std::string>();
        if (text.find("VIEW") > 24 || !seen.insert(text).second) continue;
        const std::string database = std::string(file) == "awkward" ? "awk" : "analytics";
        views.push_back({version, database, line["rows"][0][0].get<std::string>(), text});
      }
    }
  }
  return views;
}

inline Version version_of(const std::string& folder) { return *parse_version(folder + ".9"); }

inline ViewTarget target_for(const PrintedView& view, const std::string& version) {
  ViewTarget target;
  target.source_database = view.database;
  target.name = {view.database, view.name};
  target.version = version_of(version);
  target.source_version = version_of(view.version);
  if (version == "4.1-shared-data") target.run_mode = RunMode::kSharedData;
  return target;
}

inline PrintedView printed(const std::string& version, const std::string& name) {
  for (auto& view : printed_views()) {
    if (view.version == version && view.name == name) return view;
  }
  ADD_FAILURE() << version << " has no " << name;
  return {};
}

}  // namespace srsync::ddl::test
