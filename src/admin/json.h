// What the board shows, as JSON texts for programs. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "admin/board.h"
#include "admin/overview.h"

namespace srsync::admin {

// A part of a long list.
struct Page {
  std::size_t offset = 0;
  std::size_t limit = 100;
};
struct TableFilter {
  std::string status;  // "blocked", "in sync" or "in_sync"; empty: all
  std::string db;      // empty: all
};

std::string status_json(const Overview& overview, const Health& health,
                        const std::vector<std::string>& troubles);
std::string jobs_json(const Overview& overview);
std::string tables_json(const Detail& detail, const TableFilter& filter, const Page& page);
std::string coverage_json(const Detail& detail, const Page& page);
std::string health_json(const Health& health);
std::string error_json(const std::string& text, const std::string& hint = {});
std::string verdict_json(const Verdict& verdict);

// Whether `text` names a status that a table can have.
bool is_status(const std::string& text);

}  // namespace srsync::admin
