// A stored journal as text: its records, and back into a directory.
#pragma once

#include <string>
#include <vector>

#include "base/status.h"

namespace srsync::test {

// One line per record: family, key, value.
Result<std::vector<std::string>> records_of(const std::string& dir);

// Puts them into a new journal in `dir`, byte for byte.
Status load_records(const std::vector<std::string>& lines, const std::string& dir);

std::vector<std::string> read_lines(const std::string& path);
void write_lines(const std::string& path, const std::vector<std::string>& lines);

// The folders of tests/compat that hold a journal, by name.
std::vector<std::string> golden_journals();

}  // namespace srsync::test
