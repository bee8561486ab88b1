#include "daemon/watcher.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "core/describe.h"

namespace srsync::daemon {

LogLevel level_of(const core::Fact& fact) {
  return std::visit(driver::Overloaded{
                        [](const core::SessionStarted&) { return LogLevel::kInfo; },
                        [](const core::SessionEnded&) { return LogLevel::kInfo; },
                        [](const core::SettingChanged&) { return LogLevel::kInfo; },
                        [](const core::ClusterIdentified&) { return LogLevel::kInfo; },
                        [](const core::DatabaseObserved&) { return LogLevel::kInfo; },
                        [](const core::TableObserved&) { return LogLevel::kInfo; },
                        [](const core::DatabaseMissing&) { return LogLevel::kInfo; },
                        [](const core::TableMissing&) { return LogLevel::kInfo; },
                        [](const core::DdlStarted&) { return LogLevel::kInfo; },
                        [](const core::DdlSucceeded&) { return LogLevel::kInfo; },
                        [](const core::DdlVerified&) { return LogLevel::kInfo; },
                        [](const core::ReplicationStarted&) { return LogLevel::kInfo; },
                        [](const core::ReplicationAccepted&) { return LogLevel::kInfo; },
                        [](const core::ReplicationProgressed&) { return LogLevel::kInfo; },
                        [](const core::ReplicationCommitted&) { return LogLevel::kInfo; },
                        [](const core::ReplicationFinished&) { return LogLevel::kInfo; },
                        [](const core::ReplicationRejected& f) {
                          return f.reason == core::RejectReason::kBusy ? LogLevel::kInfo
                                                                       : LogLevel::kWarn;
                        },
                        [](const core::SweepCompleted& f) {
                          return f.complete ? LogLevel::kNone : LogLevel::kWarn;
                        },
                        [](const core::TableUnreadable&) { return LogLevel::kWarn; },
                        [](const core::StrangerObserved&) { return LogLevel::kWarn; },
                        [](const core::TargetFeedGap&) { return LogLevel::kWarn; },
                        [](const core::DdlFailed&) { return LogLevel::kWarn; },
                        [](const core::ReplicationAborted&) { return LogLevel::kWarn; },
                        [](const core::ReplicationLost&) { return LogLevel::kWarn; },
                        [](const core::ReplicationFailed&) { return LogLevel::kWarn; },
                        [](const core::Paused&) { return LogLevel::kInfo; },
                        [](const core::Resumed&) { return LogLevel::kInfo; },
                        [](const core::TableSkipped&) { return LogLevel::kInfo; },
                        [](const core::RetryRequested&) { return LogLevel::kInfo; },
                        [](const core::FrontendSettingChanged&) { return LogLevel::kInfo; },
                        [](const core::FrontendSettingRestored&) { return LogLevel::kInfo; },
                        [](const core::DropsHeld&) { return LogLevel::kInfo; },
                        [](const core::OperatorConfirmed&) { return LogLevel::kInfo; },
                        [](const auto&) { return LogLevel::kNone; },
                    },
                    fact);
}

std::string log_line(const core::Fact& fact) {
  const std::string text = core::describe(fact);
  const std::string reason =
      std::visit(driver::Overloaded{
                     [](const core::DdlFailed& f) { return f.message; },
                     [](const core::ReplicationRejected& f) { return f.message; },
                     [](const core::ReplicationAborted& f) { return f.message; },
                     [](const core::ReplicationLost& f) { return f.detail; },
                     [](const core::ReplicationFailed& f) { return f.message; },
                     [](const core::TableUnreadable& f) { return f.message; },
                     [](const core::SweepCompleted& f) { return f.problem; },
                     [](const auto&) { return std::string(); },
                 },
                 fact);
  return reason.empty() || text.find(reason) != std::string::npos ? text : text + ": " + reason;
}

Watcher::Watcher(spdlog::logger& log, Console& console, int report_interval_seconds,
                 const std::string& journal_dir)
    : log_(log),
      console_(console),
      interval_seconds_(report_interval_seconds),
      confirmation_(journal_dir) {}

void Watcher::say_hold(const core::DropsHeld& hold) {
  const std::string text = core::describe(hold);
  log_.warn("{}", text);
  log_.warn("nothing is dropped until an operator allows it. To allow exactly these drops, run: {}",
            confirmation_.command(hold.token));
}

void Watcher::look_for_confirmation(const core::State& state) {
  std::string warning;
  const auto confirmed = confirmation_.look(state, &warning);
  if (!warning.empty()) log_.warn("{}", warning);
  if (!confirmed || !post_ || confirming_ == confirmed->token) return;
  confirming_ = confirmed->token;
  post_(*confirmed);
}

void Watcher::on_events(const std::vector<core::Event>& events, const core::State& after) {
  for (const auto& event : events) {
    const core::Fact& fact = event.fact;
    run_.ddl_finished += std::holds_alternative<core::DdlSucceeded>(fact) ? 1 : 0;
    run_.ddl_failed += std::holds_alternative<core::DdlFailed>(fact) ? 1 : 0;
    run_.jobs_finished += std::holds_alternative<core::ReplicationFinished>(fact) ? 1 : 0;
    run_.jobs_failed += std::holds_alternative<core::ReplicationFailed>(fact) ? 1 : 0;
    if (std::holds_alternative<core::OperatorConfirmed>(fact)) confirmation_.done();
    // What waited before a restart still waits.
    if (std::holds_alternative<core::SessionStarted>(fact) && after.hold) say_hold(*after.hold);
    const auto* hold = std::get_if<core::DropsHeld>(&fact);
    if (hold != nullptr && !hold->drops.empty()) {
      say_hold(*hold);
      continue;
    }
    const LogLevel level = level_of(fact);
    if (level == LogLevel::kNone) continue;
    log_.log(level == LogLevel::kWarn ? spdlog::level::warn : spdlog::level::info, "{}",
             log_line(fact));
  }
}

void Watcher::on_status(const core::State& state, const driver::Snapshot& snapshot) {
  console_.progress(live_line(snapshot.progress, run_), snapshot.at.ms());
  look_for_confirmation(state);
  if (reported_at_.ms() == 0) reported_at_ = snapshot.at;
  if (snapshot.at < reported_at_.plus_ms(interval_seconds_.load() * 1'000LL)) return;
  reported_at_ = snapshot.at;
  report(state, snapshot.progress);
}

void Watcher::on_trouble(const Status& trouble) {
  const std::string text = trouble.to_string();
  // The same trouble again and again is told once per report.
  if (troubles_[text]++ == 0) log_.warn("{}", text);
}

void Watcher::report(const core::State& state, const core::Progress& progress) {
  for (const auto& [text, times] : troubles_) {
    if (times > 1) log_.warn("{} times since the last report: {}", times, text);
  }
  troubles_.clear();
  if (state.hold) say_hold(*state.hold);
  for (const auto& line : report_lines(state, progress, run_)) log_.info("{}", line);
}

}  // namespace srsync::daemon
