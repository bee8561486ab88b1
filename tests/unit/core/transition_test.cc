#include "core/transition.h"

#include <gtest/gtest.h>

#include <functional>

namespace srsync::core {
namespace {

const std::vector<Stage> kStages = {Resting{}, RunningDdl{}, Replicating{}};

template <std::size_t I = 0>
void each_fact(const std::function<void(const Fact&)>& visit) {
  if constexpr (I < std::variant_size_v<Fact>) {
    visit(Fact(std::in_place_index<I>));
    each_fact<I + 1>(visit);
  }
}

bool is_about_work(const Fact& fact) {
  const std::string_view name = fact_name(fact);
  return name.starts_with("Ddl") || name.starts_with("Replication");
}

TEST(Transition, EveryStageAndFactHasExactlyOneRow) {
  each_fact([](const Fact& fact) {
    for (const auto& stage : kStages) {
      EXPECT_EQ(transition(stage, fact).has_value(), is_about_work(fact))
          << stage_name(stage) << " " << fact_name(fact);
    }
  });
}

TEST(Transition, WorkStartsOnlyAtRest) {
  for (const Fact& start : {Fact(DdlStarted{}), Fact(ReplicationStarted{})}) {
    EXPECT_EQ(transition(Resting{}, start), Move::kMove);
    EXPECT_EQ(transition(RunningDdl{}, start), Move::kInvalid);
    EXPECT_EQ(transition(Replicating{}, start), Move::kInvalid);
  }
}

TEST(Transition, OutcomesOfWorkThatIsOverAreLate) {
  EXPECT_EQ(transition(Resting{}, DdlSucceeded{}), Move::kLate);
  EXPECT_EQ(transition(Resting{}, ReplicationCommitted{}), Move::kLate);
  EXPECT_EQ(transition(RunningDdl{}, ReplicationCommitted{}), Move::kLate);
}

}  // namespace
}  // namespace srsync::core
