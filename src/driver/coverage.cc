#include "driver/coverage.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text_table.h"
#include "core/assess.h"
#include "core/views.h"

namespace srsync::driver {
namespace {

constexpr const char* kOutOfScope = "not in include_data_list, or in exclude_data_list";

LeftOut named(const core::TablePair& pair, std::string reason) {
  return {std::string(core::kind_name(pair.source->kind)), pair.name, std::move(reason)};
}

}  // namespace

// A failure is told even while it is tried again: it may go on for ever.
std::optional<LeftOut> left_out(const core::TablePair& pair, const core::TableProgress& progress) {
  if (progress.status == core::TableStatus::kOutOfScope) return named(pair, kOutOfScope);
  if (progress.status == core::TableStatus::kBlocked) return named(pair, progress.reason);
  if (pair.retry.failures == 0) return std::nullopt;
  return named(pair,
               fmt::format("failed {} time{} in a row and is tried again: {}", pair.retry.failures,
                           pair.retry.failures == 1 ? "" : "s", pair.retry.last_error));
}

std::vector<LeftOut> databases_left_out(const core::State& state) {
  std::vector<LeftOut> objects;
  for (const auto& [name, db] : state.databases) {
    if (!db.source.is_set() || core::is_system_database(name)) continue;
    if (!state.settings.database_in_scope(name)) {
      objects.push_back({"database", {name, ""}, kOutOfScope});
    } else if (!db.target.is_set() && db.retry.failures > 0) {
      objects.push_back({"database", {name, ""}, db.retry.last_error});
    }
  }
  return objects;
}

std::vector<LeftOut> not_carried(const core::State& state) {
  std::vector<LeftOut> objects;
  for (const auto& [name, slot] : state.by_name) {
    const auto& pair = state.tables[slot];
    if (!pair.source || !state.settings.in_scope(name)) continue;
    if (core::is_carried(state.settings, pair.source->kind)) continue;
    objects.push_back(named(pair, core::assess(state, pair).reason));
  }
  return objects;
}

std::vector<LeftOut> coverage(const core::State& state) {
  std::vector<LeftOut> objects = databases_left_out(state);
  for (const auto& [name, slot] : state.by_name) {
    const auto& pair = state.tables[slot];
    // What belongs to a database that is left out as a whole is not told again.
    if (!pair.source || !state.settings.database_in_scope(name.db)) continue;
    if (auto object = left_out(pair, core::table_progress(state, pair))) {
      objects.push_back(std::move(*object));
    }
  }
  return objects;
}

std::vector<LeftOut> kept_on_target(const core::State& state) {
  std::vector<LeftOut> objects;
  for (const auto& [name, slot] : state.by_name) {
    const auto& pair = state.tables[slot];
    if (pair.source || !pair.target) continue;
    core::Assessment wanted = core::assess(state, pair);
    if (!wanted.in_scope || !wanted.blocked) continue;
    objects.push_back(
        {std::string(core::kind_name(pair.target->kind)), name, std::move(wanted.reason)});
  }
  return objects;
}

const std::vector<std::string_view>& never_listed() {
  static const std::vector<std::string_view> kinds = {"users, roles and grants",
                                                      "external catalogs", "functions", "resources",
                                                      "routine loads, pipes and tasks"};
  return kinds;
}

std::string left_out_text(const std::vector<LeftOut>& objects, std::size_t max) {
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < std::min(max, objects.size()); ++i) {
    rows.push_back({objects[i].kind, name_of(objects[i].name), objects[i].reason});
  }
  std::string text = aligned(rows);
  if (objects.size() > max) text += fmt::format("  and {} more\n", objects.size() - max);
  return text;
}

std::string name_of(const core::TableName& name) {
  return name.table.empty() ? name.db : core::to_string(name);
}

}  // namespace srsync::driver
