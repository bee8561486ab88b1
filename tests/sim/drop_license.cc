#include "sim/drop_license.h"

#include <fmt/format.h>

namespace srsync::sim {

std::string DropLicense::judge(const core::Event& event) {
  if (const auto* held = std::get_if<core::DropsHeld>(&event.fact)) held_ = *held;
  if (const auto* confirmed = std::get_if<core::OperatorConfirmed>(&event.fact);
      confirmed != nullptr && confirmed->token == held_.token) {
    for (const auto& drop : held_.drops) allowed_.insert(drop.id);
    held_ = {};
  }
  const auto* started = std::get_if<core::DdlStarted>(&event.fact);
  if (started == nullptr || started->intent.kind != core::DdlKind::kDropTable) return {};
  if (held_.drops.empty() || allowed_.contains(started->intent.table.value())) return {};
  return fmt::format("event {}: {} is dropped while {} drops wait for an operator",
                     event.seq.value(), core::to_string(started->intent.name), held_.drops.size());
}

}  // namespace srsync::sim
