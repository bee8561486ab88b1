#include "support/paths.h"

namespace srsync::test {

std::string source_root() { return SRSYNC_SOURCE_DIR; }

std::string source_path(const std::string& relative) { return source_root() + "/" + relative; }

std::string data_path(const std::string& relative) { return source_path("tests/data/" + relative); }

}  // namespace srsync::test
