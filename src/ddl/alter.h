// What ALTER TABLE can bring in line on a table that holds rows, and the statements for it. Pure,
// safe from any thread.
//
// Columns are not here, except for their comments: see alter_columns.h.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ddl/table_model.h"
#include "ddl/write_create_table.h"

namespace srsync::ddl {

// Statements that are run in order, and why, in words: "table comment: .. on source, .. on target".
// No statements: nothing to do.
struct Alteration {
  std::vector<std::string> statements;
  std::string reason;
  // What stays different because a switch forbids it, with the switch's name; empty when nothing.
  std::string forbidden;
};

// The comments of the table and of its columns. Before 3.5 a frontend changes a column's comment
// only together with the column itself, which may rewrite the table: left alone there.
Alteration alter_comments(const TableModel& source, const TableModel& target,
                          const TargetOptions& options);

// Properties that a frontend changes at once and without rewriting rows, as the source has them
// after what `options` asks for. Those that only the target has are left alone, for most of them
// are defaults that another release prints.
Alteration alter_properties(const TableModel& source, const TableModel& target,
                            const TargetOptions& options);

struct IndexSwitches {
  bool allow_drop_inconsistent = true;
  bool allow_drop_target_only = true;
};
// Bitmap indexes. One change at a time, for each is a job that the frontend runs by itself and a
// second one is refused meanwhile: the statements are those of the first.
Alteration alter_bitmap_indexes(const TableModel& source, const TableModel& target,
                                const TargetOptions& options, const IndexSwitches& switches);

// ALTER TABLE .. ADD ROLLUP / DROP ROLLUP. Both run on after they were accepted.
std::string add_rollup(std::string_view database, std::string_view table, std::string_view rollup,
                       const std::vector<std::string>& columns);
std::string drop_rollup(std::string_view database, std::string_view table, std::string_view rollup);
// DROP MATERIALIZED VIEW IF EXISTS, for synchronous ones too.
std::string drop_materialized_view(std::string_view database, std::string_view view);

// The condition of a materialized view's statement from its WHERE on, in lower case and with single
// blanks; empty when it has none.
std::string view_condition(std::string_view sql);

}  // namespace srsync::ddl
