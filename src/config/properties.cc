#include "config/properties.h"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace srsync::config {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\f'; }

std::string_view without_leading_blanks(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  return text;
}

// Cuts a text into its lines, whatever they end in.
class LineReader {
 public:
  explicit LineReader(std::string_view text) : rest_(text) {}

  std::optional<std::string_view> next() {
    if (rest_.empty()) return std::nullopt;
    ++number_;
    const auto end = rest_.find_first_of("\r\n");
    const auto line = rest_.substr(0, end);
    if (end == std::string_view::npos) {
      rest_ = {};
    } else {
      const bool two = rest_.substr(end, 2) == "\r\n";
      rest_.remove_prefix(end + (two ? 2 : 1));
    }
    return line;
  }
  int number() const { return number_; }

 private:
  std::string_view rest_;
  int number_ = 0;
};

// An odd number of backslashes at the end: the last of them joins the next line to this one.
bool continues(std::string_view line) {
  std::size_t count = 0;
  while (count < line.size() && line[line.size() - 1 - count] == '\\') ++count;
  return count % 2 == 1;
}

void append_utf8(std::uint32_t c, std::string& out) {
  const auto byte = [&](std::uint32_t value) { out += static_cast<char>(value); };
  if (c < 0x80) {
    byte(c);
  } else if (c < 0x800) {
    byte(0xC0 | (c >> 6));
    byte(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    byte(0xE0 | (c >> 12));
    byte(0x80 | ((c >> 6) & 0x3F));
    byte(0x80 | (c & 0x3F));
  } else {
    byte(0xF0 | (c >> 18));
    byte(0x80 | ((c >> 12) & 0x3F));
    byte(0x80 | ((c >> 6) & 0x3F));
    byte(0x80 | (c & 0x3F));
  }
}

std::optional<std::uint32_t> four_hex_digits(std::string_view text) {
  if (text.size() < 4) return std::nullopt;
  std::uint32_t value = 0;
  for (const char c : text.substr(0, 4)) {
    std::uint32_t digit = 0;
    if (c >= '0' && c <= '9') {
      digit = static_cast<std::uint32_t>(c - '0');
    } else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f') {
      digit = static_cast<std::uint32_t>((c | 0x20) - 'a') + 10;
    } else {
      return std::nullopt;
    }
    value = value * 16 + digit;
  }
  return value;
}

// What follows "\u"; takes a surrogate pair's second half along. nullopt: not four hex digits.
std::optional<std::uint32_t> take_code_point(std::string_view text, std::size_t& at) {
  const auto first = four_hex_digits(text.substr(at));
  if (!first.has_value()) return std::nullopt;
  at += 4;
  if (*first < 0xD800 || *first >= 0xDC00 || text.substr(at, 2) != "\\u") return first;
  const auto second = four_hex_digits(text.substr(at + 2));
  if (!second.has_value() || *second < 0xDC00 || *second > 0xDFFF) return first;
  at += 6;
  return 0x10000 + ((*first - 0xD800) << 10) + (*second - 0xDC00);
}

// The text with its escapes resolved; nullopt: a "\u" without four hex digits.
std::optional<std::string> unescape(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at++];
    if (c != '\\' || at == text.size()) {
      out += c;
      continue;
    }
    const char escaped = text[at++];
    switch (escaped) {
      case 't':
        out += '\t';
        break;
      case 'n':
        out += '\n';
        break;
      case 'r':
        out += '\r';
        break;
      case 'f':
        out += '\f';
        break;
      case 'u': {
        const auto code = take_code_point(text, at);
        if (!code.has_value()) return std::nullopt;
        append_utf8(*code, out);
        break;
      }
      default:
        out += escaped;
    }
  }
  return out;
}

bool ends_key(char c, Separators separators) {
  return is_blank(c) || c == '=' || (c == ':' && separators == Separators::kEqualsOrColon);
}

void take_property(std::string_view line, int number, Separators separators, PropertiesFile& out) {
  std::size_t end = 0;
  while (end < line.size() && !ends_key(line[end], separators)) {
    end += line[end] == '\\' ? 2 : 1;
  }
  end = std::min(end, line.size());
  auto value = without_leading_blanks(line.substr(end));
  if (!value.empty() && ends_key(value.front(), separators)) {
    value = without_leading_blanks(value.substr(1));
  }
  const auto key_text = unescape(line.substr(0, end));
  const auto value_text = unescape(value);
  if (!key_text.has_value() || !value_text.has_value()) {
    out.errors.push_back({number, "\\u wants four hex digits (write a backslash as \\\\)"});
    return;
  }
  out.properties.push_back({*key_text, *value_text, number});
}

}  // namespace

PropertiesFile parse_properties(std::string_view text, Separators separators) {
  if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
  PropertiesFile out;
  LineReader reader(text);
  while (const auto line = reader.next()) {
    const auto first = without_leading_blanks(*line);
    if (first.empty() || first.front() == '#' || first.front() == '!') continue;
    const int number = reader.number();
    std::string logical(first);
    while (continues(logical)) {
      logical.pop_back();
      const auto more = reader.next();
      if (!more.has_value()) break;
      logical += without_leading_blanks(*more);
    }
    take_property(logical, number, separators, out);
  }
  return out;
}

}  // namespace srsync::config
