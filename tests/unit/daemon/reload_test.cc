#include "daemon/reload.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/tuning.h"

namespace srsync::daemon {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(ReloadTest, NothingChanged) {
  const config::Options options;
  const Reload reload = compare_settings(options.behaviour_settings(), options, options);
  EXPECT_THAT(reload.facts, IsEmpty());
  EXPECT_THAT(reload.changed, IsEmpty());
  EXPECT_THAT(reload.needs_restart, IsEmpty());
}

TEST(ReloadTest, DecisionsBecomeFacts) {
  const config::Options before;
  config::Options after;
  after.allow_drop_target_only = true;
  const Reload reload = compare_settings(before.behaviour_settings(), before, after);
  ASSERT_EQ(reload.facts.size(), 1U);
  EXPECT_EQ(std::get<core::SettingChanged>(reload.facts[0]),
            (core::SettingChanged{"ddl_job_allow_drop_target_only", "true"}));
  EXPECT_THAT(reload.needs_restart, IsEmpty());
}

TEST(ReloadTest, WhereTheClustersAreNeedsARestart) {
  const config::Options before;
  config::Options after;
  after.target.fe_host = "elsewhere";
  after.source.password = Secret("geheim");
  after.workers = 3;
  after.report_interval_seconds = 7;
  const Reload reload = compare_settings(before.behaviour_settings(), before, after);
  EXPECT_THAT(reload.needs_restart,
              ElementsAre("source_cluster_password", "target_fe_host", "srsync_workers"));
  EXPECT_THAT(reload.changed, Contains("report_interval_seconds"));
}

TEST(ReloadTest, OtherNamesNeedARestart) {
  const config::Options before;
  config::Options after;
  after.renames = *ddl::parse_renames("a -> b");
  const Reload reload = compare_settings(before.behaviour_settings(), before, after);
  EXPECT_THAT(reload.facts, IsEmpty());
  EXPECT_THAT(reload.needs_restart, ElementsAre("srsync_rename"));
}

TEST(ReloadTest, TheHttpPortNeedsARestart) {
  const config::Options before;
  config::Options after;
  after.admin_port = 1;
  after.admin_host = "::1";
  after.admin_token = Secret("geheim");
  const Reload reload = compare_settings(before.behaviour_settings(), before, after);
  EXPECT_THAT(reload.needs_restart,
              ElementsAre("srsync_admin_port", "srsync_admin_host", "srsync_admin_token"));
  EXPECT_THAT(reload.facts, IsEmpty());
}

TEST(TuningTest, ReadersSweepsAndTheEndOfAOneTimeRunAreSettings) {
  config::Options options;
  const auto untouched = driver_options(options, true);
  EXPECT_EQ(untouched.reads_max, 16U);
  EXPECT_EQ(untouched.sweep_interval_ms, 10'000);
  EXPECT_EQ(untouched.once_catchup_ms, 60'000);
  options.meta_job_threads = 12;
  options.meta_job_threads_is_set = true;
  options.sweep_interval_seconds = 30;
  options.definition_interval_seconds = 60;
  options.once_catchup_seconds = 5;
  const auto tuned = driver_options(options, true);
  EXPECT_EQ(tuned.reads_max, 12U);
  EXPECT_EQ(tuned.workers, 12) << "each reads over a connection of its own";
  EXPECT_EQ(tuned.sweep_interval_ms, 30'000);
  EXPECT_EQ(tuned.definition_interval_ms, 60'000);
  EXPECT_EQ(tuned.once_catchup_ms, 5'000);
  EXPECT_THAT(throttle_notes(options), ElementsAre(HasSubstr("meta_job_threads=12")));
}

TEST(TuningTest, OnlyWhatTheFileSetsIsALimit) {
  config::Options options;
  EXPECT_FALSE(driver_options(options, false).ddl_pacing.has_value());
  EXPECT_THAT(throttle_notes(options), IsEmpty());
  EXPECT_GT(driver_options(options, false).sweep_share_percent_max, 0);
  options.replication_pacing = {10, 5, true};
  options.meta_job_interval_is_set = true;
  const auto tuned = driver_options(options, true);
  EXPECT_EQ(tuned.job_pacing, (driver::Pacing{10'000, 5}));
  EXPECT_EQ(tuned.sweep_interval_ms, 180'000);
  EXPECT_EQ(tuned.sweep_share_percent_max, 0);
  EXPECT_TRUE(tuned.one_time);
  EXPECT_THAT(throttle_notes(options),
              ElementsAre(HasSubstr("at most 30.0 replication jobs a minute"),
                          HasSubstr("meta_job_interval_seconds=180")));
}

}  // namespace
}  // namespace srsync::daemon
