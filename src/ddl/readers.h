// The parts of read_create_table(), which stand in several files. Inside the room only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "ddl/partition_values.h"
#include "ddl/scanner.h"
#include "ddl/table_model.h"

namespace srsync::ddl {

// VALUES [..) or VALUES IN (..) at the scanner's place, every string properly quoted.
Result<PartitionValues> read_values(Scanner& scanner);

// What stands behind PARTITION BY, up to the next clause.
Result<PartitionClause> read_partition_clause(Scanner& scanner);

// ("k" = "v", ..) with its parentheses.
Result<Properties> read_properties(Scanner& scanner);

// How a string is printed whose printer does not escape what would end it.
struct LooseString {
  Escapes escapes = Escapes::kQuotes;
  bool is_raw = false;  // nothing in it is escaped
  // Texts of which one stands behind the closing quote.
  std::vector<std::string_view> followers;
  // Where the text's last quote before a follower stands (last_loose_end). Nothing is searched
  // behind it, so that a text without followers is not searched once per string.
  std::size_t last = 0;
};

// The last place in `source` where `quote` stands before one of `followers`; 0 when nowhere.
std::size_t last_loose_end(std::string_view source, char quote,
                           const std::vector<std::string_view>& followers);

// The string at the scanner's place. If reading it by its escapes does not lead to a follower, it
// ends at the first quote that does, and nothing in it is decoded.
Result<std::string> read_loose_string(Scanner& scanner, const LooseString& print,
                                      std::string_view what);

}  // namespace srsync::ddl
