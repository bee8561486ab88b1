#include "core/state.h"

#include <gtest/gtest.h>

#include "unit/core/world.h"

namespace srsync::core {
namespace {

TEST(State, DerivedPartsComeBackTheSame) {
  test::World w;
  w.open();
  const std::string job = w.start_job();
  State copy = w.state;
  rebuild_derived(copy);
  EXPECT_EQ(check_invariants(copy), std::vector<std::string>());
  EXPECT_EQ(copy.jobs, w.state.jobs);
  EXPECT_EQ(copy.running_replicas, w.state.running_replicas);
  EXPECT_EQ(plan(copy, w.now, {}), w.planned());
}

TEST(State, InvariantsSeeABrokenState) {
  test::World w;
  w.open();
  w.start_job();
  State broken = w.state;
  broken.running_replicas += 1;
  EXPECT_FALSE(check_invariants(broken).empty());
  broken = w.state;
  broken.jobs.clear();
  EXPECT_FALSE(check_invariants(broken).empty());
  broken = w.state;
  broken.tables[0].target->partitions.push_back(broken.tables[0].target->partitions[0]);
  EXPECT_FALSE(check_invariants(broken).empty());
}

TEST(State, PairsAreFoundByNameAndId) {
  test::World w;
  w.open();
  EXPECT_EQ(w.state.find(test::kName), w.state.find(Side::kSource, TableId(100)));
  EXPECT_EQ(w.state.find(test::kName), w.state.find(Side::kTarget, TableId(500)));
  EXPECT_EQ(w.state.find(Side::kTarget, TableId(100)), nullptr);
  EXPECT_EQ(w.state.find({"no", "such"}), nullptr);
}

}  // namespace
}  // namespace srsync::core
