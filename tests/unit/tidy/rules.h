// The house rules, each a function from file contents to findings, so that a test can show on a
// small sample that the rule is able to fail. No rule reads the disk: see tree.h.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace srsync::tidy {

// A text file of the tree; `path` is relative to its root.
struct File {
  std::string path;
  std::string text;
};

// A broken rule. `line` counts from 1; 0 means the file as a whole.
struct Finding {
  std::string path;
  int line = 0;
  std::string message;
};
using Findings = std::vector<Finding>;

// "path:line: message" per finding.
std::string to_text(const Findings& findings);

// The include table, for files of src/ and tools/sandbox/; other files have no findings.
Findings check_includes(const File& file);

// Headers and names that a pure room may not use; comments and string literals do not count.
Findings check_purity(const File& file);

// Length of file and lines, tabs, trailing blanks, marks of things left to do. For .h, .cc, .sh,
// .cmake and CMakeLists.txt.
Findings check_layout(const File& file);

// Names of source files: snake_case, .h and .cc.
Findings check_file_name(const File& file);

// Words that have no place in the project: they speak of where it was written, not of what it is.
Findings check_words(const File& file);

// Each room of src/ that has sources has a README.md of at most 40 lines.
Findings check_room_readmes(const std::vector<File>& files);

// Each .cc of a pure room has its test under tests/unit.
Findings check_pure_rooms_tested(const std::vector<File>& files);

// Each .cc under src/ and tests/ is named by the CMakeLists.txt of its folder or one above it: a
// test that nobody builds cannot fail.
Findings check_sources_listed(const std::vector<File>& files);

// `text` with comments, and string and character literals, replaced by blanks; lines are kept.
std::string without_comments_and_literals(std::string_view text);

}  // namespace srsync::tidy
