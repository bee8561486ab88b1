#include "ddl/read_create_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.h"
#include "ddl/readers.h"
#include "ddl/types.h"

namespace srsync::ddl {
namespace {

// A kind of string that may hold what should end it: what stands behind it, and the last place in
// the text where that is so.
struct LoosePlace {
  LoosePlace(std::string_view source, char quote_used, std::vector<std::string_view> behind)
      : followers(std::move(behind)), last(last_loose_end(source, quote_used, followers)) {}

  LooseString print(Escapes escapes, bool is_raw) const {
    return {escapes, is_raw, followers, last};
  }

  std::vector<std::string_view> followers;
  std::size_t last = 0;
};

// One statement, read once.
class TableReader {
 public:
  TableReader(std::string_view text, const ReadOptions& options)
      : scanner_(text),
        options_(options),
        column_comment_(text, '"', {",\n  `", ",\n  INDEX ", "\n) ENGINE", "\n)"}),
        default_(text, '"', {" COMMENT \""}),
        index_comment_(text, '\'', {",\n  INDEX ", "\n) ENGINE", "\n)"}) {
    // Known only behind the columns, needed while reading them.
    is_primary_ = text.find("\nPRIMARY KEY(") != std::string_view::npos;
  }

  Result<TableModel> read() {
    SRSYNC_RETURN_IF_ERROR(read_head());
    SRSYNC_RETURN_IF_ERROR(read_body());
    SRSYNC_RETURN_IF_ERROR(read_clauses());
    return finish();
  }

 private:
  // CREATE TABLE [IF NOT EXISTS] [`db`.]`t`
  Status read_head() {
    SRSYNC_RETURN_IF_ERROR(scanner_.expect_word("CREATE"));
    SRSYNC_RETURN_IF_ERROR(refuse_other_kinds());
    SRSYNC_RETURN_IF_ERROR(scanner_.expect_word("TABLE"));
    if (scanner_.accept_word("IF")) {
      SRSYNC_RETURN_IF_ERROR(scanner_.expect_word("NOT"));
      SRSYNC_RETURN_IF_ERROR(scanner_.expect_word("EXISTS"));
    }
    do {
      SRSYNC_ASSIGN_OR_RETURN(model_.name, scanner_.expect_name("a table name"));
    } while (scanner_.accept_symbol('.'));
    return Status::ok();
  }

  Status refuse_other_kinds() {
    Scanner ahead = scanner_;
    if (ahead.accept_word("OR")) ahead.accept_word("REPLACE");
    if (ahead.accept_word("VIEW")) return unsupported("it is a view, not a table");
    if (ahead.accept_word("MATERIALIZED")) return unsupported("it is a materialized view");
    if (ahead.accept_word("TEMPORARY")) return unsupported("it is a temporary table");
    if (!ahead.accept_word("EXTERNAL")) return Status::ok();
    return unsupported("it is an external table (secrets are not in its definition)");
  }

  // ( columns and indexes )
  Status read_body() {
    SRSYNC_RETURN_IF_ERROR(scanner_.expect_symbol('('));
    do {
      SRSYNC_RETURN_IF_ERROR(scanner_.peek().is_word("INDEX") ? read_index() : read_column());
    } while (scanner_.accept_symbol(','));
    return scanner_.expect_symbol(')');
  }

  // --- a column ---------------------------------------------------------------------------------

  Status read_column() {
    Column column;
    SRSYNC_ASSIGN_OR_RETURN(column.name, scanner_.expect_name("a column name"));
    SRSYNC_RETURN_IF_ERROR(read_type(column));
    SRSYNC_RETURN_IF_ERROR(read_aggregation(column));
    while (!scanner_.peek().is_symbol(',') && !scanner_.peek().is_symbol(')')) {
      SRSYNC_RETURN_IF_ERROR(read_attribute(column));
    }
    model_.columns.push_back(std::move(column));
    return Status::ok();
  }

  Status read_type(Column& column) {
    const std::size_t begin = scanner_.position();
    if (scanner_.peek().kind != Token::Kind::kWord) return scanner_.expected("a column type");
    scanner_.next();
    for (char bracket : {'(', '<'}) {
      if (!scanner_.peek().is_symbol(bracket)) continue;
      SRSYNC_RETURN_IF_ERROR(scanner_.skip_brackets());
    }
    column.type = std::string(scanner_.slice(begin, scanner_.last_end()));
    column.canonical_type = canonical_type(column.type);
    return Status::ok();
  }

