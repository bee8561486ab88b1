#include <gtest/gtest.h>

#include "unit/core/world.h"

namespace srsync::core {
namespace {

using test::kName;
using test::partition;

TEST(ApplyCatalog, AnotherIdUnderTheSameNameIsAnotherTable) {
  test::World w;
  w.open();
  w.read(Side::kTarget, 500, {partition(501, 5, 7, TxnType::kReplication)});
  w.put(TableObserved{Side::kTarget, kName, TableId(600), TableKind::kTable, true});
  EXPECT_EQ(w.pair().target->id, TableId(600));
  EXPECT_TRUE(w.pair().target->partitions.empty());
  EXPECT_EQ(w.state.find(Side::kTarget, TableId(500)), nullptr);
}

TEST(ApplyCatalog, WhatWasTriedInVainOnOneTableIsTriedOnAnother) {
  test::World w;
  w.open();
  w.read(Side::kTarget, 500, {partition(501, 5, 7, TxnType::kReplication)});
  w.pair().given_up.push_back(17);
  w.put(TableObserved{Side::kTarget, kName, TableId(500), TableKind::kTable, true});
  EXPECT_FALSE(w.pair().given_up.empty());
  w.put(TableObserved{Side::kTarget, kName, TableId(600), TableKind::kTable, true});
  EXPECT_TRUE(w.pair().given_up.empty());
}

TEST(ApplyCatalog, ARenamedTableLeavesItsOldName) {
  test::World w;
  w.open();
  w.put(TableObserved{Side::kSource, {"shop", "renamed"}, TableId(100), TableKind::kTable, true});
  EXPECT_FALSE(w.pair().source.has_value());
  EXPECT_EQ(w.state.find(Side::kSource, TableId(100))->name.table, "renamed");
}

TEST(ApplyCatalog, SourceTablesMustBeMissedTwice) {
  test::World w;
  w.open();
  w.put(TableMissing{Side::kSource, TableId(100)});
  EXPECT_TRUE(w.pair().source.has_value());
  w.put(TableObserved{Side::kSource, kName, TableId(100), TableKind::kTable, true});
  w.put(TableMissing{Side::kSource, TableId(100)});
  EXPECT_TRUE(w.pair().source.has_value()) << "it was seen in between";
  w.put(TableMissing{Side::kSource, TableId(100)});
  EXPECT_FALSE(w.pair().source.has_value());
}

TEST(ApplyCatalog, SourcePartitionsMustBeMissedTwiceUnlessReplaced) {
  test::World w;
  w.open();
  const auto p1 = partition(101, 5, 7, TxnType::kNormal, "p1", "VALUES IN (\"1\")");
  const auto p2 = partition(102, 5, 7, TxnType::kNormal, "p2", "VALUES IN (\"2\")");
  w.read(Side::kSource, 100, {p1, p2});
  w.read(Side::kSource, 100, {p1});
  w.read(Side::kSource, 100, {p1});
  EXPECT_EQ(w.pair().source->partitions.size(), 2U) << "one source, however often, is not two";
  w.put(TableRereadWanted{Side::kSource, TableId(100), "a partition is gone", {PartitionId(102)}});
  EXPECT_EQ(w.pair().source->partitions.size(), 2U);
  w.read(Side::kSource, 100, {p1, p2});
  w.put(TableRereadWanted{Side::kSource, TableId(100), "a partition is gone", {PartitionId(102)}});
  w.read(Side::kSource, 100, {p1});
  EXPECT_EQ(w.pair().source->partitions.size(), 2U) << "it was seen in between";
  w.put(TableRereadWanted{Side::kSource, TableId(100), "a partition is gone", {PartitionId(102)}});
  w.read(Side::kSource, 100, {p1});
  EXPECT_EQ(w.pair().source->partitions.size(), 1U);
  const auto overwritten = partition(151, 5, 9, TxnType::kNormal, "p1", "VALUES IN (\"1\")");
  w.read(Side::kSource, 100, {overwritten});
  ASSERT_EQ(w.pair().source->partitions.size(), 1U);
  EXPECT_EQ(w.pair().source->partitions[0].id, PartitionId(151));
}

TEST(ApplyCatalog, WhatOnlyTheJournalKnowsSurvivesAReading) {
  test::World w;
  w.open();
  w.read(Side::kTarget, 500, {partition(501, 5, 7, TxnType::kReplication)});
  w.put(StrangerObserved{TxnId(9), "l", TableId(500), {PartitionId(501)}});
  w.read(Side::kTarget, 500, {partition(501, 6, 7, TxnType::kReplication)});
  EXPECT_TRUE(w.pair().target->partitions[0].spoiled);
  w.read(Side::kTarget, 500, {partition(502, 1, 9)});
  EXPECT_FALSE(w.pair().target->partitions[0].spoiled) << "another partition is innocent";
}

TEST(ApplyCatalog, AStrangerWithoutPartitionsSpoilsThemAll) {
  test::World w;
  w.open();
  w.read(Side::kTarget, 500, {partition(501, 1, 7), partition(502, 1, 7, TxnType::kNormal, "u")});
  w.put(StrangerObserved{TxnId(9), "l", TableId(500), {}});
  for (const auto& p : w.pair().target->partitions) EXPECT_TRUE(p.spoiled);
}

TEST(ApplyCatalog, ADatabaseOfAnotherIdHasNoneOfTheOldTables) {
  test::World w;
  w.open();
  w.put(DatabaseObserved{Side::kTarget, DbId(51), "shop"});
  EXPECT_FALSE(w.pair().target.has_value());
  EXPECT_TRUE(w.pair().source.has_value());
}

TEST(ApplyCatalog, ASourceThatShrinksByHalfIsSuspicious) {
  test::World w;
  w.open();
  w.put(SweepCompleted{Side::kSource, true, 100, 100, ""});
  w.put(SweepCompleted{Side::kSource, true, 49, 100, ""});
  EXPECT_TRUE(w.state.cluster(Side::kSource).suspicious);
  w.put(SweepCompleted{Side::kSource, true, 49, 100, ""});
  EXPECT_TRUE(w.state.cluster(Side::kSource).suspicious) << "it does not get used to it";
  w.put(RetryRequested{});
  EXPECT_FALSE(w.state.cluster(Side::kSource).suspicious) << "an operator has looked";
  w.put(SweepCompleted{Side::kSource, true, 49, 100, ""});
  EXPECT_FALSE(w.state.cluster(Side::kSource).suspicious);
}

TEST(ApplyCatalog, OneUnreadableTableWaitsAndTheOthersGoOn) {
  test::World w;
  w.open();
  w.put(TableUnreadable{Side::kSource, kName, TableId(100), Code::kUnavailable, "timeout"});
  EXPECT_TRUE(w.pair().source->reread_wanted);
  EXPECT_GT(w.pair().source->reread_not_before, w.now);
  w.put(
      TableUnreadable{Side::kSource, kName, TableId(100), Code::kRejected, "NullPointerException"});
  EXPECT_FALSE(w.pair().source->reread_wanted);
  EXPECT_EQ(w.pair().source->unreadable, "NullPointerException");
}

}  // namespace
}  // namespace srsync::core
