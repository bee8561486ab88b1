// The command line of srsyncd.
#pragma once

#include <optional>
#include <string>

#include "base/status.h"

namespace srsync::daemon {

inline constexpr char kVersion[] = "srsyncd 0.1.0";

// Exit codes, as documented in --help.
inline constexpr int kExitOk = 0;
inline constexpr int kExitFailed = 1;
inline constexpr int kExitRefused = 2;

struct CommandLine {
  std::string conf_dir;
  std::string journal_dir;  // <conf>/../journal when not given
  std::string log_dir;      // <conf>/../log when not given
  bool once = false;
  bool plan = false;
  bool json = false;
};

// What to do: run with `options`, or print `text` and leave with `exit_code`.
struct ParsedCommandLine {
  std::optional<CommandLine> options;
  std::string text;
  int exit_code = kExitOk;
};

ParsedCommandLine parse_command_line(int argc, const char* const* argv);

}  // namespace srsync::daemon
