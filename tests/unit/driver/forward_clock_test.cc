#include <gtest/gtest.h>

#include "io/clock.h"

namespace srsync::io {
namespace {

class SetClock final : public Clock {
 public:
  WallTime now() override { return at; }
  WallTime at{1'000};
};

TEST(ForwardClock, CountsWhatTheOtherCounts) {
  SetClock clock;
  ForwardClock forward(clock);
  clock.at = WallTime(1'500);
  EXPECT_EQ(forward.now(), WallTime(1'500));
}

TEST(ForwardClock, GoesOnWhenTheOtherIsSetBack) {
  SetClock clock;
  ForwardClock forward(clock);
  clock.at = WallTime(5'000);
  EXPECT_EQ(forward.now(), WallTime(5'000));
  clock.at = WallTime(2'000);
  EXPECT_EQ(forward.now(), WallTime(5'000));
  clock.at = WallTime(2'010);
  EXPECT_EQ(forward.now(), WallTime(5'010)) << "it stands still until the old time comes again";
}

TEST(ForwardClock, GoesOnFromWhatTheJournalHolds) {
  SetClock clock;
  ForwardClock forward(clock);
  forward.go_on_from(WallTime(9'000));
  clock.at = WallTime(1'030);
  EXPECT_EQ(forward.now(), WallTime(9'030));
  forward.go_on_from(WallTime(100));
  EXPECT_EQ(forward.now(), WallTime(9'030)) << "an older moment changes nothing";
}

}  // namespace
}  // namespace srsync::io
