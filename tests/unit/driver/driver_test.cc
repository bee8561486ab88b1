#include "driver/driver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "unit/driver/harness.h"

namespace srsync::testing {
namespace {

using ::testing::IsEmpty;

std::vector<std::string> repeated(std::vector<std::string> statements) {
  std::sort(statements.begin(), statements.end());
  std::vector<std::string> twice;
  for (std::size_t i = 1; i < statements.size(); ++i) {
    if (statements[i] == statements[i - 1]) twice.push_back(statements[i]);
  }
  return twice;
}

void add_tables(FakeWorld& world) {
  world.add_source_table("shop", "orders", {"p1", "p2", "p3"}, 5);
  world.add_source_table("shop", "items", {"p1"}, 3);
  world.add_source_table("audit", "log", {"p1", "p2"}, 1);
}

TEST(DriverTest, MigratesEverything) {
  Harness h;
  add_tables(h.world);
  h.start();
  ASSERT_TRUE(h.converge()) << h.world.difference() << " " << h.failure.to_string();
  EXPECT_EQ(h.broken_promise(), "");
  EXPECT_EQ(h.world.effects().size(), 5U);      // two databases, three tables
  EXPECT_EQ(h.world.submissions().size(), 2U);  // audit.log was never loaded
}

TEST(DriverTest, FollowsTheSource) {
  Harness h;
  add_tables(h.world);
  h.start();
  ASSERT_TRUE(h.converge());
  h.world.load_source("shop", "orders", "p2");
  ASSERT_NE(h.world.difference(), "");
  const auto began = h.clock.now();
  ASSERT_TRUE(h.converge()) << h.world.difference();
  // The change feed shows it: no sweep had to come round.
  EXPECT_LT(h.clock.now().ms() - began.ms(), h.options.sweep_interval_ms);
  EXPECT_EQ(h.broken_promise(), "");
}

TEST(DriverTest, IsQuietAtRest) {
  Harness h;
  add_tables(h.world);
  h.start();
  ASSERT_TRUE(h.converge());
  const auto events = h.memory.last_seq();
  const auto calls = h.world.calls();
  const auto began = h.clock.now();
  h.step_until([&] { return h.clock.now().ms() - began.ms() > 60'000; });
  const auto seconds = (h.clock.now().ms() - began.ms()) / 1000;
  EXPECT_LE(static_cast<std::int64_t>(h.world.calls() - calls), 20 * seconds);
  // Sweeps that end are facts; nothing else happens.
  EXPECT_LE(h.memory.last_seq().value() - events.value(), 20U);
}

// After a crash at every append, before it is durable and after, the next start gets there, and
// each statement takes effect once.
class DriverCrashTest : public ::testing::TestWithParam<bool> {};

TEST_P(DriverCrashTest, AtEveryAppend) {
  std::int64_t appends = 0;
  {
    Harness h;
    add_tables(h.world);
    h.start();
    ASSERT_TRUE(h.converge());
    appends = h.journal.appends();
  }
  ASSERT_GT(appends, 10);
  for (std::int64_t at = 1; at < appends; ++at) {
    Harness h;
    add_tables(h.world);
    h.start();
    h.journal.fail_at(at - 1);
    if (GetParam()) h.journal.store_before_failing();
    h.step_until([] { return false; });
    ASSERT_EQ(h.failure.code(), Code::kUnavailable) << at;
    h.crash();
    h.start();
    ASSERT_TRUE(h.converge()) << at << ": " << h.world.difference() << h.failure.to_string();
    EXPECT_EQ(h.broken_promise(), "") << at;
    EXPECT_THAT(repeated(h.world.effects()), IsEmpty()) << at;
  }
}

INSTANTIATE_TEST_SUITE_P(Durable, DriverCrashTest, ::testing::Bool());

TEST(DriverTest, CrashWhileEffectsAreUnderWay) {
  for (int steps = 1; steps < 60; ++steps) {
    Harness h;
    add_tables(h.world);
    h.start();
    h.step_until([] { return false; }, steps);
    h.crash();  // what was dispatched in the last step never ran
    h.start();
    ASSERT_TRUE(h.converge()) << steps << ": " << h.world.difference();
    EXPECT_EQ(h.broken_promise(), "") << steps;
    EXPECT_THAT(repeated(h.world.effects()), IsEmpty()) << steps;
  }
}

TEST(DriverTest, LostRepliesOfDdl) {
  for (const bool done : {false, true}) {
    Harness h;
    add_tables(h.world);
    std::map<std::string, int> seen;
    h.world.on_ddl = [&](const std::string& statement) {
      return seen[statement]++ == 0 ? FakeWorld::Fault{outcome_unknown("reply lost"), done}
                                    : FakeWorld::Fault{};
    };
    h.start();
    ASSERT_TRUE(h.converge()) << h.world.difference();
    EXPECT_EQ(h.broken_promise(), "");
    EXPECT_THAT(repeated(h.world.effects()), IsEmpty());
    if (done) {
      EXPECT_THAT(repeated(h.world.statements()), IsEmpty());
    }
  }
}

TEST(DriverTest, PartitionsThatOnlyACallMakes) {
  Harness h;
  add_tables(h.world);
  h.world.add_source_slices("shop", "slices", {"20260101", "20260108", "20260116"}, 4);
  h.start();
  ASSERT_TRUE(h.converge()) << h.world.difference() << " " << h.failure.to_string();
  EXPECT_EQ(h.broken_promise(), "");
  EXPECT_EQ(h.world.labels().size(), 1U);
  EXPECT_THAT(h.world.violations(), IsEmpty());
  // The aborted transaction is nobody's write.
  h.world.load_source("shop", "slices", "p20260108");
  ASSERT_TRUE(h.converge());
  EXPECT_EQ(h.count("StrangerObserved"), 0U);
  EXPECT_EQ(h.count("TargetFeedGap"), 0U);
}

TEST(DriverTest, LostRepliesOfCalls) {
  for (const bool done : {false, true}) {
    Harness h;
    h.world.add_source_slices("shop", "slices", {"20260101", "20260108"}, 4);
    int faults = 2;
    h.world.on_call = [&](const core::DdlIntent&) {
      return faults-- > 0 ? FakeWorld::Fault{outcome_unknown("reply lost"), done}
                          : FakeWorld::Fault{};
    };
    h.start();
    ASSERT_TRUE(h.converge()) << h.world.difference();
    EXPECT_EQ(h.broken_promise(), "");
    EXPECT_THAT(repeated(h.world.effects()), IsEmpty());
    EXPECT_THAT(h.world.violations(), IsEmpty());
    EXPECT_EQ(h.count("DdlVerified"), done ? 1U : 2U);
  }
}

TEST(DriverTest, ACallIsAnnouncedBeforeItIsMade) {
  Harness h;
  h.world.add_source_slices("shop", "slices", {"20260101"}, 4);
  h.world.on_call = [&](const core::DdlIntent& intent) {
    bool announced = false;
    (void)h.memory.read(EventSeq(1), h.memory.last_seq(), [&](const core::Event& event) {
      const auto* started = std::get_if<core::DdlStarted>(&event.fact);
      announced = announced || (started != nullptr && started->intent == intent);
      return Status::ok();
    });
    EXPECT_TRUE(announced) << intent.key;
    return FakeWorld::Fault{};
  };
  h.start();
  ASSERT_TRUE(h.converge());
}

TEST(DriverTest, LostRepliesOfSubmissions) {
  for (const bool done : {false, true}) {
    Harness h;
    add_tables(h.world);
    int faults = 2;
    h.world.on_submit = [&](const core::ReplicationIntent&) {
      return faults-- > 0 ? FakeWorld::Fault{outcome_unknown("reply lost"), done}
                          : FakeWorld::Fault{};
    };
    h.start();
    ASSERT_TRUE(h.converge()) << h.world.difference();
    EXPECT_EQ(h.broken_promise(), "");
    EXPECT_EQ(h.world.submissions().size(), 2U);
    EXPECT_EQ(h.count("ReplicationLost"), done ? 0U : 2U);
  }
}

TEST(DriverTest, JobsThatTheListForgotAreAskedForByLabel) {
  Harness h;
  add_tables(h.world);
  h.world.forget_jobs = true;
  h.world.job_listings = 1'000'000;
  h.start();
  // Their labels are not known either: lost, so tried again under a new name.
  ASSERT_TRUE(h.step_until([&] { return h.count("ReplicationFailed") > 1; }));
  EXPECT_EQ(h.count("ReplicationLost"), 2U);
  ASSERT_TRUE(h.step_until([&] { return h.world.submissions().size() > 2; }));
  EXPECT_THAT(repeated(h.world.submissions()), IsEmpty());
}

TEST(DriverTest, AFailingJournalStopsEverything) {
  Harness h;
  add_tables(h.world);
  h.start();
  ASSERT_TRUE(h.step_until([&] { return !h.world.effects().empty(); }));
  h.journal.fail_at(0);
  h.step_until([] { return false; }, 50);
  ASSERT_EQ(h.failure.code(), Code::kUnavailable);
  const auto statements = h.world.statements();
  const auto submissions = h.world.submissions();
  (void)h.driver->step();
  (void)h.driver->step();
  EXPECT_EQ(h.world.statements(), statements);
  EXPECT_EQ(h.world.submissions(), submissions);
}

TEST(DriverTest, NothingStartsBeforeItIsAnnounced) {
  Harness h;
  add_tables(h.world);
  h.world.on_ddl = [&](const std::string& statement) {
    bool announced = false;
    (void)h.memory.read(EventSeq(1), h.memory.last_seq(), [&](const core::Event& event) {
      if (const auto* started = std::get_if<core::DdlStarted>(&event.fact)) {
        for (const auto& s : started->intent.statements) announced = announced || s == statement;
      }
      return Status::ok();
    });
    EXPECT_TRUE(announced) << statement;
    return FakeWorld::Fault{};
  };
  h.start();
  ASSERT_TRUE(h.converge());
}

TEST(DriverTest, AStrangersWriteIsRepaired) {
  Harness h;
  add_tables(h.world);
  h.start();
  ASSERT_TRUE(h.converge());
  h.world.write_target("shop", "orders", "p1");
  ASSERT_TRUE(h.step_until([&] { return h.count("StrangerObserved") == 1; }));
  ASSERT_TRUE(h.converge()) << h.world.difference();
  EXPECT_EQ(h.broken_promise(), "");
}

TEST(DriverTest, AnOutageIsSatOut) {
  Harness h;
  add_tables(h.world);
  h.start();
  h.step_until([] { return false; }, 6);
  h.world.target_down = unavailable("connection refused");
  h.step_until([] { return false; }, 5);
  const auto calls = h.world.calls();
  const auto events = h.memory.last_seq();
  const auto began = h.clock.now();
  h.step_until([&] { return h.clock.now().ms() - began.ms() > 600'000; }, 20'000);
  // The source is watched as before; of the target only "are you there" is asked.
  EXPECT_LE(h.memory.last_seq().value() - events.value(), 100U);
  EXPECT_LE(h.world.calls() - calls, 3'000U);
  h.world.target_down = Status::ok();
  ASSERT_TRUE(h.converge()) << h.world.difference();
  EXPECT_EQ(h.broken_promise(), "");
}

TEST(DriverTest, AnotherClusterBehindTheAddressIsRefused) {
  Harness h;
  add_tables(h.world);
  h.start();
  ASSERT_TRUE(h.converge());
  h.world.target_cluster_id = "333";
  h.step_until([] { return false; }, 500);
  EXPECT_EQ(h.failure.code(), Code::kRejected);
  EXPECT_THAT(h.failure.message(), ::testing::HasSubstr("another cluster"));
}

TEST(DriverTest, StopsCleanly) {
  Harness h;
  add_tables(h.world);
  h.start();
  h.step_until([] { return false; }, 8);
  h.driver->request_stop("asked to");
  ASSERT_TRUE(h.step_until([&] { return h.driver->is_over(); }));
  EXPECT_EQ(h.recorder.lines.back().substr(0, 12), "SessionEnded");
  EXPECT_EQ(h.memory.checkpoints().front(), h.memory.last_seq());
  EXPECT_TRUE(h.driver->result().stopped);
  h.start();
  ASSERT_TRUE(h.converge());
  EXPECT_EQ(h.broken_promise(), "");
}

// What must be folded at a start does not grow with the number of crashes.
TEST(DriverTest, ADaemonThatDiesOftenWritesCheckpointsAllTheSame) {
  Harness h;
  add_tables(h.world);
  h.options.checkpoint_every_events = 30;
  for (int i = 0; i < 10 && h.memory.last_seq() < EventSeq(60); ++i) {
    h.start();
    const std::uint64_t first = h.memory.last_seq().value();
    h.step_until([&] { return h.memory.last_seq().value() > first + 15; }, 200);
    h.crash();
  }
  ASSERT_GE(h.memory.last_seq(), EventSeq(60));
  EXPECT_FALSE(h.memory.checkpoints().empty());
}

TEST(DriverTest, PacingHoldsBack) {
  Harness h;
  for (int i = 0; i < 12; ++i) h.world.add_source_table("d", "t" + std::to_string(i), {"p"}, 2);
  h.options.job_pacing = driver::Pacing{10'000, 3};
  h.start();
  const auto began = h.clock.now();
  ASSERT_TRUE(h.converge());
  EXPECT_GE(h.clock.now().ms() - began.ms(), 30'000);
}

}  // namespace
}  // namespace srsync::testing
