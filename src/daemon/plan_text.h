// What --plan prints. Pure.
#pragma once

#include <string>

#include "driver/dry_run.h"

namespace srsync::daemon {

std::string plan_text(const driver::DryRun& run);
std::string plan_json(const driver::DryRun& run);

}  // namespace srsync::daemon
