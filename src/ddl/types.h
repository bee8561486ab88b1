// Column types and expressions in the form in which two releases' prints of the same thing are
// equal. Pure, safe from any thread.
#pragma once

#include <string>
#include <string_view>

namespace srsync::ddl {

// "bigint(20)" -> "bigint", "varbinary(1048576)" -> "varbinary", "decimal64(9,0)" stays apart from
// "decimal(9,0)", "struct<`a` int(11)>" -> "struct<a:int>". An unknown text is only lower-cased and
// stripped of blanks.
std::string canonical_type(std::string_view printed);

// The type as every target reads it: STRUCT fields quoted, DECIMAL256 as DECIMAL(p, s).
std::string writable_type(std::string_view printed);

// An expression without the differences that only printing makes: quotes round names, blanks, case
// outside strings, parentheses that hold a whole operand.
std::string canonical_expression(std::string_view printed);

}  // namespace srsync::ddl
