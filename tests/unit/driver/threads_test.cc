#include <gtest/gtest.h>

#include <thread>

#include "unit/driver/harness.h"

namespace srsync::testing {
namespace {

void add_tables(FakeWorld& world) {
  for (int i = 0; i < 20; ++i) {
    world.add_source_table("d" + std::to_string(i % 3), "t" + std::to_string(i), {"p1", "p2"}, 3);
  }
}

driver::DriverOptions fast_options() {
  driver::DriverOptions options;
  options.workers = 4;
  options.one_time = true;
  options.feed_interval_ms = 1;
  options.jobs_interval_ms = 1;
  options.sweep_interval_ms = 20;
  options.status_interval_ms = 1;
  options.query_budget_per_second = 10'000;
  return options;
}

TEST(DriverThreadsTest, MigratesWithWorkers) {
  io::SystemClock clock;
  Harness h(&clock);
  add_tables(h.world);
  driver::Driver driver(fast_options(), {}, h.journal, *h.factory, clock, h.recorder);
  ASSERT_TRUE(driver.start({"test", {}}).is_ok());
  const auto result = driver.run();
  ASSERT_TRUE(result.is_ok()) << result.status().to_string();
  EXPECT_TRUE(result->not_synchronised.empty());
  EXPECT_EQ(h.world.difference(), "");
  EXPECT_EQ(h.broken_promise(), "");
}

TEST(DriverThreadsTest, StopsFromAnotherThread) {
  io::SystemClock clock;
  Harness h(&clock);
  add_tables(h.world);
  auto options = fast_options();
  options.one_time = false;
  driver::Driver driver(options, {}, h.journal, *h.factory, clock, h.recorder);
  ASSERT_TRUE(driver.start({"test", {}}).is_ok());
  std::thread other([&] {
    // Some way into the work; where exactly does not matter.
    while (driver.snapshot()->applied.value() < 10) std::this_thread::yield();
    driver.post({core::SettingChanged{"srsync_max_drops_per_hour", "3"}});
    driver.set_options(options);
    driver.request_stop("test");
  });
  const auto result = driver.run();
  other.join();
  ASSERT_TRUE(result.is_ok());
  EXPECT_TRUE(result->stopped);
  EXPECT_EQ(driver.state().settings.max_drops_per_hour, 3);
  EXPECT_FALSE(driver.state().session_open);
}

TEST(DriverThreadsTest, AFailingJournalEndsTheRun) {
  io::SystemClock clock;
  Harness h(&clock);
  add_tables(h.world);
  h.journal.fail_at(12);
  driver::Driver driver(fast_options(), {}, h.journal, *h.factory, clock, h.recorder);
  ASSERT_TRUE(driver.start({"test", {}}).is_ok());
  const auto result = driver.run();
  EXPECT_EQ(result.status().code(), Code::kUnavailable);
}

}  // namespace
}  // namespace srsync::testing
