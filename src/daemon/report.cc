#include "daemon/report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <sstream>

#include "base/amounts.h"
#include "base/text_table.h"
#include "core/drop_guard.h"
#include "core/names.h"
#include "driver/coverage.h"

namespace srsync::daemon {
namespace {

// Of nothing, everything is done.
double percent(std::size_t part, std::size_t whole) {
  return whole == 0 ? 100.0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

struct JobCounts {
  std::size_t running = 0;
  std::size_t finished = 0;
  std::size_t failed = 0;
  std::size_t total = 0;
};

// A job that failed is sent again and stands among the pending or running ones then: it is not
// counted twice.
JobCounts count_jobs(const core::Progress& p, const RunCounters& run) {
  JobCounts counts;
  counts.running = p.jobs_running + p.ddl_running;
  counts.finished = run.jobs_finished + run.ddl_finished;
  counts.failed = run.jobs_failed + run.ddl_failed;
  counts.total = p.ddl_pending + p.jobs_pending + p.jobs_sent + counts.running + counts.finished;
  return counts;
}

struct DatabaseSizes {
  std::int64_t source = 0;
  std::int64_t target = 0;
  std::size_t jobs = 0;
};

std::int64_t bytes_of(const std::optional<core::Table>& table) {
  std::int64_t bytes = 0;
  if (!table) return bytes;
  for (const auto& partition : table->partitions) bytes += partition.data_bytes;
  return bytes;
}

std::map<std::string, DatabaseSizes> sizes_of(const core::State& state) {
  std::map<std::string, DatabaseSizes> sizes;
  for (const auto& pair : state.tables) {
    if (!state.settings.in_scope(pair.name)) continue;
    DatabaseSizes& db = sizes[pair.name.db];
    db.source += bytes_of(pair.source);
    db.target += bytes_of(pair.target);
    if (std::holds_alternative<core::Replicating>(pair.stage)) ++db.jobs;
  }
  return sizes;
}

// Copies that nothing proves: the target forgot transactions before they were read.
std::string unproven_line(const core::State& state) {
  constexpr std::size_t kNamesMax = 20;
  std::size_t count = 0;
  std::string names;
  for (const auto& [name, slot] : state.by_name) {
    if (!state.tables[slot].base_unproven) continue;
    if (++count <= kNamesMax) {
      names += (names.empty() ? "" : ", ") + core::both_names(state.settings.renames, name);
    }
  }
  if (count == 0) return {};
  if (count > kNamesMax) names += ", ...";
  return fmt::format(
      "Sync unproven, tables: {} ({}): the target forgot transactions before srsync could read "
      "them. "
      "If something else than srsync may have written into one of these tables meanwhile, drop it "
      "on "
      "the target, and it is copied anew",
      count, names);
}

// Of very many the first ones.
void add_objects(const std::string& what, const std::vector<driver::LeftOut>& objects,
                 std::vector<std::string>& lines) {
  constexpr std::size_t kLinesMax = 200;
  if (objects.empty()) return;
  lines.push_back(fmt::format("{}, objects: {}", what, objects.size()));
  std::istringstream text(driver::left_out_text(objects, kLinesMax));
  for (std::string line; std::getline(text, line);) lines.push_back(what + ":" + line);
}

// What the source has and the target does not get, and what the target has and keeps.
void add_left_out(const core::State& state, std::vector<std::string>& lines) {
  add_objects("Sync not covered", driver::coverage(state), lines);
  add_objects("Sync kept on the target", driver::kept_on_target(state), lines);
}

std::string size_line(const std::string& what, const DatabaseSizes& sizes) {
  return fmt::format("{}, source size: {}, target size: {}, difference: {}, running jobs: {}", what,
                     size_text(sizes.source), size_text(sizes.target),
                     size_text(sizes.source - sizes.target), sizes.jobs);
}

}  // namespace

std::string job_progress_line(const core::Progress& progress, const RunCounters& run) {
  const JobCounts counts = count_jobs(progress, run);
  return fmt::format(
      "Sync job progress: {:.2f}%, total: {}, ddlPending: {}, jobPending: {}, sent: {}, "
      "running: {}, finished: {}, failed: {}, unknown: 0",
      percent(counts.finished, counts.total), counts.total, progress.ddl_pending,
      progress.jobs_pending, progress.jobs_sent, counts.running, counts.finished, counts.failed);
}

std::string table_progress_line(const core::Progress& p) {
  const double expired = p.tables == 0 ? 0.0 : percent(p.expired_tables, p.tables);
  return fmt::format(
      "Sync table progress, finishedTableRatio: {:.2f}%, expiredTableRatio: {:.2f}%, "
      "total table: {}, finished table: {}, unfinished table: {}, expired table: {}.",
      percent(p.finished_tables, p.tables), expired, p.tables, p.finished_tables,
      p.tables - p.finished_tables, p.expired_tables);
}

std::vector<std::string> report_lines(const core::State& state, const core::Progress& p,
                                      const RunCounters& run) {
  std::vector<std::string> lines;
  if (!p.observed) {
    lines.push_back("The clusters have not been read completely yet: what follows is a part.");
  }
  lines.push_back(fmt::format("Sync queues, ddl jobs: {}, replication jobs: {}, pending size: {}",
                              p.ddl_pending + p.ddl_running,
                              p.jobs_pending + p.jobs_sent + p.jobs_running,
                              size_text(p.bytes_pending)));
  lines.push_back(
      fmt::format("Sync databases, pending: {}, on the target only: {}{}", p.databases_pending,
                  p.target_only_databases.size(),
                  p.target_only_databases.empty()
                      ? ""
                      : fmt::format(" ({})", fmt::join(p.target_only_databases, ", "))));
  DatabaseSizes total;
  for (const auto& [db, sizes] : sizes_of(state)) {
    const std::string names = core::both_names(state.settings.renames, {db, ""});
    lines.push_back(size_line("Sync database " + names, sizes));
    total.source += sizes.source;
    total.target += sizes.target;
    total.jobs += sizes.jobs;
  }
  lines.push_back(size_line("Sync total", total));
  if (p.blocked_tables + p.unsupported_objects > 0) {
    lines.push_back(fmt::format("Sync left out, blocked tables: {}, objects of other kinds: {}",
                                p.blocked_tables, p.unsupported_objects));
  }
  add_left_out(state, lines);
  if (std::string unproven = unproven_line(state); !unproven.empty()) {
    lines.push_back(std::move(unproven));
  }
  if (state.hold) lines.push_back("Sync drops held: " + core::hold_text(*state.hold));
  lines.push_back(job_progress_line(p, run));
  lines.push_back(table_progress_line(p));
  return lines;
}

std::string live_line(const core::Progress& p, const RunCounters& run) {
  if (!p.observed) return "reading both clusters ...";
  const JobCounts counts = count_jobs(p, run);
  std::string line =
      fmt::format("tables {}/{} synchronised, {} behind | jobs {} running, {} waiting, {} done",
                  p.finished_tables, p.tables, p.expired_tables, p.jobs_sent + p.jobs_running,
                  p.jobs_pending, run.jobs_finished);
  if (p.ddl_pending + p.ddl_running > 0) {
    line += fmt::format(" | ddl {}", p.ddl_pending + p.ddl_running);
  }
  if (p.bytes_pending > 0) line += " | " + size_text(p.bytes_pending) + " to copy";
  if (counts.failed > 0) line += fmt::format(" | {} failed", counts.failed);
  return line;
}

std::string table_list(const std::vector<core::TableProgress>& tables) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& table : tables) {
    rows.push_back({core::both_names(table.name, table.target),
                    table.reason.empty() ? "not finished" : table.reason});
  }
  return aligned(rows);
}

}  // namespace srsync::daemon
