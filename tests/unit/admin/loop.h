// A board with a loop behind it, as the driver is: facts that are posted become durable and are
// folded, and the board is told, on a thread of its own.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "admin/board.h"
#include "unit/core/world.h"

namespace srsync::admin::test {

// What the driver would tell of `state`, with both clusters up.
inline driver::Snapshot snapshot_of(const core::State& state) {
  driver::Snapshot snapshot;
  snapshot.at = state.now;
  snapshot.applied = state.applied;
  snapshot.progress = core::progress(state);
  snapshot.source_up = snapshot.target_up = true;
  return snapshot;
}

class Loop {
 public:
  // `world` is the loop's until it is destroyed.
  Loop(Board& board, core::test::World& world) : board_(board), world_(world) {
    board_.desk().set_post([this](core::Fact fact) {
      const std::lock_guard<std::mutex> lock(mutex_);
      posted_.push_back(std::move(fact));
      changed_.notify_all();
    });
    thread_ = std::thread([this] { run(); });
  }
  ~Loop() {
    over_ = true;
    changed_.notify_all();
    thread_.join();
  }
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

 private:
  void run() {
    while (!over_) {
      std::vector<core::Fact> facts;
      {
        std::unique_lock<std::mutex> lock(mutex_);
        changed_.wait_for(lock, std::chrono::milliseconds(2),
                          [&] { return over_ || !posted_.empty(); });
        facts.swap(posted_);
      }
      for (auto& fact : facts) {
        const core::Event event{world_.state.applied.next(), world_.now, fact};
        world_.put(std::move(fact));
        board_.on_events({event}, world_.state);
      }
      board_.on_status(world_.state, snapshot_of(world_.state));
    }
  }

  Board& board_;
  core::test::World& world_;
  std::atomic<bool> over_{false};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<core::Fact> posted_;  // guarded by mutex_
  std::thread thread_;
};

// Drops of shop.a and shop.b that wait under that token.
inline core::DropsHeld two_drops(const std::string& token = "0badcafe") {
  return {token,
          {{{"shop", "a"}, 1, "exists only on the target"}, {{"shop", "b"}, 2, "likewise"}},
          "2 drops within an hour, srsync_max_drops_per_hour is 1"};
}

}  // namespace srsync::admin::test
