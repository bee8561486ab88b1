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

// The index of the bracket closing the one at `open`, or npos; `has_comma` tells whether a comma
// stands directly inside.
std::size_t closing(const std::vector<Token>& tokens, std::size_t open, bool& has_comma) {
  int depth = 0;
  has_comma = false;
  for (std::size_t i = open; i < tokens.size(); ++i) {
    if (tokens[i].is_symbol('(')) ++depth;
    if (tokens[i].is_symbol(')') && --depth == 0) return i;
    if (depth == 1 && tokens[i].is_symbol(',')) has_comma = true;
  }
  return std::string::npos;
}

// Whether the parentheses at `open` and `close` hold a whole operand: f((x)), CAST((x) AS INT),
// (x).
bool is_redundant(const std::vector<Token>& tokens, std::size_t open, std::size_t close) {
  const bool starts_operand =
      open == 0 || tokens[open - 1].is_symbol('(') || tokens[open - 1].is_symbol(',');
  if (!starts_operand) return false;
  if (close + 1 == tokens.size()) return true;
  const Token& after = tokens[close + 1];
  return after.is_symbol(')') || after.is_symbol(',') || after.is_word("as");
}

void drop_redundant_parentheses(std::vector<Token>& tokens) {
  for (std::size_t open = 0; open < tokens.size();) {
    bool has_comma = false;
    const std::size_t close =
        tokens[open].is_symbol('(') ? closing(tokens, open, has_comma) : std::string::npos;
    if (close != std::string::npos && close > open + 1 && !has_comma &&
        is_redundant(tokens, open, close)) {
      tokens.erase(tokens.begin() + static_cast<std::ptrdiff_t>(close));
      tokens.erase(tokens.begin() + static_cast<std::ptrdiff_t>(open));
    } else {
      ++open;
    }
  }
}

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
  std::vector<Token> tokens = tokens_of(printed);
  drop_redundant_parentheses(tokens);
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
