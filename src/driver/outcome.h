// What came back from the clusters: one struct per kind of work, made on a worker's thread, judged
// on the loop's thread. Plain values.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/diff.h"
#include "core/fact.h"
#include "core/plan.h"
#include "io/cluster.h"

namespace srsync::driver {

struct TableOutcome {
  core::ReadTable asked;
  WallTime started;
  Result<core::TableRead> read;
};
struct ListingOutcome {
  std::string db;
  WallTime started;
  Result<core::DatabaseListing> listing;
};
struct DdlOutcome {
  core::DdlIntent intent;
  Status status;
  // After a database was made: what it looks like, so that its id is known at once.
  std::optional<Result<core::DatabaseListing>> listing;
};
struct VerifyOutcome {
  core::DdlIntent intent;
  WallTime started;
  Result<core::DatabaseListing> listing;
  std::optional<Result<core::TableRead>> read;  // when the listing shows the table
};
struct SubmitOutcome {
  core::ReplicationIntent intent;
  io::SubmitOutcome outcome;
};
struct ProbeOutcome {
  core::ReplicationIntent intent;
  WallTime started;  // of the probe
  Result<std::vector<io::JobStatus>> jobs;
  std::optional<Result<io::LabelState>> label;  // when the job is not among `jobs`
};
struct CancelOutcome {
  core::ReplicationIntent intent;
  Status status;
};
struct IdentifyOutcome {
  Side side = Side::kSource;
  Result<std::vector<core::Fact>> facts;
};
struct SweepOutcome {
  Side side = Side::kSource;
  WallTime started;
  Result<core::Sweep> sweep;
};
struct FeedOutcome {
  Side side = Side::kTarget;
  struct Part {
    std::string db;
    core::TxnId after;  // asked for what came after this one
    Result<io::Feed> feed;
  };
  std::vector<Part> parts;
};
struct JobsOutcome {
  WallTime started;
  Result<std::vector<io::JobStatus>> jobs;
};

using Outcome = std::variant<TableOutcome, ListingOutcome, DdlOutcome, VerifyOutcome, SubmitOutcome,
                             ProbeOutcome, CancelOutcome, IdentifyOutcome, SweepOutcome,
                             FeedOutcome, JobsOutcome>;

// Joins lambdas into one visitor.
template <typename... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};
template <typename... Ts>
Overloaded(Ts...) -> Overloaded<Ts...>;

// A piece of work for one worker.
struct Task {
  std::string key;
  std::function<Outcome(io::Ports&)> run;
  // For the worker that only watches: change feeds need one reader that remembers what it saw, and
  // nothing that watches may wait behind long work.
  bool watches = false;
  // Which time this is: the key comes again, the ticket never.
  std::uint64_t ticket = 0;
};
struct Completion {
  std::string key;
  std::uint64_t ticket = 0;
  Outcome outcome;
};

}  // namespace srsync::driver
