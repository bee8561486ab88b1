#include "unit/tidy/tree.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>

namespace srsync::tidy {
namespace {

namespace fs = std::filesystem;

bool is_not_ours(const fs::directory_entry& entry, const fs::path& root) {
  const std::string name = entry.path().filename().string();
  if (name == ".git") return true;  // a folder, and a file in a second work tree
  if (!entry.is_directory()) return name.ends_with(".swp");
  const bool is_at_top = entry.path().parent_path() == root;
  return is_at_top && (name.starts_with("build") || name == "out" || name == ".ccache");
}

std::string contents(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

}  // namespace

std::vector<File> read_tree(const fs::path& root) {
  std::vector<File> files;
  for (auto at = fs::recursive_directory_iterator(root); at != fs::recursive_directory_iterator();
       ++at) {
    if (is_not_ours(*at, root)) {
      at.disable_recursion_pending();
    } else if (at->is_regular_file()) {
      std::string text = contents(at->path());
      if (text.find('\0') != std::string::npos) continue;
      files.push_back({at->path().lexically_relative(root).generic_string(), std::move(text)});
    }
  }
  std::sort(files.begin(), files.end(),
            [](const File& a, const File& b) { return a.path < b.path; });
  return files;
}

}  // namespace srsync::tidy
