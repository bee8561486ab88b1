#include "ddl/view_references.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "ddl/escapes.h"
#include "ddl/quote.h"
#include "ddl/scanner.h"

namespace srsync::ddl {
namespace {

using Kind = Token::Kind;

constexpr std::string_view kOwnCatalog = "default_catalog";

// A dotted name in the query.
struct Path {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::vector<std::string> parts;
  bool table = false;  // names a table or view; else a column with its path
  std::string alias;   // of a table
};

// One level of brackets.
struct Level {
  bool select = false;  // a SELECT was seen: FROM begins its tables
  bool from = false;    // inside the tables of a FROM
  bool expect = false;  // a table comes next
  bool with = false;    // inside the list of a WITH
  bool with_name = false;
  bool recursive = false;
  bool with_as = false;  // the next bracket holds what the name stands for
  std::string pending;   // a name of WITH whose query is not over yet
  std::vector<std::string> names;
};

bool is_one_of(const Token& token, const auto& words) {
  return token.kind == Kind::kWord &&
         std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return token.is_word(word); });
}

constexpr auto kEndsFrom =
    std::to_array<std::string_view>({"WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "UNION",
                                     "EXCEPT", "INTERSECT", "MINUS", "QUALIFY", "WINDOW"});
// Words that may stand behind a table and are no alias of it.
constexpr auto kNoAlias = std::to_array<std::string_view>(
    {"ON",        "USING", "JOIN",  "INNER",   "LEFT",      "RIGHT",  "FULL",    "CROSS",
     "OUTER",     "SEMI",  "ANTI",  "NATURAL", "PARTITION", "TABLET", "TABLETS", "FOR",
     "LATERAL",   "ASOF",  "PIVOT", "SAMPLE",  "WHERE",     "GROUP",  "HAVING",  "ORDER",
     "INTERSECT", "LIMIT", "UNION", "EXCEPT",  "MINUS",     "WINDOW", "QUALIFY"});
constexpr auto kKeyWords = std::to_array<std::string_view>(
    {"SELECT", "DISTINCT", "ALL",     "FROM",      "WHERE",     "GROUP",     "BY",      "HAVING",
     "ORDER",  "LIMIT",    "OFFSET",  "UNION",     "EXCEPT",    "MINUS",     "WITH",    "JOIN",
     "LEFT",   "RIGHT",    "FULL",    "CROSS",     "SEMI",      "ANTI",      "ON",      "USING",
     "AND",    "OR",       "NOT",     "IN",        "IS",        "NULL",      "LIKE",    "REGEXP",
     "CASE",   "WHEN",     "THEN",    "ELSE",      "END",       "EXISTS",    "BETWEEN", "INTERVAL",
     "ASC",    "DESC",     "NULLS",   "FIRST",     "LAST",      "OVER",      "ROWS",    "RANGE",
     "TRUE",   "FALSE",    "LATERAL", "GROUPING",  "SETS",      "ROLLUP",    "CUBE",    "INTERSECT",
     "DAY",    "MONTH",    "YEAR",    "PRECEDING", "FOLLOWING", "UNBOUNDED", "CURRENT", "ROW"});
// They change nothing and only some printers write them.
constexpr auto kNoise = std::to_array<std::string_view>({"AS", "INNER", "OUTER"});

class QueryWalk {
 public:
  QueryWalk(std::string_view query, std::string_view database)
      : scanner_(query), database_(database), levels_(1) {}

  void run() {
    while (!scanner_.at_end() && scanner_.peek().kind != Kind::kBroken) {
      if (skip_comment()) continue;
      const Token& token = scanner_.peek();
      if (token.kind == Kind::kWord || token.kind == Kind::kName) {
        on_name();
      } else if (token.kind == Kind::kSymbol) {
        on_symbol();
      } else {
        emit("'" + scanner_.next().text() + "'");
      }
    }
  }

  std::vector<Path> paths;
  std::string canonical;

 private:
  Level& level() { return levels_.back(); }

  void emit(std::string_view text) {
    if (!canonical.empty()) canonical += ' ';
    canonical += text;
  }

