#include "core/makeable.h"

#include <optional>

#include "core/intents.h"
#include "ddl/partition_statements.h"

namespace srsync::core {

Makeable makeable(const State& state, const TablePair& pair,
                  const std::vector<const Partition*>& partitions) {
  Makeable out;
  // Read at most once, and for most tables never: the text may be megabytes.
  std::optional<Result<ddl::TableModel>> model;
  for (const Partition* partition : partitions) {
    Status status = Status::ok();
    if (ddl::may_be_unaddable(pair.source->create_sql, partition->values)) {
      if (!model) model = source_model(state, pair);
      if (model->is_ok()) {
        const auto spec = partition_spec(*partition);
        status = spec.is_ok() ? ddl::check_addable(**model, *spec) : spec.status();
      }
    }
    if (status.is_ok()) {
      out.can.push_back(partition);
    } else if (++out.cannot == 1) {
      out.why_not = status.message();
    }
  }
  return out;
}

std::string why_not_makeable(const State& state, const TablePair& pair,
                             const Partition& partition) {
  return makeable(state, pair, {&partition}).why_not;
}

}  // namespace srsync::core
