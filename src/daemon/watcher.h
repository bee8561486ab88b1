// Turns what the driver tells into log lines, the report and the console's progress.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "daemon/confirmation.h"
#include "daemon/console.h"
#include "daemon/report.h"
#include "driver/driver.h"

namespace spdlog {
class logger;
}  // namespace spdlog

namespace srsync::daemon {

enum class LogLevel : std::uint8_t { kNone, kInfo, kWarn };
// Where a fact belongs in the log: bulk readings nowhere, work as information, failures as
// warnings.
LogLevel level_of(const core::Fact& fact);
// The fact in a line, with the reason of a failure.
std::string log_line(const core::Fact& fact);

// Used by the driver's thread; set_report_interval() by any.
class Watcher final : public driver::Observer {
 public:
  Watcher(spdlog::logger& log, Console& console, int report_interval_seconds,
          const std::string& journal_dir);

  // How an operator's confirmation reaches the journal; called on the driver's thread.
  void set_post(std::function<void(core::Fact)> post) { post_ = std::move(post); }

  void on_events(const std::vector<core::Event>& events, const core::State& after) override;
  void on_status(const core::State& state, const driver::Snapshot& snapshot) override;
  void on_trouble(const Status& trouble) override;

  void set_report_interval(int seconds) { interval_seconds_ = seconds; }
  // The last report, after the driver has ended.
  void report(const core::State& state, const core::Progress& progress);
  const RunCounters& counters() const { return run_; }

 private:
  void look_for_confirmation(const core::State& state);
  void say_hold(const core::DropsHeld& hold);

  spdlog::logger& log_;
  Console& console_;
  std::atomic<int> interval_seconds_;
  WallTime reported_at_;
  RunCounters run_;
  Confirmation confirmation_;
  std::function<void(core::Fact)> post_;
  std::string confirming_;  // token that was posted and is not in the journal yet
  std::map<std::string, std::size_t> troubles_;  // repeated ones, since the last report
};

}  // namespace srsync::daemon
