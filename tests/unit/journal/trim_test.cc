// Trimming: what goes, what stands in its place, and that nothing else changes, whatever happens in
// the middle of it.
#include "journal/trim.h"

#include <rocksdb/env.h>

#include "codec/event_codec.h"
#include "journal/checkpoint_store.h"
#include "journal/records.h"
#include "journal/store.h"
#include "unit/journal/fault_fs.h"
#include "unit/journal/journal_fixture.h"

namespace srsync {
namespace {

using test::JournalTest;

class TrimTest : public JournalTest {
 protected:
  // Event n at n seconds; checkpoints at 20 and 30 (and one at 10, which is not kept); 35 events.
  void make_history() {
    const auto journal = open();
    ASSERT_NE(journal, nullptr);
    for (int seq = 1; seq <= 35; ++seq) {
      clock_.set(seq * 1'000);
      fill(*journal, 1);
      if (seq % 10 != 0) continue;
      ASSERT_TRUE(journal->write_checkpoint(fold(*journal)).is_ok());
    }
    before_ = read_all(*journal);
    digest_ = codec::digest(fold(*journal));
  }
  Result<journal::TrimReport> trim_older_than(std::int64_t seconds, bool dry_run = false,
                                              rocksdb::Env* env = nullptr) {
    journal::TrimRequest request;
    request.dir = dir();
    request.older_than = WallTime(seconds * 1'000);
    request.dry_run = dry_run;
    request.env = env;
    return journal::trim(request);
  }
  // The journal holds exactly the events after `cut`, and knows what it knew.
  void expect_trimmed_to(std::uint64_t cut) {
    const auto journal = open();
    ASSERT_NE(journal, nullptr);
    const Status gone = journal->read(EventSeq(cut), EventSeq(cut), [](const core::Event&) {
      ADD_FAILURE() << "a trimmed event was read";
      return Status::ok();
    });
    if (cut > 0) {
      EXPECT_EQ(gone.code(), Code::kNotFound);
      EXPECT_NE(gone.message().find("events 1 to " + std::to_string(cut) + " were trimmed away"),
                std::string::npos)
          << gone.to_string();
    }
    std::vector<core::Event> kept;
    const Status read =
        journal->read(EventSeq(cut + 1), journal->last_seq(), [&kept](const core::Event& event) {
          kept.push_back(event);
          return Status::ok();
        });
    EXPECT_TRUE(read.is_ok()) << read.to_string();
    EXPECT_EQ(kept, std::vector<core::Event>(before_.begin() + static_cast<std::ptrdiff_t>(cut),
                                             before_.end()));
    int refused = 0;
    const auto state = journal::recover(
        *journal,
        {.progress = {}, .checkpoint_refused = [&refused](EventSeq, const Status&) { ++refused; }});
    ASSERT_TRUE(state.is_ok()) << state.status().to_string();
    EXPECT_EQ(refused, 0);
    EXPECT_EQ(codec::digest(*state), digest_);
  }
  void damage(const std::function<void(journal::Store&)>& change) {
    auto store = journal::Store::open(dir(), journal::Access::kWrite, nullptr);
    ASSERT_TRUE(store.is_ok()) << store.status().to_string();
    change(**store);
  }
  std::uint64_t bytes_on_disk() const {
    std::uint64_t bytes = 0;
    for (const auto& file : std::filesystem::directory_iterator(dir())) bytes += file.file_size();
    return bytes;
  }

  std::vector<core::Event> before_;
  Hash128 digest_;
};

TEST_F(TrimTest, WhatIsOlderGoesAndNothingElse) {
  make_history();
  const auto report = trim_older_than(13);
  ASSERT_TRUE(report.is_ok()) << report.status().to_string();
  EXPECT_EQ(report->first, EventSeq(1));
  EXPECT_EQ(report->cut, EventSeq(12));
  EXPECT_EQ(report->cut_at, WallTime(12'000));
  EXPECT_EQ(report->events, 12U);
  EXPECT_GT(report->bytes, 12U * 30);
  EXPECT_FALSE(report->held_back);
  expect_trimmed_to(12);
}

TEST_F(TrimTest, ASizeKeepsTheNewestThatFitIntoIt) {
  make_history();
  std::uint64_t newest = 0;
  {
    const auto reader = journal::JournalReader::open(dir());
    ASSERT_TRUE((*reader)
                    ->read(EventSeq(19), EventSeq(35),
                           [&newest](const core::Event&, std::string_view record) {
                             newest += record.size();
                             return Status::ok();
                           })
                    .is_ok());
  }
  journal::TrimRequest request;
  request.dir = dir();
  request.keep_bytes = newest + 5;
  const auto report = journal::trim(request);
  ASSERT_TRUE(report.is_ok()) << report.status().to_string();
  EXPECT_EQ(report->cut, EventSeq(18));
  expect_trimmed_to(18);
}

TEST_F(TrimTest, NothingGoesWithoutALimit) {
  make_history();
  journal::TrimRequest request;
  request.dir = dir();
  EXPECT_EQ(journal::trim(request).status().code(), Code::kInvalidArgument);
  request.older_than = WallTime(1);
  request.keep_bytes = 1;
  EXPECT_EQ(journal::trim(request).status().code(), Code::kInvalidArgument);
  expect_trimmed_to(0);
}

TEST_F(TrimTest, NotBehindTheOldestCheckpoint) {
  make_history();
  const auto report = trim_older_than(1'000);
  ASSERT_TRUE(report.is_ok()) << report.status().to_string();
  EXPECT_EQ(report->cut, EventSeq(20));
  EXPECT_TRUE(report->held_back);
  expect_trimmed_to(20);
}

TEST_F(TrimTest, ADamagedCheckpointIsNotCutAt) {
  make_history();
  damage([](journal::Store& store) {
    ASSERT_TRUE(
        store.db()
            .Put({}, store.checkpoints(), journal::checkpoint_key(EventSeq(20), 0), "rubbish")
            .ok());
  });
  const auto report = trim_older_than(1'000);
  ASSERT_TRUE(report.is_ok()) << report.status().to_string();
  EXPECT_EQ(report->cut, EventSeq(30));
}

TEST_F(TrimTest, WithoutACheckpointItIsRefused) {
  fill(*open(), 10);
  const Status status = trim_older_than(2'000'000'000).status();
  EXPECT_EQ(status.code(), Code::kRejected);
  EXPECT_NE(status.message().find("no sound checkpoint"), std::string::npos) << status.to_string();
}

TEST_F(TrimTest, WhereThereIsNoJournalNoneIsMade) {
  EXPECT_EQ(trim_older_than(1).status().code(), Code::kNotFound);
  EXPECT_FALSE(std::filesystem::exists(dir()));
}

TEST_F(TrimTest, ADryRunSaysTheSameAndChangesNothingBesideTheWriter) {
  make_history();
  {
    const auto writer = open();
    const auto report = trim_older_than(13, true);
    ASSERT_TRUE(report.is_ok()) << report.status().to_string();
    EXPECT_EQ(report->cut, EventSeq(12));
    EXPECT_EQ(report->events, 12U);
    EXPECT_EQ(writer->checkpoints(), (std::vector<EventSeq>{EventSeq(30), EventSeq(20)}));
    // For real only without it.
    const Status status = trim_older_than(13).status();
    EXPECT_EQ(status.code(), Code::kRejected);
    EXPECT_NE(status.message().find("is in use by pid"), std::string::npos) << status.to_string();
  }
  expect_trimmed_to(0);
}

TEST_F(TrimTest, WhatCannotBeProvenIsNotTrimmed) {
  make_history();
  // An event behind the cut that does not follow from the one before.
  damage([](journal::Store& store) {
    const std::string key = big_endian_u64(25);
    core::Event event;
    Hash128 previous;
    ASSERT_TRUE(codec::decode_event(**store.get(store.events(), key), event, previous).is_ok());
    std::get<core::DatabaseObserved>(event.fact).name = "forged";
    std::string bytes;
    codec::encode_event(event, previous, bytes);
    ASSERT_TRUE(store.db().Put({}, store.events(), key, bytes).ok());
  });
  const Status status = trim_older_than(13).status();
  EXPECT_EQ(status.code(), Code::kCorruption);
  EXPECT_NE(status.message().find("event 26 does not follow"), std::string::npos)
      << status.to_string();
  const auto reader = journal::JournalReader::open(dir());
  EXPECT_EQ((*reader)->first_seq(), EventSeq(1));
}

TEST_F(TrimTest, ACheckpointThatIsNotWhatTheEventsGiveStopsIt) {
  {
    const auto journal = open();
    fill(*journal, 10);
    core::State state = fold(*journal);
    state.paused = true;
    ASSERT_TRUE(journal->write_checkpoint(state).is_ok());
  }
  const Status status = trim_older_than(2'000'000'000).status();
  EXPECT_EQ(status.code(), Code::kCorruption);
  EXPECT_NE(status.message().find("nothing was changed"), std::string::npos) << status.to_string();
  EXPECT_EQ(read_all(*open()).size(), 10U);
}

TEST_F(TrimTest, LifeGoesOn) {
  make_history();
  ASSERT_TRUE(trim_older_than(13).is_ok());
  {
    const auto journal = open();
    // The time does not go back behind the cut either.
    clock_.set(1);
    fill(*journal, 5);
    auto state = journal::recover(*journal);
    ASSERT_TRUE(state.is_ok());
    for (int i = 0; i < 3; ++i) {
      const auto events = journal->append({core::Paused{"me"}, core::Resumed{"me"}});
      for (const core::Event& event : *events) ASSERT_TRUE(core::apply(*state, event).is_ok());
      ASSERT_TRUE(journal->write_checkpoint(*state).is_ok());
    }
    // The last two and the one that stands for what is gone.
    EXPECT_EQ(journal->checkpoints(),
              (std::vector<EventSeq>{EventSeq(46), EventSeq(44), EventSeq(12)}));
  }
  // And on: cut once more.
  const auto report = trim_older_than(36);
  ASSERT_TRUE(report.is_ok()) << report.status().to_string();
  EXPECT_EQ(report->first, EventSeq(13));
  EXPECT_EQ(report->cut, EventSeq(44));
  EXPECT_EQ(report->events, 32U);
  const auto journal = open();
  EXPECT_EQ(journal->last_seq(), EventSeq(46));
  EXPECT_EQ(journal->checkpoints(), (std::vector<EventSeq>{EventSeq(46), EventSeq(44)}));
  EXPECT_TRUE(journal::recover(*journal).is_ok());
}

TEST_F(TrimTest, AllOfItMayGo) {
  make_history();
  {
    const auto journal = open();
    const core::State state = fold(*journal);
    ASSERT_TRUE(journal->write_checkpoint(state).is_ok());
    fill(*journal, 1);
    ASSERT_TRUE(journal->write_checkpoint(fold(*journal)).is_ok());
    fill(*journal, 1);
  }
  damage([](journal::Store& store) {
    // Only the last one is sound: the cut is there.
    ASSERT_TRUE(
        store.db()
            .Put({}, store.checkpoints(), journal::checkpoint_key(EventSeq(35), 0), "rubbish")
            .ok());
  });
  ASSERT_TRUE(trim_older_than(1'000).is_ok());
  {
    const auto journal = open();
    EXPECT_EQ(journal->last_seq(), EventSeq(37));
    ASSERT_TRUE(journal->write_checkpoint(*journal::recover(*journal)).is_ok());
  }
  const auto report = trim_older_than(1'000);
  EXPECT_EQ(report->cut, EventSeq(37)) << report.status().to_string();
  const auto journal = open();
  EXPECT_EQ(journal->last_seq(), EventSeq(37));
  clock_.set(1);
  const auto events = journal->append(test::facts(1, 1));
  ASSERT_TRUE(events.is_ok());
  EXPECT_EQ(events->front().seq, EventSeq(38));
  EXPECT_EQ(events->front().at, WallTime(35'000));
}

TEST_F(TrimTest, TheSpaceIsGivenBack) {
  {
    const auto journal = open();
    core::TableRead big;
    big.name = {"db", "t"};
    for (int i = 0; i < 12; ++i) {
      for (int k = 0; k < (2 << 20); k += 8) {
        big.create_sql += std::to_string(std::rand());  // what LZ4 makes little of
      }
      big.create_sql.resize(2 << 20);
      clock_.set(1'000 + i);
      ASSERT_TRUE(journal->append({big}).is_ok());
    }
    clock_.set(5'000);
    fill(*journal, 3, 1);
    core::State state = fold(*journal);
    ASSERT_TRUE(journal->write_checkpoint(state).is_ok());
  }
  const std::uint64_t before = bytes_on_disk();
  ASSERT_GT(before, 10U << 20);
  ASSERT_TRUE(trim_older_than(3).is_ok());
  EXPECT_LT(bytes_on_disk(), before / 4);
}

// What an older srsync reads first, and refuses.
TEST_F(TrimTest, AnOlderVersionRefusesIt) {
  make_history();
  damage([](journal::Store& store) {
    EXPECT_EQ((*store.get(store.meta(), "journal"))->substr(0, 2), "\x08\x01");
  });
  ASSERT_TRUE(trim_older_than(13).is_ok());
  damage([](journal::Store& store) {
    EXPECT_EQ((*store.get(store.meta(), "journal"))->substr(0, 2), "\x08\x02");
  });
}

TEST_F(TrimTest, WithoutWhatItRestsOnItIsDamaged) {
  make_history();
  ASSERT_TRUE(trim_older_than(13).is_ok());
  damage([](journal::Store& store) {
    ASSERT_TRUE(store.db().Delete({}, store.meta(), "beginning").ok());
  });
  Status status = try_open().status();
  EXPECT_EQ(status.code(), Code::kCorruption);
  EXPECT_NE(status.message().find("what says up to where is gone"), std::string::npos);
  // What is left can still be looked at.
  const auto reader = journal::JournalReader::open(dir());
  ASSERT_TRUE(reader.is_ok()) << reader.status().to_string();
  EXPECT_FALSE((*reader)->damage().empty());
  EXPECT_EQ((*reader)->first_seq(), EventSeq(13));
}

TEST_F(TrimTest, WithoutAnyCheckpointItIsDamaged) {
  make_history();
  ASSERT_TRUE(trim_older_than(13).is_ok());
  damage([](journal::Store& store) {
    for (const std::uint64_t seq : {12, 20, 30}) {
      ASSERT_TRUE(
          store.db()
              .Put({}, store.checkpoints(), journal::checkpoint_key(EventSeq(seq), 0), "rubbish")
              .ok());
    }
  });
  const auto journal = open();
  const Status status = journal::recover(*journal).status();
  EXPECT_EQ(status.code(), Code::kCorruption);
  EXPECT_NE(status.message().find("events 1 to 12 were trimmed away"), std::string::npos)
      << status.to_string();
}

TEST_F(TrimTest, AFirstEventThatDoesNotFollowIsNoticed) {
  make_history();
  ASSERT_TRUE(trim_older_than(13).is_ok());
  damage([](journal::Store& store) {
    ASSERT_TRUE(store.db().Delete({}, store.events(), big_endian_u64(13)).ok());
  });
  const Status status = try_open().status();
  EXPECT_EQ(status.code(), Code::kCorruption);
  EXPECT_NE(status.message().find("event 13 is missing"), std::string::npos) << status.to_string();
}

// The power goes at every single write and sync of a trim.
TEST_F(TrimTest, APowerCutInTheMiddleLeavesItAsItWasOrTrimmed) {
  const auto fs = std::make_shared<test::FaultFs>();
  const auto env = rocksdb::NewCompositeEnv(fs);
  make_history();
  const std::string sound = (temp_.path() / "sound").string();
  std::filesystem::copy(dir(), sound);
  int as_it_was = 0;
  int trimmed = 0;
  for (int step = 0;; ++step) {
    SCOPED_TRACE(step);
    std::filesystem::remove_all(dir());
    std::filesystem::copy(sound, dir());
    fs->cut_power_after(step);
    const auto report = trim_older_than(13, false, env.get());
    const bool reached_the_end = !fs->power_is_off();
    fs->lose_unsynced(step % 3 == 0 ? 0 : 500);
    const auto reader = journal::JournalReader::open(dir());
    ASSERT_TRUE(reader.is_ok()) << reader.status().to_string();
    EXPECT_TRUE((*reader)->damage().empty());
    const bool cut = (*reader)->beginning().trimmed();
    EXPECT_TRUE(cut || !report.is_ok());
    ++(cut ? trimmed : as_it_was);
    expect_trimmed_to(cut ? 12 : 0);
    // Whatever was left to do is done by asking again.
    if (step % 5 != 0 && !reached_the_end) continue;
    ASSERT_TRUE(trim_older_than(13).is_ok());
    expect_trimmed_to(12);
    if (reached_the_end) break;
    ASSERT_LT(step, 1'000);
  }
  EXPECT_GT(as_it_was, 5);
  EXPECT_GT(trimmed, 5);
}

// Identities come from counters in State: what was trimmed away cannot be given out again.
TEST_F(TrimTest, NoIdentityIsUsedTwice) {
  {
    const auto journal = open();
    core::DdlStarted started;
    started.intent.key = "ddl/db1.t/1";
    started.intent.name = {"db1", "t"};
    ASSERT_TRUE(
        journal->append({started, core::DdlFailed{"ddl/db1.t/1", Code::kRejected, "no"}}).is_ok());
    core::DropsHeld held{"00000001", {{{"db1", "t"}, 7, "gone"}}, "too many"};
    ASSERT_TRUE(journal->append({held, core::OperatorConfirmed{"00000001", "me"}}).is_ok());
    core::State state = fold(*journal);
    ASSERT_EQ(state.find({"db1", "t"})->ddl_attempt, 1U);
    ASSERT_EQ(state.holds, 1U);
    ASSERT_TRUE(journal->write_checkpoint(state).is_ok());
  }
  ASSERT_TRUE(trim_older_than(2'000'000'000).is_ok());
  const auto journal = open();
  const auto state = journal::recover(*journal);
  ASSERT_TRUE(state.is_ok());
  EXPECT_EQ(state->find({"db1", "t"})->ddl_attempt, 1U);
  EXPECT_EQ(state->holds, 1U);
}

}  // namespace
}  // namespace srsync
