// The valid-base rule: whether replicating into a target partition gives the source's rows and no
// others.
//
// A frontend accepts a job onto any base and afterwards shows equal versions and epochs, so this is
// the only place where a mixture of rows can be prevented. Pure.
#pragma once

#include <cstdint>
#include <string>

#include "core/catalog.h"

namespace srsync::core {

enum class BaseState : std::uint8_t {
  kInSync,       // holds exactly the source's observed version
  kBehind,       // a valid base, older than the source
  kInvalidBase,  // holds rows that are not the source's: drop and make anew
};

struct BaseVerdict {
  BaseState state = BaseState::kInSync;
  std::string reason;  // of kInvalidBase, in a DBA's words
};

// `source_has_epochs`, `target_has_epochs`: Capabilities::version_epochs of the clusters.
BaseVerdict judge_base(const Partition& source, const Partition& target, bool source_has_epochs,
                       bool target_has_epochs);

}  // namespace srsync::core
