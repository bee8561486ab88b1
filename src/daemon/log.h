// The log files and the console.
#pragma once

#include <memory>
#include <string>

#include "base/status.h"

namespace spdlog {
class logger;
}  // namespace spdlog

namespace srsync::daemon {

// sync.INFO.log (everything) and sync.WARN.log (what went wrong) in `dir`, which is made when it is
// missing; each is rotated at 100 MB, ten kept. Safe from any thread.
Result<std::shared_ptr<spdlog::logger>> open_log(const std::string& dir);

}  // namespace srsync::daemon
