#include <gtest/gtest.h>

#include "unit/core/world.h"

namespace srsync::core {
namespace {

TEST(Apply, RefusesAGapAndLeavesTheStateAlone) {
  test::World w;
  w.open();
  const EventSeq before = w.state.applied;
  const Status status = apply(w.state, {EventSeq(before.value() + 2), w.now, Paused{"x"}});
  EXPECT_EQ(status.code(), Code::kCorruption);
  EXPECT_EQ(w.state.applied, before);
  EXPECT_FALSE(w.state.paused);
}

TEST(Apply, SettingsComeFromTheJournal) {
  test::World w;
  w.open({{"srsync_max_drops_per_hour", "3"}});
  EXPECT_EQ(w.state.settings.max_drops_per_hour, 3);
  w.put(SettingChanged{"srsync_max_drops_per_hour", "4"});
  EXPECT_EQ(w.state.settings.max_drops_per_hour, 4);
}

TEST(Apply, ANewSessionDoubtsWhatWasUnderWay) {
  test::World w;
  w.open();
  w.start_job();
  w.put(SessionStarted{"test", "j", {}});
  EXPECT_TRUE(std::get<Replicating>(w.pair().stage).in_doubt);
  EXPECT_EQ(w.state.cluster(Side::kSource).session_sweeps, 0U);
}

TEST(Apply, AnAcceptedJobIsNotInDoubtAfterARestart) {
  test::World w;
  w.open();
  const std::string job = w.start_job();
  w.put(ReplicationAccepted{job});
  w.put(SessionStarted{"test", "j", {}});
  EXPECT_FALSE(std::get<Replicating>(w.pair().stage).in_doubt);
}

TEST(Apply, LeasesAreKeptUntilRestored) {
  test::World w;
  w.open();
  w.put(FrontendSettingChanged{Side::kTarget, "k", "a", "b"});
  EXPECT_EQ(w.state.leases.size(), 1U);
  w.put(FrontendSettingRestored{Side::kTarget, "k", "a"});
  EXPECT_TRUE(w.state.leases.empty());
}

}  // namespace
}  // namespace srsync::core
