// What differs between the five versions, as data: version texts, settings, the columns of result
// sets. Everything here is as recorded from frontends of that version.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/answer.h"
#include "sandbox/model.h"

namespace srsync::sandbox {

std::string_view mysql_version(Version version);  // "8.0.33"
std::string_view build_version(Version version);  // "4.0.0-b60400e"
std::map<std::string, Config> default_config(Version version);
std::map<std::string, std::string> default_variables(Version version);

std::vector<Field> frontend_fields(Version version);
std::vector<Field> backend_fields(Version version);
std::vector<Field> compute_node_fields(Version version);
std::vector<Field> partition_fields(Version version, std::string_view value_header);
std::vector<Field> partition_index_fields(Version version);
std::vector<Field> tablet_fields();
std::vector<Field> replica_fields();
std::vector<Field> transaction_fields(Version version);
std::vector<Field> materialized_view_fields(Version version);
std::vector<Field> alter_column_fields();
std::vector<Field> alter_rollup_fields();
std::vector<Field> alter_optimize_fields();
std::vector<Field> describe_fields();
std::vector<Field> describe_all_fields();
std::vector<Field> database_list_fields(Version version);
std::vector<std::string> proc_roots(Version version);
// A time as most SHOW statements print it: 4.1 frontends print UTC+8 whatever time_zone says.
std::string shown_time(Version version, std::int64_t ms);
std::string_view base_table_type(Version version);
// The suggestions of the syntax error for a statement that begins with no known word.
std::string_view first_words(Version version);

}  // namespace srsync::sandbox
