// What an operator allowed, followed through a journal apart from the code under test: while drops
// wait for an operator, no table is dropped but those that an operator allowed.
#pragma once

#include <set>
#include <string>

#include "core/fact.h"

namespace srsync::sim {

class DropLicense {
 public:
  // To be given every event in order. Returns what is wrong with it, in words; empty: nothing.
  std::string judge(const core::Event& event);

 private:
  core::DropsHeld held_;            // no drops: nothing waits
  std::set<std::int64_t> allowed_;  // target tables
};

}  // namespace srsync::sim
