// What differs between two tables, in words a DBA reads, and the fingerprint of what must not
// differ for replication. Only what is different counts, not what merely prints differently between
// releases. Pure, safe from any thread.
#pragma once

#include <string>
#include <vector>

#include "ddl/table_model.h"

namespace srsync::ddl {

struct Difference {
  enum class Kind {
    kColumn,        // column missing, extra, or of another type, nullability, key or aggregation
    kColumnOrder,   // same columns in another order
    kKey,           // key type or key columns
    kPartitioning,  // kind, columns or expressions (not the partitions themselves)
    kDistribution,  // kind or columns (bucket counts belong to partitions)
    kSortKey,
    kDefault,  // default, generated expression or AUTO_INCREMENT: what loads compute, not how it is
               // stored
    kIndex,    // an index is missing, extra or differs
    kComment,  // table or column comment
  };
  Kind kind = Kind::kColumn;
  std::string subject;      // column or index name; empty for the table as a whole
  std::string text;         // "column v: INT on source, BIGINT on target"
  std::string source = {};  // what each side has: "INT", "BIGINT"; empty where it has nothing
  std::string target = {};

  // Whether replication between the two tables would be wrong: true for some difference iff the
  // fingerprints differ.
  bool is_schema() const { return kind < Kind::kDefault; }
  friend bool operator==(const Difference&, const Difference&) = default;
};

// All differences, in the order of Kind and then of the source's columns; empty: equal.
std::vector<Difference> compare(const TableModel& source, const TableModel& target);

// One line that is equal for two tables iff replication between them fits as far as the tables'
// definitions tell: columns (name, stored type, nullability, key, aggregation, order), key type,
// partition kind and columns, distribution kind and columns, sort key. Buckets and rollups are not
// part of SHOW CREATE TABLE and must be proved apart.
std::string fit_fingerprint(const TableModel& model);

}  // namespace srsync::ddl
