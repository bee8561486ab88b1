#include "daemon/preflight_text.h"

#include <fmt/format.h>

namespace srsync::daemon {

std::string refusal_text(const observe::Preflight& preflight) {
  std::string text;
  for (const auto& finding : preflight.findings) {
    if (finding.severity != observe::Severity::kRefusal) continue;
    text += fmt::format("  {}: {}\n", finding.where, finding.what);
    if (!finding.what_to_do.empty()) text += fmt::format("    -> {}\n", finding.what_to_do);
  }
  return text;
}

}  // namespace srsync::daemon
