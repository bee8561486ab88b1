// Between the driver's thread, which owns State, and the threads that answer HTTP requests: what is
// shown is handed over as values that nobody changes any more, commands go the other way.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "admin/desk.h"
#include "admin/overview.h"
#include "driver/driver.h"

namespace srsync::admin {

struct Health {
  bool ok = false;
  std::string reason;  // why not
};

class Board final : public driver::Observer {
 public:
  // Milliseconds of any steady origin; safe from any thread.
  using SteadyClock = std::function<std::int64_t()>;
  Board();
  explicit Board(SteadyClock steady_ms);

  Desk& desk() { return desk_; }

  // The driver's thread.
  void on_events(const std::vector<core::Event>& events, const core::State& after) override;
  void on_status(const core::State& state, const driver::Snapshot& snapshot) override;
  void on_trouble(const Status& trouble) override;

  // Any thread from here on.
  // nullptr before the first one.
  std::shared_ptr<const Overview> overview() const;
  Health health() const;
  // Not older than a few seconds; waits for one at most `wait_ms`, and gives an older one, or
  // nullptr, when there is none by then.
  std::shared_ptr<const Detail> detail(std::int64_t wait_ms);
  // What could not be done lately, newest first.
  std::vector<std::string> troubles() const;
  // Nothing more is waited for.
  void close();

 private:
  void note_commands(const std::vector<core::Event>& events, const core::State& after);
  void make_detail_when_wanted(const core::State& state, WallTime at);

  SteadyClock steady_ms_;
  Desk desk_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  // All guarded by mutex_.
  bool closed_ = false;
  std::shared_ptr<const Overview> overview_;
  std::int64_t overview_at_ = 0;
  std::int64_t overview_gap_ = 0;  // between the last two
  std::shared_ptr<const Detail> detail_;
  std::int64_t detail_at_ = 0;
  std::int64_t detail_due_ = 0;  // not before
  std::int64_t wanted_at_ = -1;  // somebody asked; -1: never
  std::deque<std::string> troubles_;
};

}  // namespace srsync::admin
