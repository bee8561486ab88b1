#include "compat/golden.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <utility>

#include "base/bytes.h"
#include "base/text.h"
#include "journal/store.h"
#include "support/paths.h"

namespace srsync::test {
namespace {

using Families = std::vector<std::pair<std::string, rocksdb::ColumnFamilyHandle*>>;

Families families_of(const journal::Store& store) {
  return {{"meta", store.meta()}, {"checkpoints", store.checkpoints()}, {"events", store.events()}};
}

}  // namespace

Result<std::vector<std::string>> records_of(const std::string& dir) {
  std::unique_ptr<journal::Store> store;
  SRSYNC_ASSIGN_OR_RETURN(store, journal::Store::open(dir, journal::Access::kRead, nullptr));
  std::vector<std::string> lines;
  for (const auto& [name, family] : families_of(*store)) {
    const std::unique_ptr<rocksdb::Iterator> at(store->db().NewIterator({}, family));
    for (at->SeekToFirst(); at->Valid(); at->Next()) {
      lines.push_back(fmt::format("{} {} {}", name, to_hex(journal::view(at->key())),
                                  to_hex(journal::view(at->value()))));
    }
    SRSYNC_RETURN_IF_ERROR(store->status(at->status(), "reading"));
  }
  return lines;
}

Status load_records(const std::vector<std::string>& lines, const std::string& dir) {
  std::unique_ptr<journal::Store> store;
  SRSYNC_ASSIGN_OR_RETURN(store, journal::Store::open(dir, journal::Access::kWrite, nullptr));
  const Families families = families_of(*store);
  for (const std::string& line : lines) {
    const auto words = split(line, ' ');
    const auto family = std::find_if(families.begin(), families.end(), [&words](const auto& known) {
      return known.first == words[0];
    });
    if (words.size() != 3 || family == families.end()) return corruption("not a record: " + line);
    std::string key;
    SRSYNC_ASSIGN_OR_RETURN(key, from_hex(words[1]));
    std::string value;
    SRSYNC_ASSIGN_OR_RETURN(value, from_hex(words[2]));
    SRSYNC_RETURN_IF_ERROR(
        store->status(store->db().Put({}, family->second, key, value), "loading"));
  }
  return Status::ok();
}

std::vector<std::string> read_lines(const std::string& path) {
  std::vector<std::string> lines;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) lines.push_back(std::move(line));
  return lines;
}

void write_lines(const std::string& path, const std::vector<std::string>& lines) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream file(path);
  for (const std::string& line : lines) file << line << '\n';
}

std::vector<std::string> golden_journals() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(source_path("tests/compat"))) {
    if (std::filesystem::exists(entry.path() / "records.txt")) {
      names.push_back(entry.path().filename().string());
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace srsync::test
