#include "ddl/types.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "base/text.h"
#include "ddl/quote.h"
#include "ddl/scanner.h"

namespace srsync::ddl {
namespace {

// A type as a tree: decimal(9,2), map<int,string>, struct<a int, b array<date>>, avg(bigint).
struct Type {
  std::string field;  // name inside a STRUCT
  std::string word;   // lower case
  std::vector<std::string> numbers;
  std::vector<Type> arguments;  // in round brackets: aggregate functions
  std::vector<Type> elements;   // in angle brackets
};

constexpr int kDepthMax = 64;

class TypeReader {
 public:
  explicit TypeReader(std::string_view text) : scanner_(text) {}

  std::optional<Type> read_all() {
    auto type = read(0);
    if (!type || !scanner_.at_end()) return std::nullopt;
    return type;
  }

 private:
  std::optional<Type> read(int depth) {
    if (depth > kDepthMax || scanner_.peek().kind != Token::Kind::kWord) return std::nullopt;
    Type type;
    type.word = to_lower(scanner_.next().raw);
    if (scanner_.accept_symbol('(') && !read_arguments(type, depth)) return std::nullopt;
    if (scanner_.accept_symbol('<') && !read_elements(type, depth)) return std::nullopt;
    return type;
  }

  bool read_arguments(Type& type, int depth) {
    if (scanner_.accept_symbol(')')) return true;
    do {
      if (parse_int64(scanner_.peek().raw)) {
        type.numbers.emplace_back(scanner_.next().raw);
      } else {
        auto argument = read(depth + 1);
        if (!argument) return false;
        type.arguments.push_back(std::move(*argument));
      }
    } while (scanner_.accept_symbol(','));
    // No type has both, and the order of the two would be lost.
    if (!type.numbers.empty() && !type.arguments.empty()) return false;
    return scanner_.accept_symbol(')');
  }

  bool read_elements(Type& type, int depth) {
    const bool named = type.word == "struct";
    do {
      std::string field;
      if (named) {
        auto name = scanner_.expect_name("a field name");
        if (!name.is_ok()) return false;
        field = *name;
        scanner_.accept_symbol(':');
      }
      auto element = read(depth + 1);
      if (!element) return false;
      element->field = std::move(field);
      type.elements.push_back(std::move(*element));
    } while (scanner_.accept_symbol(','));
    return scanner_.accept_symbol('>');
  }

  Scanner scanner_;
};

constexpr std::array kWidthMeansNothing = {
    std::string_view("tinyint"),  std::string_view("smallint"), std::string_view("int"),
    std::string_view("bigint"),   std::string_view("largeint"), std::string_view("boolean"),
    std::string_view("datetime"), std::string_view("float"),    std::string_view("double")};

// What DECIMAL(precision, ..) is stored as when its width is not spelled out.
std::string_view natural_decimal(std::int64_t precision) {
  if (precision <= 9) return "decimal32";
  if (precision <= 18) return "decimal64";
  return precision <= 38 ? "decimal128" : "decimal256";
}

void normalise_decimal(Type& type) {
  if (!type.word.starts_with("decimal") || type.numbers.empty()) return;
  if (type.numbers.size() == 1) type.numbers.emplace_back("0");
  const auto precision = parse_int64(type.numbers[0]);
  if (precision && type.word == natural_decimal(*precision)) type.word = "decimal";
}

void normalise(Type& type) {
  if (type.word == "integer") type.word = "int";
  if (type.word == "bool") type.word = "boolean";
  if (type.word == "string") {
    type.word = "varchar";
    type.numbers = {"65533"};
  }
  if (type.word == "binary") type.word = "varbinary";
  // A length that was not given is the largest one; 4.1 prints it, older releases do not.
  if (type.word == "varbinary" && type.numbers == std::vector<std::string>{"1048576"}) {
    type.numbers.clear();
  }
  if (std::find(kWidthMeansNothing.begin(), kWidthMeansNothing.end(), type.word) !=
      kWidthMeansNothing.end()) {
    type.numbers.clear();
  }
  normalise_decimal(type);
  for (Type& part : type.arguments) normalise(part);
  for (Type& part : type.elements) normalise(part);
}

void append_canonical(const Type& type, std::string& out) {
  if (!type.field.empty()) out += type.field + ":";
  out += type.word;
  if (!type.numbers.empty() || !type.arguments.empty()) {
    out += '(' + fmt::format("{}", fmt::join(type.numbers, ","));
    for (const Type& part : type.arguments) {
      if (out.back() != '(') out += ',';
      append_canonical(part, out);
    }
    out += ')';
  }
  if (type.elements.empty()) return;
  out += '<';
  for (const Type& part : type.elements) {
    if (out.back() != '<') out += ',';
    append_canonical(part, out);
  }
  out += '>';
}

void append_writable(const Type& type, std::string& out) {
  if (!type.field.empty()) out += quote_identifier(type.field) + " ";
  // Printed inside ARRAY and MAP, but the parser has no such word.
  out += type.word == "decimal256" ? "decimal" : type.word;
  if (!type.numbers.empty()) out += fmt::format("({})", fmt::join(type.numbers, ", "));
  for (std::size_t i = 0; i < type.arguments.size(); ++i) {
    out += i == 0 ? "(" : ", ";
    append_writable(type.arguments[i], out);
    if (i + 1 == type.arguments.size()) out += ')';
  }
  for (std::size_t i = 0; i < type.elements.size(); ++i) {
    out += i == 0 ? "<" : ", ";
    append_writable(type.elements[i], out);
    if (i + 1 == type.elements.size()) out += '>';
  }
}

std::string squeeze(std::string_view text) {
  std::string out;
  for (char c : to_lower(text)) {
    if (c != ' ' && c != '\t' && c != '\n') out += c;
  }
  return out;
}

// --- expressions -------------------------------------------------------------------------------

std::vector<Token> tokens_of(std::string_view text) {
  std::vector<Token> tokens;
  Scanner scanner(text);
  while (!scanner.at_end()) tokens.push_back(scanner.next());
  return tokens;
}

constexpr std::size_t kNone = std::string::npos;

// Takes away parentheses that hold a whole operand: f((x)), CAST((x) AS INT), (x). In time linear
// in the tokens, however deep they nest: the text comes from outside.
class OperandParentheses {
 public:
  explicit OperandParentheses(const std::vector<Token>& tokens) : tokens_(tokens) {
    closing_.assign(tokens.size(), kNone);
    has_comma_.assign(tokens.size(), false);
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      before_.push_back(i == 0 ? kNone : i - 1);
      after_.push_back(i + 1 == tokens.size() ? kNone : i + 1);
      if (tokens[i].is_symbol('(')) open.push_back(i);
      if (open.empty()) continue;
      if (tokens[i].is_symbol(',')) has_comma_[open.back()] = true;
      if (!tokens[i].is_symbol(')')) continue;
      closing_[open.back()] = i;
      open.pop_back();
    }
  }

