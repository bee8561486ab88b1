#include "core/match.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/base_rule.h"

namespace srsync::core {
namespace {

using ByText = std::map<std::string_view, const Partition*>;

// The target partition that stands for `source`; nullptr when there is none.
const Partition* partner(const Partition& source, const ByText& by_name, const ByText& by_values,
                         const ByText& source_names, bool partitioned) {
  if (!partitioned) return by_name.empty() ? nullptr : by_name.begin()->second;
  if (const auto at = by_name.find(source.name); at != by_name.end()) return at->second;
  const auto at = by_values.find(source.values);
  if (at == by_values.end()) return nullptr;
  // A target partition whose name the source uses for other values belongs to that one.
  return source_names.contains(at->second->name) ? nullptr : at->second;
}

std::string shape_difference(const Partition& source, const Partition& target) {
  if (source.values != target.values) {
    return fmt::format("partition {}: {} on source, {} on target", source.name, source.values,
                       target.values);
  }
  if (source.buckets != target.buckets) {
    return fmt::format("partition {}: {} buckets on source, {} on target", source.name,
                       source.buckets, target.buckets);
  }
  return {};
}

void judge_pair(const State& state, const Partition& source, const Partition& target,
                PartitionMatch& match) {
  if (std::string shape = shape_difference(source, target); !shape.empty()) {
    match.drops.push_back({&target, DropCause::kInconsistent, std::move(shape), &source});
    return;
  }
  BaseVerdict verdict =
      judge_base(source, target, state.cluster(Side::kSource).capabilities.version_epochs,
                 state.cluster(Side::kTarget).capabilities.version_epochs);
  switch (verdict.state) {
    case BaseState::kInSync:
      ++match.in_sync;
      ++match.copied_once;
      break;
    case BaseState::kBehind:
      match.behind.push_back({&source, &target});
      if (target.data_version > 1) ++match.copied_once;
      break;
    case BaseState::kInvalidBase:
      match.drops.push_back({&target, DropCause::kInvalidBase, std::move(verdict.reason), &source});
      break;
  }
}

}  // namespace

std::string_view switch_name(DropCause cause) {
  switch (cause) {
    case DropCause::kTargetOnly:
      return "ddl_job_allow_drop_partition_target_only";
    case DropCause::kInconsistent:
      return "ddl_job_allow_drop_inconsistent_partition";
    case DropCause::kInvalidBase:
      return "ddl_job_allow_drop_inconsistent_time_partition";
  }
  return "";
}

namespace {

// The everyday case, without look-up tables: both sides made the same partitions in the same order.
bool match_in_order(const State& state, const TablePair& pair, PartitionMatch& match) {
  const auto& source = pair.source->partitions;
  const auto& target = pair.target->partitions;
  if (source.size() != target.size()) return false;
  for (std::size_t i = 0; i < source.size(); ++i) {
    if (source[i].name != target[i].name) return false;
  }
  for (std::size_t i = 0; i < source.size(); ++i) judge_pair(state, source[i], target[i], match);
  return true;
}

}  // namespace

PartitionMatch match_partitions(const State& state, const TablePair& pair) {
  PartitionMatch match;
  if (match_in_order(state, pair, match)) return match;
  ByText target_names;
  ByText target_values;
  ByText source_names;
  ByText source_values;
  for (const auto& p : pair.target->partitions) {
    target_names.emplace(p.name, &p);
    if (!p.values.empty()) target_values.emplace(p.values, &p);
  }
  for (const auto& p : pair.source->partitions) {
    source_names.emplace(p.name, &p);
    if (!p.values.empty()) source_values.emplace(p.values, &p);
  }
  const bool partitioned =
      std::any_of(pair.source->partitions.begin(), pair.source->partitions.end(),
                  [](const Partition& p) { return !p.values.empty(); }) ||
      !target_values.empty() || pair.source->partitions.empty();
  std::vector<const Partition*> used;
  for (const auto& source : pair.source->partitions) {
    const Partition* target =
        partner(source, target_names, target_values, source_names, partitioned);
    if (target == nullptr) {
      // While its values stand under another name there, it cannot be added.
      if (!target_values.contains(source.values)) match.missing.push_back(&source);
      continue;
    }
    used.push_back(target);
    if (partitioned && target->name != source.name) match.renamed.push_back({&source, target});
    judge_pair(state, source, *target, match);
  }
  std::sort(used.begin(), used.end());
  for (const auto& p : pair.target->partitions) {
    if (std::binary_search(used.begin(), used.end(), &p)) continue;
    // The source has it under a name that another partition here still bears: once that one is
    // gone, this one is renamed.
    if (source_values.contains(p.values)) continue;
    match.drops.push_back({&p, DropCause::kTargetOnly,
                           fmt::format("partition {} exists only on the target", p.name), nullptr});
  }
  const auto by_target = [](const auto& a, const auto& b) { return a.target->id < b.target->id; };
  std::sort(match.drops.begin(), match.drops.end(), by_target);
  std::sort(match.behind.begin(), match.behind.end(), by_target);
  std::sort(match.renamed.begin(), match.renamed.end(), by_target);
  return match;
}

}  // namespace srsync::core
