// The rest of what views.h promises is in tests/scenario/cases/view*.txt.
#include "core/views.h"

#include <gtest/gtest.h>

#include "core/drop_guard.h"
#include "core/progress.h"
#include "unit/core/world.h"

namespace srsync::core {
namespace {

const TableName kView{"shop", "v"};

class ViewsTest : public ::testing::Test {
 protected:
  test::World world_;

  void view(Side side, std::int64_t id, const std::string& query,
            TableKind kind = TableKind::kView) {
    const std::string head = kind == TableKind::kView
                                 ? "CREATE VIEW `v` (`a`) AS "
                                 : "CREATE MATERIALIZED VIEW `v` (`a`)\nREFRESH ASYNC\nAS ";
    world_.put(TableObserved{side, kView, TableId(id), kind, true});
    world_.put(TableRead{side, kView, TableId(id), head + query + ";", 0, "", {}, {}, kind});
  }
  Assessment assessed() { return assess(world_.state, *world_.state.find(kView)); }
};

TEST_F(ViewsTest, IsMadeWhenWhatItReadsStandsOnTheTarget) {
  world_.open();
  world_.put(TableMissing{Side::kTarget, TableId(500)});
  view(Side::kSource, 110, "SELECT v FROM t");
  EXPECT_EQ(assessed().want, Want::kNothing);
  EXPECT_EQ(assessed().reason, "waits for shop.t on the target");
  // Without a fact about the view itself.
  world_.put(TableObserved{Side::kTarget, test::kName, TableId(501), TableKind::kTable, true});
  EXPECT_EQ(assessed().want, Want::kDdl);
  const auto slot = world_.state.by_name.at(kView);
  EXPECT_EQ(world_.state.agenda.get(slot).want, Want::kDdl);
  rebuild_derived(world_.state);
  EXPECT_EQ(world_.state.agenda.get(slot).want, Want::kDdl);
}

TEST_F(ViewsTest, AMaterializedViewWaitsForTheDataOfItsTables) {
  world_.open();
  view(Side::kSource, 110, "SELECT v FROM t", TableKind::kMaterializedView);
  EXPECT_EQ(assessed().reason, "waits for the data of shop.t");
  world_.read(Side::kSource, 100, {test::partition(101, 5, 7)});
  world_.read(Side::kTarget, 500, {test::partition(501, 5, 7, TxnType::kReplication)});
  EXPECT_EQ(assessed().ddl, DdlKind::kCreateMaterializedView);
  EXPECT_EQ(world_.state.agenda.get(world_.state.by_name.at(kView)).want, Want::kDdl);
}

TEST_F(ViewsTest, DropsOfMaterializedViewsPassTheDropGuard) {
  world_.open({{"srsync_max_drops_per_hour", "0"},
               {"ddl_job_allow_drop_materialized_view_target_only", "true"}});
  world_.read(Side::kSource, 100, {test::partition(101, 5, 7)});
  world_.read(Side::kTarget, 500, {test::partition(501, 5, 7, TxnType::kReplication)});
  view(Side::kTarget, 510, "SELECT v FROM t", TableKind::kMaterializedView);
  EXPECT_TRUE(assessed().wants_drop);
  const auto held = due_hold(world_.state, world_.now);
  ASSERT_TRUE(held);
  EXPECT_EQ(held->drops.front().name, kView);
  for (const auto& action : world_.planned()) {
    EXPECT_FALSE(std::holds_alternative<RunDdl>(action.effect)) << action.key;
  }
}

TEST_F(ViewsTest, AnotherKindUnderTheNameIsLeftAlone) {
  world_.open();
  view(Side::kSource, 110, "SELECT v FROM t");
  world_.put(TableObserved{Side::kTarget, kView, TableId(510), TableKind::kTable, true});
  EXPECT_TRUE(assessed().blocked);
  EXPECT_EQ(assessed().reason, "the target has a table under this name, the source a view");
}

TEST_F(ViewsTest, WhatTheTargetCannotHoldBlocksTheView) {
  world_.open();
  world_.put(
      ClusterIdentified{Side::kTarget, "t", "3.3.2", RunMode::kSharedNothing, {true, true, true}});
  world_.put(TableObserved{Side::kSource, kView, TableId(110), TableKind::kView, true});
  world_.put(TableRead{Side::kSource,
                       kView,
                       TableId(110),
                       "CREATE VIEW `v` (`a`) SECURITY INVOKER AS SELECT v FROM t;",
                       0,
                       "",
                       {},
                       {},
                       TableKind::kView});
  world_.start_planned();
  EXPECT_TRUE(assessed().blocked);
  EXPECT_NE(assessed().reason.find("SECURITY INVOKER is not known to the target"),
            std::string::npos);
}

TEST_F(ViewsTest, ProgressCountsViewsApart) {
  world_.open();
  view(Side::kSource, 110, "SELECT v FROM t");
  Progress p = progress(world_.state);
  EXPECT_EQ(p.tables, 1U);
  EXPECT_EQ(p.views, 1U);
  EXPECT_EQ(p.finished_views, 0U);
  EXPECT_EQ(p.unsupported_objects, 0U);
  view(Side::kTarget, 510, "SELECT `v` FROM shop.t");
  EXPECT_EQ(progress(world_.state).finished_views, 1U);
  world_.put(SettingChanged{"enable_view_sync", "false"});
  p = progress(world_.state);
  EXPECT_EQ(p.views, 0U);
  EXPECT_EQ(p.unsupported_objects, 1U);
}

// The target prints it in other words; only then did its frontend learn to print it in yet others.
TEST_F(ViewsTest, MadeByUsIsTheSameHoweverItPrints) {
  world_.open();
  view(Side::kSource, 110, "SELECT v FROM t");
  world_.put(DdlSucceeded{world_.start_planned()});
  view(Side::kTarget, 510, "SELECT something_else FROM shop.t");
  EXPECT_TRUE(view_in_sync(world_.state, *world_.state.find(kView)));
  view(Side::kTarget, 510, "SELECT yet_another FROM shop.t");
  EXPECT_FALSE(view_in_sync(world_.state, *world_.state.find(kView)));
}

TEST_F(ViewsTest, WhatMayBeSomebodyElsesIsComparedByItsText) {
  world_.open();
  view(Side::kSource, 110, "SELECT v FROM t");
  world_.put(DdlFailed{world_.start_planned(), Code::kRejected, "already exists"});
  view(Side::kTarget, 510, "SELECT something_else FROM shop.t");
  EXPECT_FALSE(view_in_sync(world_.state, *world_.state.find(kView)));
}

}  // namespace
}  // namespace srsync::core
