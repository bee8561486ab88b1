// The one form of each part of a table in which two releases' prints of the same table are equal.
// What compare() and fit_fingerprint() look at. Inside the room only.
#pragma once

#include <string>
#include <vector>

#include "ddl/table_model.h"

namespace srsync::ddl {

struct CanonicalColumn {
  std::string name;  // as printed
  std::string type;
  bool nullable = true;
  bool is_key = false;
  std::string aggregation;
  std::string default_value;  // with its kind: "= x", "CURRENT_TIMESTAMP", "(uuid())"; may be empty
  std::string generated_as;
  bool auto_increment = false;
  std::string comment;
};

struct CanonicalIndex {
  std::string name;
  std::string definition;  // kind, columns and properties
  std::string comment;
};

struct CanonicalTable {
  std::vector<CanonicalColumn> columns;  // without those that stand for partition expressions
  std::vector<CanonicalIndex> indexes;   // by name
  std::string key;                       // "PRIMARY KEY (k1, k2)"
  std::string partitioning;              // "range (d)", "unpartitioned"
  std::string distribution;              // "hash (k1)", "random"
  std::string sort_key;                  // "(a, b)"
  std::string comment;
};

CanonicalTable canonical_table(const TableModel& model);

}  // namespace srsync::ddl
