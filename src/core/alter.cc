#include "core/alter.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.h"
#include "core/intents.h"
#include "core/names.h"
#include "core/schema_check.h"
#include "ddl/alter.h"
#include "ddl/partition_statements.h"
#include "ddl/quote.h"
#include "ddl/read_create_table.h"
#include "ddl/renames.h"

namespace srsync::core {
namespace {

constexpr std::size_t kRenamesPerIntent = 100;

const Rollup* find_rollup(const Table& table, const std::string& name) {
  const auto at = std::find_if(table.rollups.begin(), table.rollups.end(),
                               [&](const Rollup& rollup) { return rollup.name == name; });
  return at == table.rollups.end() ? nullptr : &*at;
}

std::string_view kind_name(const Rollup& rollup) {
  return rollup.view_sql.empty() ? "rollup" : "synchronous materialized view";
}

Alter give_up_or(const TablePair& pair, Alter change) {
  if (!is_given_up(pair, change.reason)) return change;
  change.statements.clear();
  change.forbidden = fmt::format("{}; it was tried {} times{}{}", change.reason, kAlterTriesMax,
                                 pair.retry.last_error.empty() ? "" : ": ", pair.retry.last_error);
  return change;
}

Alter add_rollup(const State& state, const TablePair& pair, const Rollup& rollup) {
  const TableName name = target_name(state, pair);
  Alter change;
  change.kind = DdlKind::kAddRollup;
  if (!rollup.view_sql.empty()) change.view_of = rollup.name;
  change.reason = fmt::format("{} {}: missing on target", kind_name(rollup), rollup.name);
  if (rollup.view_sql.empty()) {
    change.statements = {ddl::add_rollup(name.db, name.table, rollup.name, rollup.columns)};
  } else {
    const auto text =
        ddl::moved_view(rollup.view_sql, {pair.name.db, pair.name.table}, {name.db, name.table});
    if (!text) {
      change.forbidden =
          fmt::format("{}; its statement names objects in a way that cannot be rewritten for {}",
                      change.reason, both_names(state.settings.renames, pair.name));
      return change;
    }
    // Printed as its author typed it, perhaps without the database's name.
    change.statements = {"USE " + ddl::quote_identifier(name.db), *text};
  }
  return give_up_or(pair, std::move(change));
}

Alter drop_rollup(const State& state, const TablePair& pair, const Rollup& rollup,
                  std::string reason) {
  Alter change;
  change.kind = DdlKind::kDropRollup;
  change.reason = std::move(reason);
  if (!state.settings.allow_drop_schema_change_table) {
    change.forbidden = change.reason + "; ddl_job_allow_drop_schema_change_table is false";
    return change;
  }
  const TableName name = target_name(state, pair);
  change.statements = {rollup.view_sql.empty() ? ddl::drop_rollup(name.db, name.table, rollup.name)
                                               : ddl::drop_materialized_view(name.db, rollup.name)};
  return give_up_or(pair, std::move(change));
}

struct Models {
  ddl::TableModel source;
  ddl::TableModel target;
};

std::optional<Models> models_of(const State& state, const TablePair& pair) {
  const auto read = [&](Side side) {
    ddl::ReadOptions options;
    options.printed_by = ddl::parse_version(state.cluster(side).version);
    return ddl::read_create_table(table_of(pair, side)->create_sql, options);
  };
  auto source = read(Side::kSource);
  auto target = read(Side::kTarget);
  if (!source.is_ok() || !target.is_ok()) return std::nullopt;
  return Models{std::move(source).value(), std::move(target).value()};
}

// What ALTER can mend and the settings ask for, in the order in which it is done.
std::vector<Alter> cosmetic_changes(const State& state, const TablePair& pair) {
  std::vector<Alter> changes;
  const auto models = models_of(state, pair);
  if (!models) return changes;
  const Settings& settings = state.settings;
  const ddl::TargetOptions options = target_options(state, pair, models->source);
  const auto take = [&](DdlKind kind, ddl::Alteration found) {
    if (found.statements.empty() && found.forbidden.empty()) return;
    changes.push_back(
        {kind, std::move(found.statements), std::move(found.reason), std::move(found.forbidden)});
  };
  if (settings.bitmap_index_sync) {
    take(DdlKind::kIndexChange,
         ddl::alter_bitmap_indexes(models->source, models->target, options,
                                   {settings.allow_drop_inconsistent_bitmap_index,
                                    settings.allow_drop_bitmap_index_target_only}));
  }
  if (settings.table_property_sync) {
    take(DdlKind::kSetTableProperties,
         ddl::alter_properties(models->source, models->target, options));
  }
  if (settings.alter) {
    take(DdlKind::kAlterTable, ddl::alter_comments(models->source, models->target, options));
  }
  return changes;
}

bool both_read(const TablePair& pair) {
  return pair.source && pair.target && pair.source->read_in_full && pair.target->read_in_full;
}

}  // namespace

bool is_alter(DdlKind kind) {
  return kind == DdlKind::kAlterTable || kind == DdlKind::kSetTableProperties ||
         kind == DdlKind::kIndexChange || kind == DdlKind::kAddRollup ||
         kind == DdlKind::kDropRollup || kind == DdlKind::kColumnChange;
}

bool is_tried_seldom(DdlKind kind) { return is_alter(kind) || kind == DdlKind::kCreatePartitions; }

const std::string& tried_for(const DdlIntent& intent) {
  const bool by_call = intent.kind == DdlKind::kCreatePartitions && !intent.call_ranges.empty();
  return by_call ? intent.call_ranges.front() : intent.reason;
}

bool is_given_up(const TablePair& pair, const std::string& what) {
  return std::find(pair.given_up.begin(), pair.given_up.end(), hash64(what)) != pair.given_up.end();
}

Alter next_rollup_change(const State& state, const TablePair& pair) {
  for (const Rollup& theirs : pair.target->rollups) {
    const Rollup* ours = find_rollup(*pair.source, theirs.name);
    if (ours == nullptr) {
      return drop_rollup(state, pair, theirs,
                         fmt::format("{} {}: only on target", kind_name(theirs), theirs.name));
    }
    if (ours->definition != theirs.definition) {
      return drop_rollup(state, pair, theirs,
                         fmt::format("{} {}: {} on source, {} on target", kind_name(theirs),
                                     theirs.name, ours->definition, theirs.definition));
    }
  }
  for (const Rollup& rollup : pair.source->rollups) {
    if (find_rollup(*pair.target, rollup.name) == nullptr) return add_rollup(state, pair, rollup);
  }
  return {};
}

Alter next_cosmetic_change(const State& state, const TablePair& pair) {
  const auto slot = state.by_name.find(pair.name);
  if (slot == state.by_name.end() || !state.alter_due.contains(slot->second)) return {};
  Alter result;
  for (auto& change : cosmetic_changes(state, pair)) {
    if (!change.forbidden.empty()) result.forbidden = change.forbidden;
    if (change.statements.empty() || is_given_up(pair, change.reason)) continue;
    return change;
  }
  return result;
}

Alter next_partition_rename(const State& state, const TablePair& pair,
                            const PartitionMatch& match) {
  Alter change;
  if (match.renamed.empty()) return change;
  const auto& first = match.renamed.front();
  change.reason =
      fmt::format("partition {} is named {} on source", first.target->name, first.source->name);
  if (match.renamed.size() > 1)
    change.reason += fmt::format(", and {} more", match.renamed.size() - 1);
  if (!state.settings.alter) {
    change.forbidden = change.reason + "; srsync_alter is false";
    return change;
  }
  const TableName name = target_name(state, pair);
  for (const auto& renamed : match.renamed) {
    if (change.statements.size() == kRenamesPerIntent) break;
    change.statements.push_back(
        ddl::rename_partition(name.db, name.table, renamed.target->name, renamed.source->name));
  }
  return give_up_or(pair, std::move(change));
}

bool alter_took_effect(const State& state, const TablePair& pair, const DdlIntent& intent) {
  // Accepted and at work.
  if (!pair.target->state_normal) return true;
  if (!both_read(pair)) return false;
  if (intent.kind == DdlKind::kColumnChange) return definitions_differ(state, pair).empty();
  if (intent.kind == DdlKind::kAddRollup || intent.kind == DdlKind::kDropRollup) {
    return next_rollup_change(state, pair).reason != intent.reason;
  }
  if (next_partition_rename(state, pair, match_partitions(state, pair)).reason == intent.reason) {
    return false;
  }
  const auto left = cosmetic_changes(state, pair);
  return std::none_of(left.begin(), left.end(),
                      [&](const Alter& change) { return change.reason == intent.reason; });
}

void forget_alters(TablePair& pair) {
  pair.given_up.clear();
  pair.altered_for = 0;
  pair.alter_tries = 0;
}

void note_alter(TablePair& pair, const std::string& what) {
  const std::uint64_t hash = hash64(what);
  pair.alter_tries = pair.altered_for == hash ? pair.alter_tries + 1 : 1;
  pair.altered_for = hash;
}

void note_alter_due(State& state, std::uint32_t slot) {
  const TablePair& pair = state.tables[slot];
  const bool differ = both_read(pair) && pair.source->create_sql != pair.target->create_sql &&
                      pair.source->unreadable.empty() && pair.target->unreadable.empty();
  if (differ && !cosmetic_changes(state, pair).empty()) {
    state.alter_due.insert(slot);
  } else {
    state.alter_due.erase(slot);
  }
}

}  // namespace srsync::core
