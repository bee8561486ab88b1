#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "codec/state_codec.h"
#include "core/beside.h"
#include "core/drop_guard.h"
#include "inspect/inspect.h"

namespace srsync::inspect {
namespace {

using Json = nlohmann::ordered_json;

std::string dump_json(const Json& json) {
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::size_t partitions(const std::optional<core::Table>& table) {
  return table.has_value() ? table->partitions.size() : 0;
}

// "running/REPLICATING", "submitting (in doubt)", the DDL's key, or "".
std::string work_of(const core::TablePair& pair) {
  if (const auto* ddl = std::get_if<core::RunningDdl>(&pair.stage)) {
    return ddl->intent.key + (ddl->in_doubt ? " (in doubt)" : "");
  }
  const auto* job = std::get_if<core::Replicating>(&pair.stage);
  if (job == nullptr) return "";
  return job->intent.job_id + (job->stage.empty() ? "" : "/" + job->stage) +
         (job->in_doubt ? " (in doubt)" : "");
}

std::string sides_of(const core::TablePair& pair) {
  if (pair.source.has_value() && pair.target.has_value()) return "both";
  if (pair.source.has_value()) return "source";
  return pair.target.has_value() ? "target" : "none";
}

std::string flags_of(const core::TablePair& pair) {
  std::string flags;
  const auto add = [&flags](bool set, std::string_view name) {
    if (!set) return;
    if (!flags.empty()) flags += ',';
    flags += name;
  };
  add(pair.synced_once, "synced");
  add(pair.skipped, "skipped");
  add(pair.stopped, "STOPPED");
  add(pair.behind_since.ms() != 0, "behind");
  add(core::is_building(pair), "made anew beside");
  add(core::has_leftover(pair), "second table");
  return flags;
}

Json table_json(const core::TablePair& pair) {
  Json json;
  json["type"] = "table";
  json["table"] = core::to_string(pair.name);
  json["sides"] = sides_of(pair);
  json["stage"] = core::stage_name(pair.stage);
  json["work"] = work_of(pair);
  json["source_partitions"] = partitions(pair.source);
  json["target_partitions"] = partitions(pair.target);
  json["ddl_attempt"] = pair.ddl_attempt;
  json["job_attempt"] = pair.job_attempt;
  json["failures"] = pair.retry.failures;
  json["last_error"] = pair.retry.last_error;
  json["synced_once"] = pair.synced_once;
  json["skipped"] = pair.skipped;
  json["stopped"] = pair.stopped;
  json["made_anew_beside"] = core::is_building(pair);
  json["second_table"] = core::has_other(pair) ? pair.beside->other.value() : 0;
  json["behind_since_ms"] = pair.behind_since.ms();
  json["last_synced_ms"] = pair.last_synced.ms();
  const auto versions = [](const std::optional<core::Table>& table) {
    Json list = Json::array();
    if (!table.has_value()) return list;
    for (const core::Partition& partition : table->partitions) {
      list.push_back({{"id", partition.id.value()},
                      {"name", partition.name},
                      {"visible_version", partition.visible_version},
                      {"data_version", partition.data_version}});
    }
    return list;
  };
  json["source"] = versions(pair.source);
  json["target"] = versions(pair.target);
  return json;
}

void print_head(const core::State& state, const Output& out) {
  if (out.format == Format::kJson) {
    Json json;
    json["type"] = "state";
    json["seq"] = state.applied.value();
    json["at_ms"] = state.now.ms();
    json["journal_id"] = state.journal_id;
    json["binary_version"] = state.binary_version;
    json["sessions"] = state.sessions;
    json["session_open"] = state.session_open;
    json["paused"] = state.paused;
    json["drops_held"] = state.hold ? state.hold->token : "";
    json["databases"] = state.databases.size();
    json["tables"] = state.tables.size();
    json["jobs_running"] = state.jobs.size();
    json["ddl_running"] = state.ddl.size();
    json["jobs_finished"] = state.jobs_finished;
    json["jobs_failed"] = state.jobs_failed;
    json["digest"] = to_hex(codec::digest(state));
    out.line(dump_json(json));
    return;
  }
  out.line(fmt::format("after event   {} at {}", state.applied.value(), format_time(state.now)));
  out.line(one_line(fmt::format("session       {} ({}), srsync {}{}", state.sessions,
                                state.session_open ? "open" : "ended", state.binary_version,
                                state.paused ? ", PAUSED" : "")));
  if (state.hold) out.line("drops held    " + one_line(core::hold_text(*state.hold)));
  for (const Side side : {Side::kSource, Side::kTarget}) {
    const core::ClusterView& view = state.cluster(side);
    out.line(
        one_line(fmt::format("{:<13} cluster {} version {}, {} frontends, {} backends, {} sweeps",
                             side_name(side), view.cluster_id, view.version, view.frontends.size(),
                             view.backends.size(), view.complete_sweeps)));
  }
  out.line(fmt::format("objects       {} databases, {} tables", state.databases.size(),
                       state.tables.size()));
  out.line(fmt::format("jobs          {} running, {} finished, {} failed; {} DDL running",
                       state.jobs.size(), state.jobs_finished, state.jobs_failed,
                       state.ddl.size()));
  out.line(fmt::format("digest        {}", to_hex(codec::digest(state))));
}

}  // namespace

Result<core::State> state_at(const journal::JournalReader& reader, EventSeq at,
                             const Progress& progress) {
  at = std::min(at, reader.last_seq());
  if (at < reader.beginning().seq) return journal::trimmed_away(reader.beginning());
  core::State state;
  Result<std::vector<journal::CheckpointInfo>> checkpoints = reader.checkpoints();
  if (checkpoints.is_ok()) {
    for (const journal::CheckpointInfo& checkpoint : *checkpoints) {
      if (checkpoint.seq > at) continue;
      Result<core::State> loaded = reader.load_checkpoint(checkpoint.seq);
      if (!loaded.is_ok()) continue;  // a short cut less; verify tells
      state = std::move(loaded).value();
      break;
    }
  }
  if (state.applied < reader.beginning().seq) {
    SRSYNC_ASSIGN_OR_RETURN(state, reader.state_at_beginning());
  }
  const Status folded =
      reader.read(state.applied.next(), at, [&](const core::Event& event, std::string_view) {
        if (progress && event.seq.value() % kProgressEvery == 0) progress(event.seq);
        return core::apply(state, event);
      });
  if (!folded.is_ok()) return folded;
  return state;
}

void print_state(const core::State& state, const std::optional<core::TableName>& table,
                 const Output& out) {
  print_head(state, out);
  std::vector<const core::TablePair*> pairs;
  std::size_t width = 5;
  for (const core::TablePair& pair : state.tables) {
    if (table.has_value() && !matches(*table, pair.name)) continue;
    pairs.push_back(&pair);
    width = std::max(width, core::to_string(pair.name).size());
  }
  std::sort(pairs.begin(), pairs.end(),
            [](const auto* a, const auto* b) { return a->name < b->name; });
  if (out.format == Format::kJson) {
    for (const core::TablePair* pair : pairs) out.line(dump_json(table_json(*pair)));
    return;
  }
  if (pairs.empty()) return;
  out.line("");
  out.line(fmt::format("{:<{}}  {:<6}  {:<11}  {:>14}  {:>8}  {:<14}  {}", "table", width, "sides",
                       "stage", "partitions s/t", "attempts", "flags", "work, last error"));
  for (const core::TablePair* pair : pairs) {
    std::string detail = work_of(*pair);
    if (!pair->retry.last_error.empty()) {
      detail += fmt::format("{}{} failures: {}", detail.empty() ? "" : "; ", pair->retry.failures,
                            pair->retry.last_error);
    }
    std::string line = fmt::format(
        "{:<{}}  {:<6}  {:<11}  {:>14}  {:>8}  {:<14}  {}", core::to_string(pair->name), width,
        sides_of(*pair), core::stage_name(pair->stage),
        fmt::format("{}/{}", partitions(pair->source), partitions(pair->target)),
        fmt::format("{}+{}", pair->ddl_attempt, pair->job_attempt), flags_of(*pair), detail);
    line = one_line(std::move(line));
    line.erase(line.find_last_not_of(' ') + 1);
    if (out.colour && (pair->stopped || pair->retry.failures > 0)) {
      line = fmt::format("\x1b[31m{}\x1b[0m", line);
    }
    out.line(line);
  }
}

}  // namespace srsync::inspect
