// assess(): what one table pair wants next, and why. plan() turns the answer into actions,
// progress() into words; both therefore always agree.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/agenda.h"
#include "core/fact.h"
#include "core/match.h"
#include "core/state.h"

namespace srsync::core {

struct Assessment {
  Want want = Want::kNothing;
  WallTime not_before;
  std::int64_t order = 0;
  // Of want kDdl.
  DdlKind ddl = DdlKind::kCreateTable;
  std::vector<const Partition*> add;  // kAddPartitions, kCreatePartitions: source partitions
  std::vector<PartitionDrop> drop;    // kDropPartitions
  // Of want kReplicate.
  std::vector<PartitionLag> lag;
  // The rule that fired, or what the pair waits for.
  std::string reason;
  // Nothing will happen until a switch, an operator or the source changes something.
  bool blocked = false;
  bool in_scope = true;
  // What this leads to is the drop of a table or database, or of most of a table, which no operator
  // has confirmed: the drop guard counts it. `drop_reason` says why it is dropped.
  bool wants_drop = false;
  std::string drop_reason;
  // Of want kDdl with a kind that alters the target's table.
  std::vector<std::string> statements;
};

// Pointers in the answer point into `pair`.
Assessment assess(const State& state, const TablePair& pair);

// The drop of a target's view, through the guards that every drop passes.
Assessment guarded_view_drop(const State& state, const TablePair& pair, DdlKind kind,
                             const std::string& reason);

// The same for a database: kDdl (create or drop), kVerifyDdl, kListTarget or kNothing.
Assessment assess_database(const State& state, const DbPair& db);

// The job's goals are all visible on the target / one of them can never be (partition gone).
enum class JobVerdict : std::uint8_t { kReached, kImpossible, kOpen };
JobVerdict judge_job(const State& state, const TablePair& pair, const Replicating& job,
                     std::string* detail);

// Full reads after the frontend called a job over, before it counts as failed.
inline constexpr std::uint32_t kJobChecksMax = 120;

}  // namespace srsync::core
