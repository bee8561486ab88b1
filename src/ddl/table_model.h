// A StarRocks table as its SHOW CREATE TABLE tells it. Rollups and partitions' bucket counts are
// not in that text and so not in here. Plain values: compare with ==, copy, share between threads.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ddl/partition_values.h"

namespace srsync::ddl {

// Sorted, so that two prints of the same set are equal.
using Properties = std::map<std::string, std::string, std::less<>>;

struct ColumnDefault {
  enum class Kind {
    kNone,              // none printed (which includes a default of NULL)
    kText,              // DEFAULT "x"; `text` is decoded
    kCurrentTimestamp,  // DEFAULT CURRENT_TIMESTAMP; `text` is the precision or empty
    kExpression,        // DEFAULT (uuid()); `text` is the expression without the outer parentheses
  };
  Kind kind = Kind::kNone;
  std::string text;
  friend bool operator==(const ColumnDefault&, const ColumnDefault&) = default;
};

struct Column {
  std::string name;
  std::string type;            // as printed: "bigint(20)", "decimal(18, 2)"
  std::string canonical_type;  // equal on both sides iff the stored type is (see types.h)
  bool is_key = false;
  std::string
      aggregation;  // upper case "SUM", "REPLACE"..; state columns as printed "avg(bigint(20))"
  bool nullable = true;
  bool auto_increment = false;
  ColumnDefault default_value;
  std::string generated_as;  // expression as printed, empty if not generated
  std::string comment;       // decoded
  friend bool operator==(const Column&, const Column&) = default;
};

struct Index {
  std::string name;
  std::vector<std::string> columns;
  std::string kind;  // upper case: BITMAP, NGRAMBF, GIN, VECTOR
  Properties properties;
  std::string comment;
  friend bool operator==(const Index&, const Index&) = default;
};

enum class KeyType { kDuplicate, kAggregate, kUnique, kPrimary };

enum class PartitionKind {
  kNone,
  kRangeColumns,     // PARTITION BY RANGE(`d`)
  kRangeExpression,  // PARTITION BY RANGE(str2date(s, '..')) or RANGE(from_unixtime(ts))
  kAutoRange,        // PARTITION BY date_trunc('day', dt) or time_slice(dt, 7, 'day', 'floor')
  kList,             // PARTITION BY LIST(`a`)
  kAutoList,         // PARTITION BY (`a`, date_trunc('month', dt))
};

// One thing a table is partitioned by.
struct PartitionItem {
  enum class Kind { kColumn, kExpression };
  Kind kind = Kind::kColumn;
  std::string text;  // column name without quotes, or the expression as printed
  friend bool operator==(const PartitionItem&, const PartitionItem&) = default;
};

// The grid of an automatic range table.
struct AutoRange {
  enum class Function { kDateTrunc, kTimeSlice };
  Function function = Function::kDateTrunc;
  std::string column;
  std::string unit;      // lower case: minute, hour, day, week, month, year
  int step = 1;          // time_slice only
  std::string boundary;  // time_slice only: floor or ceil
  friend bool operator==(const AutoRange&, const AutoRange&) = default;
};

struct ListedPartition {
  std::string name;
  PartitionValues values;
  Properties properties;  // only what differs from the table's
  friend bool operator==(const ListedPartition&, const ListedPartition&) = default;
};

struct PartitionClause {
  PartitionKind kind = PartitionKind::kNone;
  std::vector<PartitionItem> items;     // kAutoRange: the one expression
  std::optional<AutoRange> auto_range;  // kAutoRange only
  std::vector<ListedPartition> listed;  // automatic kinds list none; sorted by name
  friend bool operator==(const PartitionClause&, const PartitionClause&) = default;
};

struct Distribution {
  enum class Kind { kHash, kRandom };
  Kind kind = Kind::kHash;
  std::vector<std::string> columns;  // kHash only
  int buckets = 0;                   // 0: not printed, the frontend chose; ask SHOW PARTITIONS
  friend bool operator==(const Distribution&, const Distribution&) = default;
};

struct TableModel {
  std::string name;
  std::string engine;
  std::vector<Column> columns;
  std::vector<Index> indexes;
  KeyType key_type = KeyType::kDuplicate;
  std::vector<std::string> key_columns;
  std::string comment;
  PartitionClause partition;
  Distribution distribution;
  std::vector<std::string> order_by;  // empty: no explicit sort key
  Properties properties;
  friend bool operator==(const TableModel&, const TableModel&) = default;

  // The column of that name (case ignored, as StarRocks does), or nullptr.
  const Column* find_column(std::string_view column_name) const;
};

// "DUPLICATE", "AGGREGATE", "UNIQUE", "PRIMARY"
std::string_view key_type_name(KeyType type);
// "unpartitioned", "range", "range by expression", "automatic range", "list", "automatic list"
std::string_view partition_kind_name(PartitionKind kind);

// Whether partitions are made by the frontend on load.
bool is_automatic(PartitionKind kind);

}  // namespace srsync::ddl
