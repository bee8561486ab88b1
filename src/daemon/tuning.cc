#include "daemon/tuning.h"

#include <fmt/format.h>

#include <algorithm>

namespace srsync::daemon {
namespace {

std::optional<driver::Pacing> pacing_of(const config::Pacing& pacing) {
  if (!pacing.is_limit) return std::nullopt;
  return driver::Pacing{pacing.interval_seconds * 1'000LL,
                        static_cast<std::size_t>(pacing.batch_size)};
}

void add_note(const config::Pacing& pacing, const std::string& keys, const char* unit,
              std::vector<std::string>& notes) {
  if (!pacing.is_limit) return;
  const double per_minute = 60.0 * pacing.batch_size / std::max(1, pacing.interval_seconds);
  notes.push_back(
      fmt::format("{0}_interval_seconds={1} and {0}_batch_size={2} allow at most {3:.1f} {4} a "
                  "minute; without them srsync goes by the target's free slots",
                  keys, pacing.interval_seconds, pacing.batch_size, per_minute, unit));
}

}  // namespace

driver::DriverOptions driver_options(const config::Options& options, bool once) {
  driver::DriverOptions tuned;
  tuned.workers = std::max(1, options.workers);
  const auto workers = static_cast<std::size_t>(tuned.workers);
  tuned.reads_max = 2 * workers;
  tuned.ddl_max = workers;
  tuned.submits_max = workers;
  if (options.meta_job_threads_is_set) {
    tuned.reads_max = static_cast<std::size_t>(std::max(1, options.meta_job_threads));
    tuned.workers = std::max(tuned.workers, options.meta_job_threads);
  }
  tuned.sweep_interval_ms = options.sweep_interval_seconds * 1'000LL;
  tuned.definition_interval_ms = options.definition_interval_seconds * 1'000LL;
  tuned.once_catchup_ms = options.once_catchup_seconds * 1'000LL;
  if (options.meta_job_interval_is_set) {
    tuned.sweep_interval_ms = options.meta_job_interval_seconds * 1'000LL;
    tuned.sweep_share_percent_max = 0;
  }
  tuned.feed_interval_ms = options.feed_interval_ms;
  // Who watches the source more often than usual wants to see the jobs' ends as soon.
  tuned.jobs_interval_ms = std::min<std::int64_t>(tuned.jobs_interval_ms, options.feed_interval_ms);
  tuned.status_interval_ms =
      std::min<std::int64_t>(tuned.status_interval_ms, options.feed_interval_ms);
  tuned.query_budget_per_second = options.query_budget_per_second;
  tuned.ddl_pacing = pacing_of(options.ddl_pacing);
  tuned.job_pacing = pacing_of(options.replication_pacing);
  tuned.checkpoint_every_events = static_cast<std::uint64_t>(options.checkpoint_every_events);
  tuned.one_time = once;
  return tuned;
}

std::vector<std::string> throttle_notes(const config::Options& options) {
  std::vector<std::string> notes;
  add_note(options.ddl_pacing, "ddl_job", "DDL pieces", notes);
  add_note(options.replication_pacing, "replication_job", "replication jobs", notes);
  if (options.meta_job_threads_is_set && options.meta_job_threads < 2 * options.workers) {
    notes.push_back(fmt::format(
        "meta_job_threads={}: at most so many tables are read at a moment; without it {}",
        options.meta_job_threads, 2 * options.workers));
  }
  if (options.meta_job_interval_is_set) {
    notes.push_back(fmt::format(
        "meta_job_interval_seconds={}: the clusters are swept this often; without it srsync sweeps "
        "as often as takes a tenth of the time, every {} s at most",
        options.meta_job_interval_seconds, options.sweep_interval_seconds));
  }
  return notes;
}

}  // namespace srsync::daemon
