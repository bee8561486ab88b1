// How the driver goes about its work: intervals, limits, modes. None of it changes what is decided
// (that is core::Settings, which is journalled), only when and how much at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

namespace srsync::driver {

// At most `batch` starts within any `interval_ms`.
struct Pacing {
  std::int64_t interval_ms = 10'000;
  std::size_t batch = 10;
  friend bool operator==(const Pacing&, const Pacing&) = default;
};

struct DriverOptions {
  // Threads, each with its own connections. 0: effects run inside step(), one after another, so
  // that tests are deterministic.
  int workers = 8;
  // Pieces of work of a kind that may be under way at a moment.
  std::size_t reads_max = 16;
  std::size_t ddl_max = 8;
  std::size_t submits_max = 8;

  std::int64_t identify_interval_ms = 60'000;
  // Between the end of a sweep and the next one of the same cluster.
  std::int64_t sweep_interval_ms = 10'000;
  // Sweeps take at most this share of the time: the interval grows with what a sweep takes.
  // 0: the interval is kept as it is.
  std::int64_t sweep_share_percent_max = 10;
  std::int64_t feed_interval_ms = 1'000;
  // While jobs are under way.
  std::int64_t jobs_interval_ms = 1'000;
  // Between the beginnings of two rounds in which every definition is read again; longer where one
  // takes longer. 0: only at the start.
  std::int64_t definition_interval_ms = 900'000;
  // Of Snapshot, and of on_status().
  std::int64_t status_interval_ms = 1'000;

  // Waiting is cut to this, so that settings and clocks that jump are noticed.
  std::int64_t wait_max_ms = 1'000;

  // Statements per second and cluster for watching: identify, sweeps, feeds, and tables read again
  // because something changed. The first reading of a table and what belongs to work under way is
  // not held back.
  std::int64_t query_budget_per_second = 20;

  // Only when an operator asked for a limit.
  std::optional<Pacing> ddl_pacing;
  std::optional<Pacing> job_pacing;

  std::uint64_t checkpoint_every_events = 100'000;
  // How long a stop waits for what is in flight; what is left is in doubt for the next start.
  std::int64_t stop_wait_ms = 30'000;

  bool one_time = false;
  // One-time mode: how long it goes on catching up after every table was synchronised once.
  std::int64_t once_catchup_ms = 60'000;
  // One-time mode: a table that failed so often in a row counts as one that cannot be synchronised.
  std::uint32_t once_failures_max = 6;
};

}  // namespace srsync::driver
