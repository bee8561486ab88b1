// How far the migration is, in the words of the known tool's progress lines, and what is left out
// and why.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/state.h"

namespace srsync::core {

enum class TableStatus : std::uint8_t {
  kOutOfScope,  // not counted
  kPending,     // something is still to be done or read
  kRunning,     // DDL or a job under way
  kInSync,      // every partition equal, as last observed
  kBlocked,     // nothing will happen until a switch, an operator or the source changes something
};

// "pending", "in sync": for people and as a filter.
std::string_view status_name(TableStatus status);

struct TableProgress {
  TableName name;
  TableName target;  // its name there
  TableStatus status = TableStatus::kPending;
  bool synced_once = false;
  bool behind = false;  // data on the source is newer than on the target
  std::int64_t bytes_behind = 0;
  std::size_t partitions = 0;
  std::size_t partitions_in_sync = 0;
  std::string reason;  // what it waits for, or why it is blocked
  std::string last_error;
};

struct Progress {
  // Objects, in scope.
  std::size_t tables = 0;
  std::size_t finished_tables = 0;  // synchronised at least once
  std::size_t expired_tables = 0;   // data behind the source
  std::size_t blocked_tables = 0;
  std::size_t pending_tables = 0;
  std::size_t running_tables = 0;
  std::size_t in_sync_tables = 0;
  std::size_t partitions = 0;  // of these tables
  std::size_t partitions_in_sync = 0;
  std::int64_t bytes_behind = 0;
  // Since when the table that is behind for the longest is; 0: none is.
  WallTime behind_since;
  TableName behind_longest;
  std::size_t databases_pending = 0;
  std::vector<std::string> target_only_databases;
  std::size_t unsupported_objects = 0;  // in scope and not carried at all
  // Views and materialized views.
  std::size_t views = 0;
  std::size_t finished_views = 0;  // same definition on both sides
  std::size_t blocked_views = 0;
  // Jobs (DDL and replication).
  std::size_t ddl_pending = 0;
  std::size_t ddl_running = 0;
  std::size_t jobs_pending = 0;
  std::size_t jobs_sent = 0;  // submitted, not yet running
  std::size_t jobs_running = 0;
  std::size_t jobs_finished = 0;  // in this journal
  std::size_t jobs_failed = 0;
  std::int64_t bytes_pending = 0;
  // Both clusters have been read completely in this session.
  bool observed = false;
};

TableProgress table_progress(const State& state, const TablePair& pair);
// Scans every pair.
Progress progress(const State& state);
// Per table, in order of names; out-of-scope ones left out.
std::vector<TableProgress> table_report(const State& state);

}  // namespace srsync::core
