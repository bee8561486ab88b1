#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "core/describe.h"
#include "inspect/inspect.h"

namespace srsync::inspect {
namespace {

bool wanted(const DumpFilter& filter, std::string_view kind,
            const std::vector<core::TableName>& tables) {
  if (!filter.kind.empty() && !equals_ignore_case(filter.kind, kind)) return false;
  if (!filter.table.has_value()) return true;
  return std::any_of(tables.begin(), tables.end(),
                     [&filter](const auto& name) { return matches(*filter.table, name); });
}

std::string name_text(const core::TableName& name) {
  return name.table.empty() ? name.db : core::to_string(name);
}

std::string_view colour_of(std::string_view kind) {
  const auto ends = [kind](std::string_view end) { return kind.ends_with(end); };
  if (ends("Failed") || ends("Rejected") || ends("Lost") || ends("Unreadable") || ends("Aborted")) {
    return "\x1b[31m";
  }
  if (ends("Started") || ends("Accepted")) return "\x1b[36m";
  if (ends("Succeeded") || ends("Finished") || ends("Committed")) return "\x1b[32m";
  return "";
}

std::string text_line(const core::Event& event, const std::vector<core::TableName>& tables,
                      const Output& out) {
  std::string text = core::describe(event.fact);
  for (const core::TableName& name : tables) {
    if (!contains(text, name_text(name))) text += fmt::format("  [{}]", name_text(name));
  }
  text = one_line(std::move(text));
  if (out.colour) {
    const std::string_view colour = colour_of(core::fact_name(event.fact));
    if (!colour.empty()) text = fmt::format("{}{}\x1b[0m", colour, text);
  }
  return fmt::format("{:07} {} {}", event.seq.value(), format_time(event.at), text);
}

std::string json_line(const core::Event& event, const std::vector<core::TableName>& tables) {
  nlohmann::ordered_json json;
  json["seq"] = event.seq.value();
  json["at_ms"] = event.at.ms();
  json["at"] = format_time(event.at);
  json["kind"] = core::fact_name(event.fact);
  json["tables"] = nlohmann::json::array();
  for (const core::TableName& name : tables) json["tables"].push_back(name_text(name));
  json["text"] = core::describe(event.fact);
  // Names may hold bytes that are not UTF-8; a replacement is better than an exception.
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

Status dump(const journal::JournalReader& reader, const DumpFilter& filter, const Output& out,
            core::State* carried, const Progress& progress) {
  // Folded alongside, to know the names behind ids and jobs.
  core::State own;
  core::State& state = carried == nullptr ? own : *carried;
  const EventSeq first = std::max(filter.from, reader.first_seq());
  if (state.applied.next() != first) {
    Result<core::State> before = state_at(reader, EventSeq(first.value() - 1), progress);
    // Damage in front of the range: names are missing then, events are not.
    if (before.is_ok()) state = std::move(before).value();
  }
  return reader.read(first, filter.to, [&](const core::Event& event, std::string_view /*record*/) {
    if (progress && event.seq.value() % kProgressEvery == 0) progress(event.seq);
    std::vector<core::TableName> tables = tables_of(state, event.fact);
    if (state.applied.next() == event.seq) {
      // A fact that cannot be applied is verify's business.
      const bool applied = core::apply(state, event).is_ok();
      if (applied && tables.empty()) tables = tables_of(state, event.fact);
    }
    if (!wanted(filter, core::fact_name(event.fact), tables)) return Status::ok();
    out.line(out.format == Format::kJson ? json_line(event, tables)
                                         : text_line(event, tables, out));
    return Status::ok();
  });
}

Status tail(const journal::JournalReader& reader, const DumpFilter& filter, std::size_t lines,
            const Output& out, core::State& carried, const Progress& progress) {
  if (lines == 0) return Status::ok();
  const bool all_match = !filter.table.has_value() && filter.kind.empty();
  const EventSeq to = std::min(filter.to, reader.last_seq());
  // What matches may lie far back: farther and farther, until there is enough of it.
  constexpr std::uint64_t kFarther = 100;
  for (std::uint64_t span = lines;; span *= kFarther) {
    DumpFilter part = filter;
    const bool whole = span >= to.value() - std::min(to.value(), reader.beginning().seq.value());
    part.from = whole ? reader.first_seq() : EventSeq(to.value() - span + 1);
    std::deque<std::string> kept;
    const Output keep{out.format, out.colour, [&kept, lines](std::string_view line) {
                        kept.emplace_back(line);
                        if (kept.size() > lines) kept.pop_front();
                      }};
    core::State state;
    const Status status = dump(reader, part, keep, &state, progress);
    if (status.is_ok() && !all_match && !whole && kept.size() < lines) continue;
    for (const std::string& line : kept) out.line(line);
    carried = std::move(state);
    return status;
  }
}

}  // namespace srsync::inspect
