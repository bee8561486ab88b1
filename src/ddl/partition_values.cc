#include "ddl/partition_values.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "ddl/escapes.h"
#include "ddl/quote.h"
#include "ddl/readers.h"
#include "ddl/scanner.h"

namespace srsync::ddl {
namespace {

constexpr std::string_view kMaxValue = "MAXVALUE";
constexpr std::string_view kNull = "NULL";
constexpr std::string_view kTwoDots = "..";
constexpr std::string_view kTwoDotLeader = "\xE2\x80\xA5";  // U+2025, printed by older builds

Status malformed(std::string_view what, std::string_view text, std::size_t offset) {
  return invalid_argument(fmt::format("{} at offset {} of: {:.300}", what, offset, text));
}

// --- the Range column ---------------------------------------------------------------------------

// `types: [DATE]; keys: [2020-01-01]; ` at `at`; moves behind it.
Result<KeyTuple> read_printed_key(std::string_view text, std::size_t& at) {
  constexpr std::string_view kKeys = "keys: [";
  const std::size_t keys = text.find(kKeys, at);
  const std::size_t begin = keys == std::string_view::npos ? keys : keys + kKeys.size();
  const std::size_t end = begin == std::string_view::npos ? begin : text.find(']', begin);
  if (end == std::string_view::npos) return malformed("no partition key", text, at);
  KeyTuple tuple;
  for (std::string_view part : split(text.substr(begin, end - begin), ',')) {
    const std::string_view value = trim(part);
    tuple.push_back(value == kMaxValue ? KeyPart::max_value()
                                       : KeyPart::of_text(std::string(value)));
  }
  at = end + 1;
  return tuple;
}

// --- the List column ----------------------------------------------------------------------------

// [["a"],["b","c"]]: JSON arrays of strings.
Result<PartitionValues> read_json_list(std::string_view text) {
  Scanner scanner(text);
  std::vector<KeyTuple> tuples;
  SRSYNC_RETURN_IF_ERROR(scanner.expect_symbol('['));
  while (!scanner.peek().is_symbol(']')) {
    if (!tuples.empty()) SRSYNC_RETURN_IF_ERROR(scanner.expect_symbol(','));
    SRSYNC_RETURN_IF_ERROR(scanner.expect_symbol('['));
    KeyTuple tuple;
    do {
      SRSYNC_ASSIGN_OR_RETURN(std::string value, scanner.expect_string("a value", Escapes::kAll));
      tuple.push_back(KeyPart::of_text(std::move(value)));
    } while (scanner.accept_symbol(','));
    SRSYNC_RETURN_IF_ERROR(scanner.expect_symbol(']'));
    tuples.push_back(std::move(tuple));
  }
  SRSYNC_RETURN_IF_ERROR(scanner.expect_symbol(']'));
  if (!scanner.at_end()) return scanner.expected("the end");
  return list_values(std::move(tuples));
}

std::vector<std::string_view> split_at(std::string_view text, std::string_view separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + separator.size());
  }
}

// `a', 'b` (the outermost quotes already gone).
KeyTuple split_unescaped(std::string_view text) {
  KeyTuple tuple;
  for (std::string_view part : split_at(text, "', '"))
    tuple.push_back(KeyPart::of_text(std::string(part)));
  return tuple;
}

// ('a', 'b') or (('a', 'x'), ('b', 'y')), nothing escaped.
Result<PartitionValues> read_tuple_list(std::string_view text) {
  std::vector<KeyTuple> tuples;
  const auto inside = [&](std::size_t edge) { return text.substr(edge, text.size() - 2 * edge); };
  if (text.size() >= 6 && text.starts_with("(('") && text.ends_with("'))")) {
    for (std::string_view part : split_at(inside(3), "'), ('")) {
      tuples.push_back(split_unescaped(part));
    }
  } else if (text.size() >= 4 && text.starts_with("('") && text.ends_with("')")) {
    for (KeyPart& part : split_unescaped(inside(2))) tuples.push_back({std::move(part)});
  } else {
    return malformed("not a list of values", text, 0);
  }
  return list_values(std::move(tuples));
}

// --- the clause ---------------------------------------------------------------------------------

std::string part_text(const KeyPart& part) {
  switch (part.kind) {
    case KeyPart::Kind::kText:
      return quote_text(part.text);
    case KeyPart::Kind::kNull:
      return std::string(kNull);
    case KeyPart::Kind::kMaxValue:
      break;
  }
  return std::string(kMaxValue);
}

std::string tuple_text(const KeyTuple& tuple) {
  std::string out = "(";
  for (const KeyPart& part : tuple) {
    if (out.size() > 1) out += ',';
    out += part_text(part);
  }
  out += ')';
  return out;
}

// MAXVALUE, and MAXVALUEMAXVALUE as SHOW CREATE TABLE prints two of them.
bool read_max_values(Scanner& scanner, KeyTuple& tuple) {
  std::string_view word = scanner.peek().raw;
  std::size_t count = 0;
  while (equals_ignore_case(word.substr(0, kMaxValue.size()), kMaxValue)) {
    word.remove_prefix(kMaxValue.size());
    ++count;
  }
  if (count == 0 || !word.empty() || scanner.peek().kind != Token::Kind::kWord) return false;
  tuple.insert(tuple.end(), count, KeyPart::max_value());
  scanner.next();
  return true;
}

Status read_part(Scanner& scanner, KeyTuple& tuple) {
  if (read_max_values(scanner, tuple)) return Status::ok();
  if (scanner.accept_word(kNull)) {
    tuple.push_back(KeyPart::null());
    return Status::ok();
  }
  SRSYNC_ASSIGN_OR_RETURN(std::string text, scanner.expect_string("a value", Escapes::kAll));
  tuple.push_back(KeyPart::of_text(std::move(text)));
  return Status::ok();
}

