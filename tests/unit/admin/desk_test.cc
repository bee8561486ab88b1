#include "admin/desk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "unit/admin/loop.h"

namespace srsync::admin {
namespace {

using ::testing::HasSubstr;
constexpr std::int64_t kLong = 60'000;

class DeskTest : public ::testing::Test {
 protected:
  DeskTest() {
    world_.open();
    desk_.set_post([this](core::Fact fact) { posted_.push_back(std::move(fact)); });
  }
  // The journal has what was posted.
  void append() {
    for (auto& fact : std::exchange(posted_, {})) {
      const core::Event event{world_.state.applied.next(), world_.now, fact};
      world_.put(fact);
      desk_.saw({event}, world_.state);
    }
  }
  Command command(CommandKind kind, core::TableName name = {}, std::string token = {}) {
    return {kind, std::move(name), std::move(token), "ann"};
  }

  core::test::World world_;
  Desk desk_;
  std::vector<core::Fact> posted_;
};

TEST_F(DeskTest, APauseIsPostedAtOnceAndNotYetDurable) {
  const Verdict verdict = desk_.carry_out(command(CommandKind::kPause), 0);
  EXPECT_EQ(verdict.outcome, Outcome::kAccepted);
  ASSERT_EQ(posted_.size(), 1U);
  EXPECT_EQ(posted_[0], core::Fact(core::Paused{"ann"}));
}

TEST_F(DeskTest, WhatNobodyTookIsWithdrawn) {
  const Verdict verdict = desk_.carry_out(command(CommandKind::kSkip, core::test::kName), 0);
  EXPECT_EQ(verdict.outcome, Outcome::kBusy);
  desk_.judge(world_.state);
  EXPECT_TRUE(posted_.empty()) << "its sender was told that nothing was done";
}

TEST_F(DeskTest, WhoWaitsIsAnsweredWhenItIsDurable) {
  Board board;
  const test::Loop loop(board, world_);
  const Verdict verdict =
      board.desk().carry_out(command(CommandKind::kSkip, core::test::kName), kLong);
  EXPECT_EQ(verdict.outcome, Outcome::kDone);
  EXPECT_GT(verdict.seq.value(), 0U);
  EXPECT_THAT(verdict.text, HasSubstr("shop.t"));
}

TEST_F(DeskTest, SeveralAtAMomentAreAllAnswered) {
  Board board;
  const test::Loop loop(board, world_);
  std::vector<std::thread> people;
  std::atomic<int> done{0};
  for (int i = 0; i < 8; ++i) {
    people.emplace_back([&, i] {
      const Verdict verdict = board.desk().carry_out(
          command(i % 2 == 0 ? CommandKind::kPause : CommandKind::kResume), kLong);
      if (verdict.outcome == Outcome::kDone) ++done;
    });
  }
  for (auto& person : people) person.join();
  EXPECT_EQ(done, 8);
}

TEST_F(DeskTest, AConfirmationIsOfWhatWaits) {
  world_.put(test::two_drops());
  Board board;
  const test::Loop loop(board, world_);
  const Verdict other =
      board.desk().carry_out(command(CommandKind::kConfirm, {}, "deadbeef"), kLong);
  EXPECT_EQ(other.outcome, Outcome::kUnknown);
  EXPECT_THAT(other.text, HasSubstr("its token is 0badcafe"));
  const Verdict verdict =
      board.desk().carry_out(command(CommandKind::kConfirm, {}, "0badcafe"), kLong);
  EXPECT_EQ(verdict.outcome, Outcome::kDone);
}

// Between the look at State and the journal other drops may have taken their place.
TEST_F(DeskTest, AConfirmationThatCameTooLateAllowsNothingAndSaysSo) {
  world_.put(test::two_drops());
  Verdict verdict;
  std::thread person(
      [&] { verdict = desk_.carry_out(command(CommandKind::kConfirm, {}, "0badcafe"), kLong); });
  while (posted_.empty()) desk_.judge(world_.state);
  world_.put(test::two_drops("00000002"));
  append();
  person.join();
  EXPECT_EQ(verdict.outcome, Outcome::kUnknown);
  EXPECT_TRUE(world_.state.hold.has_value());
}

TEST_F(DeskTest, AtTheEndWhoWaitsIsAnswered) {
  Verdict verdict;
  std::thread person(
      [&] { verdict = desk_.carry_out(command(CommandKind::kSkip, core::test::kName), kLong); });
  desk_.close();
  person.join();
  EXPECT_EQ(verdict.outcome, Outcome::kBusy);
  EXPECT_EQ(desk_.carry_out(command(CommandKind::kPause), kLong).outcome, Outcome::kBusy);
  EXPECT_TRUE(posted_.empty());
}

}  // namespace
}  // namespace srsync::admin
