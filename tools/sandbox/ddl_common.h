// What the statements that change tables share.
#pragma once

#include <string>

#include "sandbox/create_table.h"
#include "sandbox/session.h"

namespace srsync::sandbox {

// nullopt: the partition may be added. Fills in the lower bound of a LESS THAN partition.
// `if_not_exists` is the caller's matter.
std::optional<Answer> check_new_partition(Version version, const Table& table,
                                          Partition& partition);
// The names in `properties` that the version does not know, as Java prints a map: "{a=1, b=2}";
// empty when all are known.
std::string unknown_properties(Version version, const std::map<std::string, std::string>& given);
// "A schema change operation is in progress on the table ..."
Answer operation_in_progress(Version version, const Table& table);

}  // namespace srsync::sandbox
