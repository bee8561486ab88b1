#include "sim/license.h"

#include <fmt/format.h>

namespace srsync::sim {

std::string License::judge(const core::Event& event) {
  follow_operator(event.fact);
  std::string breach;
  if (const auto* job = std::get_if<core::ReplicationStarted>(&event.fact)) {
    breach = judge_start(job->intent.name, job->intent.job_id);
  }
  if (const auto* ddl = std::get_if<core::DdlStarted>(&event.fact)) {
    breach = judge_start(ddl->intent.name, ddl->intent.key);
    if (breach.empty()) breach = judge_drop(ddl->intent);
  }
  return breach.empty() ? breach : fmt::format("event {}: {}", event.seq.value(), breach);
}

void License::follow_operator(const core::Fact& fact) {
  if (const auto* held = std::get_if<core::DropsHeld>(&fact)) held_ = *held;
  if (const auto* confirmed = std::get_if<core::OperatorConfirmed>(&fact);
      confirmed != nullptr && confirmed->token == held_.token) {
    for (const auto& drop : held_.drops) allowed_.emplace(drop.name.table.empty(), drop.id);
    held_ = {};
  }
  if (std::holds_alternative<core::Paused>(fact)) paused_ = true;
  if (std::holds_alternative<core::Resumed>(fact)) paused_ = false;
  if (const auto* skipped = std::get_if<core::TableSkipped>(&fact)) skipped_.insert(skipped->name);
  if (const auto* retried = std::get_if<core::RetryRequested>(&fact)) {
    if (retried->name.db.empty()) skipped_.clear();
    skipped_.erase(retried->name);
  }
}

std::string License::judge_start(const core::TableName& name, const std::string& key) {
  if (!keys_.insert(key).second) return key + " is used twice";
  if (paused_) return key + " starts while paused";
  if (skipped_.contains(name)) return key + " starts for a table that is skipped";
  return {};
}

std::string License::judge_drop(const core::DdlIntent& intent) const {
  const bool is_database = intent.kind == core::DdlKind::kDropDatabase;
  if (held_.drops.empty() || (intent.kind != core::DdlKind::kDropTable && !is_database)) return {};
  // The id of a database is not part of what starts: any of its name that was allowed will do.
  if (is_database || allowed_.contains({false, intent.table.value()})) return {};
  return fmt::format("{} is dropped while {} drops wait for an operator",
                     core::to_string(intent.name), held_.drops.size());
}

}  // namespace srsync::sim
