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
};
inline constexpr int kFaults = 23;

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

// `only`: names of the faults that may be on; empty: all.
Parameters draw_parameters(std::uint64_t seed, const std::vector<std::string>& only);
// One line for people.
std::string to_text(const Parameters& parameters);

}  // namespace srsync::sim
