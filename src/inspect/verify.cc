#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "codec/state_codec.h"
#include "core/plan.h"
#include "inspect/inspect.h"

namespace srsync::inspect {
namespace {

constexpr std::size_t kViolationsMax = 100;

bool announces_effect(const core::Fact& fact) {
  return std::holds_alternative<core::DdlStarted>(fact) ||
         std::holds_alternative<core::ReplicationStarted>(fact);
}

class Verifier {
 public:
  Verifier(const journal::JournalReader& reader, const Progress& progress)
      : reader_(reader), progress_(progress) {}

  VerifyReport run() {
    report_.first = reader_.first_seq();
    report_.last = reader_.last_seq();
    for (const Status& damage : reader_.damage()) add(EventSeq(), damage.to_string());
    collect_checkpoints();
    if (!begin()) return std::move(report_);
    const Status read = reader_.read(
        reader_.first_seq(), reader_.last_seq(),
        [this](const core::Event& event, std::string_view /*record*/) { return check(event); });
    report_.checked = state_.applied;
    if (!read.is_ok()) add(state_.applied.next(), read.message());
    for (const std::string& broken : core::check_invariants(state_)) {
      add(state_.applied, fmt::format("the state breaks a promise: {}", broken));
    }
    for (const auto& [seq, checkpoint] : checkpoints_) {
      add(seq, fmt::format("checkpoint {} could not be compared: no event {} was read", seq.value(),
                           seq.value()));
    }
    return std::move(report_);
  }

 private:
  // What a trimmed journal rests on is compared with nothing but its own digest and chain.
  bool begin() {
    Result<core::State> before = reader_.state_at_beginning();
    if (!before.is_ok()) {
      add(reader_.beginning().seq, before.status().message());
      return false;
    }
    state_ = std::move(before).value();
    if (checkpoints_.erase(reader_.beginning().seq) > 0) ++report_.checkpoints;
    return true;
  }

  void add(EventSeq seq, std::string text) {
    if (report_.violations.size() < kViolationsMax) {
      report_.violations.push_back({seq, std::move(text)});
    }
  }

  void collect_checkpoints() {
    const Result<std::vector<journal::CheckpointInfo>> list = reader_.checkpoints();
    if (!list.is_ok()) {
      add(EventSeq(), list.status().to_string());
      return;
    }
    for (const journal::CheckpointInfo& checkpoint : *list) {
      checkpoints_.emplace(checkpoint.seq, checkpoint);
    }
  }

  Status check(const core::Event& event) {
    if (announces_effect(event.fact)) check_planned(event);
    SRSYNC_RETURN_IF_ERROR(core::apply(state_, event));
    const auto checkpoint = checkpoints_.find(event.seq);
    if (checkpoint != checkpoints_.end()) {
      check_checkpoint(checkpoint->second);
      checkpoints_.erase(checkpoint);
    }
    if (progress_ && event.seq.value() % kProgressEvery == 0) progress_(event.seq);
    return Status::ok();
  }

  void check_planned(const core::Event& event) {
    ++report_.started;
    std::string expected;
    if (core::is_planned(state_, event.fact, event.at, &expected)) return;
    add(event.seq,
        fmt::format("{} was not in the plan of its moment; planned was: {}",
                    core::fact_name(event.fact), expected.empty() ? "nothing" : expected));
  }

  void check_checkpoint(const journal::CheckpointInfo& checkpoint) {
    ++report_.checkpoints;
    // Loading compares the stored digest with the stored bytes. The content is compared as this
    // version writes it: an older one wrote other bytes for the same.
    const Result<core::State> loaded = reader_.load_checkpoint(checkpoint.seq);
    if (!loaded.is_ok()) {
      add(checkpoint.seq, loaded.status().message());
      return;
    }
    const Hash128 stored = codec::digest(*loaded);
    const Hash128 refold = codec::digest(state_);
    if (refold == stored) return;
    add(checkpoint.seq, fmt::format("checkpoint {} has the digest {}, the events before it give {}",
                                    checkpoint.seq.value(), to_hex(stored), to_hex(refold)));
  }

  const journal::JournalReader& reader_;
  const Progress& progress_;
  VerifyReport report_;
  core::State state_;
  std::map<EventSeq, journal::CheckpointInfo> checkpoints_;  // not compared yet
};

}  // namespace

VerifyReport verify(const journal::JournalReader& reader, const Progress& progress) {
  return Verifier(reader, progress).run();
}

void print_verify(const VerifyReport& report, const Output& out) {
  if (out.format == Format::kJson) {
    nlohmann::ordered_json json;
    json["type"] = "verify";
    json["sound"] = report.sound();
    json["first"] = report.first.value();
    json["last"] = report.last.value();
    json["checked"] = report.checked.value();
    json["checkpoints"] = report.checkpoints;
    json["started"] = report.started;
    json["violations"] = nlohmann::json::array();
    for (const Violation& violation : report.violations) {
      json["violations"].push_back({{"seq", violation.seq.value()}, {"text", violation.text}});
    }
    out.line(json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    return;
  }
  for (const Violation& violation : report.violations) {
    const std::string_view on = out.colour ? "\x1b[31m" : "";
    const std::string_view off = out.colour ? "\x1b[0m" : "";
    if (violation.seq == EventSeq()) {
      out.line(fmt::format("{}VIOLATION{} {}", on, off, violation.text));
    } else {
      out.line(fmt::format("{}VIOLATION{} at event {}: {}", on, off, violation.seq.value(),
                           violation.text));
    }
  }
  const std::uint64_t trimmed = report.first.value() - 1;
  out.line(fmt::format(
      "{}: {} of {} events, {} checkpoints, {} announcements checked{}",
      report.sound() ? "sound" : "NOT SOUND", std::max(report.checked.value(), trimmed) - trimmed,
      report.last.value() - trimmed, report.checkpoints, report.started,
      trimmed == 0 ? "" : fmt::format("; events 1 to {} were trimmed away", trimmed)));
}

}  // namespace srsync::inspect
