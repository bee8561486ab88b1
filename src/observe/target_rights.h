// Whether the target's account may do what srsync is going to do there.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "core/diff.h"
#include "core/settings.h"
#include "observe/grants.h"
#include "observe/preflight.h"

namespace srsync::observe {

// What the settings and the two catalogs make srsync do on the target.
struct TargetWork {
  const core::Settings* settings = nullptr;
  const core::Sweep* source = nullptr;     // what is there to be carried
  std::set<std::string> target_databases;  // that exist already
};

// One finding for each privilege that is missing, with the GRANT that mends it. A refusal when a
// table of today's source would fail, a warning when only what may come later would.
std::vector<Finding> missing_rights(const AccountRights& account, const TargetWork& work);

}  // namespace srsync::observe
