#include "core/views.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "base/bytes.h"
#include "core/names.h"
#include "ddl/version.h"
#include "ddl/view_model.h"
#include "ddl/view_references.h"
#include "ddl/view_statements.h"

namespace srsync::core {
namespace {

Assessment nothing(std::string reason) {
  Assessment a;
  a.reason = std::move(reason);
  return a;
}

Assessment blocked(std::string reason) {
  Assessment a = nothing(std::move(reason));
  a.blocked = true;
  return a;
}

Assessment want_read(Want what, const Table& table, std::string reason) {
  Assessment a = nothing(std::move(reason));
  a.want = what;
  a.not_before = table.reread_not_before;
  return a;
}

Assessment want_ddl(DdlKind kind, std::string reason, const Retry& retry) {
  Assessment a = nothing(std::move(reason));
  a.want = Want::kDdl;
  a.ddl = kind;
  a.not_before = retry.not_before;
  return a;
}

bool is_materialized(TableKind kind) { return kind == TableKind::kMaterializedView; }

// The switches of a kind, with their names in sync.properties.
struct Switches {
  bool enabled = true;
  bool drop_inconsistent = true;
  bool drop_target_only = false;
  std::string_view enable;
  std::string_view inconsistent;
  std::string_view target_only;
};

Switches switches(const Settings& s, TableKind kind) {
  if (is_materialized(kind)) {
    return {s.materialized_view_sync,
            s.allow_drop_inconsistent_materialized_view,
            s.allow_drop_materialized_view_target_only,
            "enable_materialized_view_sync",
            "ddl_job_allow_drop_inconsistent_materialized_view",
            "ddl_job_allow_drop_materialized_view_target_only"};
  }
  return {s.view_sync,
          s.allow_drop_inconsistent_view,
          s.allow_drop_view_target_only,
          "enable_view_sync",
          "ddl_job_allow_drop_inconsistent_view",
          "ddl_job_allow_drop_view_target_only"};
}

ddl::RunMode run_mode(const ClusterView& cluster) {
  return cluster.run_mode == RunMode::kSharedData ? ddl::RunMode::kSharedData
                                                  : ddl::RunMode::kSharedNothing;
}

ddl::ViewTarget view_target(const State& state, const TablePair& pair) {
  const auto& cluster = state.cluster(Side::kTarget);
  ddl::ViewTarget target;
  target.source_database = pair.name.db;
  TableName name = target_name(state, pair);
  target.name = {std::move(name.db), std::move(name.table)};
  const Renames& renames = state.settings.renames;
  if (!renames.empty()) {
    target.renamer = [&renames](const ddl::ObjectName& old) -> ddl::ObjectName {
      auto now = renames.forward({old.database, old.name});
      return now ? ddl::ObjectName{now->db, now->table} : old;
    };
  }
  target.version = ddl::parse_version(cluster.version).value_or(ddl::Version{});
  target.run_mode = run_mode(cluster);
  target.source_version = ddl::parse_version(state.cluster(Side::kSource).version);
  if (state.settings.replication_num > 0) target.replication_num = state.settings.replication_num;
  target.storage_volume = state.settings.storage_volume;
  return target;
}

// What the target has otherwise. Requires both sides read.
ddl::ViewDifference difference(const State& state, const TablePair& pair) {
  const ViewMade& made = pair.view_made;
  const bool known = !made.pending && made.source_hash != 0 && made.target == pair.target->id;
  // Made from this text, and since then neither side prints anything else.
  if (known && made.source_hash == hash64(pair.source->create_sql) &&
      made.target_hash == hash64(pair.target->create_sql)) {
    return {};
  }
  const auto source = ddl::read_view(pair.source->create_sql);
  const auto target = ddl::read_view(pair.target->create_sql);
  if (!source.is_ok()) return {source.status().message(), {}};
  if (!target.is_ok()) return {target.status().message(), {}};
  // The query of a materialized view never changes while it keeps its id.
  const bool same_query = known && source->materialized && made.source == pair.source->id;
  return ddl::view_difference(*source, *target, view_target(state, pair), same_query);
}

// Whether the view or what it reads has another name on the target.
bool is_renamed(const State& state, const TablePair& pair) {
  const Renames& renames = state.settings.renames;
  if (renames.empty()) return false;
  if (target_name(state, pair) != pair.name) return true;
  const auto& reads = state.views.reads(state.by_name.at(pair.name));
  return std::any_of(reads.begin(), reads.end(),
                     [&](const TableName& name) { return renames.forward(name) != name; });
}

// Why the view's text cannot be written with the names that its objects have on the target; empty
// when it can, or need not.
std::string why_not_rewritten(const State& state, const TablePair& pair) {
  if (!is_renamed(state, pair)) return "";
  for (const auto& name : state.views.reads(state.by_name.at(pair.name))) {
    std::string taken = state.settings.renames.taken_by(name);
    if (!taken.empty()) return fmt::format("reads {}: {}", to_string(name), taken);
  }
  const auto model = ddl::read_view(pair.source->create_sql);
  if (!model.is_ok()) return model.status().message();
  const std::string why = ddl::why_not_renamed(*model, view_target(state, pair));
  return why.empty() ? "" : why + ", and srsync_rename gives other names to what it is about";
}

bool is_on_target(const TablePair* pair) { return pair != nullptr && pair->target.has_value(); }

// The way from `from` back to it over views that the target lacks: "a.x -> a.y -> a.x". Empty:
// none.
std::string circle(const State& state, const TableName& at, const TableName& from,
                   std::set<TableName>& seen) {
  if (at == from) return to_string(from);
  if (!seen.insert(at).second) return "";
  const auto slot = state.by_name.find(at);
  if (slot == state.by_name.end() || is_on_target(&state.tables[slot->second])) return "";
  for (const auto& next : state.views.reads(slot->second)) {
    std::string way = circle(state, next, from, seen);
    if (!way.empty()) return to_string(at) + " -> " + way;
  }
  return "";
}

// Why a missing object will not come by itself; empty when it is only a matter of time.
std::string never_comes(const State& state, const TableName& view, const TableName& name) {
  const TablePair* pair = state.find(name);
  const std::string reads = "reads " + to_string(name) + ", which ";
  if (pair == nullptr || !pair->source) return reads + "neither cluster has";
  if (!state.settings.in_scope(name)) {
    return reads + fmt::format("is not on the target and out of scope ({})",
                               state.settings.why_out_of_scope(name));
  }
  if (!is_carried(state.settings, pair->source->kind)) {
    if (!is_view(pair->source->kind)) return reads + "is not carried";
    const auto of = switches(state.settings, pair->source->kind);
    return reads + fmt::format("is not on the target; {} is false", of.enable);
  }
  std::set<TableName> seen;
  const std::string way = circle(state, name, view, seen);
  if (!way.empty()) {
    return "its definition goes round in a circle: " + to_string(view) + " -> " + way;
  }
  return "";
}

// What keeps the view from being made now; nullopt when nothing does.
std::optional<Assessment> wait_for_objects(const State& state, const TablePair& pair) {
  const bool materialized = is_materialized(pair.source->kind);
  std::optional<Assessment> wait;
  for (const auto& name : state.views.reads(state.by_name.at(pair.name))) {
    const TablePair* read = state.find(name);
    if (!is_on_target(read)) {
      if (std::string never = never_comes(state, pair.name, name); !never.empty()) {
        return blocked(std::move(never));
      }
      if (!wait) wait = nothing("waits for " + to_string(name) + " on the target");
      continue;
    }
    // A materialized view refreshes itself once when it is made: over empty tables that is wasted,
    // and it would answer queries with nothing until its next turn.
    const bool fills = materialized && read->source && read->source->kind == TableKind::kTable &&
                       state.settings.in_scope(name) && !read->synced_once;
    if (fills && !wait) wait = nothing("waits for the data of " + to_string(name));
  }
  return wait;
}

Assessment assess_target_only_view(const State& state, const TablePair& pair) {
  if (!pair.target) return nothing("gone on both sides");
  if (state.cluster(Side::kSource).session_sweeps < 2) {
    return nothing("on the target only, source not read twice yet");
  }
  const auto of = switches(state.settings, pair.target->kind);
  if (std::string why = left_alone(state, pair.name.db); !why.empty())
    return nothing(std::move(why));
  std::string reason = "exists only on the target";
  if (!of.enabled) return nothing(fmt::format("{}; {} is false", reason, of.enable));
  if (!of.drop_target_only) {
    return blocked(fmt::format("{}; {} is false", reason, of.target_only));
  }
  if (pair.target->reread_wanted) {
    return want_read(Want::kReadTarget, *pair.target, "before dropping");
  }
  const bool materialized = is_materialized(pair.target->kind);
  return guarded_view_drop(
      state, pair, materialized ? DdlKind::kDropMaterializedView : DdlKind::kDropView, reason);
}

Assessment assess_both_views(const State& state, const TablePair& pair) {
  if (pair.target->kind != pair.source->kind) {
    return blocked(fmt::format("the target has a {} under this name, the source a {}",
                               kind_name(pair.target->kind), kind_name(pair.source->kind)));
  }
  if (pair.target->reread_wanted) {
    return want_read(Want::kReadTarget, *pair.target, "target's definition to be read");
  }
  if (!pair.target->unreadable.empty()) {
    return blocked("target's definition cannot be read: " + pair.target->unreadable);
  }
  const auto differs = difference(state, pair);
  if (differs.words.empty()) return nothing("in sync");
  std::string reason = "definition differs: " + differs.words;
  if (!differs.alters.empty()) {
    return want_ddl(DdlKind::kAlterMaterializedView, std::move(reason), pair.retry);
  }
  const auto of = switches(state.settings, pair.source->kind);
  if (!of.drop_inconsistent) {
    return blocked(fmt::format("{}; {} is false", reason, of.inconsistent));
  }
  if (auto wait = wait_for_objects(state, pair)) return *wait;
  if (!is_materialized(pair.source->kind)) {
    return want_ddl(DdlKind::kCreateView, std::move(reason), pair.retry);
  }
  return guarded_view_drop(state, pair, DdlKind::kDropMaterializedView, reason);
}

Assessment assess_missing_view(const State& state, const TablePair& pair) {
  const auto db = state.databases.find(pair.name.db);
  if (db == state.databases.end() || !db->second.target.is_set()) {
    return nothing("waits for its database on the target");
  }
  if (pair.target_listing_due) {
    return nothing("waits for the listing of its database on the target");
  }
  if (auto wait = wait_for_objects(state, pair)) return *wait;
  const bool materialized = is_materialized(pair.source->kind);
  return want_ddl(materialized ? DdlKind::kCreateMaterializedView : DdlKind::kCreateView,
                  "missing on the target", pair.retry);
}

}  // namespace

bool is_view(TableKind kind) {
  return kind == TableKind::kView || kind == TableKind::kMaterializedView;
}

bool concerns_view(const TablePair& pair) {
  if (pair.source) return is_view(pair.source->kind);
  return pair.target && is_view(pair.target->kind);
}

bool is_view_ddl(DdlKind kind) {
  switch (kind) {
    case DdlKind::kCreateView:
    case DdlKind::kDropView:
    case DdlKind::kCreateMaterializedView:
    case DdlKind::kDropMaterializedView:
    case DdlKind::kAlterMaterializedView:
      return true;
    default:
      return false;
  }
}

bool is_carried(const Settings& settings, TableKind kind) {
  if (kind == TableKind::kTable) return true;
  return is_view(kind) && switches(settings, kind).enabled;
}

std::string_view kind_name(TableKind kind) {
  switch (kind) {
    case TableKind::kTable:
      return "table";
    case TableKind::kView:
      return "view";
    case TableKind::kMaterializedView:
      return "materialized view";
    case TableKind::kOther:
      break;
  }
  return "other object";
}

Assessment assess_view(const State& state, const TablePair& pair) {
  if (!pair.source) return assess_target_only_view(state, pair);
  const auto of = switches(state.settings, pair.source->kind);
  if (!of.enabled) return blocked(fmt::format("{} is false", of.enable));
  if (pair.source->missing_reads > 0) return nothing("not seen on the source in the last cycle");
  if (pair.source->reread_wanted) {
    return want_read(Want::kReadSource, *pair.source, "source's definition to be read");
  }
  if (!pair.source->unreadable.empty()) return blocked(pair.source->unreadable);
  if (std::string why = why_not_rewritten(state, pair); !why.empty())
    return blocked(std::move(why));
  if (state.cluster(Side::kTarget).session_sweeps == 0) return nothing("target not read yet");
  return pair.target ? assess_both_views(state, pair) : assess_missing_view(state, pair);
}

bool view_in_sync(const State& state, const TablePair& pair) {
  if (!pair.source || !pair.target || !is_view(pair.source->kind)) return false;
  if (pair.source->kind != pair.target->kind) return false;
  if (!pair.source->read_in_full || !pair.target->read_in_full) return false;
  if (!pair.source->unreadable.empty() || !pair.target->unreadable.empty()) return false;
  return difference(state, pair).words.empty();
}

Status fill_view_ddl(const State& state, const TablePair& pair, DdlIntent& intent) {
  const ddl::ViewTarget target = view_target(state, pair);
  switch (intent.kind) {
    case DdlKind::kDropView:
    case DdlKind::kDropMaterializedView:
      intent.statements = {
          ddl::drop_view(target.name, intent.kind == DdlKind::kDropMaterializedView)};
      return Status::ok();
    case DdlKind::kAlterMaterializedView:
      intent.statements = difference(state, pair).alters;
      return Status::ok();
    default:
      break;
  }
  SRSYNC_ASSIGN_OR_RETURN(const ddl::ViewModel model, ddl::read_view(pair.source->create_sql));
  std::vector<std::string> notes;
  SRSYNC_ASSIGN_OR_RETURN(
      auto sql,
      ddl::write_view(model, target, pair.target ? ddl::IfThere::kReplace : ddl::IfThere::kFail,
                      &notes));
  intent.statements = {std::move(sql)};
  for (const auto& note : notes) intent.reason += "; " + note;
  return Status::ok();
}

void index_view(State& state, std::uint32_t slot) {
  const TablePair& pair = state.tables[slot];
  std::vector<TableName> names;
  if (pair.source && is_view(pair.source->kind) && !pair.source->create_sql.empty()) {
    const auto model = ddl::read_view(pair.source->create_sql);
    if (model.is_ok()) {
      for (auto& name : ddl::view_references(model->query, pair.name.db)) {
        names.push_back({std::move(name.database), std::move(name.name)});
      }
    }
  }
  state.views.set(slot, std::move(names));
}

std::uint8_t view_readiness(const TablePair& pair) {
  const auto bit = [](bool set, unsigned position) {
    return static_cast<std::uint8_t>(set ? 1U << position : 0U);
  };
  return static_cast<std::uint8_t>(bit(pair.source.has_value(), 0) |
                                   bit(pair.target.has_value(), 1) | bit(pair.synced_once, 2));
}

void note_view_ddl_started(TablePair& pair, const DdlIntent& intent) {
  const bool drops =
      intent.kind == DdlKind::kDropView || intent.kind == DdlKind::kDropMaterializedView;
  if (!is_view_ddl(intent.kind) || drops || !pair.source) return;
  pair.view_made = {pair.source->id, TableId(), hash64(pair.source->create_sql), 0, true};
}

void note_view_ddl_ended(TablePair& pair, bool done_by_us) {
  // Whether it failed, or somebody else may have made it: the texts decide.
  if (pair.view_made.pending && !done_by_us) pair.view_made = {};
}

void note_view_read(State& state, TablePair& pair, Side side) {
  const auto slot = state.by_name.at(pair.name);
  if (side == Side::kSource) {
    index_view(state, slot);
    return;
  }
  if (!pair.view_made.pending || std::holds_alternative<RunningDdl>(pair.stage)) return;
  pair.view_made.pending = false;
  pair.view_made.target = pair.target->id;
  pair.view_made.target_hash = hash64(pair.target->create_sql);
}

}  // namespace srsync::core
