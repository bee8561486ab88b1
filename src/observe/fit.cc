#include "observe/fit.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "ddl/compare.h"

namespace srsync::observe {

namespace {

using core::RejectReason;

Refusal stale(std::string words) { return {RejectReason::kStale, std::move(words)}; }
Refusal misfit(std::string words) { return {RejectReason::kMisfit, std::move(words)}; }
Refusal foreign(std::string words) { return {RejectReason::kForeignBase, std::move(words)}; }

std::string index_name(const std::string& name) {
  return name.empty() ? std::string("the base index") : fmt::format("rollup {}", name);
}

std::string describe(const ColumnProof& column) {
  return fmt::format("{} {}{}{}{}{}", column.name, column.type, column.key ? " key" : "",
                     column.nullable ? " NULL" : " NOT NULL", column.aggregation.empty() ? "" : " ",
                     column.aggregation);
}

std::optional<Refusal> judge_state(const char* side, const TableProof& proof) {
  if (proof.state == "NORMAL" && !proof.has_shadow_index) return std::nullopt;
  return Refusal{RejectReason::kBusy,
                 fmt::format("the {} table is being changed (state {}{})", side, proof.state,
                             proof.has_shadow_index ? ", an index is being built" : "")};
}

std::optional<Refusal> judge_columns(const std::string& index, const IndexProof& source,
                                     const IndexProof& target) {
  if (source.keys_type != target.keys_type) {
    return misfit(fmt::format("{} is {} on source, {} on target", index_name(index),
                              source.keys_type, target.keys_type));
  }
  for (std::size_t i = 0; i < std::max(source.columns.size(), target.columns.size()); ++i) {
    const ColumnProof* a = i < source.columns.size() ? &source.columns[i] : nullptr;
    const ColumnProof* b = i < target.columns.size() ? &target.columns[i] : nullptr;
    if (a && b && *a == *b) continue;
    return misfit(fmt::format("{}, column {}: {} on source, {} on target", index_name(index), i + 1,
                              a ? describe(*a) : "none", b ? describe(*b) : "none"));
  }
  return std::nullopt;
}

// The names in one map and not in the other.
template <typename Map>
std::optional<Refusal> judge_names(const std::string& where, const Map& source, const Map& target) {
  for (const auto& [name, value] : source) {
    if (!target.contains(name)) {
      return misfit(fmt::format("{}{} exists only on source", where, index_name(name)));
    }
  }
  for (const auto& [name, value] : target) {
    if (!source.contains(name)) {
      return misfit(fmt::format("{}{} exists only on target", where, index_name(name)));
    }
  }
  return std::nullopt;
}

bool is_empty(const core::Partition& target) {
  return target.data_version <= 1 && target.visible_version <= 1 &&
         target.txn_type != core::TxnType::kReplication;
}

std::optional<Refusal> judge_base(const core::ReplicationGoal& goal, const core::Partition& target,
                                  const TableProof& proof) {
  const bool has_epochs = proof.partitions.version_epochs;
  if (!is_empty(target)) {
    if (has_epochs && target.txn_type != core::TxnType::kReplication) {
      return foreign(fmt::format("partition {} was loaded on the target (version {}, TXN_NORMAL)",
                                 target.name, target.data_version));
    }
    if (has_epochs && goal.epoch != 0 && target.epoch != goal.epoch) {
      return foreign(fmt::format("partition {} was copied from another lineage (epoch {}, not {})",
                                 target.name, target.epoch, goal.epoch));
    }
    // Its tablets' versions and its own would not add up: such a job can never be published.
    if (has_epochs && !proof.partitions.shared_data &&
        target.visible_version != target.data_version) {
      return foreign(
          fmt::format("partition {} was restored from a backup on the target", target.name));
    }
  }
  if (target.data_version != goal.base_version) {
    return stale(fmt::format("partition {} on target is at version {}, expected {}", target.name,
                             target.data_version, goal.base_version));
  }
  if (target.data_version > goal.version) {
    return foreign(fmt::format("partition {} on target is at version {}, ahead of the source's {}",
                               target.name, target.data_version, goal.version));
  }
  return std::nullopt;
}

std::optional<Refusal> judge_goal(const core::ReplicationGoal& goal, const TableProof& source,
                                  const TableProof& target) {
  const core::Partition* from = source.partitions.find(goal.source.value());
  const core::Partition* into = target.partitions.find(goal.target.value());
  if (from == nullptr)
    return stale(fmt::format("source partition {} is gone", goal.source.value()));
  if (into == nullptr)
    return stale(fmt::format("target partition {} is gone", goal.target.value()));
  if (from->visible_version < goal.version) {
    return stale(fmt::format("source partition {} is at version {}, below {}", from->name,
                             from->visible_version, goal.version));
  }
  if (source.partitions.version_epochs && from->epoch != goal.epoch) {
    return stale(fmt::format("source partition {} has epoch {}, expected {}", from->name,
                             from->epoch, goal.epoch));
  }
  if (from->values != into->values) {
    return stale(fmt::format("partition {} holds {} on source, {} on target", from->name,
                             from->values, into->values));
  }
  return judge_base(goal, *into, target);
}

}  // namespace

std::optional<Refusal> judge_partitions(const core::ReplicationIntent& intent,
                                        const TableProof& source, const TableProof& target) {
  for (const TableProof* proof : {&source, &target}) {
    if (!proof->partitions.unreadable.empty()) return misfit(proof->partitions.unreadable);
  }
  for (const core::ReplicationGoal& goal : intent.goals) {
    if (auto refusal = judge_goal(goal, source, target)) return refusal;
  }
  return std::nullopt;
}

std::optional<Refusal> judge_tables(const core::ReplicationIntent& intent, const TableProof& source,
                                    const TableProof& target) {
  if (source.id != intent.source_table) {
    return stale(fmt::format("the source table has id {} now", source.id.value()));
  }
  if (target.id != intent.target_table || target.db != intent.target_db) {
    return stale(fmt::format("the target table has id {} in database {} now", target.id.value(),
                             target.db.value()));
  }
  // A column made anew under its old name is seen by nothing else.
  const std::int64_t schema = source.schema_version.value_or(0);
  if (intent.source_schema.is_known() && schema > intent.source_schema.version) {
    return stale(fmt::format("the source's schema version is {}, {} when it was read last", schema,
                             intent.source_schema.version));
  }
  if (auto refusal = judge_state("source", source)) return refusal;
  if (auto refusal = judge_state("target", target)) return refusal;
  if (source.model && target.model) {
    for (const ddl::Difference& difference : ddl::compare(*source.model, *target.model)) {
      if (difference.is_schema()) return misfit(difference.text);
    }
  } else if (source.fit_hash == 0 || source.fit_hash != target.fit_hash) {
    return misfit("the definitions of the two tables are not proven to fit");
  }
  if (auto refusal = judge_names("", source.indexes, target.indexes)) return refusal;
  for (const auto& [name, index] : source.indexes) {
    if (auto refusal = judge_columns(name, index, target.indexes.at(name))) return refusal;
  }
  return std::nullopt;
}

std::optional<Refusal> judge_tablets(const core::ReplicationIntent& intent,
                                     const TableProof& source, const TableProof& target) {
  for (const core::ReplicationGoal& goal : intent.goals) {
    const auto from = source.tablets.find(goal.source.value());
    const auto into = target.tablets.find(goal.target.value());
    if (from == source.tablets.end() || into == target.tablets.end()) {
      return stale(
          fmt::format("the tablets of partition {} cannot be found",
                      from == source.tablets.end() ? goal.source.value() : goal.target.value()));
    }
    const std::string where = fmt::format("partition {}: ", goal.source.value());
    // A rollup that only some partitions have is one that is being built or removed.
    if (auto refusal = judge_names(where, from->second, into->second)) return refusal;
    for (const auto& [name, index] : from->second) {
      const std::size_t theirs = index.tablets.size();
      const std::size_t ours = into->second.at(name).tablets.size();
      if (theirs == ours && theirs > 0) continue;
      return misfit(fmt::format("{}{} has {} buckets on source, {} on target", where,
                                index_name(name), theirs, ours));
    }
  }
  return std::nullopt;
}

}  // namespace srsync::observe
