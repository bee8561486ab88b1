// SIGHUP: what of newly read settings takes effect at once, and what needs a restart. Pure.
#pragma once

#include <string>
#include <vector>

#include "config/options.h"
#include "core/fact.h"

namespace srsync::daemon {

struct Reload {
  std::vector<core::Fact> facts;           // SettingChanged, for decisions
  std::vector<std::string> changed;        // keys whose new value holds from now on
  std::vector<std::string> needs_restart;  // keys whose old value stays
};

// `journalled`: the behaviour-changing settings as State holds them.
Reload compare_settings(const std::map<std::string, std::string>& journalled,
                        const config::Options& running, const config::Options& fresh);

}  // namespace srsync::daemon
