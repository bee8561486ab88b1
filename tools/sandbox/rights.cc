// What an account may do: the rights it was given as sentences, looked up the way frontends do.
#include "sandbox/rights.h"

#include <algorithm>
#include <string>

#include "base/text.h"

namespace srsync::sandbox {
namespace {

bool covers(std::string_view object, std::string_view kind, std::string_view db,
            std::string_view name) {
  const std::string all = "ALL " + std::string(kind) + "S";
  const std::string one = std::string(kind) + " ";
  if (kind == "CATALOG") return object == all || object == "CATALOG default_catalog";
  if (kind == "DATABASE") return object == all || object == one + std::string(db);
  return object == all + " IN ALL DATABASES" || object == all + " IN DATABASE " + std::string(db) ||
         object == one + std::string(db) + "." + std::string(name);
}

}  // namespace

bool may(const User& user, std::string_view privilege, std::string_view kind, std::string_view db,
         std::string_view name) {
  if (user.all) return true;
  return std::ranges::any_of(user.rights, [&](const std::string& right) {
    const std::size_t on = right.find(" ON ");
    if (on == std::string::npos) return false;
    const auto words = split(std::string_view(right).substr(0, on), ',');
    const bool has_it =
        privilege == "ANY" || std::ranges::any_of(words, [&](std::string_view word) {
          return trim(word) == privilege || trim(word) == "ALL";
        });
    return has_it && covers(std::string_view(right).substr(on + 4), kind, db, name);
  });
}

bool may_read(const User& user, std::string_view db, std::string_view table) {
  if (user.all || user.readable_tables.contains(std::string(db) + "." + std::string(table))) {
    return true;
  }
  return std::ranges::any_of(
      std::initializer_list<std::string_view>{"TABLE", "VIEW", "MATERIALIZED VIEW"},
      [&](std::string_view kind) { return may(user, "ANY", kind, db, table); });
}

}  // namespace srsync::sandbox
