// Judges what came back: State and an outcome in, facts out. Pure, and used on the loop's thread
// only; the facts change nothing before they are durable.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "core/state.h"
#include "driver/outcome.h"

namespace srsync::driver {

// What one outcome means.
struct Digest {
  std::vector<core::Fact> facts;
  // Not OK: the work could not be done and no fact says so; it is to be tried again later.
  Status trouble;
  // DDL whose effect is to be judged once `facts` are applied.
  std::optional<core::DdlIntent> verify;
};

// Objects of the target that our own DDL changed at or after a moment: a reading that began before
// does not show them as they are.
class RecentDdl {
 public:
  void note(const core::TableName& name, WallTime at) { changed_[name] = at; }
  // `table` empty: the database itself.
  bool changed_since(const core::TableName& name, WallTime moment) const;
  // Whether anything in `db` changed.
  bool any_since(const std::string& db, WallTime moment) const;
  // Forgets what is older.
  void forget_before(WallTime moment);

 private:
  std::map<core::TableName, WallTime> changed_;
};

// An identity that State holds already is left out. kRejected: the cluster is another one than
// before, or both are one; nothing may be done then.
Digest digest_identity(const core::State& state, const IdentifyOutcome& outcome);
Digest digest_table(const core::State& state, const TableOutcome& outcome);
Digest digest_listing(const core::State& state, const ListingOutcome& outcome,
                      const RecentDdl& recent);
Digest digest_sweep(const core::State& state, const SweepOutcome& outcome, const RecentDdl& recent);
Digest digest_ddl(const core::State& state, const DdlOutcome& outcome);
Digest digest_verify(const core::State& state, const VerifyOutcome& outcome,
                     const RecentDdl& recent);
Digest digest_submit(const core::State& state, const SubmitOutcome& outcome);
// Sides and databases with a gap are told by `gap`.
Digest digest_feed(const core::State& state, const FeedOutcome& outcome, bool* gap);

// What one row of the job list adds to what State knows of that job.
std::vector<core::Fact> digest_job(const core::Replicating& job, const io::JobStatus& row);
// The same for a probe: the row, else the label. `lost_grace_ms`: see core::Settings.
Digest digest_probe(const core::State& state, const ProbeOutcome& outcome);

}  // namespace srsync::driver
