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

TEST(NamesTest, ARuleGivesItAnotherName) {
  State state;
  state.settings.renames = Renames::from_text("shop -> shop_copy, shop.orders -> other.o");
  const auto orders = state.slot_of({"shop", "orders"});
  const auto lines = state.slot_of({"shop", "lines"});
  EXPECT_EQ(target_name(state, state.tables[orders]), (TableName{"other", "o"}));
  EXPECT_EQ(target_name(state, state.tables[lines]), (TableName{"shop_copy", "lines"}));
  EXPECT_EQ(target_database(state, "shop"), "shop_copy");
}

TEST(NamesTest, APlaceElsewhereMayHaveToBeMade) {
  State state;
  state.settings.renames = Renames::from_text("shop -> shop_copy, shop.orders -> other.o");
  const auto orders = state.slot_of({"shop", "orders"});
  const auto lines = state.slot_of({"shop", "lines"});
  EXPECT_EQ(database_to_be_made(state, state.tables[lines]), "");
  EXPECT_EQ(database_to_be_made(state, state.tables[orders]), "other");
  state.databases["other"].name = "other";
  state.databases["other"].source = DbId(5);
  EXPECT_EQ(database_to_be_made(state, state.tables[orders]), "other");
  state.databases["other"].target = DbId(6);
  EXPECT_EQ(database_to_be_made(state, state.tables[orders]), "");
}

}  // namespace
}  // namespace srsync::core
