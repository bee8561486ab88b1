// The values a partition holds, in one canonical form.
//
// A frontend tells them three ways: the Range column of SHOW PARTITIONS, its List column (tuple
// text up to 3.4.0, JSON from 3.4.1), and the partitions listed by SHOW CREATE TABLE. All three
// become the same PartitionValues, and to_clause() gives the one text that catalogs keep and
// compare.
//
// NULL: a frontend prints a NULL list value as the text NULL, in every form. It cannot be told from
// the four letters, so both are read as NULL here; null_is_text() and the writers decide by the
// column (a NOT NULL column can only hold the letters).
//
// Pure values, safe from any thread.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status.h"

namespace srsync::ddl {

// One value of one partition column.
struct KeyPart {
  enum class Kind { kText, kNull, kMaxValue };
  Kind kind = Kind::kText;
  std::string text;  // of kText only; numbers and dates as the frontend prints them

  static KeyPart of_text(std::string text) { return {Kind::kText, std::move(text)}; }
  static KeyPart null() { return {Kind::kNull, {}}; }
  static KeyPart max_value() { return {Kind::kMaxValue, {}}; }
  friend auto operator<=>(const KeyPart&, const KeyPart&) = default;
};

// One value per partition column, in the order of the partition columns.
using KeyTuple = std::vector<KeyPart>;

struct PartitionValues {
  enum class Kind { kNone, kRange, kList };
  Kind kind = Kind::kNone;  // kNone: unpartitioned
  KeyTuple lower;           // kRange: [lower, upper)
  KeyTuple upper;
  std::vector<KeyTuple> tuples;  // kList: sorted, no repeats

  friend bool operator==(const PartitionValues&, const PartitionValues&) = default;
};

// A list of `tuples` in canonical order.
PartitionValues list_values(std::vector<KeyTuple> tuples);

// The Range column of SHOW PARTITIONS; an empty text (unpartitioned) gives kNone. Fails with
// kInvalidArgument, naming the text and the place.
Result<PartitionValues> read_range_column(std::string_view text);

// The List column of SHOW PARTITIONS, either form. The tuple form escapes nothing: a value holding
// `', '` is read as two, so prefer the JSON form where a frontend has it.
Result<PartitionValues> read_list_column(std::string_view text);

// The canonical clause: VALUES [("2020-01-01"), ("2020-02-01")) or VALUES IN ("a", NULL) or
// VALUES IN (("a","x"), ("b","y")); empty for kNone.
std::string to_clause(const PartitionValues& values);

// Reads what to_clause() wrote (also with single quotes). An empty text gives kNone.
Result<PartitionValues> read_clause(std::string_view clause);

// Whether any list value is NULL, i.e. whether the ambiguity told above matters.
bool holds_null(const PartitionValues& values);

}  // namespace srsync::ddl
