#include "core/names.h"

#include <gtest/gtest.h>

namespace srsync::core {
namespace {

TEST(NamesTest, APairIsCalledOnTheTargetAsOnTheSource) {
  State state;
  const auto slot = state.slot_of({"shop", "orders"});
  EXPECT_EQ(target_name(state, state.tables[slot]), (TableName{"shop", "orders"}));
}

TEST(NamesTest, AReservedNameBelongsToThePairOnTheTargetOnly) {
  const TableName reserved{"shop", "srsync_new_orders"};
  EXPECT_EQ(reserved_name({"shop", "orders"}), reserved);
  EXPECT_EQ(pair_name(Side::kTarget, reserved), (TableName{"shop", "orders"}));
  EXPECT_EQ(pair_name(Side::kSource, reserved), reserved);
  EXPECT_FALSE(is_reserved({"shop", "srsync_new_"}));
}

TEST(NamesTest, ATableIsFoundUnderTheNameThatItBears) {
  State state;
  auto& pair = state.tables[state.slot_of({"shop", "orders"})];
  EXPECT_EQ(find_seen(state, Side::kTarget, {"shop", "orders"}), &pair);
  EXPECT_EQ(find_seen(state, Side::kTarget, {"shop", "srsync_new_orders"}), nullptr);
  pair.beside.emplace().phase = BesidePhase::kBuilding;
  EXPECT_EQ(find_seen(state, Side::kTarget, {"shop", "orders"}), nullptr);
  EXPECT_EQ(find_seen(state, Side::kTarget, {"shop", "srsync_new_orders"}), &pair);
  EXPECT_EQ(find_seen(state, Side::kSource, {"shop", "orders"}), &pair);
}

}  // namespace
}  // namespace srsync::core
