// The syntax of Java properties files: lines, comments, separators, continuation and escapes. Knows
// no keys. Pure functions, safe from any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace srsync::config {

struct Property {
  std::string key;
  std::string value;  // escapes resolved; blanks at its end belong to it, as in Java
  int line = 0;       // of its first line, from 1
};

struct SyntaxError {
  int line = 0;
  std::string what;
};

struct PropertiesFile {
  std::vector<Property> properties;  // in the file's order, repeated keys included
  std::vector<SyntaxError> errors;
};

// Which characters end a key. Blanks do in both.
enum class Separators {
  kEqualsOrColon,  // Java's rule
  kEqualsOnly,     // for keys that hold colons (IPv6 addresses)
};

// Takes UTF-8, with or without a byte order mark; lines end in LF, CR LF or CR.
PropertiesFile parse_properties(std::string_view text, Separators separators);

}  // namespace srsync::config
