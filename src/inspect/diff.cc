// What changed between two points of the history.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "inspect/history.h"

namespace srsync::inspect {
namespace {

class Differ {
 public:
  Differ(const core::State& before, const core::State& after, const Output& out)
      : before_(before), after_(after), out_(out) {}

  void run(const std::optional<core::TableName>& table) {
    if (!table.has_value()) {
      whole();
      databases();
    }
    std::set<core::TableName> names;
    for (const core::TablePair& pair : after_.tables) names.insert(pair.name);
    for (const core::TableName& name : names) {
      if (!table.has_value() || matches(*table, name)) pair(name);
    }
    if (out_.format == Format::kText && lines_ == 0) out_.line("nothing changed");
  }

 private:
  void emit(std::string_view subject, std::string_view what, std::string_view old,
            std::string_view now) {
    if (old == now) return;
    ++lines_;
    if (out_.format == Format::kJson) {
      nlohmann::ordered_json json;
      json["type"] = "change";
      json["subject"] = subject;
      json["what"] = what;
      json["before"] = old;
      json["after"] = now;
      out_.line(json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
      return;
    }
    const auto shown = [](std::string_view value) {
      return value.empty() ? std::string_view("-") : value;
    };
    out_.line(
        one_line(fmt::format("{:<32}  {:<22}  {} -> {}", subject, what, shown(old), shown(now))));
  }
  template <typename T>
  void number(std::string_view subject, std::string_view what, T old, T now) {
    emit(subject, what, fmt::format("{}", old), fmt::format("{}", now));
  }

  void whole() {
    const std::string_view journal = "(journal)";
    number(journal, "sessions", before_.sessions, after_.sessions);
    emit(journal, "srsync", before_.binary_version, after_.binary_version);
    number(journal, "paused", before_.paused, after_.paused);
    number(journal, "jobs finished", before_.jobs_finished, after_.jobs_finished);
    number(journal, "jobs failed", before_.jobs_failed, after_.jobs_failed);
    for (const Side side : {Side::kSource, Side::kTarget}) {
      const std::string subject = fmt::format("({} cluster)", side_name(side));
      const core::ClusterView& old = before_.cluster(side);
      const core::ClusterView& now = after_.cluster(side);
      emit(subject, "version", old.version, now.version);
      number(subject, "frontends", old.frontends.size(), now.frontends.size());
      number(subject, "backends", old.backends.size(), now.backends.size());
      number(subject, "complete sweeps", old.complete_sweeps, now.complete_sweeps);
      number(subject, "suspicious", old.suspicious, now.suspicious);
    }
    std::map<std::string, std::string> keys = before_.settings_text;
    keys.insert(after_.settings_text.begin(), after_.settings_text.end());
    const auto value = [](const core::State& state, const std::string& key) {
      const auto found = state.settings_text.find(key);
      return found == state.settings_text.end() ? std::string() : found->second;
    };
    for (const auto& [key, ignored] : keys) {
      emit("(setting)", key, value(before_, key), value(after_, key));
    }
  }

  void databases() {
    static const core::DbPair kNone;
    for (const auto& [name, now] : after_.databases) {
      const auto found = before_.databases.find(name);
      const core::DbPair& old = found == before_.databases.end() ? kNone : found->second;
      number(name, "source database id", old.source.value(), now.source.value());
      number(name, "target database id", old.target.value(), now.target.value());
      emit(name, "work", old.ddl ? old.ddl->intent.key : "", now.ddl ? now.ddl->intent.key : "");
      emit(name, "last error", old.retry.last_error, now.retry.last_error);
    }
  }

  void pair(const core::TableName& name) {
    static const core::TablePair kNone;
    const core::TablePair* found = before_.find(name);
    const core::TablePair& old = found == nullptr ? kNone : *found;
    const core::TablePair& now = *after_.find(name);
    if (old == now) return;
    const std::string subject = core::to_string(name);
    emit(subject, "stage", found == nullptr ? "" : core::stage_name(old.stage),
         core::stage_name(now.stage));
    side(subject, Side::kSource, old.source, now.source);
    side(subject, Side::kTarget, old.target, now.target);
    number(subject, "DDL attempts", old.ddl_attempt, now.ddl_attempt);
    number(subject, "job attempts", old.job_attempt, now.job_attempt);
    number(subject, "failures in a row", old.retry.failures, now.retry.failures);
    emit(subject, "last error", old.retry.last_error, now.retry.last_error);
    number(subject, "synced once", old.synced_once, now.synced_once);
    number(subject, "skipped", old.skipped, now.skipped);
    number(subject, "stopped", old.stopped, now.stopped);
    const auto since = [](WallTime at) { return at.ms() == 0 ? "" : format_time(at); };
    emit(subject, "behind since", since(old.behind_since), since(now.behind_since));
    emit(subject, "last synced", since(old.last_synced), since(now.last_synced));
  }

  void side(const std::string& subject, Side which, const std::optional<core::Table>& old,
            const std::optional<core::Table>& now) {
    static const core::Table kNone;
    const core::Table& a = old.has_value() ? *old : kNone;
    const core::Table& b = now.has_value() ? *now : kNone;
    const std::string_view name = side_name(which);
    number(subject, fmt::format("{} table id", name), a.id.value(), b.id.value());
    if (a.create_sql != b.create_sql) {
      emit(subject, fmt::format("{} definition", name), a.create_sql.empty() ? "" : "read",
           b.create_sql.empty() ? "" : "changed");
    }
    std::set<core::PartitionId> ids;
    for (const core::Partition& partition : a.partitions) ids.insert(partition.id);
    for (const core::Partition& partition : b.partitions) ids.insert(partition.id);
    for (const core::PartitionId id : ids) {
      const core::Partition* was = a.find(id);
      const core::Partition* is = b.find(id);
      const auto text = [](const core::Partition* partition) {
        if (partition == nullptr) return std::string();
        return fmt::format("version {}/{}{}", partition->visible_version, partition->data_version,
                           partition->spoiled ? ", spoiled" : "");
      };
      const std::string& label = is != nullptr ? is->name : was->name;
      emit(subject, fmt::format("{} {}", name, label), text(was), text(is));
    }
  }

  const core::State& before_;
  const core::State& after_;
  const Output& out_;
  std::size_t lines_ = 0;
};

}  // namespace

Status diff(const journal::JournalReader& reader, EventSeq from, EventSeq to,
            const std::optional<core::TableName>& table, const Output& out,
            const Progress& progress) {
  if (to < from) {
    return invalid_argument(fmt::format("event {} lies behind event {}", from.value(), to.value()),
                            "name the earlier point first");
  }
  Result<core::State> before = state_at(reader, from, progress);
  SRSYNC_RETURN_IF_ERROR(before.status());
  core::State after = *before;
  SRSYNC_RETURN_IF_ERROR(
      reader.read(after.applied.next(), to, [&](const core::Event& event, std::string_view) {
        if (progress && event.seq.value() % kProgressEvery == 0) progress(event.seq);
        return core::apply(after, event);
      }));
  Differ(*before, after, out).run(table);
  return Status::ok();
}

}  // namespace srsync::inspect
