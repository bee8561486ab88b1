// PARTITION BY ... as SHOW CREATE TABLE prints it.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"
#include "ddl/readers.h"
#include "ddl/types.h"

namespace srsync::ddl {
namespace {

// --- items --------------------------------------------------------------------------------------

bool ends_clause(const Token& token) {
  return token.kind == Token::Kind::kEnd || token.is_word("DISTRIBUTED") ||
         token.is_word("PROPERTIES") || token.is_word("ORDER") || token.is_symbol(';');
}

// One column or expression, up to a comma or closing parenthesis outside brackets.
Result<PartitionItem> read_item(Scanner& scanner) {
  const Token first = scanner.peek();
  const std::size_t begin = first.begin;
  std::size_t end = begin;
  int tokens = 0;
  for (; !ends_clause(scanner.peek()); ++tokens) {
    const Token& token = scanner.peek();
    if (token.is_symbol(',') || token.is_symbol(')')) break;
    if (token.kind == Token::Kind::kBroken) return scanner.expected("a closing quote");
    // A bracket behind a finished function call opens the list of partitions.
    if (token.is_symbol('(') && tokens != 1) break;
    if (token.is_symbol('(')) {
      SRSYNC_RETURN_IF_ERROR(scanner.skip_brackets());
    } else {
      scanner.next();
    }
    end = scanner.last_end();
  }
  if (tokens == 0) return scanner.expected("a partition column or expression");
  const bool is_name = first.kind == Token::Kind::kName || first.kind == Token::Kind::kWord;
  if (tokens == 1 && is_name) return PartitionItem{PartitionItem::Kind::kColumn, first.text()};
  return PartitionItem{PartitionItem::Kind::kExpression, std::string(scanner.slice(begin, end))};
}

Result<std::vector<PartitionItem>> read_items(Scanner& scanner) {
  std::vector<PartitionItem> items;
  do {
    SRSYNC_ASSIGN_OR_RETURN(PartitionItem item, read_item(scanner));
    items.push_back(std::move(item));
  } while (scanner.accept_symbol(','));
  return items;
}

Result<std::vector<PartitionItem>> read_items_in_parentheses(Scanner& scanner) {
  SRSYNC_RETURN_IF_ERROR(scanner.expect_symbol('('));
  SRSYNC_ASSIGN_OR_RETURN(auto items, read_items(scanner));
  SRSYNC_RETURN_IF_ERROR(scanner.expect_symbol(')'));
  return items;
}

// --- the automatic grid -------------------------------------------------------------------------

// date_trunc('day', dt). The column is printed without quotes whatever its name, so it is all there
// is between the comma and the last parenthesis.
Result<AutoRange> read_date_trunc(Scanner& scanner, std::string_view expression) {
  AutoRange grid;
  SRSYNC_RETURN_IF_ERROR(scanner.expect_symbol('('));
  SRSYNC_ASSIGN_OR_RETURN(grid.unit, scanner.expect_string("a unit", Escapes::kAll));
  grid.unit = to_lower(grid.unit);
  const std::size_t comma = scanner.position();
  SRSYNC_RETURN_IF_ERROR(scanner.expect_symbol(','));
  const std::size_t close = expression.rfind(')');
  if (close == std::string_view::npos || close <= comma) return scanner.expected("a column");
  std::string_view column = trim(expression.substr(comma + 1, close - comma - 1));
  if (column.size() > 1 && column.front() == '`' && column.back() == '`') {
    column = column.substr(1, column.size() - 2);
  }
  if (column.empty()) return scanner.expected("a column");
  grid.column = std::string(column);
  return grid;
}

// time_slice(dt, 7, 'day', 'floor'), or as typed: time_slice(dt, INTERVAL 7 DAY [, FLOOR]).
Result<AutoRange> read_time_slice(Scanner& scanner) {
  AutoRange grid;
  grid.function = AutoRange::Function::kTimeSlice;
  grid.boundary = "floor";
  SRSYNC_RETURN_IF_ERROR(scanner.expect_symbol('('));
  SRSYNC_ASSIGN_OR_RETURN(grid.column, scanner.expect_name("a column"));
  SRSYNC_RETURN_IF_ERROR(scanner.expect_symbol(','));
  const bool is_interval = scanner.accept_word("INTERVAL");
  SRSYNC_ASSIGN_OR_RETURN(grid.step, scanner.expect_number("a number of units"));
  if (!is_interval) SRSYNC_RETURN_IF_ERROR(scanner.expect_symbol(','));
  grid.unit = to_lower(scanner.next().text());
  if (scanner.accept_symbol(',')) grid.boundary = to_lower(scanner.next().text());
  SRSYNC_RETURN_IF_ERROR(scanner.expect_symbol(')'));
  return grid;
}

// The grid of `expression`, or nullopt when it is another function.
Result<std::optional<AutoRange>> read_grid(const std::string& expression) {
  Scanner scanner(expression);
  std::optional<AutoRange> grid;
  if (scanner.accept_word("date_trunc")) {
    SRSYNC_ASSIGN_OR_RETURN(grid, read_date_trunc(scanner, expression));
  } else if (scanner.accept_word("time_slice")) {
    SRSYNC_ASSIGN_OR_RETURN(grid, read_time_slice(scanner));
  }
  return grid;
}

// --- listed partitions --------------------------------------------------------------------------

// The end of a list of values that escapes nothing and begins at `open`: the first parenthesis that
// closes a quote and stands before what the printer puts behind the list. Without one there is none
// for the lists behind either.
std::optional<std::size_t> find_raw_list_end(std::string_view source, std::size_t open) {
  constexpr std::array<std::string_view, 4> kFollowers = {",\n", "\n)", "(\"", " (\""};
  for (std::size_t at = source.find(')', open); at != std::string_view::npos;
       at = source.find(')', at + 1)) {
    const bool closes_quote = source[at - 1] == '\'' || source.substr(at - 2, 2) == "')";
    const std::string_view rest = source.substr(at + 1);
    const bool followed = std::any_of(kFollowers.begin(), kFollowers.end(),
                                      [&](auto follower) { return rest.starts_with(follower); });
    if (closes_quote && followed) return at + 1;
  }
  return std::nullopt;
}

// VALUES IN ('it's', 'b'), or read_values() where the text is quoted as SQL asks. `is_raw` becomes
// false for the partitions behind when no list ends as an unescaped one does.
Result<PartitionValues> read_listed_values(Scanner& scanner, bool& is_raw) {
  if (!is_raw) return read_values(scanner);
  Scanner ahead = scanner;
  if (!ahead.accept_word("VALUES") || !ahead.accept_word("IN")) return read_values(scanner);
  const std::size_t open = ahead.position();
  const std::string_view begin = scanner.source().substr(open, 3);
  if (!begin.starts_with("('") && begin != "(('") return read_values(scanner);
  const auto end = find_raw_list_end(scanner.source(), open);
  is_raw = end.has_value();
  if (!end) return read_values(scanner);
  auto values = read_list_column(scanner.slice(open, *end));
  scanner.seek(*end);
  return values;
}

Result<ListedPartition> read_listed_partition(Scanner& scanner, bool& is_raw) {
  ListedPartition partition;
  SRSYNC_RETURN_IF_ERROR(scanner.expect_word("PARTITION"));
  SRSYNC_ASSIGN_OR_RETURN(partition.name, scanner.expect_name("a partition name"));
  SRSYNC_ASSIGN_OR_RETURN(partition.values, read_listed_values(scanner, is_raw));
  if (scanner.peek().is_symbol('(')) {
    SRSYNC_ASSIGN_OR_RETURN(partition.properties, read_properties(scanner));
  }
  return partition;
}

Result<std::vector<ListedPartition>> read_listed_partitions(Scanner& scanner) {
  std::vector<ListedPartition> partitions;
  bool is_raw = true;
  if (!scanner.accept_symbol('(')) return partitions;
  while (!scanner.accept_symbol(')')) {
    if (!partitions.empty()) SRSYNC_RETURN_IF_ERROR(scanner.expect_symbol(','));
    SRSYNC_ASSIGN_OR_RETURN(ListedPartition partition, read_listed_partition(scanner, is_raw));
    partitions.push_back(std::move(partition));
  }
  std::sort(partitions.begin(), partitions.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  return partitions;
}

}  // namespace

Result<PartitionClause> read_partition_clause(Scanner& scanner) {
  PartitionClause clause;
  const bool is_range = scanner.accept_word("RANGE");
  if (is_range || scanner.accept_word("LIST")) {
    SRSYNC_ASSIGN_OR_RETURN(clause.items, read_items_in_parentheses(scanner));
    const bool by_column = clause.items.front().kind == PartitionItem::Kind::kColumn;
    for (const PartitionItem& item : clause.items) {
      if (item.kind == PartitionItem::Kind::kColumn || (is_range && clause.items.size() == 1)) {
        continue;
      }
      return invalid_argument(
          fmt::format("expected partition columns before offset {}, found the expression {:.60}",
                      scanner.position(), item.text));
    }
    clause.kind = !is_range   ? PartitionKind::kList
                  : by_column ? PartitionKind::kRangeColumns
                              : PartitionKind::kRangeExpression;
    SRSYNC_ASSIGN_OR_RETURN(clause.listed, read_listed_partitions(scanner));
    return clause;
  }
  clause.kind = PartitionKind::kAutoList;
  if (scanner.peek().is_symbol('(')) {
    SRSYNC_ASSIGN_OR_RETURN(clause.items, read_items_in_parentheses(scanner));
    return clause;
  }
  SRSYNC_ASSIGN_OR_RETURN(clause.items, read_items(scanner));
  const PartitionItem& item = clause.items.front();
  if (clause.items.size() == 1 && item.kind == PartitionItem::Kind::kExpression) {
    SRSYNC_ASSIGN_OR_RETURN(clause.auto_range, read_grid(item.text));
    if (clause.auto_range) clause.kind = PartitionKind::kAutoRange;
  }
  return clause;
}

}  // namespace srsync::ddl
