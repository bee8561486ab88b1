#include "ddl/quote.h"

namespace srsync::ddl {

std::string quote_identifier(std::string_view name) {
  std::string out = "`";
  for (char c : name) {
    out += c;
    if (c == '`') out += c;
  }
  out += '`';
  return out;
}

std::string quote_path(std::string_view database, std::string_view name) {
  return quote_identifier(database) + "." + quote_identifier(name);
}

std::string quote_identifiers(const std::vector<std::string>& names) {
  std::string out = "(";
  for (const std::string& name : names) {
    if (out.size() > 1) out += ", ";
    out += quote_identifier(name);
  }
  out += ')';
  return out;
}

std::string quote_text(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  out += '"';
  return out;
}

std::string quote_properties(const std::map<std::string, std::string, std::less<>>& properties,
                             std::string_view separator) {
  std::string out;
  for (const auto& [name, value] : properties) {
    if (!out.empty()) out += separator;
    out += quote_text(name) + " = " + quote_text(value);
  }
  return out;
}

}  // namespace srsync::ddl
