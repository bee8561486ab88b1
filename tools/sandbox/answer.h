// What a statement is answered with, before it becomes packets.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace srsync::sandbox {

// A column definition of a text result set; the defaults are those of SHOW PROC.
struct Field {
  std::string name;
  std::uint32_t length = 90;
  std::uint8_t type = 0xfd;    // VAR_STRING
  std::uint16_t charset = 33;  // utf8
  std::uint8_t decimals = 0;
};

using Cell = std::optional<std::string>;  // nullopt: NULL
using Row = std::vector<Cell>;

struct Answer {
  enum class Kind : std::uint8_t { kOk, kError, kRows };
  Kind kind = Kind::kOk;
  std::vector<Field> fields;
  std::vector<Row> rows;
  int code = 0;
  std::string message;  // of an error; of an OK packet: its info text
  std::uint64_t affected = 0;
  bool took_effect = false;  // the statement changed something in the cluster

  bool is_error() const { return kind == Kind::kError; }
};

Answer ok(bool took_effect = false);
Answer error(int code, std::string message);
// "Getting analyzing error. Detail message: <message>."
Answer analyze_error(int code, std::string_view message);
Answer rows(std::vector<Field> fields, std::vector<Row> rows = {});
// Fields of one length from names separated by blanks.
std::vector<Field> fields(std::string_view names, std::uint32_t length = 90);
// Keeps the rows whose `column` is LIKE the pattern.
void keep_like(Answer& answer, std::size_t column, std::string_view pattern);
// By name, not by position; -1 when there is none.
int column_index(const Answer& answer, std::string_view name);
// The SQL state that goes with an error number.
std::string_view sql_state(int code);

}  // namespace srsync::sandbox
