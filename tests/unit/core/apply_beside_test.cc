#include "core/beside.h"

#include <gtest/gtest.h>

#include "core/diff.h"
#include "unit/core/beside_fixture.h"

namespace srsync::core {
namespace {

using test::kReserved;
using ApplyBesideTest = test::BesideFixture;

TEST_F(ApplyBesideTest, BothNamesOfAListingAreKnownAfterwards) {
  make();
  DatabaseListing listing{DbId(50), "shop", true, {}};
  listing.tables.push_back({TableId(600), "srsync_new_t", TableKind::kTable, true, 0});
  listing.tables.push_back({TableId(500), "t", TableKind::kTable, true, 0});
  EXPECT_EQ(diff_listing(w.state, Side::kTarget, listing).size(), 1U);
  listing.tables.pop_back();
  const auto facts = diff_listing(w.state, Side::kTarget, listing);
  ASSERT_EQ(facts.size(), 2U);
  EXPECT_EQ(std::get<TableMissing>(facts[0]).id, TableId(500));
}

TEST_F(ApplyBesideTest, ASwapIsSeenByTheIdsInAnyOrder) {
  make();
  fill();
  const State before = w.state;
  see(test::kName, 600);
  EXPECT_EQ(phase(), BesidePhase::kReplaced);
  see(kReserved, 500);
  EXPECT_EQ(own(), 600);
  EXPECT_EQ(other(), 500);
  EXPECT_TRUE(has_leftover(w.pair()));
  w.state = before;
  see(kReserved, 500);
  see(test::kName, 600);
  EXPECT_EQ(phase(), BesidePhase::kReplaced);
  EXPECT_EQ(own(), 600);
  EXPECT_EQ(other(), 500);
}

TEST_F(ApplyBesideTest, ASwapThatWasDoneTwiceIsSeenInAnyOrder) {
  make();
  fill();
  see(test::kName, 600);
  see(kReserved, 500);
  const State swapped = w.state;
  see(test::kName, 500);
  see(kReserved, 600);
  EXPECT_TRUE(is_building(w.pair()));
  EXPECT_EQ(own(), 600);
  EXPECT_EQ(other(), 500);
  w.state = swapped;
  see(kReserved, 600);
  see(test::kName, 500);
  EXPECT_TRUE(is_building(w.pair()));
  EXPECT_EQ(own(), 600);
  EXPECT_EQ(other(), 500);
}

TEST_F(ApplyBesideTest, AListingThatLeftATableOutCostsNothing) {
  make();
  fill();
  miss(500);
  listed();
  EXPECT_EQ(wanted().ddl, DdlKind::kRenameBeside);
  see(test::kName, 500);
  listed();
  EXPECT_EQ(wanted().ddl, DdlKind::kSwapTables);
  miss(600);
  EXPECT_EQ(own(), 500);
  EXPECT_EQ(phase(), BesidePhase::kMaking);
  see(kReserved, 600);
  EXPECT_EQ(own(), 600);
  EXPECT_TRUE(is_building(w.pair()));
}

TEST_F(ApplyBesideTest, AFailedCreateLeavesNothingBehind) {
  const std::string key = w.start_planned();
  EXPECT_EQ(phase(), BesidePhase::kMaking);
  w.put(DdlFailed{key, Code::kRejected, "no"});
  EXPECT_FALSE(w.pair().beside);
  EXPECT_EQ(own(), 500);
}

TEST_F(ApplyBesideTest, ADroppedDatabaseTakesBothTablesWithIt) {
  make();
  w.put(DatabaseMissing{Side::kTarget, "shop"});
  EXPECT_FALSE(w.pair().beside);
  EXPECT_FALSE(w.pair().target);
}

TEST_F(ApplyBesideTest, ATableThatTakesAnotherPairsIdTakesItForGood) {
  make();
  see({"shop", "u"}, 500);
  EXPECT_FALSE(has_other(w.pair()));
  see({"shop", "v"}, 600);
  EXPECT_FALSE(w.pair().target);
}

TEST_F(ApplyBesideTest, NobodysDropIsCounted) {
  make();
  fill();
  EXPECT_TRUE(w.state.drop_wishes.empty());
  EXPECT_TRUE(w.state.unredeemed.empty());
  EXPECT_TRUE(w.state.drops.empty());
}

TEST_F(ApplyBesideTest, TheMarkOfAStrangerGoesWithItsTable) {
  w.read(Side::kSource, 100, {test::partition(101, 5, 7)}, test::create_sql("bigint(20)"));
  w.put(StrangerObserved{TxnId(1), "x", TableId(500), {PartitionId(501)}});
  w.read(Side::kTarget, 500, {test::partition(501, 6, 7, TxnType::kReplication)},
         test::create_sql("bigint(20)"));
  make();
  EXPECT_EQ(w.state.spoiled.size(), 1U);
  see(test::kName, 600);
  see(kReserved, 500);
  TableRead read{Side::kTarget,
                 test::kName,
                 TableId(600),
                 test::create_sql("bigint(20)"),
                 0,
                 "",
                 {test::partition(601, 5, 7, TxnType::kReplication)}};
  w.put(read);
  listed();
  ASSERT_EQ(wanted().ddl, DdlKind::kDropReplaced);
  w.put(DdlSucceeded{w.start_planned()});
  EXPECT_TRUE(w.state.spoiled.empty());
  EXPECT_FALSE(w.pair().beside);
}

}  // namespace
}  // namespace srsync::core
