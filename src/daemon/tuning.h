// From the settings of the file to the driver's options, and what to say about them at start.
#pragma once

#include <string>
#include <vector>

#include "config/options.h"
#include "driver/options.h"

namespace srsync::daemon {

driver::DriverOptions driver_options(const config::Options& options, bool once);

// How much interval/batch pairs that the file sets hold srsync back, one line each.
std::vector<std::string> throttle_notes(const config::Options& options);

}  // namespace srsync::daemon
