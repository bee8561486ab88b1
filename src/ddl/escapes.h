// Undoing the escapes that frontends put into quoted text, and case. Inside the room only.
#pragma once

#include <string>
#include <string_view>

namespace srsync::ddl {

enum class Escapes {
  kNone,    // every byte stands for itself
  kQuotes,  // \\ and \" and \' only; any other backslash stands for itself (comments)
  kAll,     // also \n \t \r \b \f \0 \/ and \uXXXX (defaults, JSON, SQL literals)
};

// `text` without its surrounding quotes. A backslash at the very end stands for itself.
std::string decode(std::string_view text, Escapes escapes);

// Appends one code point as UTF-8.
void append_utf8(std::string& out, unsigned code_point);

// ASCII upper case.
std::string to_upper(std::string_view text);

}  // namespace srsync::ddl
