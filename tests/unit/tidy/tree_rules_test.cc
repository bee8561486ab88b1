// Shows on small samples that the rules about several files can fail.

#include <gtest/gtest.h>

#include "unit/tidy/rules.h"

namespace srsync::tidy {
namespace {

std::string lines(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += "x\n";
  return text;
}

TEST(ReadmeRule, WantsAShortOnePerRoom) {
  EXPECT_EQ(to_text(check_room_readmes({{"src/core/a.cc", ""}, {"src/core/README.md", lines(40)}})),
            "");
  EXPECT_EQ(to_text(check_room_readmes({{"src/core/a.cc", ""}})),
            "src/core/README.md:0: each room has a README.md\n");
  EXPECT_EQ(check_room_readmes({{"src/core/README.md", lines(41)}}).size(), 1U);
}

TEST(TestedRule, WantsATestPerPureSource) {
  const File source = {"src/core/plan.cc", ""};
  EXPECT_EQ(to_text(check_pure_rooms_tested({source, {"tests/unit/core/plan_test.cc", ""}})), "");
  EXPECT_EQ(to_text(check_pure_rooms_tested({source, {"tests/unit/ddl/plan_test.cc", ""}})),
            "src/core/plan.cc:0: has no test: tests/unit/core/plan_test.cc\n");
  EXPECT_TRUE(check_pure_rooms_tested({{"src/driver/loop.cc", ""}}).empty());
}

TEST(ListedRule, WantsEverySourceInACMakeLists) {
  const File test = {"tests/unit/core/plan_test.cc", ""};
  EXPECT_EQ(check_sources_listed({test}).size(), 1U);
  EXPECT_EQ(
      check_sources_listed({test, {"tests/unit/core/CMakeLists.txt", "x_plan_test.cc"}}).size(),
      1U);
  EXPECT_EQ(check_sources_listed({test, {"tests/unit/ddl/CMakeLists.txt", "plan_test.cc"}}).size(),
            1U);
  EXPECT_EQ(
      check_sources_listed({test, {"tests/unit/core/CMakeLists.txt", "a.cc plan_test.cc"}}).size(),
      0U);
  EXPECT_EQ(
      check_sources_listed({test, {"tests/unit/CMakeLists.txt", "(core/plan_test.cc)"}}).size(),
      0U);
}

}  // namespace
}  // namespace srsync::tidy