  bool starts(std::string_view what) const {
    return scanner_.source().substr(scanner_.position()).starts_with(what);
  }

  bool skip_comment() {
    if (!starts("--") && !starts("/*")) return false;
    const bool line = starts("--");
    const std::size_t end = scanner_.source().find(line ? "\n" : "*/", scanner_.position() + 2);
    const std::size_t past = line ? 1 : 2;
    scanner_.seek(end == std::string_view::npos ? scanner_.source().size() : end + past);
    return true;
  }

  void on_symbol() {
    const bool unequal = starts("<>");
    const Token token = scanner_.next();
    const char symbol = token.raw[0];
    if (unequal) {
      scanner_.next();
      emit("! =");
      return;
    }
    if (symbol == '[' && level().expect) {
      while (!scanner_.at_end() && !scanner_.next().is_symbol(']')) {
      }
      return;
    }
    emit(token.raw);
    if (symbol == '(') {
      open();
    } else if (symbol == ')') {
      close();
    } else if (symbol == ',') {
      level().with_name = level().with;
      if (level().from) level().expect = true;
    }
  }

  void open() {
    Level inner;
    // FROM (a JOIN b): brackets around tables; a SELECT inside says otherwise.
    inner.from = inner.expect = std::exchange(level().expect, false);
    levels_.push_back(std::move(inner));
  }

  void close() {
    if (levels_.size() == 1) return;
    levels_.pop_back();
    if (!level().with_as) return;
    level().with_as = false;
    level().names.push_back(std::exchange(level().pending, {}));
  }

  void on_name() {
    const Token& token = scanner_.peek();
    if (level().with_name) {
      on_with_name();
    } else if (token.kind == Kind::kWord && on_key_word(token)) {
      const Token word = scanner_.next();
      if (!is_one_of(word, kNoise)) emit(to_upper(word.raw));
    } else {
      on_path();
    }
  }

  void on_with_name() {
    const Token token = scanner_.next();
    emit(token.text());
    if (token.is_word("RECURSIVE")) {
      level().recursive = true;
      return;
    }
    level().with_name = false;
    level().pending = token.text();
    // Only a recursive query sees its own name.
    if (level().recursive) level().names.push_back(level().pending);
  }

  // True when the word is part of the grammar here and not a name.
  bool on_key_word(const Token& token) {
    Level& now = level();
    if (token.is_word("SELECT")) {
      now.select = true;
      now.with = now.from = now.expect = false;
    } else if (token.is_word("WITH")) {
      if (!now.select) now.with = now.with_name = true;
    } else if (token.is_word("FROM")) {
      if (now.select) now.from = now.expect = true;
    } else if (token.is_word("JOIN")) {
      now.expect = now.from;
    } else if (token.is_word("VALUES")) {
      now.expect = false;
    } else if (token.is_word("AS")) {
      now.with_as = now.with && !now.pending.empty();
    } else if (is_one_of(token, kEndsFrom)) {
      now.from = now.expect = false;
    } else {
      return is_one_of(token, kKeyWords) || is_one_of(token, kNoise);
    }
    return true;
  }

  void on_path() {
    Path path;
    path.begin = scanner_.position();
    path.parts.push_back(scanner_.next().text());
    path.end = scanner_.last_end();
    while (scanner_.peek().is_symbol('.')) {
      scanner_.next();
      const Kind kind = scanner_.peek().kind;
      if (kind != Kind::kWord && kind != Kind::kName) {
        // t.*
        emit(path.parts.back() + ".");
        return;
      }
      path.parts.push_back(scanner_.next().text());
      path.end = scanner_.last_end();
    }
    const bool function = scanner_.peek().is_symbol('(');
    const bool expected = std::exchange(level().expect, false);
    if (function) {
      emit(to_upper(path.parts.back()));
    } else if (expected) {
      on_table(std::move(path));
    } else {
      const auto& parts = path.parts;
      emit(parts.size() > 1 ? parts[parts.size() - 2] + "." + parts.back() : parts.back());
      if (parts.size() > 2) paths.push_back(std::move(path));
    }
  }

