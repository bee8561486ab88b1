#include "ddl/view_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "ddl/escapes.h"
#include "ddl/quote.h"
#include "ddl/scanner.h"

namespace srsync::ddl {
namespace {

using Kind = Token::Kind;

class ViewReader {
 public:
  explicit ViewReader(std::string_view text) : scanner_(text) {}

  Result<ViewModel> read() {
    SRSYNC_RETURN_IF_ERROR(scanner_.expect_word("CREATE"));
    model_.materialized = scanner_.accept_word("MATERIALIZED");
    SRSYNC_RETURN_IF_ERROR(scanner_.expect_word("VIEW"));
    SRSYNC_ASSIGN_OR_RETURN(model_.name, scanner_.expect_name("the view's name"));
    if (scanner_.accept_symbol('.')) {
      SRSYNC_ASSIGN_OR_RETURN(model_.name, scanner_.expect_name("the view's name"));
    }
    if (scanner_.peek().is_symbol('(')) SRSYNC_RETURN_IF_ERROR(read_columns());
    while (!scanner_.peek().is_word("AS")) SRSYNC_RETURN_IF_ERROR(read_clause());
    model_.query = query_text(scanner_.source().substr(scanner_.peek().end));
    if (model_.query.empty()) return unsupported("a view without a query");
    return std::move(model_);
  }

 private:
  static std::string query_text(std::string_view rest) {
    rest = trim(rest);
    if (rest.ends_with(';')) rest.remove_suffix(1);
    return std::string(trim(rest));
  }

  Status read_columns() {
    SRSYNC_RETURN_IF_ERROR(scanner_.expect_symbol('('));
    do {
      if (scanner_.peek().kind == Kind::kWord && scanner_.peek().is_word("INDEX")) {
        SRSYNC_RETURN_IF_ERROR(read_index());
        continue;
      }
      ViewColumn column;
      SRSYNC_ASSIGN_OR_RETURN(column.name, scanner_.expect_name("a column"));
      if (scanner_.accept_word("COMMENT")) {
        SRSYNC_ASSIGN_OR_RETURN(column.comment,
                                scanner_.expect_string("a column's comment", Escapes::kQuotes));
      }
      model_.columns.push_back(std::move(column));
    } while (scanner_.accept_symbol(','));
    return scanner_.expect_symbol(')');
  }

  // An index inside the list of columns, as printed.
  Status read_index() {
    const std::size_t begin = scanner_.position();
    while (!scanner_.peek().is_symbol(',') && !scanner_.peek().is_symbol(')')) {
      if (scanner_.at_end() || scanner_.peek().kind == Kind::kBroken) {
        return scanner_.expected("the end of an index");
      }
      SRSYNC_RETURN_IF_ERROR(skip_one());
    }
    model_.indexes.emplace_back(trim(scanner_.slice(begin, scanner_.last_end())));
    return Status::ok();
  }

  Status skip_one() {
    if (scanner_.peek().is_symbol('(')) return scanner_.skip_brackets();
    scanner_.next();
    return Status::ok();
  }

  bool at_clause() const {
    static constexpr std::array<std::string_view, 8> kBegins = {
        "COMMENT", "SECURITY", "PARTITION", "DISTRIBUTED", "ORDER", "REFRESH", "PROPERTIES", "AS"};
    const Token& token = scanner_.peek();
    return token.kind == Kind::kWord &&
           std::any_of(kBegins.begin(), kBegins.end(),
                       [&](std::string_view word) { return token.is_word(word); });
  }

  // Everything up to the word that begins the next clause.
  Status read_raw(std::string& out) {
    SRSYNC_RETURN_IF_ERROR(scanner_.expect_word("BY"));
    const std::size_t begin = scanner_.position();
    while (!at_clause()) {
      if (scanner_.at_end() || scanner_.peek().kind == Kind::kBroken) {
        return scanner_.expected("AS and the query");
      }
      SRSYNC_RETURN_IF_ERROR(skip_one());
    }
    out = trim(scanner_.slice(begin, scanner_.last_end()));
    return Status::ok();
  }

