#include "core/describe.h"

#include <gtest/gtest.h>

#include <functional>

namespace srsync::core {
namespace {

template <std::size_t I = 0>
void each_fact(const std::function<void(const Fact&)>& visit) {
  if constexpr (I < std::variant_size_v<Fact>) {
    visit(Fact(std::in_place_index<I>));
    each_fact<I + 1>(visit);
  }
}

TEST(Describe, EveryFactStartsWithItsName) {
  each_fact([](const Fact& fact) {
    EXPECT_TRUE(describe(fact).starts_with(std::string(fact_name(fact)) + " ")) << fact_name(fact);
  });
}

TEST(Describe, AnEventIsOneLineWithItsPlace) {
  const Event event{EventSeq(12), WallTime(5),
                    ReplicationAborted{"job-1", "timeout by txn manager"}};
  EXPECT_EQ(describe(event), "0000012 ReplicationAborted job-1: timeout by txn manager");
}

}  // namespace
}  // namespace srsync::core
