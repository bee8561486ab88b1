// Reads the project's own text files from disk, for the house rules.
#pragma once

#include <filesystem>
#include <vector>

#include "unit/tidy/rules.h"

namespace srsync::tidy {

// Every text file under `root` in path order, without build trees, caches and git's own files.
// Files that hold a NUL byte are taken for binary and left out.
std::vector<File> read_tree(const std::filesystem::path& root);

}  // namespace srsync::tidy
