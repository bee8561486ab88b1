// The seam to a frontend's MySQL port: SQL text in, rows of text out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace srsync::io {

// One result set of the text protocol. Columns are found by name, never by position: every
// StarRocks version moves them.
struct ResultSet {
  std::vector<std::string> columns;
  std::vector<std::vector<std::optional<std::string>>> rows;  // nullopt is SQL NULL
  std::uint64_t affected_rows = 0;                            // of statements without rows

  // Position of `name` (ASCII case ignored), or nullopt.
  std::optional<std::size_t> find_column(std::string_view name) const;
};

// A server's refusal, kept apart from the Status made of it so that rooms can look at the number.
struct SqlError {
  int code = 0;           // MySQL error number; 0 when the server did not answer
  std::string sql_state;  // five characters
  std::string message;    // the server's text
};

// One session with one frontend. Not thread-safe: one caller at a time, any thread.
class SqlSession {
 public:
  virtual ~SqlSession() = default;

  // Runs one statement and reads the whole answer.
  //   kUnavailable     nothing was sent; try again later
  //   kOutcomeUnknown  sent, but no answer came back: the statement may have been carried out
  //   others           the server answered with an error; last_error() has its number and text
  // After kUnavailable or kOutcomeUnknown the next call opens a new connection.
  virtual Result<ResultSet> query(std::string_view sql) = 0;

  // The server's words behind the last failed query(); empty code when it did not answer.
  virtual const SqlError& last_error() const = 0;
};

}  // namespace srsync::io
