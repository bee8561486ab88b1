#include "driver/periodic.h"

#include <algorithm>

#include "driver/effects.h"

namespace srsync::driver {
namespace {

// Between the end of a sweep and the next one, however long it took.
constexpr std::int64_t kSweepRestMsMax = 3'600'000;
// One task reads this many feeds, so that a database is not far behind the first of its round.
constexpr std::size_t kFeedsPerTask = 8;

std::string key_of(std::string_view what, Side side) {
  return std::string(what) + "/" + std::string(side_name(side));
}

std::int64_t identify_wait_ms(std::uint32_t failures) {
  constexpr std::int64_t kMax = 30'000;
  return std::min<std::int64_t>(kMax, 1'000LL << std::min(failures, 10U));
}

// Feeds may take half of the budget; the rest is for reading what they showed.
std::int64_t feed_wait_ms(std::size_t statements, const DriverOptions& options) {
  const std::int64_t budget = std::max<std::int64_t>(1, options.query_budget_per_second / 2);
  return static_cast<std::int64_t>(statements) * 1'000 / budget;
}

}  // namespace

std::vector<Task> Periodic::due(const core::State& state, const DriverOptions& options,
                                WallTime now, WallTime stamp) {
  std::vector<Task> tasks;
  for (const Side side : kSides) due_of(side, state, options, now, stamp, tasks);
  if (is_up(Side::kTarget) && !listing_jobs_ && !state.jobs.empty() && jobs_due_ <= now) {
    listing_jobs_ = true;
    tasks.push_back(jobs_task("jobs", stamp));
  }
  return tasks;
}

void Periodic::due_of(Side side, const core::State& state, const DriverOptions& options,
                      WallTime now, WallTime stamp, std::vector<Task>& tasks) {
  Cluster& cluster = at(side);
  if (!cluster.identifying && cluster.identify_due <= now) {
    cluster.identifying = true;
    tasks.push_back(identify_task(key_of("identify", side), side));
  }
  if (!cluster.identified) return;
  if (!cluster.sweeping && cluster.sweep_due <= now) {
    cluster.sweeping = true;
    tasks.push_back(sweep_task(key_of("sweep", side), side, stamp));
  }
  if (!cluster.feeding && cluster.feed_due <= now) {
    if (auto task = feed_of(side, state, options, now)) {
      cluster.feeding = true;
      tasks.push_back(std::move(*task));
    }
  }
}

std::optional<Task> Periodic::feed_of(Side side, const core::State& state,
                                      const DriverOptions& options, WallTime now) {
  Cluster& cluster = at(side);
  if (cluster.feed_after.empty()) cluster.round_began = now;
  std::vector<FeedPosition> positions;
  auto db = state.databases.upper_bound(cluster.feed_after);
  for (; db != state.databases.end() && positions.size() < kFeedsPerTask; ++db) {
    const bool there = (side == Side::kSource ? db->second.source : db->second.target).is_set();
    if (!there || !state.settings.database_in_scope(db->first)) continue;
    positions.push_back(
        {db->first, side == Side::kSource ? db->second.source_feed : db->second.target_feed});
  }
  const bool last = db == state.databases.end();
  if (positions.empty()) {
    cluster.feed_due = now.plus_ms(options.feed_interval_ms);
    cluster.complete_round_began = cluster.round_began;
    cluster.feed_after.clear();
    return std::nullopt;
  }
  cluster.feed_after = last ? std::string() : positions.back().db;
  return feed_task(key_of("feed", side), side, std::move(positions));
}

WallTime Periodic::next(const core::State& state, const DriverOptions& options,
                        WallTime now) const {
  WallTime next = now.plus_ms(options.identify_interval_ms);
  for (const auto& cluster : clusters_) {
    if (!cluster.identifying) next = std::min(next, cluster.identify_due);
    if (!cluster.identified) continue;
    if (!cluster.sweeping) next = std::min(next, cluster.sweep_due);
    if (!cluster.feeding) next = std::min(next, cluster.feed_due);
  }
  if (is_up(Side::kTarget) && !listing_jobs_ && !state.jobs.empty()) {
    next = std::min(next, jobs_due_);
  }
  return std::max(next, now);
}

void Periodic::identified(Side side, bool ok, WallTime now, const DriverOptions& options) {
  Cluster& cluster = at(side);
  cluster.identifying = false;
  cluster.identified = ok;
  cluster.failures = ok ? 0 : cluster.failures + 1;
  cluster.identify_due =
      now.plus_ms(ok ? options.identify_interval_ms : identify_wait_ms(cluster.failures - 1));
}

void Periodic::swept(Side side, std::int64_t took_ms, std::int64_t statements, WallTime now,
                     const DriverOptions& options) {
  Cluster& cluster = at(side);
  cluster.sweeping = false;
  std::int64_t rest = 0;
  if (options.sweep_share_percent_max > 0) {
    const std::int64_t took = std::max<std::int64_t>(0, took_ms);
    // A clock that was set forward meanwhile must not put the next one off for days.
    rest = std::min(kSweepRestMsMax, took * (100 - options.sweep_share_percent_max) /
                                         options.sweep_share_percent_max);
    // Many databases are many statements, however quick.
    rest = std::max(
        rest, statements * 2'000 / std::max<std::int64_t>(1, options.query_budget_per_second));
  }
  cluster.sweep_rested = now.plus_ms(rest);
  cluster.sweep_due = now.plus_ms(std::max(options.sweep_interval_ms, rest));
}

void Periodic::feed_read(Side side, std::size_t statements, bool complete, WallTime now,
                         const DriverOptions& options) {
  Cluster& cluster = at(side);
  cluster.feeding = false;
  const std::int64_t pace = feed_wait_ms(statements, options);
  if (!complete) {
    // The round is begun anew: one that left a database out is no round.
    cluster.feed_after.clear();
    cluster.feed_due = now.plus_ms(std::max(pace, options.feed_interval_ms));
  } else if (cluster.feed_after.empty()) {
    cluster.complete_round_began = cluster.round_began;
    cluster.feed_due =
        std::max(now.plus_ms(pace), cluster.round_began.plus_ms(options.feed_interval_ms));
  } else {
    cluster.feed_due = now.plus_ms(pace);
  }
}

void Periodic::jobs_listed(WallTime now, const DriverOptions& options) {
  listing_jobs_ = false;
  jobs_due_ = now.plus_ms(options.jobs_interval_ms);
}

void Periodic::lost(Side side, WallTime now) {
  Cluster& cluster = at(side);
  if (!cluster.identified) return;
  cluster.identified = false;
  cluster.identify_due = now;
}

}  // namespace srsync::driver