  bool at_attribute() const {
    const Token& token = scanner_.peek();
    return token.kind != Token::Kind::kWord || token.is_word("NULL") || token.is_word("NOT") ||
           token.is_word("AUTO_INCREMENT") || token.is_word("DEFAULT") || token.is_word("AS") ||
           token.is_word("COMMENT") || token.is_word("KEY");
  }

  // SUM, or the state function of a generic aggregate: avg(bigint(20)).
  Status read_aggregation(Column& column) {
    if (at_attribute()) return Status::ok();
    const Token word = scanner_.next();
    column.aggregation = to_upper(word.raw);
    if (!scanner_.peek().is_symbol('(')) return Status::ok();
    SRSYNC_RETURN_IF_ERROR(scanner_.skip_brackets());
    column.aggregation = std::string(scanner_.slice(word.begin, scanner_.last_end()));
    return Status::ok();
  }

  Status read_attribute(Column& column) {
    if (scanner_.accept_word("NULL") || scanner_.accept_word("KEY")) return Status::ok();
    if (scanner_.accept_word("NOT")) {
      column.nullable = false;
      return scanner_.expect_word("NULL");
    }
    if (scanner_.accept_word("AUTO_INCREMENT")) {
      column.auto_increment = true;
      return Status::ok();
    }
    if (scanner_.accept_word("DEFAULT")) return read_default(column.default_value);
    if (scanner_.accept_word("AS")) return read_generated(column);
    SRSYNC_RETURN_IF_ERROR(scanner_.expect_word("COMMENT"));
    const auto print = column_comment_.print(Escapes::kQuotes, column_comments_are_raw());
    SRSYNC_ASSIGN_OR_RETURN(column.comment, read_loose_string(scanner_, print, "a comment"));
    return Status::ok();
  }

  // Releases before 4.0 print the comments of PRIMARY KEY tables as they are.
  bool column_comments_are_raw() const {
    return is_primary_ && options_.printed_by && *options_.printed_by < Version{4, 0, 0};
  }

  Status read_default(ColumnDefault& value) {
    if (scanner_.accept_word("NULL")) return Status::ok();
    if (scanner_.accept_word("CURRENT_TIMESTAMP")) {
      value.kind = ColumnDefault::Kind::kCurrentTimestamp;
      if (!scanner_.accept_symbol('(')) return Status::ok();
      if (!scanner_.peek().is_symbol(')')) value.text = scanner_.next().text();
      return scanner_.expect_symbol(')');
    }
    if (scanner_.peek().kind == Token::Kind::kString) {
      value.kind = ColumnDefault::Kind::kText;
      // 2.5 and 3.0 escape nothing here.
      const bool is_raw = options_.printed_by && *options_.printed_by < Version{3, 1, 0};
      const auto print = default_.print(Escapes::kAll, is_raw);
      SRSYNC_ASSIGN_OR_RETURN(value.text, read_loose_string(scanner_, print, "a default"));
      return Status::ok();
    }
    value.kind = ColumnDefault::Kind::kExpression;
    SRSYNC_ASSIGN_OR_RETURN(value.text, read_expression());
    if (value.text.size() > 2 && value.text.front() == '(' && value.text.back() == ')') {
      value.text = value.text.substr(1, value.text.size() - 2);
    }
    return Status::ok();
  }

  Status read_generated(Column& column) {
    SRSYNC_ASSIGN_OR_RETURN(column.generated_as, read_expression());
    return Status::ok();
  }

  // Up to the column's comment or end.
  Result<std::string> read_expression() {
    const std::size_t begin = scanner_.position();
    for (;;) {
      const Token& token = scanner_.peek();
      if (token.is_symbol(',') || token.is_symbol(')') || token.is_word("COMMENT")) break;
      if (token.is_symbol('(') || token.is_symbol('[') || token.is_symbol('{')) {
        SRSYNC_RETURN_IF_ERROR(scanner_.skip_brackets());
      } else if (token.kind == Token::Kind::kEnd || token.kind == Token::Kind::kBroken) {
        return scanner_.expected("the end of an expression");
      } else {
        scanner_.next();
      }
    }
    const std::string_view text = trim(scanner_.slice(begin, scanner_.position()));
    if (text.empty()) return scanner_.expected("an expression");
    return std::string(text);
  }

  // --- an index ---------------------------------------------------------------------------------

