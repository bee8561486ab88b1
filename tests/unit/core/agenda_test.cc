#include "core/agenda.h"

#include <gtest/gtest.h>

namespace srsync::core {
namespace {

TEST(Agenda, KeepsEachSlotInOneListInOrder) {
  Agenda agenda;
  agenda.set(3, {Want::kReplicate, 20, {}});
  agenda.set(1, {Want::kReplicate, 30, {}});
  agenda.set(2, {Want::kReplicate, 10, {}});
  std::vector<std::uint32_t> slots;
  for (const auto& item : agenda.items(Want::kReplicate)) slots.push_back(item.slot);
  EXPECT_EQ(slots, (std::vector<std::uint32_t>{2, 3, 1}));

  agenda.set(3, {Want::kDdl, 0, {}});
  EXPECT_EQ(agenda.items(Want::kReplicate).size(), 2U);
  EXPECT_EQ(agenda.items(Want::kDdl).size(), 1U);
  agenda.set(3, {});
  EXPECT_TRUE(agenda.items(Want::kDdl).empty());
}

TEST(Agenda, TimersFollowTheirItems) {
  Agenda agenda;
  agenda.set(1, {Want::kDdl, 0, WallTime(500)});
  EXPECT_EQ(agenda.timers().size(), 1U);
  agenda.set(1, {Want::kDdl, 0, WallTime(700)});
  ASSERT_EQ(agenda.timers().size(), 1U);
  EXPECT_EQ(agenda.timers().begin()->first, 700);
  agenda.set(1, {});
  EXPECT_TRUE(agenda.timers().empty());
}

}  // namespace
}  // namespace srsync::core
