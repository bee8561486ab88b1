// Why a table stands where it stands.
#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/assess.h"
#include "core/describe.h"
#include "core/names.h"
#include "core/plan.h"
#include "core/progress.h"
#include "inspect/history.h"

namespace srsync::inspect {
namespace {

// One step of the chain.
struct Link {
  EventSeq first;
  EventSeq last;
  WallTime first_at;
  WallTime at;
  std::uint64_t events = 1;
  std::string role;  // observed, decided, outcome, operator
  std::string kind;
  std::string text;
  std::vector<std::string> details;  // the rule, the SQL, the goals
};

std::string_view role_of(const core::Fact& fact) {
  const std::string_view kind = core::fact_name(fact);
  if (kind == "DdlStarted" || kind == "ReplicationStarted") return "decided";
  if (kind.starts_with("Ddl") || kind.starts_with("Replication")) return "outcome";
  if (kind == "TableSkipped" || kind == "RetryRequested") return "operator";
  return "observed";
}

class Chain {
 public:
  Chain(const WhyOptions& options, const Progress& progress)
      : options_(options), progress_(progress) {}

  Status add(const core::Event& event) {
    if (progress_ && event.seq.value() % kProgressEvery == 0) progress_(event.seq);
    bool mine = concerns(event.fact);
    std::string rule;
    if (mine && role_of(event.fact) == "decided") rule = rule_before(event.fact);
    SRSYNC_RETURN_IF_ERROR(core::apply(state_, event));
    mine = mine || concerns(event.fact);
    if (mine) append(event, std::move(rule));
    return Status::ok();
  }

  const core::State& state() const { return state_; }
  const std::deque<Link>& links() const { return links_; }
  std::uint64_t dropped() const { return dropped_; }

 private:
  bool concerns(const core::Fact& fact) const {
    // Every table, or the database that it stands in.
    if (const auto* retry = std::get_if<core::RetryRequested>(&fact)) {
      if (retry->name.db.empty()) return true;
    }
    const std::vector<core::TableName> names = tables_of(state_, fact);
    return std::any_of(names.begin(), names.end(), [this, &fact](const core::TableName& name) {
      if (name == options_.table) return true;
      const bool whole_database = name.table.empty() && name.db == options_.table.db;
      return whole_database && !std::holds_alternative<core::FeedAdvanced>(fact) &&
             !std::holds_alternative<core::DatabaseListed>(fact);
    });
  }

  // Why plan() wanted it, from the State that it was decided on.
  std::string rule_before(const core::Fact& fact) const {
    if (const auto* ddl = std::get_if<core::DdlStarted>(&fact)) {
      if (!ddl->intent.reason.empty()) return ddl->intent.reason;
    }
    const core::TablePair* pair = state_.find(options_.table);
    return pair == nullptr ? std::string() : core::assess(state_, *pair).reason;
  }

  void append(const core::Event& event, std::string rule) {
    Link link;
    link.first = link.last = event.seq;
    link.first_at = link.at = event.at;
    link.role = role_of(event.fact);
    link.kind = core::fact_name(event.fact);
    link.text = core::describe(event.fact);
    std::replace(link.text.begin(), link.text.end(), '\n', ' ');
    if (!rule.empty()) link.details.push_back("rule: " + rule);
    add_details(event.fact, link);
    if (!links_.empty() && link.role == "observed" && links_.back().kind == link.kind) {
      Link& same = links_.back();
      same.last = link.last;
      same.at = link.at;
      same.text = std::move(link.text);
      ++same.events;
      return;
    }
    links_.push_back(std::move(link));
    if (options_.links != 0 && links_.size() > options_.links) {
      dropped_ += links_.front().events;
      links_.pop_front();
    }
  }

  static void add_details(const core::Fact& fact, Link& link) {
    if (const auto* ddl = std::get_if<core::DdlStarted>(&fact)) {
      for (std::string sql : ddl->intent.statements) {
        std::replace(sql.begin(), sql.end(), '\n', ' ');
        link.details.push_back("SQL: " + sql);
      }
    }
    if (const auto* job = std::get_if<core::ReplicationStarted>(&fact)) {
      constexpr std::size_t kShown = 8;
      const auto& goals = job->intent.goals;
      for (std::size_t i = 0; i < goals.size() && i < kShown; ++i) {
        link.details.push_back(fmt::format("partition {} -> {}: version {} to {}",
                                           goals[i].source.value(), goals[i].target.value(),
                                           goals[i].base_version, goals[i].version));
      }
      if (goals.size() > kShown) {
        link.details.push_back(fmt::format("and {} more partitions", goals.size() - kShown));
      }
    }
  }

