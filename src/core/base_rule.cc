#include "core/base_rule.h"

#include <fmt/format.h>

#include "base/mutant.h"

namespace srsync::core {
namespace {

// Never loaded, never replicated into.
bool is_empty(const Partition& target) {
  return target.data_version <= 1 && target.visible_version <= 1 &&
         target.txn_type != TxnType::kReplication;
}

// Why the target's content is not a copy of this source partition; empty when it is one.
std::string foreign_reason(const Partition& source, const Partition& target, bool source_has_epochs,
                           bool target_has_epochs) {
  if (target_has_epochs && target.txn_type != TxnType::kReplication) {
    return fmt::format("partition {} was loaded on the target (version {}, TXN_NORMAL)",
                       target.name, target.data_version);
  }
  if (target_has_epochs && source_has_epochs) {
    if (target.epoch == source.epoch || SRSYNC_MUTANT("ignore-epoch")) return {};
    return fmt::format(
        "partition {} was copied from another lineage (epoch {} on target, {} on source)",
        target.name, target.epoch, source.epoch);
  }
  // Without epochs only this journal's own memory tells where the rows came from.
  if (target.copied_from == 0) {
    return fmt::format("partition {} holds rows that this journal did not copy", target.name);
  }
  if (target.copied_from != source.id.value()) {
    return fmt::format("partition {} was recreated on the source", target.name);
  }
  if (!target_has_epochs && target.copied_version != target.data_version) {
    return fmt::format("partition {} was loaded on the target (version {}, copied {})", target.name,
                       target.data_version, target.copied_version);
  }
  return {};
}

}  // namespace

BaseVerdict judge_base(const Partition& source, const Partition& target, bool source_has_epochs,
                       bool target_has_epochs) {
  const bool source_empty = source.visible_version <= 1;
  if (target.spoiled && !SRSYNC_MUTANT("ignore-stranger")) {
    return {BaseState::kInvalidBase,
            fmt::format("partition {} was written on the target by a transaction that is not a "
                        "replication",
                        target.name)};
  }
  if (is_empty(target)) return {source_empty ? BaseState::kInSync : BaseState::kBehind, {}};
  if (SRSYNC_MUTANT("versions-suffice") && target.data_version == source.visible_version) {
    return {BaseState::kInSync, {}};
  }
  std::string foreign = foreign_reason(source, target, source_has_epochs, target_has_epochs);
  if (!foreign.empty()) return {BaseState::kInvalidBase, std::move(foreign)};
  if (target.data_version > source.visible_version) {
    return {BaseState::kInvalidBase,
            fmt::format("partition {} is ahead of the source (version {} on target, {} on source)",
                        target.name, target.data_version, source.visible_version)};
  }
  if (target.data_version == source.visible_version) return {BaseState::kInSync, {}};
  return {BaseState::kBehind, {}};
}

}  // namespace srsync::core