  // INDEX name (`c`) USING KIND ("k" = "v") COMMENT 'not escaped'
  Status read_index() {
    Index index;
    SRSYNC_RETURN_IF_ERROR(scanner_.expect_word("INDEX"));
    SRSYNC_ASSIGN_OR_RETURN(index.name, read_index_name());
    SRSYNC_ASSIGN_OR_RETURN(index.columns, scanner_.expect_name_list("an indexed column"));
    if (scanner_.accept_word("USING")) index.kind = to_upper(scanner_.next().raw);
    if (scanner_.peek().is_symbol('(')) {
      SRSYNC_ASSIGN_OR_RETURN(index.properties, read_properties(scanner_));
    }
    if (scanner_.accept_word("COMMENT")) {
      const bool is_raw = scanner_.peek().raw.starts_with('\'');
      const auto print = index_comment_.print(Escapes::kQuotes, is_raw);
      SRSYNC_ASSIGN_OR_RETURN(index.comment, read_loose_string(scanner_, print, "a comment"));
    }
    model_.indexes.push_back(std::move(index));
    return Status::ok();
  }

  // Printed without quotes whatever it holds, so it ends where the columns begin.
  Result<std::string> read_index_name() {
    if (scanner_.peek().kind == Token::Kind::kName) return scanner_.next().text();
    const std::size_t begin = scanner_.position();
    const std::size_t end = scanner_.source().find(" (`", begin);
    if (end == std::string_view::npos) return scanner_.expect_name("an index name");
    std::string name(scanner_.slice(begin, end));
    scanner_.seek(end);
    return name;
  }

  // --- clauses behind the columns ---------------------------------------------------------------

  Status read_clauses() {
    while (!scanner_.at_end() && !scanner_.peek().is_symbol(';')) {
      SRSYNC_RETURN_IF_ERROR(read_clause());
    }
    scanner_.accept_symbol(';');
    return scanner_.at_end() ? Status::ok() : scanner_.expected("the end of the statement");
  }

  Status read_clause() {
    if (scanner_.accept_word("ENGINE")) return read_engine();
    if (scanner_.accept_word("COMMENT")) {
      SRSYNC_ASSIGN_OR_RETURN(model_.comment,
                              scanner_.expect_string("a comment", Escapes::kQuotes));
      return Status::ok();
    }
    if (scanner_.accept_word("PARTITION")) {
      SRSYNC_RETURN_IF_ERROR(scanner_.expect_word("BY"));
      SRSYNC_ASSIGN_OR_RETURN(model_.partition, read_partition_clause(scanner_));
      return Status::ok();
    }
    if (scanner_.accept_word("DISTRIBUTED")) return read_distribution();
    if (scanner_.accept_word("ORDER")) {
      SRSYNC_RETURN_IF_ERROR(scanner_.expect_word("BY"));
      SRSYNC_ASSIGN_OR_RETURN(model_.order_by, scanner_.expect_name_list("a sort column"));
      return Status::ok();
    }
    if (scanner_.accept_word("PROPERTIES")) {
      SRSYNC_ASSIGN_OR_RETURN(model_.properties, read_properties(scanner_));
      return Status::ok();
    }
    return read_keys();
  }

  Status read_engine() {
    scanner_.accept_symbol('=');
    SRSYNC_ASSIGN_OR_RETURN(model_.engine, scanner_.expect_name("an engine"));
    if (equals_ignore_case(model_.engine, "OLAP")) return Status::ok();
    return unsupported(fmt::format("its engine is {:.100}, not OLAP", model_.engine));
  }

  Status read_keys() {
    for (KeyType type :
         {KeyType::kDuplicate, KeyType::kAggregate, KeyType::kUnique, KeyType::kPrimary}) {
      if (!scanner_.accept_word(key_type_name(type))) continue;
      has_keys_ = true;
      model_.key_type = type;
      SRSYNC_RETURN_IF_ERROR(scanner_.expect_word("KEY"));
      SRSYNC_ASSIGN_OR_RETURN(model_.key_columns, scanner_.expect_name_list("a key column"));
      return Status::ok();
    }
    return scanner_.expected("a clause of CREATE TABLE");
  }

  Status read_distribution() {
    Distribution& distribution = model_.distribution;
    has_distribution_ = true;
    SRSYNC_RETURN_IF_ERROR(scanner_.expect_word("BY"));
    if (scanner_.accept_word("RANDOM")) {
      distribution.kind = Distribution::Kind::kRandom;
    } else {
      SRSYNC_RETURN_IF_ERROR(scanner_.expect_word("HASH"));
      SRSYNC_ASSIGN_OR_RETURN(distribution.columns,
                              scanner_.expect_name_list("a distribution column"));
    }
    if (!scanner_.accept_word("BUCKETS")) return Status::ok();
    SRSYNC_ASSIGN_OR_RETURN(distribution.buckets, scanner_.expect_number("a bucket count"));
    return Status::ok();
  }

