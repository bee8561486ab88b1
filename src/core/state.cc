#include "core/state.h"

#include <fmt/format.h>

#include "core/alter.h"
#include "core/beside.h"
#include "core/plan.h"
#include "core/views.h"

namespace srsync::core {

std::string_view stage_name(const Stage& stage) {
  if (std::holds_alternative<RunningDdl>(stage)) return "ddl";
  if (std::holds_alternative<Replicating>(stage)) return "replicating";
  return "resting";
}

const TablePair* State::find(const TableName& name) const {
  const auto at = by_name.find(name);
  return at == by_name.end() ? nullptr : &tables[at->second];
}

TablePair* State::find(const TableName& name) {
  return const_cast<TablePair*>(static_cast<const State*>(this)->find(name));
}

const TablePair* State::find(Side side, TableId id) const {
  const auto slot = by_id[static_cast<std::size_t>(side)].find(id.value());
  return slot ? &tables[*slot] : nullptr;
}

TablePair* State::find(Side side, TableId id) {
  return const_cast<TablePair*>(static_cast<const State*>(this)->find(side, id));
}

const TablePair* State::find_other(TableId id) const {
  const auto at = others.find(id.value());
  return at == others.end() ? nullptr : &tables[at->second];
}

TablePair* State::find_other(TableId id) {
  return const_cast<TablePair*>(static_cast<const State*>(this)->find_other(id));
}

std::uint32_t State::slot_of(const TableName& name) {
  const auto [at, is_new] = by_name.try_emplace(name, static_cast<std::uint32_t>(tables.size()));
  if (is_new) {
    tables.emplace_back();
    tables.back().name = name;
  }
  return at->second;
}

namespace {

void index_pair(State& state, std::uint32_t slot) {
  const TablePair& pair = state.tables[slot];
  state.by_name[pair.name] = slot;
  for (const Side side : {Side::kSource, Side::kTarget}) {
    if (const auto& table = table_of(pair, side)) {
      state.by_id[static_cast<std::size_t>(side)].put(table->id.value(), slot);
    }
  }
  if (has_other(pair)) state.others[pair.beside->other.value()] = slot;
  if (const auto* job = std::get_if<Replicating>(&pair.stage)) {
    state.jobs[job->intent.job_id] = slot;
    state.running_replicas = wrapping_add(state.running_replicas, job->intent.replicas);
    state.running_bytes = wrapping_add(state.running_bytes, job->intent.data_bytes);
  } else if (const auto* ddl = std::get_if<RunningDdl>(&pair.stage)) {
    state.ddl_slots[ddl->intent.key] = slot;
  }
  index_view(state, slot);
}

}  // namespace

void rebuild_derived(State& state) {
  state.settings = Settings::from_text(state.settings_text);
  state.by_name.clear();
  for (auto& index : state.by_id) index.clear();
  state.others.clear();
  state.jobs.clear();
  state.ddl.clear();
  state.ddl_slots.clear();
  state.agenda.clear();
  state.drop_wishes.clear();
  state.alter_due.clear();
  state.views.clear();
  state.running_replicas = 0;
  state.running_bytes = 0;
  for (std::uint32_t slot = 0; slot < state.tables.size(); ++slot) index_pair(state, slot);
  for (const auto& [name, db] : state.databases) {
    if (db.ddl) state.ddl[db.ddl->intent.key] = name;
  }
  for (std::uint32_t slot = 0; slot < state.tables.size(); ++slot) {
    note_alter_due(state, slot);
    reassess(state, slot);
  }
}

namespace {

void check_pair(const State& state, const TablePair& pair, std::vector<std::string>& broken) {
  const std::string name = to_string(pair.name);
  for (const Side side : {Side::kSource, Side::kTarget}) {
    const auto& table = table_of(pair, side);
    if (!table) continue;
    if (!table->id.is_set()) broken.push_back(name + ": a table without an id");
    if (state.find(side, table->id) != &pair) {
      broken.push_back(
          fmt::format("{}: {} id {} is not indexed", name, side_name(side), table->id.value()));
    }
    for (std::size_t i = 1; i < table->partitions.size(); ++i) {
      if (!(table->partitions[i - 1].id < table->partitions[i].id)) {
        broken.push_back(name + ": partitions are not in order of their ids");
      }
    }
  }
  if (has_other(pair) && state.find_other(pair.beside->other) != &pair) {
    broken.push_back(name + ": its second table on the target is not indexed");
  }
  if (is_building(pair) && !pair.target) {
    broken.push_back(name + ": a table is built beside, and there is none");
  }
  if (const auto* job = std::get_if<Replicating>(&pair.stage)) {
    const auto at = state.jobs.find(job->intent.job_id);
    if (at == state.jobs.end() || &state.tables[at->second] != &pair) {
      broken.push_back(name + ": its job is not indexed");
    }
    if (job->intent.goals.empty()) broken.push_back(name + ": a job without goals");
  }
}

}  // namespace

std::vector<std::string> check_invariants(const State& state) {
  std::vector<std::string> broken;
  std::size_t jobs = 0;
  std::int64_t replicas = 0;
  for (const auto& pair : state.tables) {
    check_pair(state, pair, broken);
    if (const auto* job = std::get_if<Replicating>(&pair.stage)) {
      ++jobs;
      replicas = wrapping_add(replicas, job->intent.replicas);
    }
  }
  if (jobs != state.jobs.size()) broken.push_back("running jobs and their index differ in number");
  if (replicas != state.running_replicas) broken.push_back("running replicas are counted wrong");
  return broken;
}

}  // namespace srsync::core
