#include "driver/coverage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/core/world.h"

namespace srsync::driver {
namespace {

using core::test::World;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

void see(World& w, const std::string& db, const std::string& table, std::int64_t id,
         core::TableKind kind = core::TableKind::kTable) {
  w.put(core::TableObserved{Side::kSource, {db, table}, core::TableId(id), kind, true});
}

TEST(CoverageTest, WhatIsEqualIsNotNamed) {
  World w;
  w.open();
  w.read(Side::kSource, 100, {core::test::partition(101, 5, 7)});
  w.read(Side::kTarget, 500, {core::test::partition(501, 5, 7, core::TxnType::kReplication)});
  EXPECT_THAT(coverage(w.state), IsEmpty());
  EXPECT_THAT(not_carried(w.state), IsEmpty());
}

TEST(CoverageTest, EveryReasonWithKindAndName) {
  World w;
  w.open({{"exclude_data_list", "shop.out, other"}, {"enable_view_sync", "false"}});
  see(w, "shop", "ext", 110, core::TableKind::kOther);
  see(w, "shop", "out", 111);
  see(w, "shop", "v", 112, core::TableKind::kView);
  w.put(core::DatabaseObserved{Side::kSource, core::DbId(11), "other"});
  w.put(core::DatabaseObserved{Side::kSource, core::DbId(12), "information_schema"});
  see(w, "other", "inside", 113);
  w.put(core::TableSkipped{core::test::kName});
  std::vector<std::string> found;
  for (const auto& object : coverage(w.state)) {
    EXPECT_FALSE(object.reason.empty()) << name_of(object.name);
    found.push_back(object.kind + " " + name_of(object.name));
  }
  EXPECT_THAT(found, ElementsAre("database other", "other object shop.ext", "table shop.out",
                                 "table shop.t", "view shop.v"));
  const auto others = not_carried(w.state);
  ASSERT_EQ(others.size(), 2U);
  EXPECT_EQ(name_of(others[0].name), "shop.ext");
  EXPECT_THAT(others[1].reason, HasSubstr("enable_view_sync"));
}

TEST(CoverageTest, AFailureIsToldWhileItIsTriedAgain) {
  World w;
  w.open();
  w.start_job();
  const std::string job = w.state.jobs.begin()->first;
  w.put(core::ReplicationRejected{job, core::RejectReason::kOther, "no such volume"});
  const auto left = coverage(w.state);
  ASSERT_EQ(left.size(), 1U);
  EXPECT_THAT(left[0].reason, HasSubstr("failed 1 time in a row"));
  EXPECT_THAT(left[0].reason, HasSubstr("no such volume"));
}

TEST(CoverageTest, AsTextAlignedAndCut) {
  const std::vector<LeftOut> objects = {{"view", {"d", "v"}, "why"}, {"database", {"d", ""}, "x"}};
  EXPECT_EQ(left_out_text(objects), "  view      d.v  why\n  database  d    x\n");
  EXPECT_EQ(left_out_text(objects, 1), "  view  d.v  why\n  and 1 more\n");
}

}  // namespace
}  // namespace srsync::driver
