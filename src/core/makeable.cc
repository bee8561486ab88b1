#include "core/makeable.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/bytes.h"
#include "core/alter.h"
#include "core/intents.h"
#include "ddl/partition_calls.h"
#include "ddl/partition_statements.h"
#include "ddl/read_create_table.h"

namespace srsync::core {
namespace {

class Sorter {
 public:
  Sorter(const State& state, const TablePair& pair, TableFate fate)
      : state_(state), pair_(pair), fate_(fate) {}

  void sort(const Partition& partition, Makeable& out) {
    if (!ddl::may_be_unaddable(pair_.source->create_sql, partition.values)) {
      out.can.push_back(&partition);
      return;
    }
    // Read at most once, and for most tables never: the text may be megabytes.
    if (!model_) model_ = source_model(state_, pair_);
    if (!model_->is_ok()) {
      out.can.push_back(&partition);
      return;
    }
    const auto spec = partition_spec(partition);
    const Status addable = spec.is_ok() ? ddl::check_addable(**model_, *spec) : spec.status();
    if (addable.is_ok()) {
      out.can.push_back(&partition);
      return;
    }
    const Status callable = spec.is_ok() ? check_call(partition, *spec, addable) : addable;
    if (callable.is_ok()) {
      out.by_call.push_back(&partition);
    } else if (++out.cannot == 1) {
      out.why_not = callable.message();
    }
  }

 private:
  // `addable`: why no statement makes it.
  Status check_call(const Partition& partition, const ddl::PartitionSpec& spec,
                    const Status& addable) {
    const ddl::TableModel& model = **model_;
    if (model.partition.kind != ddl::PartitionKind::kAutoRange) return addable;
    const auto version = ddl::parse_version(state_.cluster(Side::kTarget).version);
    if (!version || *version < ddl::kCreatePartitionSince) {
      return unsupported(
          fmt::format("{}, and the target, which is older than {}, has no call for it",
                      addable.message(), ddl::to_string(ddl::kCreatePartitionSince)));
    }
    if (!buckets_) buckets_ = table_buckets(model);
    if (*buckets_ == 0) {
      return unsupported(
          fmt::format("partition {} cannot be made: how many buckets it would get is the target's "
                      "choice, as its "
                      "table is DISTRIBUTED without a number",
                      spec.name));
    }
    const auto value = ddl::create_partition_value(model, spec, *buckets_);
    if (!value.is_ok()) return value.status();
    if (!is_given_up(pair_, partition.values)) return Status::ok();
    return unsupported(fmt::format(
        "partition {} was asked of the target {} times in vain{}{}", spec.name, kAlterTriesMax,
        pair_.retry.last_error.empty() ? "" : ": ", pair_.retry.last_error));
  }

  // How many buckets the target gives what it makes by itself; 0: it is not told.
  int table_buckets(const ddl::TableModel& source) const {
    const bool is_there = pair_.target && !pair_.target->create_sql.empty();
    if (fate_ == TableFate::kMadeAnew || !is_there) {
      return target_options(state_, pair_, source).buckets;
    }
    ddl::ReadOptions options;
    options.printed_by = ddl::parse_version(state_.cluster(Side::kTarget).version);
    const auto model = ddl::read_create_table(pair_.target->create_sql, options);
    return model.is_ok() ? model->distribution.buckets : 0;
  }

  const State& state_;
  const TablePair& pair_;
  TableFate fate_;
  std::optional<Result<ddl::TableModel>> model_;
  std::optional<int> buckets_;
};

// The account may have no right to call, or the frontend may not do what others do.
bool is_call_proven(const TablePair& pair) {
  if (!pair.target || pair.altered_for == 0) return false;
  return std::any_of(pair.target->partitions.begin(), pair.target->partitions.end(),
                     [&](const Partition& p) { return hash64(p.values) == pair.altered_for; });
}

}  // namespace

Makeable makeable(const State& state, const TablePair& pair,
                  const std::vector<const Partition*>& partitions, TableFate fate) {
  Makeable out;
  Sorter sorter(state, pair, fate);
  for (const Partition* partition : partitions) sorter.sort(*partition, out);
  return out;
}

std::string why_not_restorable(const State& state, const TablePair& pair,
                               const std::vector<const Partition*>& partitions, TableFate fate) {
  const Makeable out = makeable(state, pair, partitions, fate);
  if (out.cannot > 0 || out.by_call.empty() || is_call_proven(pair)) return out.why_not;
  return fmt::format(
      "partition {} is only made when the target's frontend is called, and no call for this table "
      "has succeeded so far",
      out.by_call.front()->name);
}

std::string why_not_makeable(const State& state, const TablePair& pair,
                             const Partition& partition) {
  return makeable(state, pair, {&partition}).why_not;
}

}  // namespace srsync::core
