#include "core/match.h"

#include <gtest/gtest.h>

#include "unit/core/world.h"

namespace srsync::core {
namespace {

constexpr auto kR = TxnType::kReplication;

Partition named(std::int64_t id, const std::string& name, const std::string& value, TxnType type) {
  return test::partition(id, 5, 7, type, name, "VALUES IN (\"" + value + "\")");
}

TEST(Match, PairsByNameInAnyOrder) {
  test::World w;
  w.open();
  w.read(Side::kSource, 100,
         {named(1, "a", "1", TxnType::kNormal), named(2, "b", "2", TxnType::kNormal)});
  w.read(Side::kTarget, 500, {named(8, "b", "2", kR), named(9, "a", "1", kR)});
  const auto match = match_partitions(w.state, w.pair());
  EXPECT_EQ(match.in_sync, 2U);
  EXPECT_TRUE(match.drops.empty() && match.missing.empty() && match.behind.empty());
}

TEST(Match, PairsByValuesWhereNamesDiffer) {
  test::World w;
  w.open();
  w.read(Side::kSource, 100, {named(1, "p20260101", "1", TxnType::kNormal)});
  w.read(Side::kTarget, 500, {named(9, "p1", "1", kR)});
  EXPECT_EQ(match_partitions(w.state, w.pair()).in_sync, 1U);
}

TEST(Match, UnpartitionedTablesPairWhateverTheNames) {
  test::World w;
  w.open();
  w.read(Side::kSource, 100, {test::partition(1, 5, 7, TxnType::kNormal, "old_name")});
  w.read(Side::kTarget, 500, {test::partition(9, 5, 7, kR, "t")});
  EXPECT_EQ(match_partitions(w.state, w.pair()).in_sync, 1U);
}

TEST(Match, OtherValuesOrBucketsAreInconsistent) {
  test::World w;
  w.open();
  w.read(Side::kSource, 100,
         {named(1, "a", "1", TxnType::kNormal), named(2, "b", "2", TxnType::kNormal)});
  Partition other_buckets = named(9, "b", "2", kR);
  other_buckets.buckets = 5;
  w.read(Side::kTarget, 500, {named(8, "a", "3", kR), other_buckets});
  const auto match = match_partitions(w.state, w.pair());
  ASSERT_EQ(match.drops.size(), 2U);
  EXPECT_EQ(match.drops[0].cause, DropCause::kInconsistent);
  EXPECT_EQ(match.drops[1].reason, "partition b: 2 buckets on source, 5 on target");
}

// Two partitions of the source changed names, and the target knows one of the old names only.
TEST(Match, APartitionWhoseNewNameIsTakenIsNotTargetOnly) {
  test::World w;
  w.open();
  w.read(Side::kSource, 100,
         {named(1, "b", "1", TxnType::kNormal), named(2, "c", "2", TxnType::kNormal)});
  w.read(Side::kTarget, 500, {named(8, "a", "1", kR), named(9, "b", "2", kR)});
  const auto match = match_partitions(w.state, w.pair());
  ASSERT_EQ(match.drops.size(), 1U);
  EXPECT_EQ(match.drops[0].target->name, "b");
  EXPECT_EQ(match.drops[0].cause, DropCause::kInconsistent);
}

// The source's new partition has the values of one whose name went to another.
TEST(Match, APartitionWhoseValuesAreTakenIsNotMissing) {
  test::World w;
  w.open();
  w.read(Side::kSource, 100,
         {named(1, "a", "2", TxnType::kNormal), named(2, "b", "1", TxnType::kNormal)});
  w.read(Side::kTarget, 500, {named(8, "a", "1", kR)});
  const auto match = match_partitions(w.state, w.pair());
  EXPECT_TRUE(match.missing.empty()) << "adding b fails as long as a is there";
  ASSERT_EQ(match.drops.size(), 1U);
  EXPECT_EQ(match.drops[0].target->name, "a");
}

TEST(Match, TargetOnlyPartitionsAreNamed) {
  test::World w;
  w.open();
  w.read(Side::kSource, 100, {named(1, "a", "1", TxnType::kNormal)});
  w.read(Side::kTarget, 500, {named(8, "a", "1", kR), named(9, "z", "9", kR)});
  const auto match = match_partitions(w.state, w.pair());
  ASSERT_EQ(match.drops.size(), 1U);
  EXPECT_EQ(match.drops[0].cause, DropCause::kTargetOnly);
  EXPECT_EQ(match.drops[0].target->name, "z");
}

}  // namespace
}  // namespace srsync::core
