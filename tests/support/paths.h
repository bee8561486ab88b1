// Where the tree and its test data lie, for tests that read files of the project. The paths are
// compiled into one place, so that no other object depends on where the tree was checked out.
#pragma once

#include <string>

namespace srsync::test {

// Absolute path of the top of the source tree.
std::string source_root();

// Absolute path of `relative` below the top of the source tree.
std::string source_path(const std::string& relative);

// Absolute path of `relative` below tests/data.
std::string data_path(const std::string& relative);

}  // namespace srsync::test
