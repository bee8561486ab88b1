#include "admin/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <set>
#include <sstream>

namespace srsync::admin {
namespace {

using ::testing::HasSubstr;

Overview sample() {
  Overview overview;
  overview.at = WallTime(100'000);
  overview.applied = EventSeq(12'345'678);
  overview.version = "srsyncd \"0.1\"";
  overview.progress.tables = 7;
  overview.progress.blocked_tables = 2;
  overview.progress.partitions = 9;
  overview.progress.partitions_in_sync = 4;
  overview.progress.bytes_behind = 5'000'000'000;
  overview.progress.behind_since = WallTime(98'500);
  overview.clusters[0].up = true;
  overview.hold = std::make_shared<core::DropsHeld>(
      core::DropsHeld{"t", {{{"d", "a"}, 1, ""}, {{"d", "b"}, 2, ""}, {{"d", "c"}, 3, ""}}, ""});
  return overview;
}

TEST(MetricsTest, TheFiguresThatOneAlertsOn) {
  const std::string text = metrics_text(sample(), {false, "x"});
  for (const char* line : {"srsync_healthy 0\n", "srsync_cluster_up{cluster=\"source\"} 1\n",
                           "srsync_cluster_up{cluster=\"target\"} 0\n",
                           "srsync_tables{status=\"blocked\"} 2\n", "srsync_partitions_in_sync 4\n",
                           "srsync_bytes_behind 5000000000\n", "srsync_lag_seconds 1.5\n",
                           "srsync_held_drops 3\n", "srsync_journal_sequence 12345678\n"}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
}

// The format's own rules: HELP and TYPE once before the samples of a name, values are numbers.
TEST(MetricsTest, EveryLineIsOfTheFormat) {
  const std::string text = metrics_text(sample(), {true, ""});
  const std::regex meta("# (HELP|TYPE) (srsync_[a-z_]+) .+");
  const std::regex line_of(
      R"re((srsync_[a-z_]+)(\{[a-z_]+="([^"\\]|\\.)*"(,[a-z_]+="([^"\\]|\\.)*")*\})? [0-9.e+]+)re");
  std::istringstream lines(text);
  std::set<std::string> typed;
  int samples = 0;
  for (std::string line; std::getline(lines, line);) {
    std::smatch found;
    if (std::regex_match(line, found, meta)) {
      if (found[1] == "TYPE") {
        EXPECT_TRUE(typed.insert(found[2]).second) << line;
      }
      continue;
    }
    ASSERT_TRUE(std::regex_match(line, found, line_of)) << line;
    EXPECT_TRUE(typed.contains(found[1])) << line;
    ++samples;
  }
  EXPECT_GT(samples, 20);
  EXPECT_EQ(text.back(), '\n');
}

TEST(MetricsTest, LabelValuesAreEscaped) {
  EXPECT_EQ(label_value("a\"b\\c\nd"), "a\\\"b\\\\c\\nd");
}

}  // namespace
}  // namespace srsync::admin
