#include "ddl/renames.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"
#include "ddl/scanner.h"

namespace srsync::ddl {
namespace {

constexpr std::string_view kAllowed =
    "rules such as db1 -> db1_copy or db1.t -> db2.t2 are wanted, separated by commas";

std::optional<ObjectName> read_name(std::string_view text) {
  const auto dot = text.find('.');
  ObjectName name{std::string(text.substr(0, dot)),
                  dot == std::string_view::npos ? "" : std::string(text.substr(dot + 1))};
  if (name.database.empty() || (dot != std::string_view::npos && name.name.empty()))
    return std::nullopt;
  return name;
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// Why a frontend would not have a database or table of this name; empty when it may.
std::string wrong_name(const ObjectName& name) {
  if (is_system_database(name.database)) {
    return fmt::format("{} is a system database, which is never carried", name.database);
  }
  if (!is_ascii(name.database)) {
    return fmt::format("a frontend takes no database name with other than ASCII characters ({})",
                       name.database);
  }
  const auto odd = [](std::string_view text) {
    return text.find_first_of("`;*?%\"'\\/.>= \t\r\n") != std::string_view::npos;
  };
  if (odd(name.database) || odd(name.name)) {
    return fmt::format(
        "{} is no name of a {}: quotes, wildcards, blanks and a second point are "
        "not allowed in it",
        to_string(name), name.name.empty() ? "database" : "table");
  }
  if (contains(name.name, kReservedTablePrefix)) {
    return fmt::format("{} holds {}, which srsync keeps for tables of its own", to_string(name),
                       kReservedTablePrefix);
  }
  return "";
}

Result<RenameRule> read_rule(std::string_view text) {
  const auto wrong = [&](std::string_view why) {
    return invalid_argument(fmt::format("{}: {}; {}", trim(text), why, kAllowed));
  };
  const auto arrow = text.find("->");
  if (arrow == std::string_view::npos) return wrong("there is no -> in it");
  const auto from = read_name(trim(text.substr(0, arrow)));
  const auto to = read_name(trim(text.substr(arrow + 2)));
  if (!from || !to) return wrong("a name is missing");
  if (from->name.empty() != to->name.empty()) {
    return wrong("one side is a database, the other a table");
  }
  for (const auto* name : {&*from, &*to}) {
    if (const std::string why = wrong_name(*name); !why.empty()) return wrong(why);
  }
  return RenameRule{*from, *to};
}

const RenameRule* database_rule(const std::vector<RenameRule>& rules, const std::string& db,
                                ObjectName RenameRule::*side) {
  const auto found = std::find_if(rules.begin(), rules.end(), [&](const RenameRule& rule) {
    return (rule.*side).name.empty() && (rule.*side).database == db;
  });
  return found == rules.end() ? nullptr : &*found;
}

Status check_two(const RenameRule& a, const RenameRule& b) {
  if (a.from == b.from) {
    return invalid_argument(
        fmt::format("{} and {}: one object cannot have two names; keep one of them", to_string(a),
                    to_string(b)));
  }
  if (a.to == b.to) {
    return invalid_argument(fmt::format(
        "{} and {}: two objects cannot have one name on the target; choose another for one of them",
        to_string(a), to_string(b)));
  }
  return Status::ok();
}

// A table of a database that itself has no place on the target.
Status check_place(const std::vector<RenameRule>& rules, const RenameRule& rule) {
  if (rule.from.name.empty()) return Status::ok();
  if (database_rule(rules, rule.from.database, &RenameRule::from) != nullptr) return Status::ok();
  const RenameRule* taker = database_rule(rules, rule.from.database, &RenameRule::to);
  if (taker == nullptr) return Status::ok();
  return invalid_argument(fmt::format(
      "{}: the name of its database on the target, {}, is taken by {}; rename {} as a whole too",
      to_string(rule), rule.from.database, to_string(*taker), rule.from.database));
}

}  // namespace

bool is_system_database(std::string_view db) {
  static constexpr std::array<std::string_view, 3> kSystem = {"information_schema", "sys",
                                                              "_statistics_"};
  return std::any_of(kSystem.begin(), kSystem.end(), [&](std::string_view name) {
    return name.size() == db.size() && equals_ignore_case(name, db);
  });
}

bool matches_pattern(std::string_view pattern, std::string_view text) {
  // Of UTF-8: one character may be several bytes.
  const auto past_character = [&](std::size_t at) {
    ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) ++at;
    return at;
  };
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t retry = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      retry = t;
    } else if (p < pattern.size() && pattern[p] == '?') {
      ++p;
      t = past_character(t);
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      retry = past_character(retry);
      t = retry;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

std::optional<std::string> moved_view(const std::string& view_sql, const ObjectName& from,
                                      const ObjectName& to) {
  if (from == to) return view_sql;
  // Another name would need an alias, which such a view cannot have.
  if (from.name != to.name) return std::nullopt;
  if (view_references(view_sql, from.database) != std::vector<ObjectName>{from}) {
    return std::nullopt;
  }
  // CREATE MATERIALIZED VIEW [IF NOT EXISTS] name: with a database before it, it would go there.
  Scanner scanner(view_sql);
  while (!scanner.at_end() && !scanner.accept_word("AS")) {
    if (scanner.next().is_symbol('.')) return std::nullopt;
  }
  return qualified_query(view_sql, from.database, [&](const ObjectName&) { return to; });
}

std::string to_string(const ObjectName& name) {
  return name.name.empty() ? name.database : name.database + "." + name.name;
}

std::string to_string(const RenameRule& rule) {
  return to_string(rule.from) + " -> " + to_string(rule.to);
}

Result<std::vector<RenameRule>> parse_renames(std::string_view text) {
  std::vector<RenameRule> rules;
  for (const auto part : split(text, ',')) {
    if (trim(part).empty()) continue;
    SRSYNC_ASSIGN_OR_RETURN(RenameRule rule, read_rule(part));
    for (const auto& other : rules) SRSYNC_RETURN_IF_ERROR(check_two(other, rule));
    rules.push_back(std::move(rule));
  }
  for (const auto& rule : rules) SRSYNC_RETURN_IF_ERROR(check_place(rules, rule));
  return rules;
}

std::string renames_text(const std::vector<RenameRule>& rules) {
  std::string text;
  for (const auto& rule : rules) text += (text.empty() ? "" : ", ") + to_string(rule);
  return text;
}

}  // namespace srsync::ddl
