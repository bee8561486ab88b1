#include "driver/job_watch.h"

#include "driver/digest.h"

namespace srsync::driver {

std::vector<core::Fact> JobWatch::digest(const core::State& state, const JobsOutcome& outcome,
                                         const InFlight& is_submitting) {
  to_probe_.clear();
  std::vector<core::Fact> facts;
  // A target without such a list shows none; labels tell then.
  if (!outcome.jobs.is_ok() && outcome.jobs.status().code() != Code::kUnsupported) return facts;
  std::map<std::string_view, const io::JobStatus*> rows;
  if (outcome.jobs.is_ok()) {
    // The list is mostly of jobs that ended long ago.
    for (const auto& row : *outcome.jobs) {
      if (state.jobs.contains(row.job_id)) rows[row.job_id] = &row;
    }
  }
  std::map<std::string, std::uint32_t> misses;
  for (const auto& [id, slot] : state.jobs) {
    const auto* job = std::get_if<core::Replicating>(&state.tables[slot].stage);
    if (job == nullptr || is_submitting(id)) continue;
    if (const auto row = rows.find(id); row != rows.end()) {
      for (auto& fact : digest_job(*job, *row->second)) facts.push_back(std::move(fact));
      continue;
    }
    const bool submitting = job->phase == core::JobPhase::kSubmitting;
    if (!submitting && job->phase != core::JobPhase::kRunning) continue;
    // The list may be older than the job.
    if (job->stage_since >= outcome.started) continue;
    const auto before = misses_.find(id);
    const std::uint32_t missed = (before == misses_.end() ? 0 : before->second) + 1;
    misses[id] = missed;
    // A job whose reply was lost is asked about at once (plan() does so only after a restart).
    if (missed >= kMissesMax || submitting) to_probe_.push_back(job->intent);
  }
  misses_ = std::move(misses);
  return facts;
}

}  // namespace srsync::driver
