// What srsync-journal says about itself.
#pragma once

namespace srsync::help {

inline constexpr const char* kProgram =
    "Looks into srsync's journal: what happened, what was known, why, and whether it holds "
    "together.";

inline constexpr const char* kProgramFooter = R"(
A journal is read as it was durable when the command started. No lock is taken and nothing is
written, so a running srsyncd is not disturbed; a copy of the directory serves as well. What is
damaged is shown up to the damage, followed by where and why it stops. Only trim and import write.

Answers go to standard output, everything else to standard error: what is wrong, what was trimmed
away, and how far a long reading is. Memory stays bounded by what srsync knew at one moment,
whatever the length of the history.

A POINT is an event's number, 'last', or a time in UTC: 2026-11-22, '2026-11-22 22:46',
2026-11-22T22:46:02.123Z.

Exit status:
  0  done; for verify: the journal is sound
  1  the journal is damaged or not sound
  2  wrong usage, no journal there, no such table, a time before what was trimmed away, a journal
     of a newer version; for trim: a running srsyncd holds it

srsync-journal VERB --help has the options and examples of each verb.
)";

inline constexpr const char* kDump =
    "What happened: one line per event, with number, time (UTC), fact and table";
inline constexpr const char* kDumpFooter = R"(
With --json each line is an object: seq, at_ms, at, kind, tables, text. Filters may be combined; an
event about several tables matches any of them. --table DB matches all tables of the database.

Examples:
  srsync-journal dump /var/lib/srsync/journal --from 1000 --to 1100
  srsync-journal dump /var/lib/srsync/journal --from '2026-11-22 22:00' --table shop.orders
  srsync-journal dump /var/lib/srsync/journal --json | jq -r 'select(.kind=="DdlFailed").text'
)";

inline constexpr const char* kTail = "The last events, and with --follow those to come";
inline constexpr const char* kTailFooter = R"(
Beside a running srsyncd new events show within a second. With a filter these are the last N events
that match it, wherever they lie.

Examples:
  srsync-journal tail /var/lib/srsync/journal -f
  srsync-journal tail /var/lib/srsync/journal -f --table shop --kind ReplicationFailed
)";

inline constexpr const char* kState =
    "What srsync knew: clusters, jobs, and per table its stage, attempts, last error";
inline constexpr const char* kStateFooter = R"(
Examples:
  srsync-journal state /var/lib/srsync/journal --table shop
  srsync-journal state /var/lib/srsync/journal --at '2026-11-22 03:00' --json
)";

inline constexpr const char* kDiff = "What changed in that knowledge between two points";
inline constexpr const char* kDiffFooter = R"(
One line per change: what it is about, what changed, before -> after. Event 0 is the beginning.

Examples:
  srsync-journal diff /var/lib/srsync/journal 4711 4800
  srsync-journal diff /var/lib/srsync/journal '2026-11-22 03:00' last --table shop.orders
)";

inline constexpr const char* kWhy =
    "Why a table, view or database stands where it stands, and what it waits for";
inline constexpr const char* kWhyFooter = R"(
The chain of what was observed, what was decided by which rule, the SQL or the job, and what came of
it; at the end what it waits for now. Observations of one kind in a row are one link. Of a database:
its own making and dropping, and how its tables stand.

Examples:
  srsync-journal why /var/lib/srsync/journal shop.orders
  srsync-journal why /var/lib/srsync/journal shop.orders --at '2026-11-22 03:00' --links 0
  srsync-journal why /var/lib/srsync/journal shop
)";

inline constexpr const char* kVerify =
    "Proves it: chain, gaps, checkpoints against the refold, effects against the plan";
inline constexpr const char* kVerifyFooter = R"(
Reads the whole journal. Exit status 1 and a line per violation when anything does not hold: an
event missing, changed or moved; a checkpoint that is not what the events give; work on the target
that was not in the plan of its moment; an end before what was acknowledged. Of a trimmed journal
the checkpoint that stands for what is gone is taken as it is, after its digest and its place in the
chain were checked.

Example:
  srsync-journal verify /var/lib/srsync/journal
)";

inline constexpr const char* kReplay =
    "Takes the recorded decisions again, also under other settings";
inline constexpr const char* kReplayFooter = R"(
Without --set: every decision and its reason (=). With --set: only where the decisions differ, -
for one that was recorded and would not have been taken, + for one that would have been taken and
was not. The history stays as recorded: what other decisions would have led to in the clusters is
not in any journal. Nothing is sent to a cluster.

Examples:
  srsync-journal replay /var/lib/srsync/journal
  srsync-journal replay /var/lib/srsync/journal --set ddl_job_allow_drop_target_only=true
)";

inline constexpr const char* kStats =
    "How much of what: events, bytes, rates, time in each stage, retries, slowest tables";
inline constexpr const char* kStatsFooter = R"(
'on disk' is the size of the directory, with checkpoints and logs; it is compared with the bytes of
the events that were counted.

Example:
  srsync-journal stats /var/lib/srsync/journal --from 2026-11-22
)";

inline constexpr const char* kExport = "Writes the events as one portable, checked text";
inline constexpr const char* kExportFooter = R"(
The archive goes to standard output; compress it as you like. With --redact the names of databases,
tables, partitions, columns, hosts and labels become short hashes (the same for the same name), and
literals and numbers in SQL are taken out. Words in servers' messages stay unless they are such a
name or in quotes: look through the archive's dump before you hand it on. Ids, versions, sizes,
times and the clusters' versions stay. A redacted journal may not verify: its SQL is not what was
planned.

Examples:
  srsync-journal export /var/lib/srsync/journal | gzip > journal.gz
  srsync-journal export /var/lib/srsync/journal --redact > for-the-report
)";

inline constexpr const char* kImport = "Makes a journal out of an exported archive";
inline constexpr const char* kImportFooter = R"(
DIR must not exist yet or be empty. Every record is checked against the one before, and the end
against the archive's last line. Use the result for looking at it: never let srsyncd run on a second
copy of a journal that is in use.

Example:
  zcat journal.gz | srsync-journal import ./copy -
)";

inline constexpr const char* kTrim = "Drops the beginning of the history, by age or by size";
inline constexpr const char* kTrimFooter = R"(
Nothing is ever dropped unless this is called. One limit is required. What goes is replaced by a
checkpoint of what was known at that moment, so srsyncd goes on as if nothing had happened; what is
lost is the history before it: dump, why, replay and state --at begin after the cut.

At most what lies before the oldest of srsyncd's own checkpoints goes. Before anything is deleted
the whole history is folded again and compared with every checkpoint. A crash in between leaves the
journal as it was or trimmed. srsyncd must be stopped; --dry-run works beside it.

SIZE counts records as stats shows them; on disk they are compressed. Keep what you may still need:
  srsync-journal export /var/lib/srsync/journal | gzip > before.gz
An older srsync refuses a trimmed journal.

Examples:
  srsync-journal trim /var/lib/srsync/journal --older-than 90 --dry-run
  srsync-journal trim /var/lib/srsync/journal --keep-size 2GB
)";

}  // namespace srsync::help
