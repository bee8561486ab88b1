// The progress report of sync.INFO.log, with the lines that people grep for. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/progress.h"
#include "core/state.h"

namespace srsync::daemon {

// What was done in this run.
struct RunCounters {
  std::size_t ddl_finished = 0;
  std::size_t ddl_failed = 0;
  std::size_t jobs_finished = 0;
  std::size_t jobs_failed = 0;
};

// "Sync job progress: 100.00%, total: 4, ...".
std::string job_progress_line(const core::Progress& progress, const RunCounters& run);
// "Sync table progress, finishedTableRatio: ...".
std::string table_progress_line(const core::Progress& progress);
// The whole report, one element per line.
std::vector<std::string> report_lines(const core::State& state, const core::Progress& progress,
                                      const RunCounters& run);

// One short line for a terminal.
std::string live_line(const core::Progress& progress, const RunCounters& run);

// Tables with their reasons, aligned, one per line.
std::string table_list(const std::vector<core::TableProgress>& tables);

}  // namespace srsync::daemon