// Parts up to the closing parenthesis; the opening one is read. The comma is missing where a
// frontend printed ("1"MAXVALUE).
Result<KeyTuple> read_tuple_rest(Scanner& scanner) {
  KeyTuple tuple;
  while (!scanner.accept_symbol(')')) {
    if (!tuple.empty()) scanner.accept_symbol(',');
    SRSYNC_RETURN_IF_ERROR(read_part(scanner, tuple));
  }
  return tuple;
}

Result<PartitionValues> read_range_rest(Scanner& scanner) {
  PartitionValues values;
  values.kind = PartitionValues::Kind::kRange;
  SRSYNC_RETURN_IF_ERROR(scanner.expect_symbol('('));
  SRSYNC_ASSIGN_OR_RETURN(values.lower, read_tuple_rest(scanner));
  SRSYNC_RETURN_IF_ERROR(scanner.expect_symbol(','));
  SRSYNC_RETURN_IF_ERROR(scanner.expect_symbol('('));
  SRSYNC_ASSIGN_OR_RETURN(values.upper, read_tuple_rest(scanner));
  SRSYNC_RETURN_IF_ERROR(scanner.expect_symbol(')'));
  if (values.lower.empty() || values.lower.size() != values.upper.size()) {
    return scanner.expected("bounds of equal length before this");
  }
  return values;
}

Result<PartitionValues> read_list_rest(Scanner& scanner) {
  std::vector<KeyTuple> tuples;
  SRSYNC_RETURN_IF_ERROR(scanner.expect_symbol('('));
  do {
    if (scanner.accept_symbol('(')) {
      SRSYNC_ASSIGN_OR_RETURN(KeyTuple tuple, read_tuple_rest(scanner));
      tuples.push_back(std::move(tuple));
    } else {
      KeyTuple tuple;
      SRSYNC_RETURN_IF_ERROR(read_part(scanner, tuple));
      tuples.push_back(std::move(tuple));
    }
  } while (scanner.accept_symbol(','));
  SRSYNC_RETURN_IF_ERROR(scanner.expect_symbol(')'));
  return list_values(std::move(tuples));
}

}  // namespace

PartitionValues list_values(std::vector<KeyTuple> tuples) {
  for (KeyTuple& tuple : tuples) {
    for (KeyPart& part : tuple) {
      if (part.kind == KeyPart::Kind::kText && part.text == kNull) part = KeyPart::null();
    }
  }
  std::sort(tuples.begin(), tuples.end());
  tuples.erase(std::unique(tuples.begin(), tuples.end()), tuples.end());
  PartitionValues values;
  values.kind = PartitionValues::Kind::kList;
  values.tuples = std::move(tuples);
  return values;
}

Result<PartitionValues> read_range_column(std::string_view text) {
  PartitionValues values;
  const std::string_view range = trim(text);
  if (range.empty()) return values;
  if (!range.starts_with("[types:") || !range.ends_with(")")) {
    return malformed("not a range", text, 0);
  }
  values.kind = PartitionValues::Kind::kRange;
  std::size_t at = 0;
  SRSYNC_ASSIGN_OR_RETURN(values.lower, read_printed_key(range, at));
  const std::string_view rest = range.substr(at);
  if (!rest.starts_with(fmt::format("; {}", kTwoDots)) &&
      !rest.starts_with(fmt::format("; {}", kTwoDotLeader))) {
    return malformed("no separator between bounds", text, at);
  }
  SRSYNC_ASSIGN_OR_RETURN(values.upper, read_printed_key(range, at));
  if (values.lower.size() != values.upper.size()) {
    return malformed("bounds of different length", text, at);
  }
  return values;
}

Result<PartitionValues> read_list_column(std::string_view text) {
  const std::string_view list = trim(text);
  if (list.empty()) return PartitionValues{};
  auto values = list.starts_with("[") ? read_json_list(list) : read_tuple_list(list);
  if (!values.is_ok())
    return values.status().with_context(fmt::format("list values {:.100}", list));
  return values;
}

std::string to_clause(const PartitionValues& values) {
  if (values.kind == PartitionValues::Kind::kNone) return {};
  if (values.kind == PartitionValues::Kind::kRange) {
    return fmt::format("VALUES [{}, {})", tuple_text(values.lower), tuple_text(values.upper));
  }
  std::string out = "VALUES IN (";
  for (std::size_t i = 0; i < values.tuples.size(); ++i) {
    if (i > 0) out += ", ";
    const KeyTuple& tuple = values.tuples[i];
    out += tuple.size() == 1 ? part_text(tuple.front()) : tuple_text(tuple);
  }
  out += ')';
  return out;
}

Result<PartitionValues> read_clause(std::string_view clause) {
  Scanner scanner(clause);
  if (scanner.at_end()) return PartitionValues{};
  SRSYNC_ASSIGN_OR_RETURN(PartitionValues values, read_values(scanner));
  if (!scanner.at_end()) return scanner.expected("the end");
  return values;
}

Result<PartitionValues> read_values(Scanner& scanner) {
  SRSYNC_RETURN_IF_ERROR(scanner.expect_word("VALUES"));
  if (scanner.accept_symbol('[')) return read_range_rest(scanner);
  SRSYNC_RETURN_IF_ERROR(scanner.expect_word("IN"));
  return read_list_rest(scanner);
}

bool holds_null(const PartitionValues& values) {
  return std::any_of(values.tuples.begin(), values.tuples.end(), [](const KeyTuple& tuple) {
    return std::any_of(tuple.begin(), tuple.end(),
                       [](const KeyPart& part) { return part.kind == KeyPart::Kind::kNull; });
  });
}

}  // namespace srsync::ddl
