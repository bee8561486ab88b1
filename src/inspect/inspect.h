// Read-only views of a journal, for people and for machines: what happened, what was known, does it
// hold together, how much of what.
//
// Everything takes a JournalReader and keeps no more than one State in memory. Used by one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/status.h"
#include "core/catalog.h"
#include "core/state.h"
#include "journal/reader.h"

namespace srsync::inspect {

enum class Format { kText, kJson };

// Where lines go and how they look.
struct Output {
  Format format = Format::kText;
  bool colour = false;  // only for kText
  // Called with each line, without its end.
  std::function<void(std::string_view line)> line;
};

inline constexpr EventSeq kLastEvent{UINT64_MAX};
// Called now and then with the number of the event that was reached. May be empty.
using Progress = std::function<void(EventSeq at)>;
// Events between two calls of it.
inline constexpr std::uint64_t kProgressEvery = 100'000;

// --- dump ---------------------------------------------------------------------------------------

struct DumpFilter {
  EventSeq from{1};
  EventSeq to = kLastEvent;
  std::optional<core::TableName> table;  // with an empty table part: every table of the database
  std::string kind;                      // a fact's name, in any case; empty: all
};

// kInvalidArgument when no fact has this name; says which one was meant, or all.
Status check_kind(std::string_view kind);

// One line per event. As a JSON object: seq, at_ms, at, kind, tables, text.
// What was trimmed away is left out.
// On damage the sound events before it have been printed, and the Status says where and why it
// stops. `carried` (may be nullptr) takes the State from one dump to the next that follows it:
// without it names are looked up from the nearest checkpoint on.
Status dump(const journal::JournalReader& reader, const DumpFilter& filter, const Output& out,
            core::State* carried = nullptr, const Progress& progress = {});

// The last `lines` lines that dump() would print.
Status tail(const journal::JournalReader& reader, const DumpFilter& filter, std::size_t lines,
            const Output& out, core::State& carried, const Progress& progress = {});

// --- state --------------------------------------------------------------------------------------

// Everything that srsync knew after event `at` (cut to the last one): from the nearest sound
// checkpoint and the events behind it. kNotFound when that was trimmed away.
Result<core::State> state_at(const journal::JournalReader& reader, EventSeq at,
                             const Progress& progress = {});

// A head and a line per table. As JSON: one object of type "state", then one of type "table" each.
void print_state(const core::State& state, const std::optional<core::TableName>& table,
                 const Output& out);

// --- verify -------------------------------------------------------------------------------------

struct Violation {
  EventSeq seq;  // 0: the journal as a whole
  std::string text;
};

struct VerifyReport {
  EventSeq first;    // of the journal: 1 unless it was trimmed
  EventSeq last;     // of the journal
  EventSeq checked;  // up to here every event was read and applied
  std::uint64_t checkpoints = 0;
  std::uint64_t started = 0;  // announcements that were compared with the plan of their moment
  std::vector<Violation> violations;  // in order; at most 100
  bool sound() const { return violations.empty(); }
};

// Folds the whole journal: chain and gaps, every checkpoint against the refold, every announcement
// of an effect against plan(), and State's invariants at the end. A trimmed one from the checkpoint
// on that it rests on.
VerifyReport verify(const journal::JournalReader& reader, const Progress& progress = {});
void print_verify(const VerifyReport& report, const Output& out);

// --- stats --------------------------------------------------------------------------------------

struct KindStats {
  std::uint64_t events = 0;
  std::uint64_t bytes = 0;
};

// How one table fared. Times in milliseconds.
struct TableStats {
  std::uint64_t jobs_finished = 0;
  std::uint64_t jobs_failed = 0;
  std::uint64_t rejected = 0;
  std::uint64_t ddl_failed = 0;
  std::int64_t job_ms_total = 0;  // from announcement to the end, of finished jobs
  std::int64_t job_ms_max = 0;
};

// How long one kind of waiting took, all tables together.
struct StageTime {
  std::uint64_t times = 0;
  std::int64_t ms_total = 0;
  std::int64_t ms_max = 0;
};

struct Stats {
  std::uint64_t events = 0;
  std::uint64_t bytes = 0;
  WallTime first_at;
  WallTime last_at;
  std::map<std::string, KindStats> kinds;
  std::map<core::TableName, TableStats> tables;  // those with jobs or DDL
  std::map<std::string, StageTime> stages;       // ddl, submitting, running, confirming
  std::uint64_t sessions = 0;
  std::uint64_t disk_bytes = 0;   // of the journal's directory; filled in by the caller
  std::uint64_t retries() const;  // failures and rejections, after which a table was tried again
};

// On damage: what was counted before it is in `stats`.
Status collect_stats(const journal::JournalReader& reader, EventSeq from, EventSeq to, Stats& stats,
                     const Progress& progress = {});
void print_stats(const Stats& stats, const Output& out);

// --- helpers ------------------------------------------------------------------------------------

// "2026-11-22 22:46:02.123", UTC.
std::string format_time(WallTime time);

// `text` without line ends and other control characters: names and servers' messages may hold them,
// and a line must stay one line and leave a terminal alone.
std::string one_line(std::string text);

// The tables that `fact` is about, by the names that `state` (before or after it) knows.
std::vector<core::TableName> tables_of(const core::State& state, const core::Fact& fact);

// "db.table" or "db"; kInvalidArgument for anything else.
Result<core::TableName> parse_table(std::string_view text);
bool matches(const core::TableName& wanted, const core::TableName& name);

}  // namespace srsync::inspect
