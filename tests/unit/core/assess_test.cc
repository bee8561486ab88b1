#include "core/assess.h"

#include <gtest/gtest.h>

#include "unit/core/world.h"

namespace srsync::core {
namespace {

using test::partition;

TEST(Assess, WaitsForBothClustersBeforeItChangesAnything) {
  test::World w;
  w.put(SessionStarted{"test", "j", {}});
  w.put(DatabaseObserved{Side::kSource, DbId(10), "shop"});
  w.put(TableObserved{Side::kSource, test::kName, TableId(100), TableKind::kTable, true});
  w.read(Side::kSource, 100, {partition(101, 5, 7)});
  w.put(SweepCompleted{Side::kSource, true, 1, 1, ""});
  EXPECT_EQ(assess(w.state, w.pair()).want, Want::kNothing);
  EXPECT_TRUE(w.planned().empty());
}

TEST(Assess, AViewUnderTheNameOfATableBlocks) {
  test::World w;
  w.open();
  w.read(Side::kSource, 100, {partition(101, 5, 7)});
  w.put(TableObserved{Side::kTarget, test::kName, TableId(900), TableKind::kView, true});
  EXPECT_TRUE(assess(w.state, w.pair()).blocked);
}

TEST(Assess, ATableUnderSchemaChangeWaits) {
  test::World w;
  w.open();
  w.read(Side::kSource, 100, {partition(101, 5, 7)});
  w.put(TableObserved{Side::kSource, test::kName, TableId(100), TableKind::kTable, false});
  const Assessment a = assess(w.state, w.pair());
  EXPECT_EQ(a.want, Want::kNothing);
  EXPECT_FALSE(a.blocked);
}

TEST(Assess, AForbiddenDropSaysWhichSwitch) {
  test::World w;
  w.open({{"ddl_job_allow_drop_inconsistent_time_partition", "false"}});
  w.read(Side::kSource, 100, {partition(101, 5, 7)});
  w.read(Side::kTarget, 500, {partition(501, 5, 9)});
  const Assessment a = assess(w.state, w.pair());
  EXPECT_TRUE(a.blocked);
  EXPECT_NE(a.reason.find("ddl_job_allow_drop_inconsistent_time_partition"), std::string::npos);
}

TEST(Assess, AnUnpartitionedTableWithAForeignBaseIsMadeAnew) {
  test::World w;
  w.open();
  w.read(Side::kSource, 100, {partition(101, 5, 7)});
  w.read(Side::kTarget, 500, {partition(501, 5, 9)});
  const Assessment a = assess(w.state, w.pair());
  EXPECT_EQ(a.want, Want::kDdl);
  EXPECT_EQ(a.ddl, DdlKind::kCreateBeside);
  w.put(SettingChanged{"srsync_recreate", "drop-first"});
  EXPECT_EQ(assess(w.state, w.pair()).ddl, DdlKind::kDropTable);
}

TEST(Assess, NothingIsDroppedOnMovedVersionsAlone) {
  test::World w;
  w.open();
  w.read(Side::kSource, 100, {partition(101, 5, 7)});
  w.read(Side::kTarget, 500, {partition(501, 5, 7, TxnType::kReplication)});
  w.put(PartitionsMoved{
      Side::kTarget, TableId(500), {{PartitionId(501), 6, 6, 9, 0, TxnType::kNormal}}});
  EXPECT_EQ(assess(w.state, w.pair()).want, Want::kReadTarget);
}

TEST(Assess, DatabasesAreDroppedOnlyWhenAllowedAndMissedTwice) {
  test::World w;
  w.open();
  w.put(DatabaseMissing{Side::kSource, "shop"});
  EXPECT_EQ(assess_database(w.state, w.state.databases["shop"]).want, Want::kNothing);
  w.put(DatabaseMissing{Side::kSource, "shop"});
  EXPECT_TRUE(assess_database(w.state, w.state.databases["shop"]).blocked);
  w.put(SettingChanged{"ddl_job_allow_drop_target_only", "true"});
  EXPECT_EQ(assess_database(w.state, w.state.databases["shop"]).ddl, DdlKind::kDropDatabase);
}

}  // namespace
}  // namespace srsync::core
