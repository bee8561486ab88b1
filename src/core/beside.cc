#include "core/beside.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/assess_internal.h"
#include "core/makeable.h"
#include "core/names.h"
#include "core/schema_check.h"
#include "ddl/partition_statements.h"

namespace srsync::core {
namespace {

using namespace internal;

constexpr std::string_view kSchemaSwitch = "ddl_job_allow_drop_schema_change_table";

std::string_view switch_of(BesideCause cause) {
  switch (cause) {
    case BesideCause::kNone:
      break;
    case BesideCause::kSchema:
      return kSchemaSwitch;
    case BesideCause::kInconsistent:
      return switch_name(DropCause::kInconsistent);
    case BesideCause::kInvalidBase:
      return switch_name(DropCause::kInvalidBase);
  }
  return "";
}

bool is_allowed(const Settings& settings, BesideCause cause) {
  switch (cause) {
    case BesideCause::kNone:
      return true;
    case BesideCause::kSchema:
      return settings.allow_drop_schema_change_table;
    case BesideCause::kInconsistent:
      return settings.allow_drop_inconsistent_partition;
    case BesideCause::kInvalidBase:
      return settings.allow_drop_inconsistent_time_partition;
  }
  return false;
}

// What keeps the old table from being given up now; empty when nothing does.
std::string keeps_old(const State& state, const TablePair& pair) {
  if (!is_allowed(state.settings, pair.beside->cause)) {
    return fmt::format("{} is false", switch_of(pair.beside->cause));
  }
  if (state.cluster(Side::kSource).suspicious) {
    return "the source shows far fewer tables than before";
  }
  return "";
}

bool has_property(const std::string& create_sql, std::string_view key) {
  return create_sql.find(fmt::format("\"{}\" = ", key)) != std::string::npos;
}

bool has_synchronous_view(const Table& source) {
  return std::any_of(source.rollups.begin(), source.rollups.end(),
                     [](const Rollup& rollup) { return !rollup.view_sql.empty(); });
}

// Why there cannot be two of this table at a time; empty when there can.
std::string why_not_beside(const TablePair& pair) {
  if (reserved_name(pair.name).table.size() > kTableNameMax) {
    return "its name is too long for a second one";
  }
  for (const Side side : kSides) {
    const std::string& text = table_of(pair, side)->create_sql;
    for (const std::string_view key : {"unique_constraints", "foreign_key_constraints"}) {
      // They name the table that they belong to, and a swap demands equal ones.
      if (has_property(text, key)) return fmt::format("tables with {} cannot be swapped", key);
    }
    if (has_property(text, "colocate_with")) {
      return "both tables would have to fit the colocation group";
    }
  }
  if (has_synchronous_view(*pair.source)) {
    return "the name of a synchronous materialized view is taken while the old table has it";
  }
  return "";
}

// The names are looked at once more: what follows is done to a name and meant for a table.
Assessment want_listing(const State& state, const TablePair& pair, std::string reason) {
  const auto db = state.databases.find(pair.name.db);
  const WallTime from = db == state.databases.end() ? WallTime() : next_listing(db->second);
  return want(Want::kListTarget, std::move(reason), std::max(from, pair.retry.not_before));
}

Assessment want_beside(const State& state, const TablePair& pair, DdlKind kind,
                       std::string reason) {
  if (!pair.beside->listed)
    return want_listing(state, pair, "the names are looked at first: " + reason);
  return want_ddl(kind, std::move(reason), pair.retry);
}

Assessment not_believed(const std::string& reason) {
  return blocked("no drop while the source shows far fewer tables than before: " + reason);
}

std::string reserved_text(const TablePair& pair) { return reserved_name(pair.name).table; }

}  // namespace

bool has_leftover(const TablePair& pair) {
  return has_other(pair) && !is_building(pair) && !pair.beside->other_missing;
}

TableId id_under(const TablePair& pair, bool reserved) {
  const TableId own = pair.target ? pair.target->id : TableId();
  if (is_building(pair) == reserved) return own;
  return has_other(pair) && !pair.beside->other_missing ? pair.beside->other : TableId();
}

bool is_beside_ddl(DdlKind kind) {
  return kind == DdlKind::kCreateBeside || kind == DdlKind::kSwapTables ||
         kind == DdlKind::kDropReplaced || kind == DdlKind::kRenameBeside;
}

Assessment recreate(const State& state, const TablePair& pair, const std::string& reason) {
  if (is_building(pair)) return discard_new(state, pair, reason);
  if (state.settings.recreate == Recreate::kDropFirst) return guarded_drop(state, pair, reason);
  if (const std::string why = why_not_beside(pair); !why.empty()) {
    return guarded_drop(state, pair, fmt::format("{}; dropped first: {}", reason, why));
  }
  if (state.cluster(Side::kSource).suspicious) {
    return blocked("no table is made anew while the source shows far fewer tables than before: " +
                   reason);
  }
  if (auto first = fresh_before_drop(pair)) return *first;
  if (has_leftover(pair)) {
    return want_beside(state, pair, DdlKind::kDropReplaced,
                       reserved_text(pair) + " stands in the way of a new table");
  }
  if (disk_full(state)) {
    return blocked(reason +
                   "; a target backend's disk is above target_cluster_max_disk_used_percent, and a "
                   "second table needs room");
  }
  return want_ddl(DdlKind::kCreateBeside, reason, pair.retry);
}

std::optional<Assessment> assess_leftover(const State& state, const TablePair& pair) {
  if (!pair.beside) return std::nullopt;
  const Beside& beside = *pair.beside;
  const bool nobody = is_building(pair) && (!beside.other.is_set() || beside.other_missing);
  if (nobody) {
    return want_beside(state, pair, DdlKind::kRenameBeside,
                       "no table bears this name any more, and the new one can");
  }
  if (beside.phase != BesidePhase::kReplaced || !has_leftover(pair)) return std::nullopt;
  if (!keeps_old(state, pair).empty()) return std::nullopt;
  return want_beside(state, pair, DdlKind::kDropReplaced,
                     "a new table has taken its place: " + beside.reason);
}

Assessment discard_new(const State& state, const TablePair& pair, const std::string& reason) {
  if (state.cluster(Side::kSource).suspicious) return not_believed(reason);
  if (auto first = fresh_before_drop(pair)) return *first;
  return want_beside(state, pair, DdlKind::kDropReplaced,
                     "the new table is not what is needed any more: " + reason);
}

bool is_complete(const State& state, const TablePair& pair, const PartitionMatch& match) {
  if (pair.target->definition_unread()) return false;
  const auto matters = [](const PartitionDrop& drop) {
    return drop.cause != DropCause::kTargetOnly;
  };
  return std::none_of(match.drops.begin(), match.drops.end(), matters) &&
         makeable(state, pair, match.missing).can.empty() &&
         match.copied_once == match.in_sync + match.behind.size();
}

Assessment assess_built(const State& state, const TablePair& pair, bool complete, Assessment data) {
  // What is loaded all the time is always a little behind; the old table is more so.
  const bool rows_only = data.want == Want::kReplicate || data.want == Want::kNothing;
  if (!complete || !rows_only) return data;
  if (const std::string why = keeps_old(state, pair); !why.empty()) {
    if (data.want == Want::kReplicate) return data;
    return blocked(fmt::format("{}; the new table is complete as {} and not swapped: {}",
                               pair.beside->reason, reserved_text(pair), why));
  }
  if (auto first = fresh_before_drop(pair)) return *first;
  return want_beside(state, pair, DdlKind::kSwapTables,
                     "the new table holds the data: " + pair.beside->reason);
}

std::string kept_text(const State& state, const TablePair& pair) {
  if (!has_leftover(pair) || pair.beside->phase != BesidePhase::kReplaced) return "";
  const std::string why = keeps_old(state, pair);
  if (why.empty()) return "";
  return fmt::format("the old table is kept as {}: {}", reserved_text(pair), why);
}

std::optional<Assessment> assess_orphan(const State& state, const TablePair& pair) {
  if (!is_building(pair) && !has_leftover(pair)) return std::nullopt;
  if (state.cluster(Side::kSource).session_sweeps < 2) {
    return nothing("on the target only, source not read twice yet");
  }
  const BesidePhase phase = pair.beside->phase;
  if (phase == BesidePhase::kReplaced && !is_allowed(state.settings, pair.beside->cause)) {
    return std::nullopt;
  }
  std::string reason;
  if (phase == BesidePhase::kReplaced) {
    reason = "a new table has taken its place: " + pair.beside->reason;
  } else if (phase == BesidePhase::kBuilding) {
    reason = "the source has no such table any more, and the new one is not needed";
  } else {
    if (!left_alone(state, pair.name.db).empty()) return std::nullopt;
    reason = "the source has no table " + pair.name.table + ", for which " + reserved_text(pair) +
             " could be needed";
  }
  if (state.cluster(Side::kSource).suspicious) return not_believed(reason);
  return want_beside(state, pair, DdlKind::kDropReplaced, std::move(reason));
}

void fill_beside_ddl(const State& state, const TablePair& pair, DdlIntent& intent) {
  const TableName name = name_there(state.settings.renames, pair.name);
  const TableName reserved = reserved_name(name);
  switch (intent.kind) {
    case DdlKind::kSwapTables:
      intent.statements = {ddl::swap_tables(name.db, name.table, reserved.table)};
      break;
    case DdlKind::kRenameBeside:
      intent.statements = {ddl::rename_table(name.db, reserved.table, name.table)};
      break;
    case DdlKind::kDropReplaced:
      intent.table = id_under(pair, true);
      intent.on_target = reserved_name(pair.name);
      intent.statements = {ddl::drop_table(name.db, reserved.table)};
      break;
    default:
      break;
  }
}

bool beside_took_effect(const State& state, const DdlIntent& intent) {
  const TablePair* pair = state.find(intent.name);
  if (pair == nullptr) return false;
  switch (intent.kind) {
    case DdlKind::kCreateBeside:
      return is_building(*pair);
    case DdlKind::kSwapTables:
    case DdlKind::kRenameBeside:
      return !is_building(*pair) && pair->target && pair->target->id == intent.table;
    case DdlKind::kDropReplaced:
      return id_under(*pair, true) != intent.table;
    default:
      return false;
  }
}

BesideCause cause_of(const State& state, const TablePair& pair) {
  if (!pair.source || !pair.target) return BesideCause::kNone;
  if (!schema_difference(state, pair).empty()) return BesideCause::kSchema;
  const PartitionMatch match = match_partitions(state, pair);
  const bool inconsistent =
      !match.drops.empty() && match.drops.front().cause == DropCause::kInconsistent;
  return inconsistent ? BesideCause::kInconsistent : BesideCause::kInvalidBase;
}

}  // namespace srsync::core
