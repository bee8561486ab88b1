// Statements as tokens. Written for the canonical text that SHOW CREATE prints and for the
// statements that a migrator issues; whatever else comes is the caller's syntax error.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace srsync::sandbox {

enum class TokenKind : std::uint8_t { kWord, kQuoted, kString, kNumber, kSymbol, kEnd };

struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::string text;       // decoded: without quotes and escapes
  std::size_t begin = 0;  // in the statement
  std::size_t end = 0;
};

// Never fails: a quote without an end runs to the end of the text. Comments are skipped.
std::vector<Token> tokenize(std::string_view sql);

// Reads tokens one after another. Failure is sticky: after the first mismatch ok() is false, and
// every further read gives empty values, so that callers check once.
class Reader {
 public:
  explicit Reader(std::string_view sql);

  bool ok() const { return ok_; }
  void fail() { ok_ = false; }
  bool at_end() const;
  const Token& peek(std::size_t ahead = 0) const;
  Token next();
  // The next token is this key word (any case) or symbol.
  bool is(std::string_view word, std::size_t ahead = 0) const;
  // Consumes the words, all or none. "IF NOT EXISTS" is three words.
  bool accept(std::string_view words);
  void expect(std::string_view words);
  // An identifier, quoted or not.
  std::string name();
  // [db.]name; db stays as it is when the text has none.
  void qualified_name(std::string& db, std::string& object);
  std::string string();
  std::int64_t number();
  // "(a, b)" of identifiers.
  std::vector<std::string> name_list();
  // Skips up to, not over, the next symbol of `stops` or word that is outside parentheses; gives
  // the text in between.
  std::string raw_until(const std::vector<std::string_view>& stops);
  // From the opening parenthesis to its partner, both included.
  std::string raw_parentheses();
  // Everything that is left.
  std::string rest() const;
  std::string_view sql() const { return sql_; }
  std::size_t position() const { return position_; }
  void rewind(std::size_t position) { position_ = position; }

 private:
  std::string_view sql_;
  std::vector<Token> tokens_;
  std::size_t position_ = 0;
  bool ok_ = true;
};

// "\"" and "\\" escaped, in double quotes.
std::string quote_double(std::string_view text);
std::string quote_name(std::string_view name);
// With ", " between.
std::string join(const std::vector<std::string>& parts, std::string_view separator);
// MySQL's LIKE: %, _ and \ ; compares without regard to case when asked.
bool like(std::string_view text, std::string_view pattern, bool ignore_case);

}  // namespace srsync::sandbox
