// srsyncd is killed at every place where a crash could matter, and at random ones, and must end
// where it would have ended without.
//
// SRSYNC_CRASH_KILLS: random kills (200). SRSYNC_CRASH_SEED: of the random times.
// SRSYNC_CRASH_ALL=1: every count of every point instead of all of the first ones and every n-th of
// the rest. SRSYNC_CRASH_PARALLEL: migrations at once (10).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include <fmt/format.h>

#include "crash/survival.h"

namespace srsync::test {
namespace {

using ::testing::IsEmpty;
using ::testing::IsSupersetOf;

struct Tally {
  std::mutex mutex;
  int migrations = 0;
  int kills = 0;
  int starts = 0;
  Complaints complaints;

  void add(const Survivor& survivor, int killed, const std::string& what) {
    const std::lock_guard lock(mutex);
    ++migrations;
    kills += killed;
    starts += survivor.starts();
    for (const auto& complaint : survivor.complaints())
      complaints.push_back(what + ": " + complaint);
  }
};

int parallel() { return number_from_environment("SRSYNC_CRASH_PARALLEL", 10); }

// One kill point; counts are handed out in order until one is not reached any more.
struct Point {
  std::string name;
  int next = 1;
  bool exhausted = false;
  int killed = 0;
  int highest = 0;
};

class Matrix {
 public:
  explicit Matrix(const std::vector<std::string>& names)
      : all_(number_from_environment("SRSYNC_CRASH_ALL", 0) != 0) {
    for (const auto& name : names) points_.push_back({name});
  }

  void run() {
    in_parallel(parallel(), [this] { return step(); });
  }
  const std::vector<Point>& points() const { return points_; }
  Tally& tally() { return tally_; }

 private:
  bool step() {
    std::string name;
    int count = 0;
    std::size_t slot = 0;
    {
      const std::lock_guard lock(mutex_);
      while (slot < points_.size() && points_[slot].exhausted) ++slot;
      if (slot == points_.size()) return false;
      name = points_[slot].name;
      count = points_[slot].next;
      points_[slot].next += step_after(count);
    }
    const auto world = crash_world(crash_options());
    Survivor survivor(*world);
    const bool died = survivor.die_at(name, count);
    if (died) survivor.recover();
    survivor.check();
    tally_.add(survivor, died ? 1 : 0, fmt::format("{}:{}", name, count));
    if (verbose_) std::cerr << fmt::format("{}:{} {}\n", name, count, died ? "killed" : "ended");
    const std::lock_guard lock(mutex_);
    Point& point = points_[slot];
    if (!died) point.exhausted = true;
    if (died) {
      ++point.killed;
      point.highest = std::max(point.highest, count);
    }
    return true;
  }

  int step_after(int count) const {
    if (all_ || count < kEveryUpTo) return 1;
    return count / kThinning + 1;
  }

  static constexpr int kEveryUpTo = 100;
  static constexpr int kThinning = 4;
  const bool all_;
  const bool verbose_ = number_from_environment("SRSYNC_CRASH_VERBOSE", 0) != 0;
  std::mutex mutex_;
  std::vector<Point> points_;  // guarded by mutex_
  Tally tally_;
};

// The points that a whole run passes, as it tells them itself.
std::vector<std::string> points_passed() {
  const auto world = crash_world(crash_options());
  const std::string list = world->dir() + "/points";
  const DaemonRun run = world->run_daemon({"--once"}, {{"SRSYNC_KILL_LIST", list}});
  EXPECT_EQ(run.exit.code, 0) << run.err << run.out;
  std::vector<std::string> names;
  std::istringstream lines(read_file(list));
  for (std::string name; std::getline(lines, name);) names.push_back(name);
  return names;
}

TEST(Crash, AtEveryNamedPoint) {
#ifndef SRSYNC_KILL_POINTS
  GTEST_SKIP() << "built without SRSYNC_KILL_POINTS";
#endif
  const auto names = points_passed();
  ASSERT_THAT(
      names,
      IsSupersetOf({"journal.append.before", "journal.append.after", "journal.checkpoint.before",
                    "journal.checkpoint.after", "driver.announce.before", "driver.announce.after",
                    "driver.effect.before", "driver.effect.after", "observe.partitions.begun",
                    "observe.partitions.made", "driver.outcome.before", "driver.outcome.after"}));
  Matrix matrix(names);
  matrix.run();
  for (const Point& point : matrix.points()) {
    std::cout << fmt::format("{:<28} killed at {} counts up to {}\n", point.name, point.killed,
                             point.highest);
    EXPECT_GT(point.killed, 0) << point.name;
  }
  const Tally& tally = matrix.tally();
  std::cout << fmt::format("crash matrix: {} points, {} kills in {} migrations, {} starts, {}\n",
                           matrix.points().size(), tally.kills, tally.migrations, tally.starts,
                           tally.complaints.empty() ? "all survived" : "NOT all survived");
  EXPECT_EQ(to_text(tally.complaints), "");
}

// One migration of a source that moves on meanwhile.
void survive_random_kills(int kills, std::uint64_t seed, Tally& tally) {
  std::mt19937_64 random(seed);
  sandbox::SandboxOptions options = small_world();
  options.generator.seed = seed;
  options.replication = {10, 15, 25};
  const auto world = crash_world(options, true);
  Survivor survivor(*world);
  int done = 0;
  int month = 4;
  while (done < kills && survivor.complaints().empty()) {
    constexpr std::uint64_t kLatestMs = 1200;
    if (survivor.die_after(static_cast<int>(random() % kLatestMs))) ++done;
    world->load(Side::kSource, "mixed", "t");
    if (random() % 4 == 0 && month < 9) {
      world->sql(Side::kSource,
                 fmt::format("ALTER TABLE mixed.t ADD PARTITION p{0} VALUES [(\"2026-{0:02}-01\"), "
                             "(\"2026-{1:02}-01\"))",
                             month, month + 1));
      ++month;
    }
  }
  survivor.recover();
  survivor.check();
  tally.add(survivor, done, fmt::format("seed {}", seed));
}

TEST(Crash, AtRandomTimes) {
  constexpr int kKillsPerMigration = 10;
  const int kills = number_from_environment("SRSYNC_CRASH_KILLS", 200);
  const auto seed = static_cast<std::uint64_t>(number_from_environment("SRSYNC_CRASH_SEED", 20261));
  std::cout << "seed " << seed << "\n";
  Tally tally;
  std::atomic<int> next{0};
  in_parallel(parallel(), [&] {
    const int number = next++;
    const int left = kills - number * kKillsPerMigration;
    if (left <= 0) return false;
    survive_random_kills(std::min(left, kKillsPerMigration),
                         seed + static_cast<std::uint64_t>(number), tally);
    return true;
  });
  std::cout << fmt::format("random kills: {} in {} migrations, {} starts, {}\n", tally.kills,
                           tally.migrations, tally.starts,
                           tally.complaints.empty() ? "all survived" : "NOT all survived");
  EXPECT_EQ(to_text(tally.complaints), "");
  EXPECT_GE(tally.kills, kills);
}

}  // namespace
}  // namespace srsync::test
