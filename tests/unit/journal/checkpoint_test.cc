// Checkpoints are a short cut and nothing else: with them, without them or with damaged ones,
// recovery arrives at the same State.
#include "journal/checkpoint_store.h"

#include "journal/records.h"
#include "journal/store.h"
#include "unit/journal/journal_fixture.h"

namespace srsync {
namespace {

using test::JournalTest;

class CheckpointTest : public JournalTest {
 protected:
  struct Recovered {
    core::State state;
    std::vector<EventSeq> refused;
    std::vector<Code> codes;
  };

  Recovered recover(io::Journal& journal) {
    Recovered recovered;
    auto state = journal::recover(
        journal,
        {.progress = {}, .checkpoint_refused = [&recovered](EventSeq seq, const Status& why) {
           recovered.refused.push_back(seq);
           recovered.codes.push_back(why.code());
         }});
    EXPECT_TRUE(state.is_ok()) << state.status().to_string();
    if (state.is_ok()) recovered.state = std::move(state).value();
    return recovered;
  }
  // Three checkpoints at 10, 20 and 30 and five events behind.
  void make_history() {
    const auto journal = open();
    for (int i = 0; i < 3; ++i) {
      fill(*journal, 10);
      ASSERT_TRUE(journal->write_checkpoint(fold(*journal)).is_ok());
    }
    fill(*journal, 5);
  }
  void flip(EventSeq seq, std::uint32_t piece) {
    auto store = journal::Store::open(dir(), journal::Access::kWrite, nullptr);
    ASSERT_TRUE(store.is_ok());
    const std::string key = journal::checkpoint_key(seq, piece);
    auto value = (*store)->get((*store)->checkpoints(), key);
    ASSERT_TRUE(value.is_ok() && value->has_value());
    (**value)[(*value)->size() / 2] ^= 1;
    ASSERT_TRUE((*store)->db().Put({}, (*store)->checkpoints(), key, **value).ok());
  }
};

TEST_F(CheckpointTest, TheLastTwoAreKept) {
  make_history();
  const auto journal = open();
  EXPECT_EQ(journal->checkpoints(), (std::vector<EventSeq>{EventSeq(30), EventSeq(20)}));
  EXPECT_EQ(journal->load_checkpoint(EventSeq(10)).status().code(), Code::kNotFound);
  const auto state = journal->load_checkpoint(EventSeq(20));
  ASSERT_TRUE(state.is_ok());
  EXPECT_EQ(state->applied, EventSeq(20));
  EXPECT_EQ(state->databases.size(), 20U);
}

TEST_F(CheckpointTest, RecoveryEqualsTheFoldFromTheBeginning) {
  make_history();
  const auto journal = open();
  const Recovered recovered = recover(*journal);
  EXPECT_EQ(recovered.state.applied, EventSeq(35));
  EXPECT_TRUE(recovered.refused.empty());
  EXPECT_EQ(codec::digest(recovered.state), codec::digest(fold(*journal)));
}

TEST_F(CheckpointTest, OnlyTheTailIsFolded) {
  make_history();
  const auto journal = open();
  std::vector<EventSeq> seen;
  const auto state = journal::recover(*journal, {.progress =
                                                     [&seen](EventSeq at, EventSeq last) {
                                                       seen.push_back(at);
                                                       EXPECT_EQ(last, EventSeq(35));
                                                     },
                                                 .checkpoint_refused = {}});
  ASSERT_TRUE(state.is_ok());
  EXPECT_EQ(seen, std::vector<EventSeq>{EventSeq(35)});
}

TEST_F(CheckpointTest, ADamagedOneGivesWayToTheOneBefore) {
  make_history();
  flip(EventSeq(30), 0);
  const auto journal = open();
  const Recovered recovered = recover(*journal);
  EXPECT_EQ(recovered.refused, std::vector<EventSeq>{EventSeq(30)});
  EXPECT_EQ(recovered.codes, std::vector<Code>{Code::kCorruption});
  EXPECT_EQ(codec::digest(recovered.state), codec::digest(fold(*journal)));
}

TEST_F(CheckpointTest, TwoDamagedOnesGiveWayToTheFoldFromTheBeginning) {
  make_history();
  flip(EventSeq(30), 0);
  flip(EventSeq(20), journal::kManifestPiece);
  const auto journal = open();
  const Recovered recovered = recover(*journal);
  EXPECT_EQ(recovered.refused, (std::vector<EventSeq>{EventSeq(30), EventSeq(20)}));
  EXPECT_EQ(recovered.state.applied, EventSeq(35));
  EXPECT_EQ(codec::digest(recovered.state), codec::digest(fold(*journal)));
}

TEST_F(CheckpointTest, AMissingPieceIsNoticed) {
  {
    const auto journal = open();
    fill(*journal, 10);
    core::State state = fold(*journal);
    // Enough tables for several pieces.
    for (int i = 0; i < 3'000; ++i) {
      const std::uint32_t slot = state.slot_of({"db1", "t" + std::to_string(i)});
      state.tables[slot].source.emplace().create_sql = std::string(1'000, 'x');
    }
    ASSERT_TRUE(journal->write_checkpoint(state).is_ok());
  }
  {
    auto store = journal::Store::open(dir(), journal::Access::kWrite, nullptr);
    ASSERT_TRUE(store.is_ok());
    const auto manifests = journal::list_checkpoints(**store);
    ASSERT_TRUE(manifests.is_ok());
    ASSERT_EQ(manifests->size(), 1U);
    EXPECT_GE(manifests->front().pieces, 3U);
    EXPECT_GT(manifests->front().size, 3'000'000U);
    ASSERT_TRUE(journal::load_checkpoint(**store, EventSeq(10)).is_ok());
    ASSERT_TRUE((*store)
                    ->db()
                    .Delete({}, (*store)->checkpoints(), journal::checkpoint_key(EventSeq(10), 1))
                    .ok());
  }
  const auto journal = open();
  EXPECT_EQ(journal->load_checkpoint(EventSeq(10)).status().code(), Code::kCorruption);
  EXPECT_EQ(recover(*journal).refused.size(), 1U);
}

// A crash in the middle of a checkpoint leaves pieces without a manifest.
TEST_F(CheckpointTest, AnUnfinishedOneDoesNotCount) {
  make_history();
  {
    auto store = journal::Store::open(dir(), journal::Access::kWrite, nullptr);
    ASSERT_TRUE(store.is_ok());
    for (std::uint32_t piece = 0; piece < 5; ++piece) {
      ASSERT_TRUE((*store)
                      ->db()
                      .Put({}, (*store)->checkpoints(),
                           journal::checkpoint_key(EventSeq(35), piece), "left over")
                      .ok());
    }
  }
  const auto journal = open();
  EXPECT_EQ(journal->checkpoints(), (std::vector<EventSeq>{EventSeq(30), EventSeq(20)}));
  EXPECT_TRUE(recover(*journal).refused.empty());
  // The real one takes its place, left-overs and all.
  ASSERT_TRUE(journal->write_checkpoint(fold(*journal)).is_ok());
  EXPECT_TRUE(journal->load_checkpoint(EventSeq(35)).is_ok());
}

TEST_F(CheckpointTest, TwiceAtTheSamePlaceIsOne) {
  make_history();
  const auto journal = open();
  const core::State state = fold(*journal);
  ASSERT_TRUE(journal->write_checkpoint(state).is_ok());
  ASSERT_TRUE(journal->write_checkpoint(state).is_ok());
  EXPECT_EQ(journal->checkpoints(), (std::vector<EventSeq>{EventSeq(35), EventSeq(30)}));
  EXPECT_TRUE(journal->load_checkpoint(EventSeq(35)).is_ok());
}

TEST_F(CheckpointTest, AStateFromTheFutureIsRefused) {
  const auto journal = open();
  fill(*journal, 5);
  core::State state = fold(*journal);
  state.applied = EventSeq(6);
  EXPECT_EQ(journal->write_checkpoint(state).code(), Code::kInvalidArgument);
  // That was the caller's mistake, not the disk's.
  fill(*journal, 1);
}

}  // namespace
}  // namespace srsync