  const WhyOptions& options_;
  const Progress& progress_;
  core::State state_;
  std::deque<Link> links_;
  std::uint64_t dropped_ = 0;
};

// What is under way or awaited, in words, most pressing first.
std::vector<std::string> waits(const core::State& state, const core::TablePair& pair) {
  std::vector<std::string> lines;
  if (pair.stopped) {
    lines.emplace_back("stopped: a fact came that its stage does not allow; srsyncctl retry");
  }
  if (pair.skipped) lines.emplace_back("skipped by an operator, until srsyncctl retry");
  if (state.paused) lines.emplace_back("everything is paused, until srsyncctl resume");
  if (const auto* ddl = std::get_if<core::RunningDdl>(&pair.stage)) {
    lines.push_back(
        fmt::format("{} runs since {}{}", ddl->intent.key, format_time(ddl->since),
                    ddl->in_doubt ? "; its outcome is in doubt, the target is asked" : ""));
  }
  if (const auto* job = std::get_if<core::Replicating>(&pair.stage)) {
    lines.push_back(
        fmt::format("{} runs since {}{}{}", job->intent.job_id, format_time(job->since),
                    job->stage.empty()
                        ? ""
                        : fmt::format(", {} since {}", job->stage, format_time(job->stage_since)),
                    job->in_doubt ? "; its outcome is in doubt, the target is asked" : ""));
  }
  const core::TableProgress progress = core::table_progress(state, pair);
  if (!progress.reason.empty()) lines.push_back(progress.reason);
  if (pair.retry.failures > 0) {
    lines.push_back(fmt::format("{} failures in a row, next attempt not before {}; the last: {}",
                                pair.retry.failures, format_time(pair.retry.not_before),
                                pair.retry.last_error));
  }
  return lines;
}

std::string to_line(const nlohmann::ordered_json& json) {
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void print_json(const Chain& chain, const core::TablePair& pair, const Output& out) {
  for (const Link& link : chain.links()) {
    nlohmann::ordered_json json;
    json["type"] = "link";
    json["seq"] = link.first.value();
    json["last_seq"] = link.last.value();
    json["at_ms"] = link.at.ms();
    json["at"] = format_time(link.at);
    json["role"] = link.role;
    json["kind"] = link.kind;
    json["events"] = link.events;
    json["text"] = link.text;
    json["details"] = link.details;
    out.line(to_line(json));
  }
  const core::TableProgress progress = core::table_progress(chain.state(), pair);
  nlohmann::ordered_json json;
  json["type"] = "now";
  json["table"] = core::to_string(pair.name);
  if (progress.target != pair.name) json["target_table"] = core::to_string(progress.target);
  json["at_ms"] = chain.state().now.ms();
  json["status"] = core::status_name(progress.status);
  json["stage"] = core::stage_name(pair.stage);
  json["partitions"] = progress.partitions;
  json["partitions_in_sync"] = progress.partitions_in_sync;
  json["waits_for"] = waits(chain.state(), pair);
  json["earlier_events"] = chain.dropped();
  out.line(to_line(json));
}

void print_text(const Chain& chain, const core::TablePair& pair, const Output& out) {
  if (chain.dropped() > 0) {
    out.line(fmt::format("... {} earlier events; --links 0 shows all", chain.dropped()));
  }
  for (const Link& link : chain.links()) {
    const bool decided = link.role == "decided" && out.colour;
    const std::string times =
        link.events > 1 ? fmt::format(" (x{} since {})", link.events, format_time(link.first_at))
                        : "";
    out.line(fmt::format("{}{:07} {} {:<8}  {}{}{}", decided ? "\x1b[36m" : "", link.last.value(),
                         format_time(link.at), link.role, link.text, times,
                         decided ? "\x1b[0m" : ""));
    for (const std::string& detail : link.details) {
      out.line(fmt::format("{:>42}  {}", "", detail));
    }
  }
  const core::TableProgress progress = core::table_progress(chain.state(), pair);
  out.line("");
  out.line(fmt::format("{} after event {}: {}, {}, {} of {} partitions in sync",
                       core::both_names(pair.name, progress.target), chain.state().applied.value(),
                       core::status_name(progress.status), core::stage_name(pair.stage),
                       progress.partitions_in_sync, progress.partitions));
  for (const std::string& line : waits(chain.state(), pair)) out.line("  " + line);
}

}  // namespace

Status why(const journal::JournalReader& reader, const WhyOptions& options, const Output& out,
           const Progress& progress) {
  if (options.table.table.empty()) {
    return invalid_argument("a database has no stage of its own", "name one table: db.table");
  }
  Chain chain(options, progress);
  // From the first event: the reasons may lie before any checkpoint.
  const Status read = reader.read(
      EventSeq(1), options.at,
      [&chain](const core::Event& event, std::string_view) { return chain.add(event); });
  const core::TablePair* pair = chain.state().find(options.table);
  if (pair != nullptr) {
    if (out.format == Format::kJson) {
      print_json(chain, *pair, out);
    } else {
      print_text(chain, *pair, out);
    }
  }
  if (!read.is_ok() || pair != nullptr) return read;
  return not_found(fmt::format("the journal never saw a table {}", core::to_string(options.table)),
                   "names are case-sensitive; srsync-journal state lists them");
}

}  // namespace srsync::inspect
