#include "daemon/log.h"

#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/spdlog.h>

#include <filesystem>

namespace srsync::daemon {

Result<std::shared_ptr<spdlog::logger>> open_log(const std::string& dir) {
  constexpr std::size_t kBytesMax = 100U << 20;
  constexpr std::size_t kFilesMax = 10;
  std::error_code error;
  std::filesystem::create_directories(dir, error);
  if (error) {
    return invalid_argument("the log folder " + dir + " cannot be made: " + error.message(),
                            "give another one with --log, or rights on this one");
  }
  try {
    using Sink = spdlog::sinks::rotating_file_sink_mt;
    auto info = std::make_shared<Sink>(dir + "/sync.INFO.log", kBytesMax, kFilesMax);
    auto warn = std::make_shared<Sink>(dir + "/sync.WARN.log", kBytesMax, kFilesMax);
    warn->set_level(spdlog::level::warn);
    auto logger = std::make_shared<spdlog::logger>("srsync", spdlog::sinks_init_list{info, warn});
    logger->set_pattern("%Y-%m-%d %H:%M:%S.%e %L %v");
    logger->flush_on(spdlog::level::info);
    return logger;
  } catch (const spdlog::spdlog_ex& problem) {
    return invalid_argument("the log files in " + dir + " cannot be opened: " + problem.what(),
                            "give another folder with --log, or rights on this one");
  }
}

}  // namespace srsync::daemon
