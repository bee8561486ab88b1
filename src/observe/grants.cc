#include "observe/grants.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/text.h"
#include "ddl/quote.h"
#include "io/rows.h"

namespace srsync::observe {

namespace {

std::string unquote(std::string_view text) {
  text = trim(text);
  if (text.size() >= 2 && text.front() == '\'' && text.back() == '\'') {
    text = text.substr(1, text.size() - 2);
  }
  return std::string(text);
}

// "a, b" names a; names are not quoted, so one that holds a comma is not found.
bool lists(std::string_view names, std::string_view wanted) {
  const auto parts = split(names, ',');
  return std::any_of(parts.begin(), parts.end(),
                     [&](std::string_view part) { return trim(part) == wanted; });
}

// Quoted only where it must be: names of roles are words nearly always.
std::string role_name(const std::string& role) {
  const bool is_word = std::all_of(role.begin(), role.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
  return is_word ? role : ddl::quote_identifier(role);
}

}  // namespace

void GrantedRights::add_role(const std::string& role) {
  if (role == "root") everything_ = true;
  if (role == "db_admin") {
    for (const char* object : {"SYSTEM", "CATALOG default_catalog", "ALL DATABASES"}) {
      grants_.push_back({{object == std::string_view("SYSTEM") ? "OPERATE" : "ALL"}, object});
    }
    for (const char* kind : {"TABLES", "VIEWS", "MATERIALIZED VIEWS"}) {
      grants_.push_back({{"ALL"}, fmt::format("ALL {} IN ALL DATABASES", kind)});
    }
  }
  roles_.push_back(role);
}

// "GRANT 'r1', 'r2' TO 'u'@'%'" or "GRANT SELECT, DROP ON ALL TABLES IN DATABASE d TO ROLE 'r'".
void GrantedRights::add(const std::string& grant) {
  std::string_view rest = trim(grant);
  if (!rest.starts_with("GRANT ")) return;
  rest.remove_prefix(6);
  const std::size_t to = rest.rfind(" TO ");
  if (to == std::string_view::npos) return;
  rest = rest.substr(0, to);
  const std::size_t on = rest.find(" ON ");
  if (on == std::string_view::npos) {
    for (const std::string_view role : split(rest, ',')) add_role(unquote(role));
    return;
  }
  Grant added;
  for (const std::string_view word : split(rest.substr(0, on), ',')) {
    added.privileges.emplace_back(trim(word));
  }
  added.object = trim(rest.substr(on + 4));
  grants_.push_back(std::move(added));
}

template <typename Match>
bool GrantedRights::any(std::string_view privilege, Match&& match) const {
  return everything_ || std::any_of(grants_.begin(), grants_.end(), [&](const Grant& grant) {
           const bool has_it = std::any_of(
               grant.privileges.begin(), grant.privileges.end(), [&](const std::string& word) {
                 return equals_ignore_case(word, privilege) || equals_ignore_case(word, "ALL");
               });
           return has_it && match(std::string_view(grant.object));
         });
}

bool GrantedRights::may_on_system(std::string_view privilege) const {
  return any(privilege, [](std::string_view object) { return object.starts_with("SYSTEM"); });
}

bool GrantedRights::may_on_catalog(std::string_view privilege) const {
  return any(privilege, [](std::string_view object) {
    return object == "ALL CATALOGS" ||
           (object.starts_with("CATALOG ") && lists(object.substr(8), "default_catalog"));
  });
}

bool GrantedRights::may_on_database(std::string_view privilege, std::string_view db) const {
  return any(privilege, [db](std::string_view object) {
    if (object == "ALL DATABASES") return true;
    return !db.empty() && object.starts_with("DATABASE ") && lists(object.substr(9), db);
  });
}

bool GrantedRights::may_on_object(std::string_view privilege, std::string_view kind,
                                  std::string_view db, std::string_view name) const {
  const std::string everywhere = fmt::format("ALL {}S IN ALL DATABASES", kind);
  const std::string in_database = fmt::format("ALL {}S IN DATABASE ", kind);
  const std::string one = fmt::format("{} ", kind);
  const std::string full = fmt::format("{}.{}", db, name);
  return any(privilege, [&](std::string_view object) {
    if (object == everywhere) return true;
    if (db.empty()) return false;
    if (object.starts_with(in_database)) return lists(object.substr(in_database.size()), db);
    return !name.empty() && object.starts_with(one) && lists(object.substr(one.size()), full);
  });
}

std::vector<std::string> GrantedRights::take_roles() { return std::exchange(roles_, {}); }

Result<AccountRights> read_rights(ClusterLink& link) {
  AccountRights account;
  account.identity = fmt::format("'{}'@'%'", link.endpoint().user);
  std::set<std::string> asked;
  std::vector<std::string> roles = {""};  // empty: the account itself
  while (!roles.empty()) {
    const std::string role = roles.back();
    roles.pop_back();
    if (!asked.insert(role).second) continue;
    const std::string sql =
        role.empty() ? "SHOW GRANTS" : "SHOW GRANTS FOR ROLE " + role_name(role);
    const Result<io::ResultSet> rows = link.read(sql);
    if (!rows.is_ok() && role.empty()) return rows.status();
    if (!rows.is_ok()) {
      account.unread_roles.push_back(role);
      continue;
    }
    SRSYNC_ASSIGN_OR_RETURN(const io::RowReader reader,
                            io::RowReader::bind(*rows, sql, {"UserIdentity", "Catalog", "Grants"}));
    for (std::size_t row = 0; row < reader.size(); ++row) {
      if (role.empty()) account.identity = std::string(reader.text_or_empty(row, 0));
      const std::string_view catalog = reader.text_or_empty(row, 1);
      // Empty on the rows of roles; another catalog's databases are not ours.
      if (!catalog.empty() && catalog != "default_catalog") continue;
      account.rights.add(std::string(reader.text_or_empty(row, 2)));
    }
    for (std::string& found : account.rights.take_roles()) roles.push_back(std::move(found));
  }
  return account;
}

}  // namespace srsync::observe
