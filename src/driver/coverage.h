// What the source has and the target does not get, by kind, name and reason: one list for the log,
// the plan, the end of a one-time run and the status page.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/progress.h"
#include "core/state.h"

namespace srsync::driver {

struct LeftOut {
  std::string kind;      // "table", "view", "materialized view", "other object", "database"
  core::TableName name;  // table empty: a whole database
  std::string reason;
  friend bool operator==(const LeftOut&, const LeftOut&) = default;
};

// Objects in scope of kinds that are not carried, by this version or by the settings. By name.
std::vector<LeftOut> not_carried(const core::State& state);

// Every object of the source, as far as it was listed, that will not be synchronised as things are:
// out of scope, not carried, blocked, skipped, or failing. Databases first, then by name. Scans
// every pair.
std::vector<LeftOut> coverage(const core::State& state);

// The parts of coverage(), for who looks at every table anyway: `progress` is the pair's. nullopt:
// it is synchronised, or will be. Requires pair.source.
std::optional<LeftOut> left_out(const core::TablePair& pair, const core::TableProgress& progress);
std::vector<LeftOut> databases_left_out(const core::State& state);

// Objects in scope that only the target has and that stay there: a switch or a guard forbids their
// drop. By name; scans every pair.
std::vector<LeftOut> kept_on_target(const core::State& state);

// Kinds of things that are not looked at, so that no list can name them.
const std::vector<std::string_view>& never_listed();

// "kind  name  reason", aligned, one line each; at most `max` of them, and then how many more.
std::string left_out_text(const std::vector<LeftOut>& objects, std::size_t max = SIZE_MAX);

// "db.table", or the database's name.
std::string name_of(const core::TableName& name);

}  // namespace srsync::driver
