// Reads rows of a ResultSet by column name, with types. Every StarRocks version moves columns, so
// positions are looked up once, when the reader is bound, and never written down.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "io/sql.h"

namespace srsync::io {

// Holds a pointer to the ResultSet it was bound to, which must outlive it and stay unchanged.
// Columns are named below by their place in the lists given to bind(): required ones first, then
// the optional ones. Safe from any thread as long as the ResultSet is.
class RowReader {
 public:
  // Finds the columns (ASCII case ignored). `statement` is only named in errors. A required column
  // that is missing: kUnsupported, naming it, the statement and what is there instead. An optional
  // one that is missing reads as NULL in every row.
  static Result<RowReader> bind(const ResultSet& rows, std::string_view statement,
                                std::initializer_list<std::string_view> required,
                                std::initializer_list<std::string_view> optional = {});

  std::size_t size() const { return rows_->rows.size(); }
  // Whether the result has the column at all.
  bool has(std::size_t column) const { return positions_[column].has_value(); }

  // The text, or nullopt for SQL NULL and for a missing optional column. Valid as long as the
  // ResultSet is. Requires row < size().
  std::optional<std::string_view> text(std::size_t row, std::size_t column) const;
  // The same with NULL as an empty text.
  std::string_view text_or_empty(std::size_t row, std::size_t column) const;

  // kCorruption, naming statement, column and row, when it is NULL or not what is asked for.
  Result<std::string> get_text(std::size_t row, std::size_t column) const;
  Result<std::int64_t> get_int64(std::size_t row, std::size_t column) const;
  // "true" and "false" (ASCII case ignored), "1" and "0".
  Result<bool> get_bool(std::size_t row, std::size_t column) const;

  // Like get_int64(), but NULL and a missing column give nullopt.
  Result<std::optional<std::int64_t>> get_optional_int64(std::size_t row, std::size_t column) const;

 private:
  RowReader() = default;
  Status bad_value(std::size_t row, std::size_t column, std::string_view wanted) const;

  const ResultSet* rows_ = nullptr;
  std::string statement_;
  std::vector<std::string> names_;
  std::vector<std::optional<std::size_t>> positions_;
};

}  // namespace srsync::io
