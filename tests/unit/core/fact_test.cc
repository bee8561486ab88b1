#include "core/fact.h"

#include <gtest/gtest.h>

#include <set>

namespace srsync::core {
namespace {

template <std::size_t I = 0>
void collect(std::vector<std::string>& names) {
  if constexpr (I < std::variant_size_v<Fact>) {
    names.emplace_back(fact_name(Fact(std::in_place_index<I>)));
    collect<I + 1>(names);
  }
}

TEST(Fact, NamesAreDistinctAndMatchTheAlternatives) {
  std::vector<std::string> names;
  collect(names);
  EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), names.size());
  EXPECT_EQ(fact_name(DdlVerified{}), "DdlVerified");
  EXPECT_EQ(fact_name(ReplicationFailed{}), "ReplicationFailed");
  EXPECT_EQ(fact_name(FrontendSettingRestored{}), "FrontendSettingRestored");
  EXPECT_EQ(fact_name(SweepCompleted{}), "SweepCompleted");
}

}  // namespace
}  // namespace srsync::core
