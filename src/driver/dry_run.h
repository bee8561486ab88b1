// What srsync would do, found out by reading both clusters into a State that is never stored.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/progress.h"
#include "core/state.h"
#include "driver/coverage.h"
#include "io/clock.h"
#include "io/cluster.h"

namespace srsync::driver {

// One thing that would be done.
struct PlannedStep {
  std::string what;  // "create database", "create table", "add partitions", "replicate" ...
  core::TableName name;
  std::size_t partitions = 0;
  std::int64_t bytes = 0;  // on the source, as reported
  std::string reason;
  bool drops = false;
  core::TableName target = {};  // its name there
};

struct DryRun {
  std::vector<PlannedStep> steps;
  std::vector<core::TableProgress> blocked;  // nothing would be done, and why
  std::vector<LeftOut> not_carried;          // objects of other kinds
  std::size_t tables = 0;                    // in scope
  std::size_t in_sync = 0;
};

// Reads both clusters and changes nothing. `settings`: the behaviour-changing ones. A table that
// cannot be read is among `blocked`. Fails when a cluster cannot be read at all.
Result<DryRun> dry_run(const std::map<std::string, std::string>& settings, io::Ports& ports,
                       io::Clock& clock);

}  // namespace srsync::driver
