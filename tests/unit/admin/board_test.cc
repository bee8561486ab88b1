#include "admin/board.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/admin/loop.h"

namespace srsync::admin {
namespace {

using test::snapshot_of;
using ::testing::HasSubstr;

class BoardTest : public ::testing::Test {
 protected:
  BoardTest() { world_.open(); }
  void tell() { board_.on_status(world_.state, snapshot_of(world_.state)); }

  std::int64_t steady_ms_ = 1'000'000;
  core::test::World world_;
  Board board_{[this] { return steady_ms_; }};
};

TEST_F(BoardTest, HealthIsALoopThatMovesAndTwoClusters) {
  EXPECT_EQ(board_.health().reason, "starting");
  tell();
  EXPECT_TRUE(board_.health().ok);
  driver::Snapshot snapshot = snapshot_of(world_.state);
  snapshot.target_up = false;
  board_.on_status(world_.state, snapshot);
  EXPECT_EQ(board_.health().reason, "the target cluster does not answer");
  snapshot.target_up = true;
  snapshot.stopping = true;
  board_.on_status(world_.state, snapshot);
  EXPECT_EQ(board_.health().reason, "stopping");
  tell();
  steady_ms_ += 61'000;
  EXPECT_THAT(board_.health().reason, HasSubstr("has not moved for 61 s"));
}

// On 100,000 tables a status comes seldom, and is none the worse for it.
TEST_F(BoardTest, ALoopWhoseStatusTakesLongIsNotStuck) {
  tell();
  steady_ms_ += 40'000;
  tell();
  steady_ms_ += 100'000;
  EXPECT_TRUE(board_.health().ok);
  steady_ms_ += 30'000;
  EXPECT_FALSE(board_.health().ok);
}

TEST_F(BoardTest, EveryTableIsLookedAtOnlyWhenSomebodyAsks) {
  tell();
  EXPECT_EQ(board_.detail(0), nullptr);
  tell();
  const auto first = board_.detail(0);
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(first->tables.size(), 1U);
  tell();
  EXPECT_EQ(board_.detail(0), first) << "not twice within two seconds";
  steady_ms_ += 3'000;
  tell();
  const auto second = board_.detail(0);
  EXPECT_NE(second, first);
  steady_ms_ += 20'000;
  tell();
  EXPECT_EQ(board_.detail(0), second) << "nobody had asked for a while";
  steady_ms_ += 61'000;
  tell();
  EXPECT_EQ(board_.detail(0), nullptr) << "its memory is given back";
}

TEST_F(BoardTest, LagIsThatOfTheTableThatIsBehindForTheLongest) {
  world_.read(Side::kSource, 100, {core::test::partition(101, 5, 7)});
  world_.read(Side::kTarget, 500, {core::test::partition(501, 1, 9)});
  tell();
  EXPECT_EQ(board_.overview()->lag_ms(), 0);
  driver::Snapshot later = snapshot_of(world_.state);
  later.at = later.at.plus_ms(35'000);
  board_.on_status(world_.state, later);
  EXPECT_EQ(board_.overview()->lag_ms(), 35'000);
  EXPECT_EQ(board_.overview()->progress.behind_longest, core::test::kName);
}

TEST_F(BoardTest, WorkUnderWayIsShown) {
  const std::string job = world_.start_job();
  tell();
  const auto overview = board_.overview();
  ASSERT_EQ(overview->jobs.size(), 1U);
  EXPECT_EQ(overview->jobs[0].id, job);
  EXPECT_EQ(overview->jobs[0].table, core::test::kName);
  EXPECT_EQ(overview->jobs[0].phase, "submitting");
  EXPECT_EQ(overview->progress.running_tables, 1U);
}

TEST_F(BoardTest, HeldDropsAreHandedOverOnce) {
  world_.put(test::two_drops());
  tell();
  const auto first = board_.overview()->hold;
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(first->drops.size(), 2U);
  tell();
  EXPECT_EQ(board_.overview()->hold, first);
  world_.put(test::two_drops("00000002"));
  tell();
  EXPECT_EQ(board_.overview()->hold->token, "00000002");
}

// Whoever was answered "paused" and asks for the status next must see it.
TEST_F(BoardTest, ACommandShowsAtOnce) {
  const auto command = [&](core::Fact fact) {
    world_.put(fact);
    board_.on_events({{world_.state.applied, world_.now, fact}}, world_.state);
  };
  world_.put(test::two_drops());
  tell();
  (void)board_.detail(0);
  tell();
  const auto before = board_.detail(0);
  ASSERT_NE(before, nullptr);
  command(core::Paused{"ann"});
  EXPECT_TRUE(board_.overview()->paused);
  EXPECT_EQ(board_.overview()->applied, world_.state.applied);
  command(core::Resumed{"ann"});
  EXPECT_FALSE(board_.overview()->paused);
  command(core::OperatorConfirmed{"0badcafe", "ann"});
  EXPECT_EQ(board_.overview()->hold, nullptr);
  command(core::TableSkipped{core::test::kName});
  tell();
  const auto after = board_.detail(0);
  EXPECT_NE(after, before) << "although two seconds have not passed";
  ASSERT_EQ(after->coverage.size(), 1U);
  EXPECT_EQ(after->coverage[0].reason, "skipped by an operator");
}

TEST_F(BoardTest, TheLastTroublesAreKept) {
  for (int i = 0; i < 20; ++i) board_.on_trouble(unavailable("trouble " + std::to_string(i)));
  board_.on_trouble(unavailable("trouble 19"));
  const auto troubles = board_.troubles();
  ASSERT_EQ(troubles.size(), 10U);
  EXPECT_THAT(troubles[0], HasSubstr("trouble 19"));
  EXPECT_THAT(troubles[9], HasSubstr("trouble 10"));
}

}  // namespace
}  // namespace srsync::admin
