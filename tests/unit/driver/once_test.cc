#include "driver/once.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/driver/harness.h"

namespace srsync::testing {
namespace {

bool run_once(Harness& h) {
  h.options.one_time = true;
  h.start();
  return h.step_until([&] { return h.driver->is_over(); }, 20'000);
}

TEST(OnceTest, EndsWhenEverythingIsEqual) {
  Harness h;
  h.world.add_source_table("shop", "orders", {"p1", "p2"}, 5);
  h.world.add_source_table("shop", "empty", {"p1"}, 1);
  ASSERT_TRUE(run_once(h)) << h.world.difference();
  EXPECT_EQ(h.world.difference(), "");
  EXPECT_TRUE(h.driver->result().not_synchronised.empty());
  EXPECT_FALSE(h.driver->result().stopped);
}

TEST(OnceTest, AnEmptySourceIsDoneAtOnce) {
  Harness h;
  ASSERT_TRUE(run_once(h));
  EXPECT_TRUE(h.driver->result().not_synchronised.empty());
}

TEST(OnceTest, ATableThatCannotBeMadeIsNamedWithItsReason) {
  Harness h;
  h.world.add_source_table("shop", "good", {"p1"}, 5);
  h.world.add_source_table("shop", "bad", {"p1"}, 5);
  h.world.on_ddl = [](const std::string& statement) {
    return statement.find("`bad`") != std::string::npos
               ? FakeWorld::Fault{rejected("no such storage volume"), false}
               : FakeWorld::Fault{};
  };
  ASSERT_TRUE(run_once(h));
  const auto left = h.driver->result().not_synchronised;
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(core::to_string(left[0].name), "shop.bad");
  EXPECT_THAT(left[0].reason, ::testing::HasSubstr("no such storage volume"));
}

TEST(OnceTest, ATableThatNeverRestsDoesNotKeepTheRunAlive) {
  Harness h;
  h.world.add_source_table("shop", "busy", {"p1"}, 5);
  h.options.one_time = true;
  h.options.once_catchup_ms = 20'000;
  h.start();
  ASSERT_TRUE(h.step_until(
      [&] {
        h.world.load_source("shop", "busy", "p1");
        return h.driver->is_over();
      },
      20'000));
  EXPECT_TRUE(h.driver->result().not_synchronised.empty());
  EXPECT_TRUE(h.driver->state().jobs.empty());
}

}  // namespace
}  // namespace srsync::testing
