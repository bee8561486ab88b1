// The checks before the first start: whether the two clusters, their accounts and the token allow a
// migration at all. Everything is asked, nothing is changed on either cluster.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/side.h"
#include "core/settings.h"
#include "observe/access.h"
#include "observe/cluster_link.h"

namespace srsync::observe {

enum class Severity : std::uint8_t {
  kNote,     // worth knowing
  kWarning,  // some tables or a later stage may fail
  kRefusal,  // srsync must not start
};

struct Finding {
  Severity severity = Severity::kNote;
  std::string where;       // "source", "target", "source backend 10.0.0.1:8040"
  std::string what;        // one sentence
  std::string what_to_do;  // one sentence; may be empty for notes
};

struct Preflight {
  std::vector<Finding> findings;  // in the order of the checks
  bool may_start() const;         // no refusal
};

// Runs every check whose ground stands: a cluster that cannot be reached is one finding, not ten.
// Takes a statement per source database (tables that the account cannot see are looked for).
// `settings` tell what will have to be done on the target, and so which privileges it takes.
Preflight run_preflight(ClusterLink& source, ClusterLink& target, const core::Settings& settings);

// "refusal: source: text. What to do." Never holds a secret.
std::string to_string(const Finding& finding);

}  // namespace srsync::observe