  Status read_clause() {
    if (scanner_.accept_word("COMMENT")) {
      SRSYNC_ASSIGN_OR_RETURN(model_.comment,
                              scanner_.expect_string("the view's comment", Escapes::kQuotes));
      return Status::ok();
    }
    if (scanner_.accept_word("SECURITY")) {
      SRSYNC_ASSIGN_OR_RETURN(const std::string word, scanner_.expect_name("NONE or INVOKER"));
      model_.security = to_upper(word);
      return Status::ok();
    }
    if (model_.materialized) {
      if (scanner_.accept_word("PARTITION")) return read_raw(model_.partition_by);
      if (scanner_.accept_word("DISTRIBUTED")) return read_raw(model_.distributed_by);
      if (scanner_.accept_word("ORDER")) return read_raw(model_.order_by);
      if (scanner_.accept_word("REFRESH")) return read_refresh();
      if (scanner_.accept_word("PROPERTIES")) return read_properties();
    }
    return scanner_.expected("a clause of a view that this version knows");
  }

  Status read_refresh() {
    Refresh& refresh = model_.refresh;
    for (;;) {
      if (scanner_.accept_word("DEFERRED")) {
        refresh.deferred = true;
      } else if (scanner_.accept_word("IMMEDIATE")) {
        refresh.deferred = false;
      } else if (scanner_.accept_word("MANUAL")) {
        refresh.moment = RefreshMoment::kManual;
      } else if (scanner_.accept_word("INCREMENTAL")) {
        refresh.moment = RefreshMoment::kIncremental;
      } else if (scanner_.accept_word("ASYNC")) {
        refresh.moment = RefreshMoment::kAsync;
      } else if (scanner_.accept_word("START")) {
        SRSYNC_RETURN_IF_ERROR(scanner_.expect_symbol('('));
        SRSYNC_ASSIGN_OR_RETURN(refresh.start, scanner_.expect_string("a moment", Escapes::kNone));
        SRSYNC_RETURN_IF_ERROR(scanner_.expect_symbol(')'));
      } else if (scanner_.accept_word("EVERY")) {
        SRSYNC_RETURN_IF_ERROR(read_every(refresh.every));
      } else {
        return Status::ok();
      }
    }
  }

  // (INTERVAL 1 DAY)
  Status read_every(std::string& out) {
    SRSYNC_RETURN_IF_ERROR(scanner_.expect_symbol('('));
    SRSYNC_RETURN_IF_ERROR(scanner_.expect_word("INTERVAL"));
    const std::size_t begin = scanner_.position();
    while (!scanner_.peek().is_symbol(')')) {
      if (scanner_.at_end()) return scanner_.expected("the end of an interval");
      scanner_.next();
    }
    out = to_upper(trim(scanner_.slice(begin, scanner_.last_end())));
    return scanner_.expect_symbol(')');
  }

  Status read_properties() {
    SRSYNC_RETURN_IF_ERROR(scanner_.expect_symbol('('));
    do {
      SRSYNC_ASSIGN_OR_RETURN(std::string key,
                              scanner_.expect_string("a property", Escapes::kNone));
      SRSYNC_RETURN_IF_ERROR(scanner_.expect_symbol('='));
      SRSYNC_ASSIGN_OR_RETURN(std::string value,
                              scanner_.expect_string("a property's value", Escapes::kNone));
      model_.properties[std::move(key)] = std::move(value);
    } while (scanner_.accept_symbol(','));
    return scanner_.expect_symbol(')');
  }

  Scanner scanner_;
  ViewModel model_;
};

}  // namespace

Result<ViewModel> read_view(std::string_view create_sql) {
  Result<ViewModel> model = ViewReader(create_sql).read();
  // Whatever the scanner calls it: this text cannot be carried.
  if (!model.is_ok()) return unsupported(model.status().message());
  return model;
}

std::string to_string(const Refresh& refresh) {
  std::string text = refresh.deferred ? "DEFERRED " : "";
  switch (refresh.moment) {
    case RefreshMoment::kManual:
      text += "MANUAL";
      break;
    case RefreshMoment::kIncremental:
      text += "INCREMENTAL";
      break;
    case RefreshMoment::kAsync:
      text += "ASYNC";
      break;
  }
  if (!refresh.start.empty()) text += fmt::format(" START({})", quote_text(refresh.start));
  if (!refresh.every.empty()) text += fmt::format(" EVERY(INTERVAL {})", refresh.every);
  return text;
}

}  // namespace srsync::ddl
