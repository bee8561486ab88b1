#include "core/diff.h"

#include <gtest/gtest.h>

#include "unit/core/world.h"

namespace srsync::core {
namespace {

using test::kName;
using test::partition;

SweptPartition swept(std::int64_t id, std::int64_t version, const std::string& name = "t") {
  return {name, {PartitionId(id), version, version, 7, 0, TxnType::kNormal}};
}

Sweep sweep_of(std::vector<SweptPartition> partitions) {
  Sweep sweep;
  sweep.databases.push_back(
      {DbId(10), "shop", true, {{TableId(100), "t", TableKind::kTable, true}}});
  sweep.tables.push_back({kName, std::move(partitions)});
  return sweep;
}

std::vector<std::string> names(const std::vector<Fact>& facts) {
  std::vector<std::string> out;
  for (const auto& fact : facts) out.emplace_back(fact_name(fact));
  return out;
}

class Diff : public ::testing::Test {
 protected:
  void SetUp() override {
    w.open();
    w.read(Side::kSource, 100, {partition(101, 5, 7)});
    w.now = w.now.plus_ms(1000);
  }
  std::vector<std::string> source(Sweep sweep) {
    sweep.started = w.now;
    return names(diff_sweep(w.state, Side::kSource, sweep));
  }
  test::World w;
};

using Names = std::vector<std::string>;

TEST_F(Diff, NothingNewIsOneFact) {
  EXPECT_EQ(source(sweep_of({swept(101, 5)})), Names{"SweepCompleted"});
}

TEST_F(Diff, MovedVersions) {
  EXPECT_EQ(source(sweep_of({swept(101, 6)})), (Names{"PartitionsMoved", "SweepCompleted"}));
}

TEST_F(Diff, NewOrVanishedPartitionsAskForAReading) {
  EXPECT_EQ(source(sweep_of({swept(150, 5)})), (Names{"TableRereadWanted", "SweepCompleted"}));
  EXPECT_EQ(source(sweep_of({})), (Names{"TableRereadWanted", "SweepCompleted"}));
}

TEST_F(Diff, ATableIsMissingOnlyWhenNeitherSourceShowsIt) {
  Sweep sweep = sweep_of({swept(101, 5)});
  sweep.databases[0].tables.clear();
  EXPECT_EQ(source(sweep), Names{"SweepCompleted"}) << "the other source still shows it";
  sweep.tables.clear();
  EXPECT_EQ(source(sweep), (Names{"TableMissing", "SweepCompleted"}));
  sweep.databases[0].complete = false;
  EXPECT_EQ(source(sweep), Names{"SweepCompleted"}) << "an incomplete listing proves nothing";
  sweep.databases[0].complete = true;
  sweep.complete = false;
  EXPECT_EQ(source(sweep), Names{"SweepCompleted"}) << "nor does an incomplete cycle";
}

TEST_F(Diff, ADatabaseIsMissingOnlyFromACompleteCycle) {
  Sweep sweep;
  EXPECT_EQ(source(sweep), (Names{"DatabaseMissing", "SweepCompleted"}));
  sweep.complete = false;
  EXPECT_EQ(source(sweep), Names{"SweepCompleted"});
}

TEST_F(Diff, AReadingOlderThanWhatIsKnownSaysNothing) {
  Sweep sweep = sweep_of({swept(101, 4)});
  sweep.started = WallTime(1'000'000);
  EXPECT_EQ(names(diff_sweep(w.state, Side::kSource, sweep)), Names{"SweepCompleted"});
}

TEST_F(Diff, ANewTableIsObserved) {
  Sweep sweep = sweep_of({swept(101, 5)});
  sweep.databases[0].tables.push_back({TableId(120), "new", TableKind::kTable, true});
  EXPECT_EQ(source(sweep), (Names{"TableObserved", "SweepCompleted"}));
}

TEST_F(Diff, SystemDatabasesAreNotSeen) {
  Sweep sweep = sweep_of({swept(101, 5)});
  sweep.databases.push_back({DbId(1), "information_schema", true, {{TableId(7), "x"}}});
  EXPECT_EQ(source(sweep), Names{"SweepCompleted"});
}

TEST_F(Diff, AListingOfTheTargetTellsWhatIsGone) {
  const DatabaseListing empty{DbId(50), "shop", true, {}};
  EXPECT_EQ(names(diff_listing(w.state, Side::kTarget, empty)),
            (Names{"TableMissing", "DatabaseListed"}));
  EXPECT_EQ(names(diff_listing(w.state, Side::kSource, {DbId(10), "shop", true, {}})),
            Names{"DatabaseListed"});
}

TEST_F(Diff, AnUnchangedTableIsNotJournalledAgain) {
  TableRead read{Side::kSource,
                 kName,
                 TableId(100),
                 w.pair().source->create_sql,
                 w.pair().source->schema_hash,
                 "",
                 {partition(101, 5, 7)}};
  EXPECT_TRUE(diff_table(w.state, read).empty());
  read.partitions[0].visible_version = 6;
  EXPECT_EQ(names(diff_table(w.state, read)), Names{"TableRead"});
  w.put(TableRereadWanted{Side::kSource, TableId(100), "x"});
  read.partitions[0].visible_version = 5;
  EXPECT_EQ(names(diff_table(w.state, read)), Names{"TableRead"}) << "a wanted reading is answered";
}

}  // namespace
}  // namespace srsync::core
