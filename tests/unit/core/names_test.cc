#include "core/names.h"

#include <gtest/gtest.h>

namespace srsync::core {
namespace {

TEST(NamesTest, APairIsCalledOnTheTargetAsOnTheSource) {
  State state;
  const auto slot = state.slot_of({"shop", "orders"});
  EXPECT_EQ(target_name(state, state.tables[slot]), (TableName{"shop", "orders"}));
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
