// Questions to a journal's history: what lies at a time, what changed between two points, why a
// table stands where it stands, what would have been decided otherwise.
//
// Memory: one or two States, whatever the journal's length. Used by one thread.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "inspect/inspect.h"

namespace srsync::inspect {

// --- points
// ---------------------------------------------------------------------------------------

// A place in the history: an event's number, or a time (UTC).
struct Point {
  std::optional<EventSeq> seq;
  std::optional<WallTime> time;
};

// "4711", "last", "2026-11-22", "2026-11-22 22:46", "2026-11-22T22:46:02.123Z". kInvalidArgument
// says what is allowed.
Result<Point> parse_point(std::string_view text);

// The last event at or before `point` (0: none is that old), found without reading what lies
// between. Fails as reading does; kNotFound when that time was trimmed away.
Result<EventSeq> last_event_until(const journal::JournalReader& reader, const Point& point);
// The first event at or after `point` that was not trimmed away; one behind the last when none is.
Result<EventSeq> first_event_from(const journal::JournalReader& reader, const Point& point);

// --- diff
// -----------------------------------------------------------------------------------------

// What changed in State between two points (`from` < `to`): one line per change. As JSON one
// object each: type "change", what, table or database, before, after.
Status diff(const journal::JournalReader& reader, EventSeq from, EventSeq to,
            const std::optional<core::TableName>& table, const Output& out,
            const Progress& progress = {});

// --- why
// ------------------------------------------------------------------------------------------

struct WhyOptions {
  core::TableName table;  // with an empty table part: the database itself
  EventSeq at = kLastEvent;
  std::size_t links = 40;  // the newest ones; 0: all
};

// The chain that led a table, a view or a database to its present stage: what was observed, what
// was decided by which rule, what ran, what came of it, and what it waits for now. Repeated
// observations are one link. kNotFound when the journal never saw it. On damage the chain up to it
// is printed.
Status why(const journal::JournalReader& reader, const WhyOptions& options, const Output& out,
           const Progress& progress = {});

// --- replay
// ---------------------------------------------------------------------------------------

struct ReplayOptions {
  EventSeq to = kLastEvent;
  // Settings (keys of sync.properties) that replace the recorded ones for the whole history.
  std::map<std::string, std::string> settings;
  // Called with the time between two decisions, to show them at their pace. May be empty.
  std::function<void(std::int64_t ms)> wait;
};

struct ReplayReport {
  std::uint64_t decisions = 0;  // recorded ones
  std::uint64_t not_taken = 0;  // recorded, but not planned under the other settings
  std::uint64_t instead = 0;    // planned under the other settings, never recorded
};

// Folds the history again and prints every decision with its reason. With `settings`, says where
// plan() would have decided otherwise. The history itself stays as recorded: what other decisions
// would have led to in the clusters, no journal can tell.
Result<ReplayReport> replay(const journal::JournalReader& reader, const ReplayOptions& options,
                            const Output& out, const Progress& progress = {});

}  // namespace srsync::inspect
