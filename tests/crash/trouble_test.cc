// srsyncd is killed around one call to the target, and while nobody looks a frontend goes down or
// another one takes the lead.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "crash/survival.h"

namespace srsync::test {
namespace {

using sandbox::FaultAction;
using sandbox::Surface;

enum class Trouble { kNone, kTargetRestarts, kLeaderMoves, kLeaderDies, kSourceRestarts };

struct Scene {
  Surface surface = Surface::kSql;
  std::string call;
  FaultAction action = FaultAction::kHang;
  Trouble trouble = Trouble::kNone;
};

std::string name_of(Trouble trouble) {
  switch (trouble) {
    case Trouble::kNone:
      return "nothing else";
    case Trouble::kTargetRestarts:
      return "the target's leader restarts";
    case Trouble::kLeaderMoves:
      return "the target has another leader";
    case Trouble::kLeaderDies:
      return "the target's leader dies and comes back as a follower";
    case Trouble::kSourceRestarts:
      return "the source's leader restarts";
  }
  return {};
}

std::string name_of(const Scene& scene) {
  return fmt::format("killed {} {}; {}",
                     scene.action == FaultAction::kHang ? "before the effect of" : "after",
                     scene.call, name_of(scene.trouble));
}

void make(Trouble trouble, World& world) {
  switch (trouble) {
    case Trouble::kNone:
      return;
    case Trouble::kTargetRestarts:
      world.sql(Side::kTarget, "SANDBOX FE RESTART 1");
      return;
    case Trouble::kLeaderMoves:
      world.sql(Side::kTarget, "SANDBOX LEADER MOVE TO 2");
      return;
    case Trouble::kLeaderDies:
      world.sql(Side::kTarget, "SANDBOX FE KILL 1");
      world.await([&] { return world.sandbox().frontend(Side::kTarget, 2).is_leader; });
      world.sql(Side::kTarget, "SANDBOX FE START 1");
      return;
    case Trouble::kSourceRestarts:
      world.sql(Side::kSource, "SANDBOX FE RESTART 1");
      return;
  }
}

// Every call that changes the target, both ends of it, and all troubles.
std::vector<Scene> scenes() {
  std::vector<Scene> all;
  const auto add = [&](Surface surface, const std::string& call) {
    for (const FaultAction action : {FaultAction::kHang, FaultAction::kDropReply}) {
      for (const Trouble trouble : {Trouble::kNone, Trouble::kTargetRestarts, Trouble::kLeaderMoves,
                                    Trouble::kLeaderDies, Trouble::kSourceRestarts}) {
        all.push_back({surface, call, action, trouble});
      }
    }
  };
  add(Surface::kSql, "CREATE DATABASE");
  add(Surface::kSql, "CREATE TABLE");
  add(Surface::kSql, "ADD PARTITION");
  add(Surface::kSql, "DROP PARTITION IF EXISTS `p1`");
  add(Surface::kSql, "DROP PARTITION IF EXISTS `p9`");
  add(Surface::kRpc, "startTableReplication");
  return all;
}

TEST(Crash, AroundEveryCallWhileFrontendsFail) {
  const std::vector<Scene> all = scenes();
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  Complaints complaints;
  int kills = 0;
  in_parallel(number_from_environment("SRSYNC_CRASH_PARALLEL", 10), [&] {
    const std::size_t number = next++;
    if (number >= all.size()) return false;
    const Scene& scene = all[number];
    const auto world = crash_world(crash_options(), true);
    Survivor survivor(*world);
    sandbox::FaultTable& faults = world->sandbox().cluster(Side::kTarget).faults();
    const std::int64_t rule = faults.add({scene.surface, scene.call, "", scene.action, 0, 1});
    const bool died = survivor.die_when([&] { return faults.hits(rule) > 0; });
    faults.lift_all();
    make(scene.trouble, *world);
    survivor.recover();
    survivor.check();
    const std::lock_guard lock(mutex);
    if (died) ++kills;
    if (!died) complaints.push_back(name_of(scene) + ": was not killed there");
    for (const auto& complaint : survivor.complaints()) {
      complaints.push_back(name_of(scene) + ": " + complaint);
    }
    return true;
  });
  std::cout << fmt::format("{} kills around {} calls, {}\n", kills, all.size(),
                           complaints.empty() ? "all survived" : "NOT all survived");
  EXPECT_EQ(to_text(complaints), "");
}

}  // namespace
}  // namespace srsync::test
