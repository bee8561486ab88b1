// A migration that is killed again and again, and what must hold when it has ended all the same.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "support/oracles.h"
#include "support/whole_system.h"

namespace srsync::test {

// Two generated databases, and one, `mixed`, that the target has already but not as it should be:
// a partition with rows of its own and one missing; with `surplus`, also one that the source lacks
// (believed only after two readings, so it takes seconds). Its table `s` is of those whose
// partitions only a call makes. `kept` is a database of the target's alone, which nobody may touch.
std::unique_ptr<World> crash_world(const sandbox::SandboxOptions& options, bool surplus = false);
sandbox::SandboxOptions crash_options();

class Survivor {
 public:
  explicit Survivor(World& world) : world_(world) {}

  // Runs the daemon with the kill point set. False: it ended by itself, well, before that.
  bool die_at(const std::string& point, int count);
  // Runs it and kills it after `ms`. False: it ended by itself, well, before that.
  bool die_after(int ms);
  // Runs it and kills it as soon as `condition` holds. False: it ended by itself before that, or
  // the condition never came.
  bool die_when(const std::function<bool()>& condition);
  // Until it exits 0.
  void recover();
  // Everything that must hold now.
  void check();

  int starts() const { return starts_; }
  const Complaints& complaints() const { return complaints_; }

 private:
  bool settle(DaemonRun run);
  void compare_journals();
  void add(const Complaints& more);

  World& world_;
  std::vector<std::string> journal_;  // as it was after the last end
  Complaints complaints_;
  int starts_ = 0;
};

// Works through `count` tasks, some at once; used because a migration mostly waits.
void in_parallel(int threads, const std::function<bool()>& take_and_do_one);

// The value of an environment variable that is a number.
int number_from_environment(const char* name, int otherwise);

}  // namespace srsync::test
