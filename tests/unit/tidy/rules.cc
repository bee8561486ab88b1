#include "unit/tidy/rules.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <optional>
#include <set>

#include "unit/tidy/include_table.h"

namespace srsync::tidy {
namespace {

constexpr int kFileLinesMax = 800;
constexpr int kReadmeLinesMax = 40;
constexpr int kColumnsMax = 100;
constexpr int kScriptColumnsMax = 120;

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return lines;
}

// Applies `check(line, number)` to every line; what it returns is a message.
template <typename Check>
Findings on_each_line(const File& file, std::string_view text, Check check) {
  Findings findings;
  int number = 0;
  for (std::string_view line : lines_of(text)) {
    number += 1;
    if (std::optional<std::string> message = check(line); message) {
      findings.push_back({file.path, number, *message});
    }
  }
  return findings;
}

void append(Findings& to, Findings from) { to.insert(to.end(), from.begin(), from.end()); }

// The room of "src/ROOM/...", or "" for another path.
std::string_view room_of(std::string_view path) {
  if (!path.starts_with("src/")) return {};
  path.remove_prefix(4);
  const size_t slash = path.find('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

bool is_source(std::string_view path) { return path.ends_with(".h") || path.ends_with(".cc"); }

const Room* find_room(std::string_view name) {
  for (const Room& room : include_table()) {
    if (room.name == name) return &room;
  }
  return nullptr;
}

// Whether `from` is built on `to`, directly or through its neighbours.
bool reaches(const Room& from, std::string_view to) {
  if (from.name == to) return true;
  return std::any_of(from.rooms.begin(), from.rooms.end(), [&](std::string_view name) {
    const Room* next = find_room(name);
    return next != nullptr && reaches(*next, to);
  });
}

struct Include {
  std::string_view header;
  bool is_quoted = false;
};

std::optional<Include> parse_include(std::string_view line) {
  const auto skip_blanks = [&line] {
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
  };
  skip_blanks();
  if (!line.starts_with("#")) return std::nullopt;
  line.remove_prefix(1);
  skip_blanks();
  if (!line.starts_with("include")) return std::nullopt;
  line.remove_prefix(7);
  skip_blanks();
  if (line.empty() || (line[0] != '"' && line[0] != '<')) return std::nullopt;
  const bool is_quoted = line[0] == '"';
  line.remove_prefix(1);
  return Include{line.substr(0, line.find(is_quoted ? '"' : '>')), is_quoted};
}

// C++'s own headers have neither a dot nor a slash.
bool is_standard(const Include& include) {
  return !include.is_quoted && include.header.find_first_of("./") == std::string_view::npos;
}

bool matches(std::string_view header, std::string_view allowed) {
  if (allowed != kSystem) return header.starts_with(allowed);
  const auto& headers = system_headers();
  return std::any_of(headers.begin(), headers.end(), [&](std::string_view known) {
    return known.ends_with('/') ? header.starts_with(known) : header == known;
  });
}

std::optional<std::string> judge_include(const Room& row, const Include& include) {
  if (is_standard(include)) return std::nullopt;
  const std::string_view header = include.header;
  const std::string_view folder = header.substr(0, header.find('/'));
  if (folder.size() != header.size() && (find_room(folder) != nullptr || folder == row.name)) {
    if (!include.is_quoted) return "write our own headers in quotes: " + std::string(header);
    if (reaches(row, folder)) return std::nullopt;
    return std::string(row.name) + " may not include " + std::string(header);
  }
  for (std::string_view allowed : row.outside) {
    if (matches(header, allowed)) return std::nullopt;
  }
  return std::string(row.name) + " may not include " + std::string(header) +
         " (the include table does not list it)";
}

bool contains_word(std::string_view line, std::string_view word) {
  for (size_t at = line.find(word); at != std::string_view::npos; at = line.find(word, at + 1)) {
    const size_t end = at + word.size();
    if ((at == 0 || !is_word(line[at - 1])) && (end == line.size() || !is_word(line[end])))
      return true;
  }
  return false;
}

// Columns as a reader sees them: one per UTF-8 code point.
int columns_of(std::string_view line) {
  return static_cast<int>(std::count_if(line.begin(), line.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

// The marks are spelled in two halves, so that this file is free of them.
constexpr std::string_view kFixMark =
    "FIX"
    "ME";
constexpr std::string_view kToDoMark =
    "TO"
    "DO";

bool has_bare_to_do(std::string_view line) {
  for (size_t at = line.find(kToDoMark); at != std::string_view::npos;
       at = line.find(kToDoMark, at + 1)) {
    const std::string_view rest = line.substr(at + kToDoMark.size());
    const size_t digits_end = rest.starts_with("(#") ? rest.find_first_not_of("0123456789", 2) : 0;
    const bool is_numbered = rest.starts_with("(#") && digits_end != std::string_view::npos &&
                             digits_end > 2 && rest[digits_end] == ')';
    if (!is_numbered && (at == 0 || !is_word(line[at - 1])) &&
        (rest.empty() || !is_word(rest[0]))) {
      return true;
    }
  }
  return false;
}

std::optional<std::string> judge_layout(std::string_view line, int columns_max) {
  if (columns_of(line) > columns_max) {
    return "more than " + std::to_string(columns_max) + " columns";
  }
  if (line.find('\t') != std::string_view::npos) return "a tab";
  if (line.ends_with(' ') || line.ends_with('\r')) return "blanks at the end of the line";
  if (contains_word(line, kFixMark)) return std::string(kFixMark) + ": mend it or give it a number";
  if (has_bare_to_do(line)) return "a " + std::string(kToDoMark) + " needs a number: (#12)";
  return std::nullopt;
}

bool has_layout_rules(std::string_view path) {
  if (path.starts_with("tests/data/")) return false;
  return is_source(path) || path.ends_with(".sh") || path.ends_with(".cmake") ||
         path.ends_with("CMakeLists.txt");
}

struct Word {
  std::string_view text;
  bool is_whole = false;  // Only as a word of its own.
};

// Lower case, and in two halves, so that this file passes its own rule.
const std::vector<Word>& forbidden_words() {
  static const std::vector<Word> words = {{"/wo"
                                           "rk/",
                                           false},
                                          {"cla"
                                           "ude",
                                           true},
                                          {"anth"
                                           "ropic",
                                           false},
                                          {"l"
                                           "lm",
                                           true},
                                          {"a"
                                           "i agent",
                                           false},
                                          {"chat"
                                           "gpt",
                                           false},
                                          {"language "
                                           "model",
                                           false},
                                          {"co-"
                                           "authored-by",
                                           false},
                                          {"shared/"
                                           "fixtures",
                                           false}};
  return words;
}

std::string to_lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower;
}

std::string_view folder_of(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

// Whether a CMakeLists.txt in the file's folder, or in one above it, names the file by its path
// from that CMakeLists.txt.
bool is_listed(const std::map<std::string_view, std::string_view>& lists, std::string_view path) {
  std::string_view folder = folder_of(path);
  while (!folder.empty()) {
    const auto list = lists.find(folder);
    if (list != lists.end()) {
      const std::string_view name = path.substr(folder.size() + 1);
      for (size_t at = list->second.find(name); at != std::string_view::npos;
           at = list->second.find(name, at + 1)) {
        const char before = at == 0 ? ' ' : list->second[at - 1];
        if (!is_word(before)) return true;
      }
    }
    folder = folder_of(folder);
  }
  return false;
}

// Reads one literal or comment that begins at `at` and returns where it ends; `at` itself when none
// begins there.
size_t end_of_hidden(std::string_view text, size_t at) {
  const std::string_view rest = text.substr(at);
  if (rest.starts_with("//")) return std::min(text.find('\n', at), text.size());
  if (rest.starts_with("/*")) {
    const size_t end = text.find("*/", at + 2);
    return end == std::string_view::npos ? text.size() : end + 2;
  }
  if (rest.starts_with("R\"") && (at == 0 || !is_word(text[at - 1]))) {
    const size_t open = std::min(rest.find('('), rest.size());
    const std::string close = ")" + std::string(rest.substr(2, open - 2)) + "\"";
    const size_t end = text.find(close, at + open);
    return end == std::string_view::npos ? text.size() : end + close.size();
  }
  const bool is_digit_separator = rest[0] == '\'' && at > 0 && is_word(text[at - 1]);
  if ((rest[0] != '"' && rest[0] != '\'') || is_digit_separator) return at;
  size_t end = at + 1;
  while (end < text.size() && text[end] != rest[0] && text[end] != '\n') {
    end += text[end] == '\\' ? 2 : 1;
  }
  return std::min(end + 1, text.size());
}

}  // namespace

std::string to_text(const Findings& findings) {
  std::string text;
  for (const Finding& finding : findings) {
    text += finding.path + ":" + std::to_string(finding.line) + ": " + finding.message + "\n";
  }
  return text;
}

std::string without_comments_and_literals(std::string_view text) {
  std::string plain(text);
  for (size_t at = 0; at < text.size();) {
    const size_t end = end_of_hidden(text, at);
    for (size_t i = at; i < end; ++i) {
      if (plain[i] != '\n') plain[i] = ' ';
    }
    at = std::max(end, at + 1);
  }
  return plain;
}

Findings check_includes(const File& file) {
  if (!is_source(file.path)) return {};
  const Room* row = find_room(room_of(file.path));
  if (file.path.starts_with("tools/sandbox/")) row = &sandbox_row();
  if (row == nullptr) {
    if (!file.path.starts_with("src/")) return {};
    return {{file.path, 0, "this room is not in the include table"}};
  }
  return on_each_line(file, file.text, [row](std::string_view line) -> std::optional<std::string> {
    const std::optional<Include> include = parse_include(line);
    return include ? judge_include(*row, *include) : std::nullopt;
  });
}

Findings check_purity(const File& file) {
  if (!is_source(file.path) || !is_pure_room(room_of(file.path))) return {};
  Findings findings =
      on_each_line(file, file.text, [](std::string_view line) -> std::optional<std::string> {
        const std::optional<Include> include = parse_include(line);
        const auto& headers = impure_headers();
        if (!include ||
            std::find(headers.begin(), headers.end(), include->header) == headers.end()) {
          return std::nullopt;
        }
        return "a pure room may not include <" + std::string(include->header) + ">";
      });
  const std::string plain = without_comments_and_literals(file.text);
  append(findings,
         on_each_line(file, plain, [](std::string_view line) -> std::optional<std::string> {
           if (parse_include(line) || line.starts_with("#include")) return std::nullopt;
           for (std::string_view name : impure_names()) {
             if (contains_word(line, name)) return "a pure room may not use " + std::string(name);
           }
           return std::nullopt;
         }));
  return findings;
}

Findings check_layout(const File& file) {
  if (!has_layout_rules(file.path)) return {};
  const int columns_max = file.path.ends_with(".sh") ? kScriptColumnsMax : kColumnsMax;
  Findings findings = on_each_line(file, file.text, [columns_max](std::string_view line) {
    return judge_layout(line, columns_max);
  });
  if (const auto count = lines_of(file.text).size(); count > kFileLinesMax) {
    findings.push_back({file.path, 0, std::to_string(count) + " lines; split it by idea (800)"});
  }
  return findings;
}

Findings check_file_name(const File& file) {
  constexpr std::string_view kForeign[] = {".cpp", ".hpp", ".cxx", ".hh", ".c"};
  for (std::string_view ending : kForeign) {
    if (file.path.ends_with(ending)) return {{file.path, 0, "sources end in .h and .cc"}};
  }
  if (!is_source(file.path) || file.path.starts_with("tests/data/")) return {};
  const std::string_view name = std::string_view(file.path).substr(file.path.rfind('/') + 1);
  const bool is_snake_case = std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
  });
  return is_snake_case ? Findings{} : Findings{{file.path, 0, "file names are snake_case"}};
}

Findings check_words(const File& file) {
  return on_each_line(
      file, to_lower(file.text), [](std::string_view line) -> std::optional<std::string> {
        for (const Word& word : forbidden_words()) {
          const bool found = word.is_whole ? contains_word(line, word.text)
                                           : line.find(word.text) != std::string_view::npos;
          if (found) return "'" + std::string(word.text) + "' has no place here";
        }
        return std::nullopt;
      });
}

Findings check_room_readmes(const std::vector<File>& files) {
  std::set<std::string> rooms;
  std::map<std::string, size_t> readme_lines;
  for (const File& file : files) {
    const std::string room(room_of(file.path));
    if (!room.empty()) rooms.insert(room);
    if (file.path == "src/" + room + "/README.md") readme_lines[room] = lines_of(file.text).size();
  }
  Findings findings;
  for (const std::string& room : rooms) {
    const std::string path = "src/" + room + "/README.md";
    if (readme_lines.count(room) == 0) {
      findings.push_back({path, 0, "each room has a README.md"});
    } else if (readme_lines[room] > kReadmeLinesMax) {
      findings.push_back({path, 0, "a room's README.md has at most 40 lines"});
    }
  }
  return findings;
}

Findings check_pure_rooms_tested(const std::vector<File>& files) {
  std::set<std::string_view> paths;
  for (const File& file : files) paths.insert(file.path);
  Findings findings;
  for (const File& file : files) {
    const std::string_view room = room_of(file.path);
    if (!is_pure_room(room) || !file.path.ends_with(".cc")) continue;
    const std::string stem = file.path.substr(4, file.path.size() - 4 - 3);
    const std::string test = "tests/unit/" + stem + "_test.cc";
    if (!paths.contains(test)) findings.push_back({file.path, 0, "has no test: " + test});
  }
  return findings;
}

Findings check_sources_listed(const std::vector<File>& files) {
  std::map<std::string_view, std::string_view> lists;
  for (const File& file : files) {
    if (file.path.ends_with("/CMakeLists.txt")) lists[folder_of(file.path)] = file.text;
  }
  Findings findings;
  for (const File& file : files) {
    const bool is_ours = file.path.starts_with("src/") || file.path.starts_with("tests/");
    if (!is_ours || !file.path.ends_with(".cc") || file.path.starts_with("tests/data/")) continue;
    if (!is_listed(lists, file.path)) {
      findings.push_back({file.path, 0, "no CMakeLists.txt names it, so nobody builds it"});
    }
  }
  return findings;
}

}  // namespace srsync::tidy