  bool stands_for_query(const std::string& name) const {
    return std::any_of(levels_.begin(), levels_.end(), [&](const Level& outer) {
      return std::any_of(outer.names.begin(), outer.names.end(),
                         [&](const std::string& known) { return equals_ignore_case(known, name); });
    });
  }

  void on_table(Path path) {
    std::string last = path.parts.back();
    const bool of_query = path.parts.size() == 1 && stands_for_query(last);
    if (path.parts.size() == 1 && !of_query) path.parts.insert(path.parts.begin(), database_);
    if (path.parts.size() == 3 && equals_ignore_case(path.parts[0], kOwnCatalog)) {
      path.parts.erase(path.parts.begin());
    }
    std::string text;
    for (const auto& part : path.parts) text += (text.empty() ? "" : ".") + part;
    emit(text);
    const bool as = scanner_.accept_word("AS");
    const Token& next = scanner_.peek();
    const bool alias =
        as || next.kind == Kind::kName || (next.kind == Kind::kWord && !is_one_of(next, kNoAlias));
    if (alias) {
      path.alias = scanner_.next().text();
      emit(path.alias);
    }
    path.table = true;
    if (!of_query) paths.push_back(std::move(path));
  }

  Scanner scanner_;
  std::string database_;
  std::vector<Level> levels_;
};

QueryWalk walk(std::string_view query, std::string_view database) {
  QueryWalk out(query, database);
  out.run();
  return out;
}

// The table that a column's path begins with; nullptr when none in the query is called so.
const Path* table_of(const std::vector<Path>& paths, const Path& column) {
  const std::size_t size = column.parts.size();
  const std::string& database = column.parts[size - 3];
  const std::string& name = column.parts[size - 2];
  for (const auto& path : paths) {
    if (!path.table || path.parts.size() != 2 || path.parts[0] != database) continue;
    if (path.alias.empty() ? path.parts[1] == name : path.alias == name) return &path;
  }
  return nullptr;
}

std::string new_table_text(const Path& path, const ObjectName& renamed) {
  std::string text = quote_path(renamed.database, renamed.name);
  // Columns keep the old name in front.
  if (path.alias.empty() && renamed.name != path.parts[1]) {
    text += " AS " + quote_identifier(path.parts[1]);
  }
  return text;
}

}  // namespace

std::vector<ObjectName> view_references(std::string_view query, std::string_view database) {
  std::vector<ObjectName> names;
  for (const auto& path : walk(query, database).paths) {
    if (path.table && path.parts.size() == 2) names.push_back({path.parts[0], path.parts[1]});
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

bool reads_other_catalogs(std::string_view query) {
  const QueryWalk found = walk(query, "");
  return std::any_of(found.paths.begin(), found.paths.end(),
                     [](const Path& path) { return path.table && path.parts.size() > 2; });
}

std::string qualified_query(std::string_view query, std::string_view database,
                            const Renamer& renamer) {
  const QueryWalk found = walk(query, database);
  std::string out;
  std::size_t done = 0;
  for (const auto& path : found.paths) {
    const Path* table = path.table ? &path : table_of(found.paths, path);
    if (table == nullptr || table->parts.size() != 2) continue;
    const ObjectName old{table->parts[0], table->parts[1]};
    const ObjectName renamed = renamer(old);
    const std::string_view text = query.substr(path.begin, path.end - path.begin);
    std::string fresh;
    if (path.table) {
      const bool has_database = text.find('.') != std::string_view::npos;
      if (renamed == old && has_database) continue;
      fresh = new_table_text(path, renamed);
    } else {
      if (renamed.database == old.database) continue;
      const auto& parts = path.parts;
      fresh = quote_path(renamed.database, parts[parts.size() - 2]) + "." +
              quote_identifier(parts.back());
    }
    out += query.substr(done, path.begin - done);
    out += fresh;
    done = path.end;
  }
  return out + std::string(query.substr(done));
}

std::string canonical_query(std::string_view query, std::string_view database) {
  return walk(query, database).canonical;
}

}  // namespace srsync::ddl
