#include "ddl/escapes.h"

#include <optional>

namespace srsync::ddl {
namespace {

std::optional<unsigned> hex4(std::string_view text, std::size_t at) {
  constexpr std::size_t kDigits = 4;
  if (at + kDigits > text.size()) return std::nullopt;
  unsigned value = 0;
  for (std::size_t i = at; i < at + kDigits; ++i) {
    const char c = text[i];
    unsigned digit = 0;
    if (c >= '0' && c <= '9') {
      digit = static_cast<unsigned>(c - '0');
    } else if (c >= 'a' && c <= 'f') {
      digit = static_cast<unsigned>(c - 'a') + 10;
    } else if (c >= 'A' && c <= 'F') {
      digit = static_cast<unsigned>(c - 'A') + 10;
    } else {
      return std::nullopt;
    }
    value = value * 16 + digit;
  }
  return value;
}

bool is_high_surrogate(unsigned unit) { return unit >= 0xD800 && unit < 0xDC00; }
bool is_low_surrogate(unsigned unit) { return unit >= 0xDC00 && unit < 0xE000; }

// The code point of \uXXXX (or of a surrogate pair) whose 'u' is at `at`; moves `at` to its last
// character. False when it is none.
bool append_unicode(std::string_view text, std::size_t& at, std::string& out) {
  const auto first = hex4(text, at + 1);
  if (!first) return false;
  at += 4;
  if (is_high_surrogate(*first) && text.substr(at + 1, 2) == "\\u") {
    const auto second = hex4(text, at + 3);
    if (second && is_low_surrogate(*second)) {
      append_utf8(out, 0x10000 + ((*first - 0xD800) << 10) + (*second - 0xDC00));
      at += 6;
      return true;
    }
  }
  append_utf8(out, *first);
  return true;
}

std::optional<char> control_character(char c) {
  switch (c) {
    case 'n':
      return '\n';
    case 't':
      return '\t';
    case 'r':
      return '\r';
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case '0':
      return '\0';
    case '/':
      return '/';
    default:
      return std::nullopt;
  }
}

}  // namespace

void append_utf8(std::string& out, unsigned code_point) {
  const auto byte = [&out](unsigned value) { out += static_cast<char>(value); };
  if (code_point < 0x80) {
    byte(code_point);
  } else if (code_point < 0x800) {
    byte(0xC0 | (code_point >> 6));
    byte(0x80 | (code_point & 0x3F));
  } else if (code_point < 0x10000) {
    byte(0xE0 | (code_point >> 12));
    byte(0x80 | ((code_point >> 6) & 0x3F));
    byte(0x80 | (code_point & 0x3F));
  } else {
    byte(0xF0 | (code_point >> 18));
    byte(0x80 | ((code_point >> 12) & 0x3F));
    byte(0x80 | ((code_point >> 6) & 0x3F));
    byte(0x80 | (code_point & 0x3F));
  }
}

std::string decode(std::string_view text, Escapes escapes) {
  if (escapes == Escapes::kNone) return std::string(text);
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    const char next = text[i + 1];
    if (next == '\\' || next == '"' || next == '\'') {
      out += next;
      ++i;
    } else if (escapes == Escapes::kQuotes) {
      out += '\\';
    } else if (const auto control = control_character(next)) {
      out += *control;
      ++i;
    } else if (std::size_t at = i + 1; next == 'u' && append_unicode(text, at, out)) {
      i = at;
    } else {
      out += '\\';
    }
  }
  return out;
}

std::string to_upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return out;
}

}  // namespace srsync::ddl
