#include "core/column_change.h"

#include <fmt/format.h>

#include <utility>
#include <variant>
#include <vector>

#include "base/mutant.h"
#include "core/intents.h"
#include "core/schema_check.h"
#include "ddl/alter_columns.h"
#include "ddl/read_create_table.h"

namespace srsync::core {
namespace {

bool is_of(const SchemaFit& fit, const TablePair& pair) {
  return fit.mark.is_known() && fit.source == pair.source->id && fit.target == pair.target->id;
}

RunMode source_mode(const State& state) { return state.cluster(Side::kSource).run_mode; }

// Why the marks do not allow ALTER; empty when exactly one change lies between.
std::string wrong_count(const State& state, const TablePair& pair) {
  const auto changes =
      schema_changes(pair.schema_fit.mark, pair.source->schema_mark, source_mode(state));
  if (!changes) return "the source's schema version does not tell how often it was changed";
  if (*changes == 0) {
    return "the source's schema version did not move";
  }
  if (*changes == 1 || SRSYNC_MUTANT("ignore-schema-version")) return {};
  return fmt::format("{} schema changes between two readings: which rows hold what cannot be told",
                     *changes);
}

// What must hold before the definitions themselves are looked at; empty when it does.
std::string why_not(const State& state, const TablePair& pair) {
  if (!state.settings.alter) return "srsync_alter is false";
  if (!pair.source->schema_mark.is_known()) return "the source's schema version is not known";
  if (!is_of(pair.schema_fit, pair)) return "the two were never seen equal";
  if (pair.schema_fit.target_schema != pair.target->schema_hash) {
    return "the target's columns were changed by somebody else";
  }
  return wrong_count(state, pair);
}

Result<ddl::TableModel> target_model(const State& state, const TablePair& pair) {
  return ddl::read_create_table(pair.target->create_sql,
                                {ddl::parse_version(state.cluster(Side::kTarget).version)});
}

// Columns that may have been renamed since the two were equal: none when nothing is known of that
// time, or when so much was changed that they can just as well be new ones.
std::vector<ddl::ColumnName> maybe_renamed(const State& state, const TablePair& pair) {
  if (!is_of(pair.schema_fit, pair) || !pair.source->schema_mark.is_known()) return {};
  const auto changes =
      schema_changes(pair.schema_fit.mark, pair.source->schema_mark, source_mode(state));
  if (!changes || *changes > 1) return {};
  const auto source = source_model(state, pair);
  const auto target = target_model(state, pair);
  if (!source.is_ok() || !target.is_ok()) return {};
  return ddl::renamed_columns(*source, *target);
}

// Why the column cannot be renamed on the target as well; empty when it can.
std::string why_not_renamed(const State& state, const TablePair& pair, std::size_t columns) {
  if (!(pair.source->schema_mark == pair.schema_fit.mark)) {
    return "the source's schema version moved, so it may be another column";
  }
  if (!state.settings.alter) return "srsync_alter is false";
  if (columns > 1) return "more than one was";
  if (pair.schema_fit.target_schema != pair.target->schema_hash) {
    return "the target's columns were changed by somebody else";
  }
  return "";
}

ColumnChange rename_change(const State& state, const TablePair& pair,
                           const std::vector<ddl::ColumnName>& renamed) {
  const auto& name = renamed.front();
  const ddl::TargetOptions options = target_options(state, pair, *source_model(state, pair));
  ColumnChange out;
  out.look_again = !pair.source->schema_settled;
  out.alter.kind = DdlKind::kColumnChange;
  out.alter.reason = fmt::format("column {} is named {} on source", name.from, name.to);
  out.refusal = why_not_renamed(state, pair, renamed.size());
  if (out.refusal.empty() && is_given_up(pair, out.alter.reason)) {
    out.refusal = fmt::format("it was tried {} times: {}", kAlterTriesMax, pair.retry.last_error);
  }
  if (out.refusal.empty()) {
    out.alter.statements = {ddl::rename_column(options, name)};
    return out;
  }
  out.keep = true;
  out.refusal = fmt::format(
      "column {} seems to be renamed, and a table made anew would get none of its values; not "
      "renamed on the target: {}. If it was renamed, run: {}",
      name.to, out.refusal, ddl::rename_column(options, name));
  return out;
}

Result<ddl::ColumnAlteration> alteration(const State& state, const TablePair& pair) {
  SRSYNC_ASSIGN_OR_RETURN(const ddl::TableModel source, source_model(state, pair));
  SRSYNC_ASSIGN_OR_RETURN(const ddl::TableModel target, target_model(state, pair));
  const bool has_rollups = !pair.source->rollups.empty() || !pair.target->rollups.empty();
  return ddl::alter_columns(source, target, target_options(state, pair, source), has_rollups);
}

}  // namespace

ColumnChange next_column_change(const State& state, const TablePair& pair) {
  if (const auto renamed = maybe_renamed(state, pair); !renamed.empty()) {
    return rename_change(state, pair, renamed);
  }
  ColumnChange out;
  out.refusal = why_not(state, pair);
  // An unmoved version may be older than the definition.
  if (!out.refusal.empty()) {
    out.look_again = state.settings.alter && is_of(pair.schema_fit, pair) &&
                     pair.source->schema_mark == pair.schema_fit.mark &&
                     !pair.source->schema_settled;
    return out;
  }
  auto found = alteration(state, pair);
  if (!found.is_ok()) {
    out.refusal = found.status().message();
    return out;
  }
  out.refusal = std::move(found->refusal);
  if (!out.refusal.empty()) return out;
  if (is_given_up(pair, found->reason)) {
    out.refusal = fmt::format("it was tried {} times{}{}", kAlterTriesMax,
                              pair.retry.last_error.empty() ? "" : ": ", pair.retry.last_error);
    return out;
  }
  out.look_again = !pair.source->schema_settled;
  out.alter.kind = DdlKind::kColumnChange;
  out.alter.statements = {std::move(found->statement)};
  out.alter.reason = std::move(found->reason);
  return out;
}

std::optional<std::int64_t> schema_changes(const SchemaMark& from, const SchemaMark& to,
                                           RunMode mode) {
  const std::int64_t moved = to.version - from.version;
  if (from.index == to.index) return moved < 0 ? std::nullopt : std::optional(moved);
  // A slow change, which only a shared-nothing cluster counts.
  if (mode != RunMode::kSharedNothing || moved < 1) return std::nullopt;
  return moved;
}

std::string unseen_change(const State& state, const TablePair& pair) {
  if (SRSYNC_MUTANT("ignore-schema-version")) return {};
  const SchemaMark& now = pair.source->schema_mark;
  if (!is_of(pair.schema_fit, pair) || !now.is_known()) return {};
  const auto changes = schema_changes(pair.schema_fit.mark, now, source_mode(state));
  // After an uncounted slow change the version counts from 0: what it shows came on top.
  const std::int64_t at_least = changes.value_or(now.version > 0 ? now.version + 1 : 1);
  if (at_least < 2) return {};
  return fmt::format(
      "the source's schema was changed {} times since the two were seen equal: a column may be "
      "another one of the same name, and which rows hold what cannot be told",
      at_least);
}

void note_schema_fit(const State& state, TablePair& pair) {
  if (!pair.source || !pair.target || pair.source->kind != TableKind::kTable ||
      pair.target->kind != TableKind::kTable || !pair.source->schema_mark.is_known() ||
      pair.source->create_sql.empty() || pair.target->create_sql.empty() ||
      !pair.source->unreadable.empty() || !pair.target->unreadable.empty()) {
    return;
  }
  if (!definitions_differ(state, pair).empty() || !unseen_change(state, pair).empty()) return;
  SchemaMark mark = pair.source->schema_mark;
  // A target's definition can be read first by the proof of its first job, which copies what the
  // source held under the schema that the job was meant for.
  const auto* job = std::get_if<Replicating>(&pair.stage);
  const bool first = !is_of(pair.schema_fit, pair);
  if (first && job != nullptr && job->intent.source_schema.is_known()) {
    mark = job->intent.source_schema;
  }
  pair.schema_fit = {pair.source->id, pair.target->id, mark, pair.target->schema_hash};
}

}  // namespace srsync::core
