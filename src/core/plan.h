// plan(): what should be under way now. Level-triggered: the answer depends on State and the time,
// not on what happened last, so a lost reply, a restart and a first start are one case.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/ids.h"
#include "base/side.h"
#include "core/catalog.h"
#include "core/fact.h"
#include "core/state.h"

namespace srsync::core {

// Read one table, in full or its partitions alone; append what diff_table() or diff_partitions()
// says (TableUnreadable or TableMissing on failure).
struct ReadTable {
  Side side = Side::kSource;
  TableName name;
  TableId id;
  bool partitions_only = false;
  friend bool operator==(const ReadTable&, const ReadTable&) = default;
};
// List one database of the target; append diff_listing().
struct ListDatabase {
  std::string db;
  friend bool operator==(const ListDatabase&, const ListDatabase&) = default;
};
// Append DdlStarted; when durable run the statements; append DdlSucceeded or DdlFailed.
struct RunDdl {
  DdlIntent intent;
  friend bool operator==(const RunDdl&, const RunDdl&) = default;
};
// The intent is in doubt: list its database (and read its table when it is listed), append the
// diffs, then DdlVerified with ddl_took_effect().
struct VerifyDdl {
  DdlIntent intent;
  friend bool operator==(const VerifyDdl&, const VerifyDdl&) = default;
};
// Append ReplicationStarted; when durable submit; append Accepted or Rejected, nothing while
// unknown (the next plan probes).
struct StartReplication {
  ReplicationIntent intent;
  friend bool operator==(const StartReplication&, const StartReplication&) = default;
};
// The job is in doubt or no longer listed: ask '/replications', then its label; append what is
// found. ReplicationLost only when `now` is at least Settings::lost_grace_ms after `since`.
struct ProbeJob {
  ReplicationIntent intent;
  WallTime since;
  friend bool operator==(const ProbeJob&, const ProbeJob&) = default;
};
// The job shows no life for longer than Settings::stall_timeout_ms: append that it is being
// cancelled (which starts its wait anew), abort its transaction; the job's own end tells the
// outcome.
struct CancelJob {
  ReplicationIntent intent;
  TxnId txn;
  friend bool operator==(const CancelJob&, const CancelJob&) = default;
};
// State alone decides it: append the fact (ReplicationFinished, ReplicationFailed).
struct Conclude {
  Fact fact;
  friend bool operator==(const Conclude&, const Conclude&) = default;
};

using Effect = std::variant<ReadTable, ListDatabase, RunDdl, VerifyDdl, StartReplication, ProbeJob,
                            CancelJob, Conclude>;

// `key` names the piece of work: the same after a restart, never the same for two pieces. The
// driver starts no action whose key is in flight.
struct Action {
  std::string key;
  Effect effect;
  friend bool operator==(const Action&, const Action&) = default;
};

// How many actions of a kind one plan() may hold. Give what is in flight plus what may start, since
// plan() does not know what is in flight.
struct PlanLimits {
  std::size_t reads = 16;
  std::size_t ddl = 16;
  std::size_t jobs = 128;  // besides the target's own limits
};

// A reading that no State asks for: the same piece of work as one that State asks for.
Action read_action(const ReadTable& read);

// The work State wants under way at `now`: ordered, bounded, same input same output.
std::vector<Action> plan(const State& state, WallTime now, const PlanLimits& limits);

// Earliest time after `now` at which plan() can change by the passage of time alone.
std::optional<WallTime> next_wakeup(const State& state, WallTime now);

// The fact that announces `action` and must be durable before its effect starts; nullopt for
// actions that change nothing in a cluster. For Conclude: the fact itself.
std::optional<Fact> announcement(const Action& action);

// True when plan(before, at) holds the action that `fact` (a Started fact) announces; true for
// every other kind of fact. On false, `expected` (if given) tells what was planned for that table.
bool is_planned(const State& before, const Fact& fact, WallTime at,
                std::string* expected = nullptr);

// Whether the target as State shows it has what `intent` wanted. Requires fresh readings.
bool ddl_took_effect(const State& state, const DdlIntent& intent);

// Recomputes what one pair wants; apply() calls it for every pair that an event touches.
void reassess(State& state, std::uint32_t slot);

// Wait after `failures` failures in a row, in milliseconds: doubles from one second to five
// minutes, spread by up to a quarter by `salt` so that many tables do not return at once.
std::int64_t backoff_ms(std::uint32_t failures, std::uint64_t salt);

}  // namespace srsync::core
