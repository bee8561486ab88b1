// Appending: order, time, durability across a reopening, many threads at once.
#include <thread>

#include "unit/journal/journal_fixture.h"

namespace srsync {
namespace {

using test::fact_number;
using test::facts;
using test::JournalTest;

TEST_F(JournalTest, ANewJournalIsEmptyAndHasAnIdentity) {
  const auto journal = open();
  ASSERT_NE(journal, nullptr);
  EXPECT_EQ(journal->last_seq(), EventSeq(0));
  EXPECT_EQ(journal->identity().journal_id.size(), 16U);
  EXPECT_EQ(journal->identity().pair, test::test_pair());
  EXPECT_EQ(journal->identity().created, clock_.now());
  EXPECT_TRUE(read_all(*journal).empty());
  EXPECT_TRUE(journal->checkpoints().empty());
}

TEST_F(JournalTest, GivesEventsTheirPlaceAndTime) {
  const auto journal = open();
  clock_.set(500);
  const auto events = journal->append(facts(1, 3));
  ASSERT_TRUE(events.is_ok());
  ASSERT_EQ(events->size(), 3U);
  for (std::uint64_t i = 0; i < 3; ++i) {
    EXPECT_EQ((*events)[i], (core::Event{EventSeq(i + 1), WallTime(500), fact_number(i + 1)}));
  }
  EXPECT_EQ(read_all(*journal), *events);
}

TEST_F(JournalTest, NothingAppendedGivesNoEvents) {
  const auto journal = open();
  const auto events = journal->append({});
  ASSERT_TRUE(events.is_ok());
  EXPECT_TRUE(events->empty());
  EXPECT_EQ(journal->last_seq(), EventSeq(0));
}

TEST_F(JournalTest, IsTheSameAfterReopening) {
  std::string id;
  std::vector<core::Event> before;
  {
    const auto journal = open();
    fill(*journal, 2500);
    id = journal->identity().journal_id;
    before = read_all(*journal);
  }
  const auto journal = open();
  EXPECT_EQ(journal->identity().journal_id, id);
  EXPECT_EQ(journal->last_seq(), EventSeq(2500));
  EXPECT_EQ(read_all(*journal), before);
  fill(*journal, 5);
  EXPECT_EQ(read_all(*journal).size(), 2505U);
}

TEST_F(JournalTest, TwoJournalsHaveTwoIds) {
  const auto one = open();
  const auto other = journal::open_journal({dir() + "2", test::test_pair(), nullptr, 1000}, clock_);
  ASSERT_TRUE(other.is_ok());
  EXPECT_NE(one->identity().journal_id, (*other)->identity().journal_id);
}

TEST_F(JournalTest, TimeNeverGoesBackwards) {
  auto journal = open();
  clock_.set(1000);
  fill(*journal, 1);
  clock_.set(400);
  fill(*journal, 1);
  journal.reset();
  clock_.set(700);
  journal = open();
  fill(*journal, 1);
  clock_.set(1500);
  fill(*journal, 1);
  std::vector<std::int64_t> times;
  for (const core::Event& event : read_all(*journal)) times.push_back(event.at.ms());
  EXPECT_EQ(times, (std::vector<std::int64_t>{1000, 1000, 1000, 1500}));
}

TEST_F(JournalTest, ReadsARange) {
  const auto journal = open();
  fill(*journal, 100);
  std::vector<std::uint64_t> seqs;
  const auto note = [&seqs](const core::Event& event) {
    seqs.push_back(event.seq.value());
    return Status::ok();
  };
  ASSERT_TRUE(journal->read(EventSeq(40), EventSeq(42), note).is_ok());
  EXPECT_EQ(seqs, (std::vector<std::uint64_t>{40, 41, 42}));
  seqs.clear();
  ASSERT_TRUE(journal->read(EventSeq(99), EventSeq(1000), note).is_ok());
  EXPECT_EQ(seqs, (std::vector<std::uint64_t>{99, 100}));
  seqs.clear();
  ASSERT_TRUE(journal->read(EventSeq(0), EventSeq(1), note).is_ok());
  EXPECT_EQ(seqs, (std::vector<std::uint64_t>{1}));
  seqs.clear();
  ASSERT_TRUE(journal->read(EventSeq(101), EventSeq(1000), note).is_ok());
  EXPECT_TRUE(seqs.empty());
}

TEST_F(JournalTest, AVisitorEndsTheReading) {
  const auto journal = open();
  fill(*journal, 10);
  int visited = 0;
  const Status status = journal->read(EventSeq(1), EventSeq(10), [&visited](const core::Event&) {
    return ++visited == 3 ? not_found("enough") : Status::ok();
  });
  EXPECT_EQ(status, not_found("enough"));
  EXPECT_EQ(visited, 3);
}

// Runs under ThreadSanitizer too.
TEST_F(JournalTest, ManyThreadsAppendInOneOrder) {
  constexpr std::uint64_t kThreads = 8;
  constexpr std::uint64_t kAppends = 60;
  const auto journal = open();
  std::vector<std::vector<core::Event>> got(kThreads);
  std::vector<std::thread> threads;
  for (std::uint64_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&journal, &mine = got[t], t] {
      for (std::uint64_t i = 0; i < kAppends; ++i) {
        // Three facts each time: they must stay together.
        const auto events = journal->append(facts(1 + (t * kAppends + i) * 3, 3));
        ASSERT_TRUE(events.is_ok()) << events.status().to_string();
        ASSERT_EQ(events->size(), 3U);
        // Durable and visible as soon as append returns.
        ASSERT_GE(journal->last_seq(), events->back().seq);
        mine.insert(mine.end(), events->begin(), events->end());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();

  const std::vector<core::Event> all = read_all(*journal);
  ASSERT_EQ(all.size(), kThreads * kAppends * 3);
  for (const auto& mine : got) {
    for (std::size_t i = 0; i < mine.size(); ++i) {
      EXPECT_EQ(all[mine[i].seq.value() - 1], mine[i]);
      if (i % 3 != 0) {
        EXPECT_EQ(mine[i].seq, mine[i - 1].seq.next());
      }
      if (i > 0) {
        EXPECT_LT(mine[i - 1].seq, mine[i].seq);
      }
    }
  }
}

TEST_F(JournalTest, ThreadsMayAppendReadAndCheckpointAtOnce) {
  const auto journal = open();
  fill(*journal, 50);
  const core::State state = fold(*journal);
  std::thread appender([&journal] {
    for (int i = 0; i < 40; ++i) {
      ASSERT_TRUE(journal->append(facts(1, 5)).is_ok());
    }
  });
  std::thread reader([&journal] {
    for (int i = 0; i < 20; ++i) {
      const EventSeq last = journal->last_seq();
      std::uint64_t seen = 0;
      const Status read = journal->read(EventSeq(1), last, [&seen](const core::Event&) {
        ++seen;
        return Status::ok();
      });
      ASSERT_TRUE(read.is_ok()) << read.to_string();
      ASSERT_EQ(seen, last.value());
    }
  });
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(journal->write_checkpoint(state).is_ok());
  }
  appender.join();
  reader.join();
  EXPECT_EQ(journal->last_seq(), EventSeq(250));
}

}  // namespace
}  // namespace srsync
