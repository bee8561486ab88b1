// State: everything that srsync knows and has decided, folded from the journal by apply().
//
// A plain value without I/O. One thread uses it at a time (the driver's loop); copies are
// independent. Order is deterministic everywhere. `agenda` and the indexes are derived: they are
// rebuilt by rebuild_derived() and are neither journalled nor part of the digest.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "base/ids.h"
#include "base/side.h"
#include "core/agenda.h"
#include "core/catalog.h"
#include "core/fact.h"
#include "core/flat_index.h"
#include "core/settings.h"
#include "core/view_index.h"

namespace srsync::core {

// --- stages of one table pair ------------------------------------------------------------------
// What is under way. Each alternative holds its own data, so an illegal mixture does not compile.

// Nothing under way.
struct Resting {
  friend bool operator==(const Resting&, const Resting&) = default;
};
// DDL announced; `in_doubt` after a restart or a lost reply: look before anything else.
struct RunningDdl {
  DdlIntent intent;
  WallTime since;
  bool in_doubt = false;
  friend bool operator==(const RunningDdl&, const RunningDdl&) = default;
};
// A replication job announced, and how far it is known to be.
enum class JobPhase : std::uint8_t {
  kSubmitting = 1,  // announced; the reply is not known
  kRunning = 2,     // accepted by the frontend
  kCommitted = 3,   // the frontend says so; partitions still to be seen
  kAborted = 4,     // likewise; partitions decide
  kLost = 5,        // nowhere to be found; partitions decide
};
struct Replicating {
  ReplicationIntent intent;
  JobPhase phase = JobPhase::kSubmitting;
  bool in_doubt = false;  // restarted or reply lost while kSubmitting
  std::string stage;      // as SHOW PROC '/replications' says
  TxnId txn;
  WallTime since;            // ReplicationStarted
  WallTime stage_since;      // last change of stage
  std::uint32_t checks = 0;  // readings since the frontend called it over
  std::string outcome;       // the frontend's last word
  friend bool operator==(const Replicating&, const Replicating&) = default;
};
using Stage = std::variant<Resting, RunningDdl, Replicating>;

// Names a stage for people: "resting", "ddl", "replicating".
std::string_view stage_name(const Stage& stage);

// Repetition after failure: grows with each failure in a row, forgotten at the next success.
struct Retry {
  std::uint32_t failures = 0;
  WallTime not_before;
  std::string last_error;
  friend bool operator==(const Retry&, const Retry&) = default;
};

// From which definition the target's view was made. Frontends of two releases print one view in two
// ways, so the texts alone do not tell whether two views are the same.
struct ViewMade {
  TableId source;
  TableId target;
  std::uint64_t source_hash = 0;  // hash64 of what the source printed; 0: made by somebody else
  std::uint64_t target_hash = 0;  // of what the target printed afterwards
  bool pending = false;           // made or being made, and not read since
  friend bool operator==(const ViewMade&, const ViewMade&) = default;
};

// The source's schema when the two tables were last seen equal.
struct SchemaFit {
  TableId source;
  TableId target;
  SchemaMark mark = {};             // unknown: never seen equal
  std::uint64_t target_schema = 0;  // Table::schema_hash of the target at that time
  friend bool operator==(const SchemaFit&, const SchemaFit&) = default;
};

// How far the second table of a pair on the target is; it has to do with making the pair's table
// anew beside the old one (core/beside.h). Numbers are journalled.
enum class BesidePhase : std::uint8_t {
  kMaking = 1,    // its CREATE was announced and it was not seen yet; the old one is `target`
  kBuilding = 2,  // it is `target`, under the reserved name; `other` bears the real name
  kReplaced = 3,  // it is `target`, under the real name; `other`, under the reserved one, goes
  kLeftover = 4,  // `other` stands under the reserved name, and this journal did not make it
};
// What the old table is given up for; each has its switch.
enum class BesideCause : std::uint8_t {
  kNone = 0,          // it was found so
  kSchema = 1,        // ddl_job_allow_drop_schema_change_table
  kInconsistent = 2,  // ddl_job_allow_drop_inconsistent_partition
  kInvalidBase = 3,   // ddl_job_allow_drop_inconsistent_time_partition
};
// The second table that a pair has, or is given, on the target.
struct Beside {
  BesidePhase phase = BesidePhase::kMaking;
  BesideCause cause = BesideCause::kNone;
  TableId other;               // the table that is not TablePair::target; not set: there is none
  bool other_missing = false;  // the last listing did not show `other`
  // A listing since the last change, here or of ours, showed the tables where they are said to be.
  bool listed = false;
  std::string reason;                // why the table is made anew
  std::uint64_t made_from = 0;       // definition_hash() of the source at the CREATE
  std::vector<PartitionId> spoiled;  // of `other`, to be forgotten together with it
  SchemaFit fit = {};  // of `other`, which may serve again; kMaking: of a new one not seen any more
  friend bool operator==(const Beside&, const Beside&) = default;
};

// A table by its name, as seen in both clusters. Pairs are never removed: their attempt counters
// make identities that are never used twice.
struct TablePair {
  TableName name;
  std::optional<Table> source;
  std::optional<Table> target;
  // The target was created or dropped by us and the next listing must confirm it.
  bool target_listing_due = false;
  Stage stage;
  std::uint32_t ddl_attempt = 0;
  std::uint32_t job_attempt = 0;
  Retry retry;
  bool skipped = false;
  bool stopped = false;      // a fact that its stage does not allow; an operator must look
  bool synced_once = false;  // every partition has been copied at least once
  WallTime behind_since;     // 0 while nothing is behind
  WallTime last_synced;
  // Schema difference for which the table was dropped once already (hash of both schemas).
  std::uint64_t recreated_for = 0;
  WallTime job_ended;  // the last one; 0: none did
  // A write by somebody else during one of its jobs may have gone unseen. Told to the operator, not
  // repaired: nothing shows that anything is wrong. Over when the table is made anew or an operator
  // asks for a retry.
  bool base_unproven = false;
  // The target's table that an operator allowed to drop.
  TableId confirmed_drop = {};
  // What the last ALTER of the target was for (hash of its reason), and how often in a row; and
  // what was tried in vain too often.
  std::uint64_t altered_for = 0;
  std::uint32_t alter_tries = 0;
  std::vector<std::uint64_t> given_up = {};
  ViewMade view_made;  // of views and materialized views
  SchemaFit schema_fit = {};
  std::optional<Beside> beside = {};
  friend bool operator==(const TablePair&, const TablePair&) = default;
};

// One database by name on both sides.
struct DbPair {
  std::string name;
  DbId source;
  DbId target;
  std::uint8_t source_missing_reads = 0;
  std::uint8_t target_missing_reads = 0;
  bool target_listing_due = false;
  WallTime target_listed_at;
  std::optional<RunningDdl> ddl;
  std::uint32_t ddl_attempt = 0;
  Retry retry;
  TxnId target_feed;  // change feed read up to here
  TxnId source_feed;
  WallTime target_feed_at;          // when target_feed moved last
  std::uint32_t target_tables = 0;  // in the last listing
  DbId confirmed_drop = {};         // the target's database that an operator allowed to drop
  friend bool operator==(const DbPair&, const DbPair&) = default;
};

// A table or database that was dropped, until its successor holds the data.
struct Drop {
  TableName name;  // table empty: a database
  WallTime at;
  friend bool operator==(const Drop&, const Drop&) = default;
};

struct ClusterView {
  std::string cluster_id;
  std::string version;
  RunMode run_mode = RunMode::kUnknown;
  Capabilities capabilities;
  std::vector<Frontend> frontends;
  std::vector<Backend> backends;
  std::uint64_t complete_sweeps = 0;  // ever, in this journal
  std::uint64_t session_sweeps = 0;   // complete ones since SessionStarted
  std::int64_t last_sweep_tables = -1;
  WallTime last_sweep_at;
  bool suspicious = false;  // far fewer objects than a cycle before: nothing is dropped meanwhile
  friend bool operator==(const ClusterView&, const ClusterView&) = default;
};

struct State {
  EventSeq applied;
  WallTime now;  // time of the last applied event
  std::string journal_id;
  std::string binary_version;
  std::uint64_t sessions = 0;
  std::uint64_t jobs_finished = 0;
  std::uint64_t jobs_failed = 0;
  bool session_open = false;
  std::map<std::string, std::string> settings_text;
  Settings settings;  // derived from settings_text
  bool paused = false;
  std::array<ClusterView, 2> clusters;
  std::optional<LimitsObserved> limits;
  std::map<std::string, DbPair> databases;
  std::deque<TablePair> tables;  // slot = position; never erased
  std::vector<WallTime> drops;   // table and database drops of the last hour, ascending
  std::map<std::pair<int, std::string>, FrontendSettingChanged> leases;  // by side and key
  // Target partitions that somebody else wrote, ascending. Kept here as well as in Partition: a
  // table or partition that one reading did not show comes back with the same id and the same rows.
  std::vector<PartitionId> spoiled;
  // Drops of the last hour that no operator confirmed and no new table made good yet.
  std::vector<Drop> unredeemed;
  std::optional<DropsHeld> hold;  // drops wait for an operator
  WallTime held_at;
  std::uint64_t holds = 0;  // DropsHeld so far; makes tokens unique

