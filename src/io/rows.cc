#include "io/rows.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"

namespace srsync::io {

Result<RowReader> RowReader::bind(const ResultSet& rows, std::string_view statement,
                                  std::initializer_list<std::string_view> required,
                                  std::initializer_list<std::string_view> optional) {
  RowReader reader;
  reader.rows_ = &rows;
  reader.statement_ = std::string(statement);
  for (const auto name : required) {
    const auto position = rows.find_column(name);
    if (!position.has_value()) {
      return unsupported(fmt::format("{}: the answer has no column {}, it has: {}", statement, name,
                                     fmt::join(rows.columns, ", ")));
    }
    reader.names_.emplace_back(name);
    reader.positions_.push_back(position);
  }
  for (const auto name : optional) {
    reader.names_.emplace_back(name);
    reader.positions_.push_back(rows.find_column(name));
  }
  return reader;
}

std::optional<std::string_view> RowReader::text(std::size_t row, std::size_t column) const {
  const auto position = positions_[column];
  const auto& values = rows_->rows[row];
  if (!position.has_value() || *position >= values.size()) return std::nullopt;
  const auto& value = values[*position];
  if (!value.has_value()) return std::nullopt;
  return std::string_view(*value);
}

std::string_view RowReader::text_or_empty(std::size_t row, std::size_t column) const {
  return text(row, column).value_or(std::string_view());
}

Result<std::string> RowReader::get_text(std::size_t row, std::size_t column) const {
  const auto value = text(row, column);
  if (!value.has_value()) return bad_value(row, column, "a text");
  return std::string(*value);
}

Result<std::int64_t> RowReader::get_int64(std::size_t row, std::size_t column) const {
  const auto value = text(row, column);
  const auto number = value.has_value() ? parse_int64(*value) : std::nullopt;
  if (!number.has_value()) return bad_value(row, column, "a number");
  return *number;
}

Result<bool> RowReader::get_bool(std::size_t row, std::size_t column) const {
  const auto value = text_or_empty(row, column);
  if (value == "1" || equals_ignore_case(value, "true")) return true;
  if (value == "0" || equals_ignore_case(value, "false")) return false;
  return bad_value(row, column, "true or false");
}

Result<std::optional<std::int64_t>> RowReader::get_optional_int64(std::size_t row,
                                                                  std::size_t column) const {
  if (!text(row, column).has_value()) return std::optional<std::int64_t>();
  SRSYNC_ASSIGN_OR_RETURN(const std::int64_t number, get_int64(row, column));
  return std::optional<std::int64_t>(number);
}

Status RowReader::bad_value(std::size_t row, std::size_t column, std::string_view wanted) const {
  const auto value = text(row, column);
  return corruption(fmt::format("{}: row {}, column {}: {} is not {}", statement_, row + 1,
                                names_[column],
                                value.has_value() ? fmt::format("'{}'", *value) : "NULL", wanted));
}

}  // namespace srsync::io
