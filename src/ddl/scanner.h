// Words, names, strings and symbols of a DDL text. Inside the room only. One caller at a time.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "ddl/escapes.h"

namespace srsync::ddl {

struct Token {
  enum class Kind {
    kEnd,
    kWord,    // letters, digits, '_', '$', '@', '.' between digits, any byte above ASCII
    kName,    // `quoted`
    kString,  // 'quoted' or "quoted"
    kSymbol,  // one character
    kBroken,  // a quote that is never closed
  };
  Kind kind = Kind::kEnd;
  std::string_view raw;   // as written, with quotes
  std::size_t begin = 0;  // offsets in the text
  std::size_t end = 0;

  bool is_word(std::string_view word) const;  // ASCII case ignored
  bool is_symbol(char symbol) const;
  // Without quotes and escapes; a word as it stands.
  std::string text(Escapes escapes = Escapes::kAll) const;
};

// Reads a text from left to right. The text must outlive the scanner.
class Scanner {
 public:
  explicit Scanner(std::string_view text, std::size_t position = 0);

  const Token& peek() const { return token_; }
  Token next();
  bool at_end() const { return token_.kind == Token::Kind::kEnd; }

  bool accept_word(std::string_view word);
  bool accept_symbol(char symbol);
  Status expect_word(std::string_view word);
  Status expect_symbol(char symbol);
  // A `name` or a bare word.
  Result<std::string> expect_name(std::string_view what);
  // (`a`, `b`) with its parentheses.
  Result<std::vector<std::string>> expect_name_list(std::string_view what);
  Result<std::string> expect_string(std::string_view what, Escapes escapes);
  Result<int> expect_number(std::string_view what);

  // Moves behind the bracket that closes the one standing next; strings inside do not count.
  Status skip_brackets();

  // Where the next token begins; text before it has been read.
  std::size_t position() const { return token_.begin; }
  // Where the token that next() gave last ended.
  std::size_t last_end() const { return last_end_; }
  // Continues at `position`.
  void seek(std::size_t position);
  std::string_view source() const { return source_; }
  std::string_view slice(std::size_t begin, std::size_t end) const;

  // "expected <what> at offset N, found: <the text there>"
  Status expected(std::string_view what) const;

 private:
  Token scan(std::size_t position) const;
  Token scan_quoted(std::size_t begin) const;

  std::string_view source_;
  Token token_;
  std::size_t last_end_ = 0;
};

}  // namespace srsync::ddl
