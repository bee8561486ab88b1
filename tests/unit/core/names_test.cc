#include "core/names.h"

#include <gtest/gtest.h>

namespace srsync::core {
namespace {

TEST(NamesTest, APairIsCalledOnTheTargetAsOnTheSource) {
  State state;
  const auto slot = state.slot_of({"shop", "orders"});
  EXPECT_EQ(target_name(state, state.tables[slot]), (TableName{"shop", "orders"}));
}

}  // namespace
}  // namespace srsync::core
