// Reads conf/sync.properties and conf/hosts.properties.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "config/host_map.h"
#include "config/options.h"

namespace srsync::config {

struct LoadedConfig {
  Options options;
  HostMap hosts;
  std::vector<std::string> warnings;  // unknown keys, keys set twice
  std::vector<std::string> notes;     // keys that are accepted and have no effect in this version
};

// Both files' text. `*_name` is how errors and warnings call the file. All errors are collected
// into one kInvalidArgument, one per line of its message, each naming file, line, key, value and
// what is allowed; values of secret keys are never shown.
Result<LoadedConfig> parse_config(std::string_view sync_text, std::string_view sync_name,
                                  std::string_view hosts_text, std::string_view hosts_name);

// The files of a conf directory. hosts.properties may be missing, sync.properties not
// (kInvalidArgument, with its path).
Result<LoadedConfig> load_config(const std::string& conf_dir);

}  // namespace srsync::config
