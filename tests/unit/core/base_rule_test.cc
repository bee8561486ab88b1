#include "core/base_rule.h"

#include <gtest/gtest.h>

#include "unit/core/world.h"

namespace srsync::core {
namespace {

using test::partition;

struct Row {
  const char* what;
  Partition source;
  Partition target;
  bool source_epochs;
  bool target_epochs;
  BaseState expected;
};

Partition copied(Partition p, std::int64_t from, std::int64_t version) {
  p.copied_from = from;
  p.copied_version = version;
  return p;
}

Partition spoiled(Partition p) {
  p.spoiled = true;
  return p;
}

const std::vector<Row>& rows() {
  constexpr auto kR = TxnType::kReplication;
  constexpr auto kN = TxnType::kNormal;
  static const std::vector<Row> kRows = {
      {"both empty", partition(1, 1, 7), partition(2, 1, 9), true, true, BaseState::kInSync},
      {"target empty", partition(1, 5, 7), partition(2, 1, 9), true, true, BaseState::kBehind},
      {"copied whole", partition(1, 5, 7), partition(2, 5, 7, kR), true, true, BaseState::kInSync},
      {"copied earlier", partition(1, 6, 7), partition(2, 5, 7, kR), true, true,
       BaseState::kBehind},
      {"equal versions, local load", partition(1, 5, 7), partition(2, 5, 9, kN), true, true,
       BaseState::kInvalidBase},
      {"local load after the copy", partition(1, 9, 7), partition(2, 6, 11, kN), true, true,
       BaseState::kInvalidBase},
      {"other lineage, same version", partition(1, 5, 8), partition(2, 5, 7, kR), true, true,
       BaseState::kInvalidBase},
      {"ahead of the source", partition(1, 4, 7), partition(2, 5, 7, kR), true, true,
       BaseState::kInvalidBase},
      {"truncated on the source", partition(1, 1, 8), partition(2, 5, 7, kR), true, true,
       BaseState::kInvalidBase},
      {"spoiled though it looks right", partition(1, 5, 7), spoiled(partition(2, 5, 7, kR)), true,
       true, BaseState::kInvalidBase},
      {"spoiled and still empty", partition(1, 5, 7), spoiled(partition(2, 1, 9)), true, true,
       BaseState::kInvalidBase},
      {"no source epoch, copied by us", partition(1, 5, 0), copied(partition(2, 5, 9, kR), 1, 5),
       false, true, BaseState::kInSync},
      {"no source epoch, behind", partition(1, 6, 0), copied(partition(2, 5, 9, kR), 1, 5), false,
       true, BaseState::kBehind},
      {"no source epoch, not copied by us", partition(1, 5, 0), partition(2, 5, 9, kR), false, true,
       BaseState::kInvalidBase},
      {"no source epoch, recreated", partition(3, 5, 0), copied(partition(2, 5, 9, kR), 1, 5),
       false, true, BaseState::kInvalidBase},
      {"no epochs at all, copied", partition(1, 5, 0), copied(partition(2, 5, 0, kN), 1, 5), false,
       false, BaseState::kInSync},
      {"no epochs at all, loaded since", partition(1, 7, 0), copied(partition(2, 6, 0, kN), 1, 5),
       false, false, BaseState::kInvalidBase},
  };
  return kRows;
}

TEST(BaseRule, EveryRowOfTheTable) {
  for (const auto& row : rows()) {
    const BaseVerdict verdict =
        judge_base(row.source, row.target, row.source_epochs, row.target_epochs);
    EXPECT_EQ(verdict.state, row.expected) << row.what << ": " << verdict.reason;
    EXPECT_EQ(verdict.reason.empty(), row.expected != BaseState::kInvalidBase) << row.what;
  }
}

}  // namespace
}  // namespace srsync::core