  // Derived.
  std::map<TableName, std::uint32_t> by_name;
  std::array<FlatIndex, 2> by_id;
  std::map<std::int64_t, std::uint32_t> others;            // Beside::other -> slot
  std::map<std::string, std::uint32_t, std::less<>> jobs;  // running job id -> slot
  std::map<std::string, std::string, std::less<>> ddl;     // running DDL key -> "" or database name
  std::map<std::string, std::uint32_t, std::less<>> ddl_slots;  // running table DDL key -> slot
  Agenda agenda;
  std::set<std::uint32_t> alter_due;    // pairs whose definitions differ in what ALTER can mend
  std::set<std::uint32_t> drop_wishes;  // pairs that want a drop that is not confirmed
  ViewIndex views;
  std::int64_t running_replicas = 0;
  std::int64_t running_bytes = 0;

  ClusterView& cluster(Side side) { return clusters[static_cast<std::size_t>(side)]; }
  const ClusterView& cluster(Side side) const { return clusters[static_cast<std::size_t>(side)]; }

  TablePair* find(const TableName& name);
  const TablePair* find(const TableName& name) const;
  // The pair that holds table `id` of `side`; nullptr when none does.
  TablePair* find(Side side, TableId id);
  const TablePair* find(Side side, TableId id) const;
  // The pair whose second table on the target is `id`; nullptr when none is.
  TablePair* find_other(TableId id);
  const TablePair* find_other(TableId id) const;
  // Creates an empty pair where there is none.
  std::uint32_t slot_of(const TableName& name);
};

inline std::optional<Table>& table_of(TablePair& pair, Side side) {
  return side == Side::kSource ? pair.source : pair.target;
}
inline const std::optional<Table>& table_of(const TablePair& pair, Side side) {
  return side == Side::kSource ? pair.source : pair.target;
}

// Folds `event` into `state`. Requires event.seq to follow state.applied. On a non-OK status (a gap
// in the sequence) `state` is unchanged. A fact that the stage of a table does not allow stops that
// table (TablePair::stopped) and is not an error here.
Status apply(State& state, const Event& event);

// Recomputes everything derived from the journalled part (after decoding a checkpoint).
void rebuild_derived(State& state);

// Broken promises of State, in words; empty when it holds together. For tests and verify.
std::vector<std::string> check_invariants(const State& state);

}  // namespace srsync::core
