// srsyncd: settings, checks, journal, driver, signals; from start to exit code.
#pragma once

#include <cstdio>

#include "daemon/command_line.h"

namespace srsync::daemon {

// The whole program. Returns its exit code.
int run_program(int argc, const char* const* argv);

// One run with parsed options. Results go to `out`, refusals and failures to `err`. Requires
// signals to be blocked (block_signals()).
int run(const CommandLine& options, std::FILE* out, std::FILE* err);

}  // namespace srsync::daemon