  std::vector<Token> drop() {
    std::vector<bool> dropped(tokens_.size(), false);
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      if (!is_redundant(i)) continue;
      for (std::size_t gone : {i, closing_[i]}) {
        dropped[gone] = true;
        if (before_[gone] != kNone) after_[before_[gone]] = after_[gone];
        if (after_[gone] != kNone) before_[after_[gone]] = before_[gone];
      }
    }
    std::vector<Token> kept;
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      if (!dropped[i]) kept.push_back(tokens_[i]);
    }
    return kept;
  }

 private:
  bool is_redundant(std::size_t open) const {
    const std::size_t close = closing_[open];
    if (close == kNone || has_comma_[open] || after_[open] == close) return false;
    const std::size_t left = before_[open];
    if (left != kNone && !tokens_[left].is_symbol('(') && !tokens_[left].is_symbol(',')) {
      return false;
    }
    if (after_[close] == kNone) return true;
    const Token& right = tokens_[after_[close]];
    return right.is_symbol(')') || right.is_symbol(',') || right.is_word("as");
  }

  const std::vector<Token>& tokens_;
  std::vector<std::size_t> closing_;  // of an opening parenthesis; kNone: it has none
  std::vector<bool> has_comma_;       // of an opening parenthesis: directly inside
  std::vector<std::size_t> before_;   // the neighbour that is still there
  std::vector<std::size_t> after_;
};

}  // namespace

std::string canonical_type(std::string_view printed) {
  auto type = TypeReader(printed).read_all();
  if (!type) return squeeze(printed);
  normalise(*type);
  std::string out;
  append_canonical(*type, out);
  return out;
}

std::string writable_type(std::string_view printed) {
  const auto type = TypeReader(printed).read_all();
  if (!type) return std::string(printed);
  std::string out;
  append_writable(*type, out);
  return out;
}

std::string canonical_expression(std::string_view printed) {
  const std::vector<Token> all = tokens_of(printed);
  const std::vector<Token> tokens = OperandParentheses(all).drop();
  std::string out;
  bool after_word = false;
  for (const Token& token : tokens) {
    const bool is_word = token.kind == Token::Kind::kWord || token.kind == Token::Kind::kName;
    if (is_word && after_word) out += ' ';
    out += token.kind == Token::Kind::kString ? quote_text(token.text()) : to_lower(token.text());
    after_word = is_word;
  }
  return out;
}

}  // namespace srsync::ddl
