// What a frontend does when rows have no partition yet: it makes the one that holds them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sandbox/model.h"

namespace srsync::sandbox {

struct MadePartitions {
  std::vector<std::int64_t> physical_ids;  // in the order of the values, also of those there before
  bool changed = false;                    // at least one is new
  std::string error;                       // empty: OK; otherwise nothing was made
};

// One partition for each tuple of `values`, with the catalog's lock held. "NULL" stands for NULL. A
// time_slice begins at the value's own unit, wherever that is; a date_trunc value is rounded.
MadePartitions make_automatic_partitions(Catalog& catalog, std::int64_t now_ms, Table& table,
                                         const std::vector<std::vector<std::string>>& values);

// "time_slice(dt, INTERVAL 7 DAY)" as SHOW CREATE TABLE prints it; other texts as they are.
std::string printed_slice(const std::string& expression);

}  // namespace srsync::sandbox
