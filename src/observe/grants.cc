// Reads the sentences of SHOW GRANTS, which are GRANT statements.
#include "base/text.h"
#include "observe/preflight.h"

namespace srsync::observe {

namespace {

bool has_word(std::string_view list, std::string_view wanted) {
  for (const std::string_view part : split(list, ',')) {
    const std::string_view word = trim(part);
    if (equals_ignore_case(word, wanted) || equals_ignore_case(word, "ALL")) return true;
  }
  return false;
}

std::string unquote(std::string_view text) {
  text = trim(text);
  if (text.size() >= 2 && text.front() == '\'' && text.back() == '\'') {
    text = text.substr(1, text.size() - 2);
  }
  return std::string(text);
}

void add_role(const std::string& role, GrantedRights& rights) {
  if (role == "root") rights.everything = true;
  if (role == "db_admin") {
    rights.operate_on_system = true;
    rights.create_database = true;
    rights.create_table = true;
    rights.alter_table = true;
    rights.drop_table = true;
  }
  rights.roles.push_back(role);
}

}  // namespace

// "GRANT 'r1', 'r2' TO 'u'@'%'" or "GRANT SELECT, DROP ON ALL TABLES IN DATABASE d TO ROLE 'r'".
void add_grant(const std::string& grant, GrantedRights& rights) {
  std::string_view rest = trim(grant);
  if (!rest.starts_with("GRANT ")) return;
  rest.remove_prefix(6);
  const std::size_t to = rest.rfind(" TO ");
  if (to == std::string_view::npos) return;
  rest = rest.substr(0, to);
  const std::size_t on = rest.find(" ON ");
  if (on == std::string_view::npos) {
    for (const std::string_view role : split(rest, ',')) add_role(unquote(role), rights);
    return;
  }
  const std::string_view words = rest.substr(0, on);
  const std::string_view object = trim(rest.substr(on + 4));
  if (object.starts_with("SYSTEM")) {
    rights.operate_on_system |= has_word(words, "OPERATE");
  } else if (object.starts_with("CATALOG") || object.starts_with("ALL CATALOGS")) {
    rights.create_database |= has_word(words, "CREATE DATABASE");
  } else if (object.starts_with("DATABASE") || object.starts_with("ALL DATABASES")) {
    rights.create_table |= has_word(words, "CREATE TABLE");
  } else if (object.starts_with("TABLE") || object.starts_with("ALL TABLES")) {
    rights.alter_table |= has_word(words, "ALTER");
    rights.drop_table |= has_word(words, "DROP");
  }
}

}  // namespace srsync::observe
