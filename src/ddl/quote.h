// Quoting for StarRocks SQL. Pure, safe from any thread.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace srsync::ddl {

// `name`. A frontend drops a doubled back quote from a name, so no object has one; should one come
// in, it is doubled so that the statement at least cannot be broken out of.
std::string quote_identifier(std::string_view name);

// `db`.`name`
std::string quote_path(std::string_view database, std::string_view name);

// (`a`, `b`)
std::string quote_identifiers(const std::vector<std::string>& names);

// "text" with backslash and double quote escaped; line ends stay as they are.
std::string quote_text(std::string_view text);

// "k" = "v" pairs, each as quote_text() writes it, between `separator`; without parentheses.
std::string quote_properties(const std::map<std::string, std::string, std::less<>>& properties,
                             std::string_view separator);

}  // namespace srsync::ddl
