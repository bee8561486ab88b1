#include "sandbox/lexer.h"

#include <cctype>

#include "base/text.h"

namespace srsync::sandbox {
namespace {

bool is_word_byte(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$' || c == '@' ||
         static_cast<unsigned char>(c) >= 0x80;
}

char unescape(char c) {
  switch (c) {
    case 'n':
      return '\n';
    case 't':
      return '\t';
    case 'r':
      return '\r';
    case '0':
      return '\0';
    case 'b':
      return '\b';
    default:
      return c;
  }
}

std::size_t read_quoted(std::string_view sql, std::size_t at, Token& token) {
  const char quote = sql[at];
  token.kind = quote == '`' ? TokenKind::kQuoted : TokenKind::kString;
  for (++at; at < sql.size(); ++at) {
    const char c = sql[at];
    if (c == quote) {
      if (at + 1 < sql.size() && sql[at + 1] == quote) {
        // A doubled back-quote disappears from the name, as on a real frontend.
        if (quote != '`') token.text += quote;
        ++at;
        continue;
      }
      return at + 1;
    }
    if (c == '\\' && quote != '`' && at + 1 < sql.size()) {
      ++at;
      // LIKE patterns keep their escapes.
      if (sql[at] == '%' || sql[at] == '_') token.text += '\\';
      token.text += unescape(sql[at]);
      continue;
    }
    token.text += c;
  }
  return at;
}

// Past blanks and comments.
std::size_t skip_blank(std::string_view sql, std::size_t at) {
  while (at < sql.size()) {
    if (std::isspace(static_cast<unsigned char>(sql[at])) != 0) {
      ++at;
    } else if (sql.substr(at, 2) == "--" || sql[at] == '#') {
      const std::size_t end = sql.find('\n', at);
      at = end == std::string_view::npos ? sql.size() : end;
    } else if (sql.substr(at, 2) == "/*") {
      const std::size_t end = sql.find("*/", at + 2);
      at = end == std::string_view::npos ? sql.size() : end + 2;
    } else {
      break;
    }
  }
  return at;
}

}  // namespace

std::vector<Token> tokenize(std::string_view sql) {
  std::vector<Token> tokens;
  std::size_t at = skip_blank(sql, 0);
  while (at < sql.size()) {
    Token token;
    token.begin = at;
    const char c = sql[at];
    if (c == '`' || c == '\'' || c == '"') {
      at = read_quoted(sql, at, token);
    } else if (std::isdigit(static_cast<unsigned char>(c)) != 0) {
      token.kind = TokenKind::kNumber;
      while (at < sql.size() && (is_word_byte(sql[at]) || sql[at] == '.')) token.text += sql[at++];
      // "1abc" is an identifier.
      if (token.text.find_first_not_of("0123456789.eE") != std::string::npos) {
        token.kind = TokenKind::kWord;
      }
    } else if (is_word_byte(c)) {
      token.kind = TokenKind::kWord;
      while (at < sql.size() && is_word_byte(sql[at])) token.text += sql[at++];
    } else {
      token.kind = TokenKind::kSymbol;
      token.text = c;
      ++at;
    }
    token.end = at;
    tokens.push_back(std::move(token));
    at = skip_blank(sql, at);
  }
  Token end;
  end.begin = end.end = sql.size();
  tokens.push_back(end);
  return tokens;
}

Reader::Reader(std::string_view sql) : sql_(sql), tokens_(tokenize(sql)) {}

bool Reader::at_end() const {
  return peek().kind == TokenKind::kEnd || (is(";") && peek(1).kind == TokenKind::kEnd);
}

const Token& Reader::peek(std::size_t ahead) const {
  return tokens_[std::min(position_ + ahead, tokens_.size() - 1)];
}

Token Reader::next() {
  if (!ok_) return tokens_.back();
  const Token& token = peek();
  if (position_ + 1 < tokens_.size()) ++position_;
  return token;
}

bool Reader::is(std::string_view word, std::size_t ahead) const {
  const Token& token = peek(ahead);
  if (token.kind == TokenKind::kSymbol) return token.text == word;
  return token.kind == TokenKind::kWord && equals_ignore_case(token.text, word);
}

bool Reader::accept(std::string_view words) {
  if (!ok_) return false;
  std::size_t count = 0;
  for (std::string_view word : split(words, ' ')) {
    if (!is(word, count++)) return false;
  }
  position_ += count;
  return true;
}

void Reader::expect(std::string_view words) {
  if (!accept(words)) fail();
}

std::string Reader::name() {
  const Token& token = peek();
  if (!ok_ || (token.kind != TokenKind::kWord && token.kind != TokenKind::kQuoted)) {
    fail();
    return {};
  }
  return next().text;
}

void Reader::qualified_name(std::string& db, std::string& object) {
  object = name();
  if (accept(".")) {
    db = object;
    object = name();
  }
}

std::string Reader::string() {
  if (peek().kind != TokenKind::kString) fail();
  return next().text;
}

std::int64_t Reader::number() {
  const auto value = parse_int64(next().text);
  if (!value) fail();
  return value.value_or(0);
}

std::vector<std::string> Reader::name_list() {
  std::vector<std::string> names;
  expect("(");
  do {
    names.push_back(name());
  } while (accept(","));
  expect(")");
  return names;
}

std::string Reader::raw_until(const std::vector<std::string_view>& stops) {
  const std::size_t begin = peek().begin;
  std::size_t end = begin;
  for (int depth = 0; ok_ && peek().kind != TokenKind::kEnd;) {
    if (depth == 0) {
      bool stop = false;
      for (std::string_view word : stops) stop = stop || is(word);
      if (stop) break;
    }
    if (is("(")) ++depth;
    if (is(")")) --depth;
    end = next().end;
  }
  return std::string(sql_.substr(begin, end - begin));
}

std::string Reader::raw_parentheses() {
  const std::size_t begin = peek().begin;
  expect("(");
  raw_until({")"});
  const std::size_t end = peek().end;
  expect(")");
  return ok_ ? std::string(sql_.substr(begin, end - begin)) : std::string();
}

std::string Reader::rest() const {
  std::string_view text = trim(sql_.substr(peek().begin));
  while (!text.empty() && text.back() == ';') text = trim(text.substr(0, text.size() - 1));
  return std::string(text);
}

std::string quote_double(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string quote_name(std::string_view name) { return "`" + std::string(name) + "`"; }

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string out;
  for (const std::string& part : parts) {
    if (!out.empty() || &part != parts.data()) out += separator;
    out += part;
  }
  return out;
}

bool like(std::string_view text, std::string_view pattern, bool ignore_case) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] == '%') {
    for (std::size_t i = 0; i <= text.size(); ++i) {
      if (like(text.substr(i), pattern.substr(1), ignore_case)) return true;
    }
    return false;
  }
  if (text.empty()) return false;
  if (pattern[0] == '_') return like(text.substr(1), pattern.substr(1), ignore_case);
  if (pattern[0] == '\\' && pattern.size() > 1) pattern.remove_prefix(1);
  const auto fold = [&](char c) {
    return ignore_case ? std::tolower(static_cast<unsigned char>(c)) : static_cast<int>(c);
  };
  return fold(text[0]) == fold(pattern[0]) && like(text.substr(1), pattern.substr(1), ignore_case);
}

}  // namespace srsync::sandbox
