// What the checks before the start found, for people. Pure.
#pragma once

#include <string>

#include "observe/preflight.h"

namespace srsync::daemon {

// The refusals, each with what to do; empty when there are none.
std::string refusal_text(const observe::Preflight& preflight);

}  // namespace srsync::daemon
