#include "daemon/watcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <sstream>

namespace srsync::daemon {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class WatcherTest : public ::testing::Test {
 protected:
  WatcherTest() { log_.set_pattern("%L %v"); }
  std::string text() {
    log_.flush();
    return stream_.str();
  }

  std::ostringstream stream_;
  spdlog::logger log_{"test", std::make_shared<spdlog::sinks::ostream_sink_mt>(stream_)};
  std::FILE* null_ = std::fopen("/dev/null", "w");
  Console console_{null_};
  Watcher watcher_{log_, console_, 300, testing::TempDir()};
};

TEST_F(WatcherTest, FailuresAreWarningsWithTheirReason) {
  watcher_.on_events(
      {{EventSeq(1), WallTime(1), core::DdlFailed{"ddl/d.t/1", Code::kRejected, "no such volume"}}},
      {});
  EXPECT_THAT(text(), HasSubstr("W DdlFailed ddl/d.t/1"));
  EXPECT_THAT(text(), HasSubstr("no such volume"));
  EXPECT_EQ(watcher_.counters().ddl_failed, 1U);
}

TEST_F(WatcherTest, BulkReadingsAreNotLogged) {
  watcher_.on_events(
      {{EventSeq(1), WallTime(1), core::PartitionsMoved{Side::kSource, core::TableId(1), {}}}}, {});
  EXPECT_EQ(text(), "");
}

TEST_F(WatcherTest, ReportsEveryInterval) {
  driver::Snapshot snapshot;
  snapshot.at = WallTime(1'000);
  watcher_.on_status({}, snapshot);
  EXPECT_THAT(text(), Not(HasSubstr("Sync job progress")));
  snapshot.at = WallTime(301'000);
  watcher_.on_status({}, snapshot);
  EXPECT_THAT(text(), HasSubstr("I Sync job progress: 100.00%"));
}

TEST_F(WatcherTest, TheSameTroubleIsToldOnceAndCounted) {
  for (int i = 0; i < 5; ++i) watcher_.on_trouble(unavailable("target gone"));
  EXPECT_EQ(text(), "W unavailable: target gone\n");
  watcher_.report({}, {});
  EXPECT_THAT(text(), HasSubstr("5 times since the last report"));
}

}  // namespace
}  // namespace srsync::daemon