  static Status check_names(std::string_view what, const std::vector<std::string>& names,
                            const std::map<std::string, Column*>& columns) {
    for (const std::string& name : names) {
      if (columns.contains(to_lower(name))) continue;
      return invalid_argument(
          fmt::format("{} column {:.100} is not among the columns", what, name));
    }
    return Status::ok();
  }

  Result<TableModel> finish() {
    if (!has_keys_) return invalid_argument("the statement has no key clause");
    if (!has_distribution_) return invalid_argument("the statement has no DISTRIBUTED BY clause");
    std::map<std::string, Column*> by_name;
    for (Column& column : model_.columns) {
      if (!by_name.emplace(to_lower(column.name), &column).second) {
        return invalid_argument(fmt::format("column {:.100} stands there twice", column.name));
      }
    }
    SRSYNC_RETURN_IF_ERROR(check_names("key", model_.key_columns, by_name));
    for (const std::string& key : model_.key_columns) by_name[to_lower(key)]->is_key = true;
    SRSYNC_RETURN_IF_ERROR(check_names("distribution", model_.distribution.columns, by_name));
    SRSYNC_RETURN_IF_ERROR(check_names("sort", model_.order_by, by_name));
    for (const PartitionItem& item : model_.partition.items) {
      if (item.kind != PartitionItem::Kind::kColumn) continue;
      SRSYNC_RETURN_IF_ERROR(check_names("partition", {item.text}, by_name));
    }
    return std::move(model_);
  }

  Scanner scanner_;
  ReadOptions options_;
  LoosePlace column_comment_;
  LoosePlace default_;
  LoosePlace index_comment_;
  TableModel model_;
  bool is_primary_ = false;
  bool has_keys_ = false;
  bool has_distribution_ = false;
};

bool has_follower(std::string_view rest, const std::vector<std::string_view>& followers) {
  return std::any_of(followers.begin(), followers.end(),
                     [&](std::string_view follower) { return rest.starts_with(follower); });
}

// Behind the first quote that stands before a follower, or npos.
std::size_t find_loose_end(std::string_view source, std::size_t begin, const LooseString& print) {
  if (begin >= print.last) return std::string_view::npos;
  const char quote = source[begin];
  for (std::size_t at = source.find(quote, begin + 1); at != std::string_view::npos;
       at = source.find(quote, at + 1)) {
    if (has_follower(source.substr(at + 1), print.followers)) return at + 1;
  }
  return std::string_view::npos;
}

}  // namespace

std::size_t last_loose_end(std::string_view source, char quote,
                           const std::vector<std::string_view>& followers) {
  std::size_t at = source.rfind(quote);
  for (; at != std::string_view::npos && at > 0; at = source.rfind(quote, at - 1)) {
    if (has_follower(source.substr(at + 1), followers)) return at;
  }
  return 0;
}

Result<std::string> read_loose_string(Scanner& scanner, const LooseString& print,
                                      std::string_view what) {
  const Token token = scanner.peek();
  const bool is_closed = token.kind == Token::Kind::kString;
  if (!is_closed && token.kind != Token::Kind::kBroken) return scanner.expected(what);
  const std::string_view source = scanner.source();
  const bool fits = is_closed && has_follower(source.substr(token.end), print.followers);
  if (!fits || print.is_raw) {
    const std::size_t end = find_loose_end(source, token.begin, print);
    if (end != std::string_view::npos) {
      scanner.seek(end);
      return std::string(source.substr(token.begin + 1, end - token.begin - 2));
    }
  }
  return scanner.expect_string(what, print.escapes);
}

Result<Properties> read_properties(Scanner& scanner) {
  Properties properties;
  SRSYNC_RETURN_IF_ERROR(scanner.expect_symbol('('));
  while (!scanner.accept_symbol(')')) {
    if (!properties.empty()) SRSYNC_RETURN_IF_ERROR(scanner.expect_symbol(','));
    SRSYNC_ASSIGN_OR_RETURN(std::string key,
                            scanner.expect_string("a property name", Escapes::kQuotes));
    SRSYNC_RETURN_IF_ERROR(scanner.expect_symbol('='));
    SRSYNC_ASSIGN_OR_RETURN(properties[key],
                            scanner.expect_string("a property value", Escapes::kQuotes));
  }
  return properties;
}

Result<TableModel> read_create_table(std::string_view show_create_text,
                                     const ReadOptions& options) {
  auto model = TableReader(show_create_text, options).read();
  if (!model.is_ok()) return model.status().with_context("CREATE TABLE not read");
  return model;
}

}  // namespace srsync::ddl
