// The decisions of a history, taken again.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "core/assess.h"
#include "core/describe.h"
#include "core/plan.h"
#include "inspect/history.h"

namespace srsync::inspect {
namespace {

// Asked of plan() at once: enough for every table of a large catalog.
constexpr core::PlanLimits kNoLimits{0, 1'000'000, 1'000'000};

const core::TableName* decided_name(const core::Fact& fact) {
  if (const auto* ddl = std::get_if<core::DdlStarted>(&fact)) return &ddl->intent.name;
  if (const auto* job = std::get_if<core::ReplicationStarted>(&fact)) return &job->intent.name;
  return nullptr;
}

std::string reason_for(const core::State& before, const core::Fact& fact) {
  if (const auto* ddl = std::get_if<core::DdlStarted>(&fact)) return ddl->intent.reason;
  const core::TableName* name = decided_name(fact);
  const core::TablePair* pair = name == nullptr ? nullptr : before.find(*name);
  return pair == nullptr ? std::string() : core::assess(before, *pair).reason;
}

// Work that changes the target; reads are no decisions.
std::map<std::string, std::string> decisions(const core::State& state, WallTime now) {
  std::map<std::string, std::string> found;
  for (const core::Action& action : core::plan(state, now, kNoLimits)) {
    if (std::holds_alternative<core::RunDdl>(action.effect) ||
        std::holds_alternative<core::StartReplication>(action.effect)) {
      found.emplace(action.key, core::describe(action));
    }
  }
  return found;
}

class Replayer {
 public:
  Replayer(const ReplayOptions& options, const Output& out, const Progress& progress,
           core::State before)
      : options_(options), out_(out), progress_(progress), recorded_(std::move(before)) {
    if (!options_.settings.empty()) other_ = recorded_;
    override_settings();
  }

  Status add(const core::Event& event) {
    if (progress_ && event.seq.value() % kProgressEvery == 0) progress_(event.seq);
    const bool decision = decided_name(event.fact) != nullptr;
    if (decision) decide(event);
    SRSYNC_RETURN_IF_ERROR(core::apply(recorded_, event));
    if (options_.settings.empty()) return Status::ok();
    SRSYNC_RETURN_IF_ERROR(core::apply(other_, event));
    if (std::holds_alternative<core::SessionStarted>(event.fact) ||
        std::holds_alternative<core::SettingChanged>(event.fact)) {
      override_settings();
    }
    // Where much of the picture is new: other settings may want work that was never recorded.
    const bool much_is_new = std::holds_alternative<core::SweepCompleted>(event.fact);
    if (much_is_new || (decision && comparison_is_due(event.seq))) compare(event);
    return Status::ok();
  }

  ReplayReport finish() {
    if (!options_.settings.empty() && recorded_.applied > compared_) {
      compare({recorded_.applied, recorded_.now, {}});
    }
    return report_;
  }

 private:
  void override_settings() {
    if (options_.settings.empty()) return;
    for (const auto& [key, value] : options_.settings) other_.settings_text[key] = value;
    other_.settings = core::Settings::from_text(other_.settings_text);
    core::rebuild_derived(other_);
  }

  void emit(std::string_view sign, EventSeq seq, WallTime at, const std::string& text,
            const std::string& reason) {
    if (out_.format == Format::kJson) {
      nlohmann::ordered_json json;
      json["type"] = sign == "=" ? "decided" : sign == "-" ? "not_decided" : "decided_instead";
      json["seq"] = seq.value();
      json["at_ms"] = at.ms();
      json["text"] = text;
      json["reason"] = reason;
      out_.line(json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
      return;
    }
    std::string line = fmt::format("{} {:07} {} {}{}", sign, seq.value(), format_time(at), text,
                                   reason.empty() ? "" : "  because " + reason);
    line = one_line(std::move(line));
    if (out_.colour && sign != "=") {
      line = fmt::format("{}{}\x1b[0m", sign == "-" ? "\x1b[31m" : "\x1b[32m", line);
    }
    out_.line(line);
  }

  void decide(const core::Event& event) {
    if (options_.wait && last_at_.ms() != 0) options_.wait(event.at.ms() - last_at_.ms());
    last_at_ = event.at;
    ++report_.decisions;
    const std::string text = core::describe(event.fact);
    if (options_.settings.empty()) {
      emit("=", event.seq, event.at, text, reason_for(recorded_, event.fact));
      return;
    }
    std::string expected;
    if (core::is_planned(other_, event.fact, event.at, &expected)) return;
    ++report_.not_taken;
    const core::TablePair* pair = other_.find(*decided_name(event.fact));
    emit("-", event.seq, event.at, text,
         pair == nullptr ? "planned: " + expected : core::assess(other_, *pair).reason);
  }

  // A comparison looks at every table: not so often that it would take most of the time.
  bool comparison_is_due(EventSeq seq) const {
    constexpr std::uint64_t kEventsPerTable = 10;
    return seq.value() >= compared_.value() + kEventsPerTable * recorded_.tables.size();
  }

  void compare(const core::Event& event) {
    compared_ = event.seq;
    const auto wanted = decisions(recorded_, event.at);
    // Told once for as long as it is wanted.
    const std::set<std::string> told = std::exchange(told_, {});
    for (const auto& [key, text] : decisions(other_, event.at)) {
      const auto same = wanted.find(key);
      if (same != wanted.end() && same->second == text) continue;
      told_.insert(key + text);
      if (told.contains(key + text)) continue;
      ++report_.instead;
      emit("+", event.seq, event.at, text, "");
    }
  }

  const ReplayOptions& options_;
  const Output& out_;
  const Progress& progress_;
  core::State recorded_;
  core::State other_;  // the same history under the other settings
  WallTime last_at_;
  EventSeq compared_;
  std::set<std::string> told_;
  ReplayReport report_;
};

}  // namespace

Result<ReplayReport> replay(const journal::JournalReader& reader, const ReplayOptions& options,
                            const Output& out, const Progress& progress) {
  core::State before;
  SRSYNC_ASSIGN_OR_RETURN(before, reader.state_at_beginning());
  Replayer replayer(options, out, progress, std::move(before));
  SRSYNC_RETURN_IF_ERROR(reader.read(
      reader.first_seq(), options.to,
      [&replayer](const core::Event& event, std::string_view) { return replayer.add(event); }));
  return replayer.finish();
}

}  // namespace srsync::inspect
