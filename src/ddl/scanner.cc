#include "ddl/scanner.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace srsync::ddl {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

bool is_word_byte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '$' || c == '@' || byte >= 0x80;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

char closing_bracket(char opening) {
  switch (opening) {
    case '(':
      return ')';
    case '[':
      return ']';
    case '{':
      return '}';
    case '<':
      return '>';
    default:
      return '\0';
  }
}

}  // namespace

bool Token::is_word(std::string_view word) const {
  return kind == Kind::kWord && equals_ignore_case(raw, word);
}

bool Token::is_symbol(char symbol) const { return kind == Kind::kSymbol && raw[0] == symbol; }

std::string Token::text(Escapes escapes) const {
  if (kind != Kind::kName && kind != Kind::kString) return std::string(raw);
  const std::string_view inner = raw.substr(1, raw.size() - 2);
  if (kind == Kind::kString) return decode(inner, escapes);
  std::string out;
  for (std::size_t i = 0; i < inner.size(); ++i) {
    out += inner[i];
    if (inner[i] == '`') ++i;  // doubled
  }
  return out;
}

Scanner::Scanner(std::string_view text, std::size_t position) : source_(text) { seek(position); }

void Scanner::seek(std::size_t position) { token_ = scan(position); }

std::string_view Scanner::slice(std::size_t begin, std::size_t end) const {
  return source_.substr(begin, end - begin);
}

Token Scanner::next() {
  Token token = token_;
  last_end_ = token.end;
  token_ = scan(token.end);
  return token;
}

Token Scanner::scan(std::size_t position) const {
  while (position < source_.size() && is_blank(source_[position])) ++position;
  Token token;
  token.begin = std::min(position, source_.size());
  if (position >= source_.size()) {
    token.end = token.begin;
    return token;
  }
  const char first = source_[position];
  if (first == '`' || first == '"' || first == '\'') return scan_quoted(position);
  std::size_t end = position + 1;
  token.kind = Token::Kind::kSymbol;
  if (is_word_byte(first)) {
    token.kind = Token::Kind::kWord;
    const auto continues = [&](std::size_t at) {
      if (is_word_byte(source_[at])) return true;
      // 0.5 is one word, db.t are three.
      return source_[at] == '.' && is_digit(first) && at + 1 < source_.size() &&
             is_digit(source_[at + 1]);
    };
    while (end < source_.size() && continues(end)) ++end;
  }
  token.end = end;
  token.raw = slice(token.begin, end);
  return token;
}

Token Scanner::scan_quoted(std::size_t begin) const {
  const char quote = source_[begin];
  Token token;
  token.begin = begin;
  token.kind = Token::Kind::kBroken;
  std::size_t at = begin + 1;
  for (; at < source_.size(); ++at) {
    if (source_[at] == '\\' && quote != '`') {
      ++at;
    } else if (source_[at] == quote) {
      const bool doubled =
          quote == '`' && at + 1 < source_.size() && source_[at + 1] == quote && at > begin + 1;
      if (!doubled) {
        token.kind = quote == '`' ? Token::Kind::kName : Token::Kind::kString;
        break;
      }
      ++at;
    }
  }
  token.end = std::min(at + 1, source_.size());
  token.raw = slice(begin, token.end);
  return token;
}

bool Scanner::accept_word(std::string_view word) {
  if (!token_.is_word(word)) return false;
  next();
  return true;
}

bool Scanner::accept_symbol(char symbol) {
  if (!token_.is_symbol(symbol)) return false;
  next();
  return true;
}

Status Scanner::expect_word(std::string_view word) {
  return accept_word(word) ? Status::ok() : expected(word);
}

Status Scanner::expect_symbol(char symbol) {
  return accept_symbol(symbol) ? Status::ok() : expected(fmt::format("'{}'", symbol));
}

Result<std::string> Scanner::expect_name(std::string_view what) {
  if (token_.kind != Token::Kind::kName && token_.kind != Token::Kind::kWord) return expected(what);
  return next().text();
}

Result<std::vector<std::string>> Scanner::expect_name_list(std::string_view what) {
  std::vector<std::string> names;
  SRSYNC_RETURN_IF_ERROR(expect_symbol('('));
  do {
    SRSYNC_ASSIGN_OR_RETURN(std::string name, expect_name(what));
    names.push_back(std::move(name));
  } while (accept_symbol(','));
  SRSYNC_RETURN_IF_ERROR(expect_symbol(')'));
  return names;
}

Result<std::string> Scanner::expect_string(std::string_view what, Escapes escapes) {
  if (token_.kind != Token::Kind::kString) return expected(what);
  return next().text(escapes);
}

Result<int> Scanner::expect_number(std::string_view what) {
  constexpr std::int64_t kNumberMax = 1'000'000'000;
  const auto number = parse_int64(token_.raw);
  if (token_.kind != Token::Kind::kWord || !number || *number > kNumberMax) return expected(what);
  next();
  return static_cast<int>(*number);
}

Status Scanner::skip_brackets() {
  std::string open;
  do {
    if (token_.kind == Token::Kind::kEnd || token_.kind == Token::Kind::kBroken) {
      return expected("a closing bracket");
    }
    const Token token = next();
    if (token.kind != Token::Kind::kSymbol) continue;
    const char symbol = token.raw[0];
    if (!open.empty() && symbol == open.back()) {
      open.pop_back();
    } else if (closing_bracket(symbol) != '\0') {
      // '<' and '>' are brackets only in types, where a '<' opened; elsewhere they compare.
      if (symbol != '<' || open.empty() || open.front() == '>') open += closing_bracket(symbol);
    }
  } while (!open.empty());
  return Status::ok();
}

Status Scanner::expected(std::string_view what) const {
  constexpr std::size_t kShownBytesMax = 60;
  if (token_.kind == Token::Kind::kEnd) {
    return invalid_argument(
        fmt::format("expected {} at offset {}, found the end of the text", what, token_.begin));
  }
  return invalid_argument(fmt::format("expected {} at offset {}, found: {}", what, token_.begin,
                                      source_.substr(token_.begin, kShownBytesMax)));
}

}  // namespace srsync::ddl
