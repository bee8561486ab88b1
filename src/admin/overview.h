// What the HTTP port shows, as plain values cut out of State on the driver's thread, so that other
// threads can read them. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/side.h"
#include "core/progress.h"
#include "core/state.h"
#include "driver/coverage.h"
#include "driver/driver.h"

namespace srsync::admin {

struct JobLine {
  std::string id;
  core::TableName table;
  std::string phase;  // "submitting", "running: REPLICATING", "committed" ...
  WallTime since;
  std::size_t partitions = 0;
  std::int64_t bytes = 0;
  bool in_doubt = false;
};
struct DdlLine {
  std::string key;
  core::TableName name;  // table empty: a database
  std::string reason;
  WallTime since;
  bool in_doubt = false;
};
struct ClusterLine {
  std::string version;
  std::string run_mode;  // "shared-nothing", "shared-data", "unknown"
  bool up = false;
  // Far fewer objects than a reading before: nothing is dropped meanwhile.
  bool suspicious = false;
};

// Made every second or so: nothing in it takes a scan of State of its own.
struct Overview {
  WallTime at;
  EventSeq applied;
  std::string version;
  std::string journal_id;
  core::Progress progress;
  std::array<ClusterLine, 2> clusters;
  bool paused = false;
  bool stopping = false;
  std::shared_ptr<const core::DropsHeld> hold;  // drops that wait for an operator
  std::vector<JobLine> jobs;                    // the first kLinesMax
  std::size_t jobs_total = 0;
  std::vector<DdlLine> ddl;  // likewise
  std::size_t ddl_total = 0;

  const ClusterLine& cluster(Side side) const { return clusters[static_cast<std::size_t>(side)]; }
  // For how long the table is that is behind for the longest, of those that are on both clusters;
  // 0: none is.
  std::int64_t lag_ms() const;
};

inline constexpr std::size_t kLinesMax = 1'000;

struct TableLine {
  core::TableProgress table;
  std::string kind;
  std::int64_t behind_ms = 0;
};
// Made only when somebody asks: it looks at every table.
struct Detail {
  WallTime at;
  std::vector<TableLine> tables;  // in scope, by name
  std::vector<driver::LeftOut> coverage;
};

// `last`: the overview before, whose parts are used again where nothing changed; may be nullptr.
Overview make_overview(const core::State& state, const driver::Snapshot& snapshot,
                       const Overview* last);
Detail make_detail(const core::State& state, WallTime at);

}  // namespace srsync::admin
