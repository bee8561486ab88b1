#include "admin/page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace srsync::admin {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// Anybody who may create a table on the source chooses its name.
constexpr const char* kEvil = "<script>alert('x')</script>";

TEST(PageTest, TextStaysText) {
  EXPECT_EQ(escape_html("<a href=\"x\">&'"), "&lt;a href=&quot;x&quot;&gt;&amp;&#39;");
  Overview overview;
  overview.version = kEvil;
  overview.hold =
      std::make_shared<core::DropsHeld>(core::DropsHeld{kEvil, {{{"d", kEvil}, 1, kEvil}}, kEvil});
  overview.jobs.push_back({kEvil, {"d", kEvil}, kEvil, {}, 1, 1, false});
  overview.ddl.push_back({kEvil, {"d", kEvil}, kEvil, {}, false});
  overview.clusters[0].version = kEvil;
  overview.progress.behind_since = WallTime(1);
  overview.at = WallTime(9'000);
  overview.progress.behind_longest = {"d", kEvil};
  Detail detail;
  detail.coverage.push_back({kEvil, {"d", kEvil}, kEvil});
  const std::string page = status_page(&overview, &detail, {false, kEvil}, {kEvil});
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;"));
  EXPECT_THAT(page, Not(HasSubstr("<script")));
}

TEST(PageTest, SaysWhatAnOperatorHasToDo) {
  Overview overview;
  overview.paused = true;
  overview.progress.observed = true;
  overview.hold = std::make_shared<core::DropsHeld>(
      core::DropsHeld{"0badcafe", {{{"d", "t"}, 1, "gone from the source"}}, "too many"});
  Detail detail;
  detail.coverage.push_back(
      {"table", {"d", "b"}, "exists only on the target; ddl_job_allow_drop_target_only is false"});
  const std::string page = status_page(&overview, &detail, {true, ""}, {});
  EXPECT_THAT(page, HasSubstr("srsyncctl confirm 0badcafe"));
  EXPECT_THAT(page, HasSubstr("gone from the source"));
  EXPECT_THAT(page, HasSubstr("srsyncctl resume"));
  EXPECT_THAT(page, HasSubstr("ddl_job_allow_drop_target_only is false"));
  EXPECT_THAT(page, HasSubstr("http-equiv=\"refresh\""));
}

TEST(PageTest, LongListsAreCutAndCounted) {
  Overview overview;
  Detail detail;
  for (int i = 0; i < 1'000; ++i) {
    detail.coverage.push_back({"table", {"d", "t" + std::to_string(i)}, "why"});
  }
  EXPECT_THAT(status_page(&overview, &detail, {true, ""}, {}), HasSubstr("and 800 more"));
}

TEST(PageTest, NothingKnownYet) {
  EXPECT_THAT(status_page(nullptr, nullptr, {false, "starting"}, {}), HasSubstr("Starting"));
}

}  // namespace
}  // namespace srsync::admin
