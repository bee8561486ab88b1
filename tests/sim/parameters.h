// What one simulated migration is like. Drawn from the seed, so that every seed is another kind of
// day: most faults are off in most runs, and the ones that are on meet each other.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace srsync::sim {

// Kinds of fault, each switched on or off for a whole run. Numbers have no meaning outside.
enum class Fault : std::uint8_t {
  kCrash,             // the daemon dies at any call, append or between two rounds
  kReplyLost,         // the effect happens, the reply does not come back
  kRefused,           // a call does not reach the frontend
  kOutage,            // a cluster does not answer for a while
  kLateReply,         // replies come late and out of order
  kDuplicateReply,    // a reply is delivered twice
  kLeaderChange,      // another frontend leads: jobs in the old one's memory are gone
  kSlowJob,           // jobs take hours
  kStuckJob,          // jobs that never end
  kAbortedJob,        // jobs that fail
  kPartialCommit,     // COMMITTED, but a partition was left out
  kAbortedButDone,    // ABORTED, but the partitions have it
  kVersionCollected,  // the source's backends forget a superseded version
  kTruncatedListing,  // an answer lacks objects and does not say so
  kStranger,          // somebody else writes into the target
  kTargetMeddling,    // somebody else drops tables and partitions on the target
  kSourceChurn,       // source partitions and tables are dropped, made anew, truncated, overwritten
  kSchemaChange,      // source tables get other columns or buckets
  kClockJump,         // the daemon's clock is set
  kDiskFull,          // the journal cannot be written
  kTargetDiskFull,    // a target backend's disk is above the limit
  kFeedForgets,       // finished transactions are forgotten early
  kBusyTarget,        // publishing is not finished: jobs are refused for a while
  kOperator,          // an operator pauses, resumes, skips and retries while things go on
  kTwoDaemons,        // what the old daemon asked for is carried out under its successor
  kBackendChange,     // backends come, go and are away for a while
  kReplicaBehind,     // a source partition lacks a version on some replica: its jobs fail
  kCompaction,        // shared-data: compaction moves visible versions and no data
  kSplit,             // a source partition gets other buckets in place
  kDatabaseChurn,     // source databases are dropped and made anew
  kRename,            // source tables and partitions get other names
  kCommentChange,     // source tables get other comments
  kRollupChange,      // rollups come and go
  kViewChange,        // source views are made, changed and dropped
};
inline constexpr int kFaults = 34;

std::string fault_name(Fault fault);
// All names, in order.
std::vector<std::string> fault_names();

struct Parameters {
  std::uint64_t seed = 0;
  // Simulated time with faults and changes, then without, in milliseconds.
  std::int64_t busy_ms = 0;
  std::int64_t quiet_ms = 0;
  std::map<Fault, std::int64_t> fault_permille;  // of the occasions; absent: never
  int databases = 1;
  int tables = 3;      // per database, at the beginning
  int partitions = 3;  // at most, per table
  bool source_epochs = true;
  bool target_epochs = true;
  bool target_strict = false;  // the target aborts a job whose base moved (from 4.1)
  bool source_lake = false;    // shared-data
  bool target_lake = false;
  bool replications_proc = true;
  std::int64_t load_every_ms = 10'000;
  std::int64_t change_every_ms = 600'000;
  std::int64_t occasion_every_ms = 60'000;  // for faults that happen to clusters
  std::int64_t latency_ms = 20;
  std::int64_t job_ms = 5'000;
  std::int64_t feed_interval_ms = 1'000;
  std::int64_t sweep_interval_ms = 10'000;
  std::size_t feed_keeps = 2'000;
  std::uint64_t checkpoint_every = 2'000;
  std::map<std::string, std::string> settings;

  std::int64_t permille(Fault fault) const {
    const auto at = fault_permille.find(fault);
    return at == fault_permille.end() ? 0 : at->second;
  }
};

// What a caller asks for besides the seed.
struct Wishes {
  std::vector<std::string> only;     // names of the faults that are on; empty: as drawn
  std::vector<std::string> without;  // names of the faults that are off
  bool short_day = false;            // an hour or two with a lot going on
};

// Every fault is drawn by itself: switching one off, or adding a kind of fault, leaves the others.
Parameters draw_parameters(std::uint64_t seed, const Wishes& wishes);
// One line for people.
std::string to_text(const Parameters& parameters);
// As options of srsync_sim, with a blank before each.
std::string to_text(const Wishes& wishes);
// "crash,refused"; "-" for none.
std::vector<std::string> read_faults(const std::string& text);

}  // namespace srsync::sim
