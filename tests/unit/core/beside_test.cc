#include "core/beside.h"

#include <gtest/gtest.h>

#include "core/diff.h"
#include "core/names.h"
#include "unit/core/world.h"

namespace srsync::core {
namespace {

const TableName kReserved{"shop", "srsync_new_t"};

// The two sides differ; the new table may have been made.
class BesideTest : public ::testing::Test {
 protected:
  void SetUp() override {
    w.open();
    w.read(Side::kSource, 100, {test::partition(101, 5, 7)});
    w.read(Side::kTarget, 500, {test::partition(501, 5, 7, TxnType::kReplication)},
           test::create_sql("bigint(20)"));
  }
  void make() {
    const std::string key = w.start_planned();
    w.put(DdlSucceeded{key});
    see(kReserved, 600);
    listed();
  }
  void see(const TableName& name, std::int64_t id) {
    w.put(TableObserved{Side::kTarget, name, TableId(id), TableKind::kTable, true});
  }
  void miss(std::int64_t id) { w.put(TableMissing{Side::kTarget, TableId(id)}); }
  void listed() { w.put(DatabaseListed{Side::kTarget, "shop"}); }
  void fill() {
    TableRead read{Side::kTarget,
                   kReserved,
                   TableId(600),
                   test::create_sql("int(11)", "srsync_new_t"),
                   0,
                   "",
                   {test::partition(601, 5, 7, TxnType::kReplication, "srsync_new_t")}};
    read.schema_hash =
        hash64(ddl::fit_fingerprint(ddl::read_create_table(read.create_sql).value()));
    w.put(read);
  }
  BesidePhase phase() { return w.pair().beside ? w.pair().beside->phase : BesidePhase{}; }
  std::int64_t own() { return w.pair().target ? w.pair().target->id.value() : 0; }
  std::int64_t other() { return has_other(w.pair()) ? w.pair().beside->other.value() : 0; }
  Assessment wanted() { return assess(w.state, w.pair()); }

  test::World w;
};

TEST_F(BesideTest, TheNewTableIsThePairsWhileItIsBuilt) {
  EXPECT_EQ(wanted().ddl, DdlKind::kCreateBeside);
  make();
  EXPECT_TRUE(is_building(w.pair()));
  EXPECT_EQ(own(), 600);
  EXPECT_EQ(other(), 500);
  EXPECT_EQ(target_name(w.state, w.pair()), kReserved);
  EXPECT_EQ(id_under(w.pair(), true), TableId(600));
  EXPECT_EQ(id_under(w.pair(), false), TableId(500));
  EXPECT_FALSE(has_leftover(w.pair()));
}

TEST_F(BesideTest, StatementsAndJobsUseTheReservedName) {
  make();
  w.put(TableRead{Side::kTarget,
                  kReserved,
                  TableId(600),
                  test::create_sql(),
                  1,
                  "",
                  {test::partition(601, 1, 9, TxnType::kNormal, "srsync_new_t")}});
  const auto actions = w.planned();
  ASSERT_EQ(actions.size(), 1U);
  const auto* job = std::get_if<StartReplication>(&actions[0].effect);
  ASSERT_NE(job, nullptr);
  EXPECT_EQ(job->intent.name, test::kName);
  EXPECT_EQ(job->intent.on_target, kReserved);
}

TEST_F(BesideTest, BothNamesOfAListingAreKnownAfterwards) {
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

TEST_F(BesideTest, ASwapIsSeenByTheIdsInAnyOrder) {
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

TEST_F(BesideTest, ASwapThatWasDoneTwiceIsSeenInAnyOrder) {
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

TEST_F(BesideTest, NeitherSwapNorDropWithoutAFreshListing) {
  make();
  fill();
  EXPECT_EQ(wanted().want, Want::kDdl);
  w.put(Resumed{"operator"});
  EXPECT_EQ(wanted().want, Want::kListTarget);
  listed();
  EXPECT_EQ(wanted().ddl, DdlKind::kSwapTables);
  see(test::kName, 600);
  see(kReserved, 500);
  w.put(TableRead{Side::kTarget,
                  test::kName,
                  TableId(600),
                  test::create_sql(),
                  0,
                  "",
                  {test::partition(601, 5, 7, TxnType::kReplication)}});
  EXPECT_EQ(wanted().want, Want::kListTarget);
  listed();
  EXPECT_EQ(wanted().ddl, DdlKind::kDropReplaced);
}

TEST_F(BesideTest, AListingThatLeftATableOutCostsNothing) {
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

TEST_F(BesideTest, AFailedCreateLeavesNothingBehind) {
  const std::string key = w.start_planned();
  EXPECT_EQ(phase(), BesidePhase::kMaking);
  w.put(DdlFailed{key, Code::kRejected, "no"});
  EXPECT_FALSE(w.pair().beside);
  EXPECT_EQ(own(), 500);
}

TEST_F(BesideTest, ADroppedDatabaseTakesBothTablesWithIt) {
  make();
  w.put(DatabaseMissing{Side::kTarget, "shop"});
  EXPECT_FALSE(w.pair().beside);
  EXPECT_FALSE(w.pair().target);
}

TEST_F(BesideTest, ATableThatTakesAnotherPairsIdTakesItForGood) {
  make();
  see({"shop", "u"}, 500);
  EXPECT_FALSE(has_other(w.pair()));
  see({"shop", "v"}, 600);
  EXPECT_FALSE(w.pair().target);
}

TEST_F(BesideTest, NobodysDropIsCounted) {
  make();
  fill();
  EXPECT_TRUE(w.state.drop_wishes.empty());
  EXPECT_TRUE(w.state.unredeemed.empty());
  EXPECT_TRUE(w.state.drops.empty());
}

TEST_F(BesideTest, TheMarkOfAStrangerGoesWithItsTable) {
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

TEST_F(BesideTest, ANameThatIsTooLongIsDroppedFirst) {
  const TableName name{"shop", std::string(kTableNameMax - 5, 'x')};
  w.put(TableObserved{Side::kSource, name, TableId(110), TableKind::kTable, true});
  w.put(TableObserved{Side::kTarget, name, TableId(510), TableKind::kTable, true});
  for (const Side side : {Side::kSource, Side::kTarget}) {
    const bool source = side == Side::kSource;
    TableRead read{side,
                   name,
                   TableId(source ? 110 : 510),
                   test::create_sql(source ? "int(11)" : "bigint(20)"),
                   source ? 1U : 2U,
                   "",
                   {test::partition(source ? 111 : 511, 5, 7, TxnType::kReplication)}};
    w.put(read);
  }
  const Assessment a = assess(w.state, *w.state.find(name));
  EXPECT_EQ(a.ddl, DdlKind::kDropTable);
  EXPECT_NE(a.reason.find("too long"), std::string::npos) << a.reason;
}

}  // namespace
}  // namespace srsync::core
