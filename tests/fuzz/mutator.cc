#include "fuzz/mutator.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <string_view>

#include "support/paths.h"

namespace srsync::fuzz {
namespace {

using Json = nlohmann::json;

void add_cell(const std::string& column, const Json& cell, std::set<std::string>& seeds) {
  if (!cell.is_string()) return;
  const std::string& text = cell.get_ref<const std::string&>();
  if (text.empty()) return;
  if (column == "Create Table") {
    for (const char reader : {'-', '0', '3', '4'}) seeds.insert(reader + text);
  } else if (column == "Range") {
    seeds.insert('r' + text);
  } else if (column == "List") {
    seeds.insert('l' + text);
  } else if (column == "Type" && text.size() < 200) {
    seeds.insert('e' + text);
  }
}

void add_rows(const Json& line, std::set<std::string>& seeds) {
  if (!line.is_object() || !line.contains("columns") || !line.contains("rows")) return;
  for (std::size_t at = 0; at < line["columns"].size(); ++at) {
    for (const Json& row : line["rows"]) {
      if (at < row.size()) add_cell(line["columns"][at].get<std::string>(), row[at], seeds);
    }
  }
}

constexpr std::array kWords = std::to_array<std::string_view>({"\"",
                                                               "'",
                                                               "`",
                                                               "\\",
                                                               "\\\"",
                                                               "\\u00",
                                                               "(",
                                                               ")",
                                                               "[",
                                                               "]",
                                                               "<",
                                                               ">",
                                                               ",",
                                                               ";",
                                                               "\n",
                                                               "\n) ENGINE",
                                                               ",\n  `",
                                                               ",\n  INDEX ",
                                                               " COMMENT \"",
                                                               " DEFAULT \"",
                                                               " AS ",
                                                               "MAXVALUE",
                                                               "NULL",
                                                               "NOT NULL",
                                                               "VALUES IN ('",
                                                               "VALUES [(\"",
                                                               "')",
                                                               "'), ('",
                                                               "', '",
                                                               "PARTITION p VALUES IN ",
                                                               "PARTITION BY ",
                                                               "date_trunc('day', d)",
                                                               "time_slice(d, 7, 'day')",
                                                               "BUCKETS 3",
                                                               "DISTRIBUTED BY RANDOM",
                                                               "-1",
                                                               "99999999999999999999",
                                                               "struct<a int>",
                                                               "array<",
                                                               "map<",
                                                               "decimal(10,2)",
                                                               "``",
                                                               "\"\"",
                                                               "\xff",
                                                               "\xe6\x97\xa5",
                                                               "__generated_partition_column_0"});

}  // namespace

std::vector<std::string> recorded_seeds() {
  std::set<std::string> seeds;
  std::vector<std::filesystem::path> files;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(test::data_path("fixtures"))) {
    if (entry.path().extension() == ".jsonl") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  for (const auto& path : files) {
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
      if (!line.empty()) add_rows(Json::parse(line), seeds);
    }
  }
  for (const char* clause :
       {"cVALUES [(\"1\", \"2\"), (\"2\", MAXVALUE))", "cVALUES IN ((\"a\", NULL), (\"b\", \"c\"))",
        "econcat(`s`, 'it\\'s', 'say \"x\"')", "eCAST((`j`->'$.x.y') AS INT)"}) {
    seeds.insert(clause);
  }
  return {seeds.begin(), seeds.end()};
}

Mutator::Mutator(std::vector<std::string> seeds, std::uint64_t seed, std::size_t bytes_max)
    : seeds_(std::move(seeds)), seed_(seed), bytes_max_(bytes_max) {}

std::size_t Mutator::below(std::size_t limit) { return limit == 0 ? 0 : random_() % limit; }

// Up to 64 bytes of `text`.
std::string Mutator::piece(const std::string& text) {
  return text.substr(below(text.size()), 1 + below(64));
}

void Mutator::mutate(std::string& text) {
  const std::size_t at = text.empty() ? 0 : 1 + below(text.size());
  const std::size_t place = std::min(at, text.size());
  switch (below(8)) {
    case 0:
      if (place < text.size()) text[place] = static_cast<char>(random_());
      break;
    case 1:
      text.erase(place, 1 + below(8));
      break;
    case 2:
      text.erase(place, 1 + below(200));
      break;
    case 3:
      text.insert(place, piece(text));
      break;
    case 4:
      text.insert(place, piece(seeds_[below(seeds_.size())]));
      break;
    case 5: {
      // The end of another text.
      const std::string& other = seeds_[below(seeds_.size())];
      text = text.substr(0, place) + other.substr(below(other.size()));
      break;
    }
    case 6: {
      const std::string_view word = kWords[below(kWords.size())];
      const std::size_t times = below(20) == 0 ? 1 + below(5000) : 1;
      std::string many;
      for (std::size_t i = 0; i < times; ++i) many += word;
      text.insert(place, many);
      break;
    }
    default:
      text.insert(place, kWords[below(kWords.size())]);
      break;
  }
}

std::string Mutator::input(std::uint64_t number) {
  if (number < seeds_.size()) return seeds_[number];
  random_.seed(seed_ * 0x9e3779b97f4a7c15U + number);
  std::string text = seeds_[below(seeds_.size())];
  for (std::size_t left = 1 + below(6); left > 0; --left) mutate(text);
  if (text.size() > bytes_max_) text.resize(bytes_max_);
  return text;
}

}  // namespace srsync::fuzz
