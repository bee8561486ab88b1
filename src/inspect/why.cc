// Why a table, a view or a database stands where it stands.
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
#include "core/views.h"
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
  Chain(const WhyOptions& options, const Progress& progress, core::State before)
      : options_(options), progress_(progress), state_(std::move(before)) {}

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
      // A database's feed moves with every load: the tables tell it.
      if (name == options_.table) return !std::holds_alternative<core::FeedAdvanced>(fact);
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
    if (options_.table.table.empty()) {
      const auto db = state_.databases.find(options_.table.db);
      return db == state_.databases.end() ? "" : core::assess_database(state_, db->second).reason;
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
    link.text = one_line(std::move(link.text));
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
        link.details.push_back("SQL: " + one_line(std::move(sql)));
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

// What stands at the end of the chain.
struct Now {
  std::string name;
  std::string status;
  std::string stage;
  std::string counts;  // in words
  nlohmann::ordered_json fields;
  std::vector<std::string> waits;  // in words, most pressing first
};

std::string ddl_text(const core::RunningDdl& ddl) {
  return fmt::format("{} runs since {}{}", ddl.intent.key, format_time(ddl.since),
                     ddl.in_doubt ? "; its outcome is in doubt, the target is asked" : "");
}

void add_retry(const core::Retry& retry, std::vector<std::string>& lines) {
  if (retry.failures == 0) return;
  lines.push_back(fmt::format("{} failures in a row, next attempt not before {}; the last: {}",
                              retry.failures, format_time(retry.not_before), retry.last_error));
}

std::vector<std::string> waits(const core::State& state, const core::TablePair& pair) {
  std::vector<std::string> lines;
  if (pair.stopped) {
    lines.emplace_back("stopped: a fact came that its stage does not allow; srsyncctl retry");
  }
  if (pair.skipped) lines.emplace_back("skipped by an operator, until srsyncctl retry");
  if (state.paused) lines.emplace_back("everything is paused, until srsyncctl resume");
  if (const auto* ddl = std::get_if<core::RunningDdl>(&pair.stage)) lines.push_back(ddl_text(*ddl));
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
  add_retry(pair.retry, lines);
  return lines;
}

Now now_of(const core::State& state, const core::TablePair& pair) {
  const core::TableProgress progress = core::table_progress(state, pair);
  Now now;
  now.name = core::both_names(pair.name, progress.target);
  now.status = core::status_name(progress.status);
  now.stage = core::stage_name(pair.stage);
  const bool is_view = (pair.source && core::is_view(pair.source->kind)) ||
                       (pair.target && core::is_view(pair.target->kind));
  now.counts = is_view ? "a view"
                       : fmt::format("{} of {} partitions in sync", progress.partitions_in_sync,
                                     progress.partitions);
  now.fields["table"] = core::to_string(pair.name);
  if (progress.target != pair.name) now.fields["target_table"] = core::to_string(progress.target);
  now.fields["partitions"] = progress.partitions;
  now.fields["partitions_in_sync"] = progress.partitions_in_sync;
  now.waits = waits(state, pair);
  return now;
}

std::string sides_text(const core::DbPair& db) {
  if (db.source.is_set() && db.target.is_set()) return "on both sides";
  if (db.source.is_set()) return "on the source only";
  return db.target.is_set() ? "on the target only" : "on neither side";
}

Now now_of(const core::State& state, const core::DbPair& db) {
  std::map<std::string_view, std::size_t> tables;
  for (auto at = state.by_name.lower_bound({db.name, ""});
       at != state.by_name.end() && at->first.db == db.name; ++at) {
    ++tables[core::status_name(core::table_progress(state, state.tables[at->second]).status)];
  }
  const core::Assessment wanted = core::assess_database(state, db);
  Now now;
  now.name = db.name;
  now.status = sides_text(db);
  now.stage = db.ddl ? "ddl" : "resting";
  now.fields["database"] = db.name;
  now.fields["tables"] = nlohmann::json::object();
  for (const auto& [status, count] : tables) {
    now.counts += fmt::format("{}{} {}", now.counts.empty() ? "tables: " : ", ", count, status);
    now.fields["tables"][std::string(status)] = count;
  }
  if (now.counts.empty()) now.counts = "no tables";
  if (state.paused) now.waits.emplace_back("everything is paused, until srsyncctl resume");
  if (db.ddl) now.waits.push_back(ddl_text(*db.ddl));
  if (!wanted.reason.empty()) now.waits.push_back(wanted.reason);
  add_retry(db.retry, now.waits);
  return now;
}

std::string to_line(const nlohmann::ordered_json& json) {
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void print_json(const Chain& chain, const Now& now, const Output& out) {
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
  nlohmann::ordered_json json;
  json["type"] = "now";
  json.update(now.fields);
  json["at_ms"] = chain.state().now.ms();
  json["status"] = now.status;
  json["stage"] = now.stage;
  json["waits_for"] = now.waits;
  json["earlier_events"] = chain.dropped();
  out.line(to_line(json));
}

void print_text(const Chain& chain, const Now& now, const Output& out) {
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
  out.line("");
  out.line(one_line(fmt::format("{} after event {}: {}, {}, {}", now.name,
                                chain.state().applied.value(), now.status, now.stage, now.counts)));
  for (const std::string& line : now.waits) out.line("  " + one_line(line));
}

std::optional<Now> find_now(const core::State& state, const core::TableName& name) {
  if (name.table.empty()) {
    const auto db = state.databases.find(name.db);
    if (db == state.databases.end()) return std::nullopt;
    return now_of(state, db->second);
  }
  const core::TablePair* pair = state.find(name);
  if (pair == nullptr) return std::nullopt;
  return now_of(state, *pair);
}

}  // namespace

Status why(const journal::JournalReader& reader, const WhyOptions& options, const Output& out,
           const Progress& progress) {
  if (options.at < reader.beginning().seq) return journal::trimmed_away(reader.beginning());
  core::State before;
  SRSYNC_ASSIGN_OR_RETURN(before, reader.state_at_beginning());
  Chain chain(options, progress, std::move(before));
  // From the first event: the reasons may lie before any checkpoint.
  const Status read = reader.read(
      reader.first_seq(), options.at,
      [&chain](const core::Event& event, std::string_view) { return chain.add(event); });
  const std::optional<Now> now = find_now(chain.state(), options.table);
  if (now.has_value()) {
    if (out.format == Format::kJson) {
      print_json(chain, *now, out);
    } else {
      if (reader.beginning().trimmed()) {
        out.line(
            fmt::format("... events 1 to {} were trimmed away", reader.beginning().seq.value()));
      }
      print_text(chain, *now, out);
    }
  }
  if (!read.is_ok() || now.has_value()) return read;
  const bool is_database = options.table.table.empty();
  return not_found(fmt::format("the journal never saw a {} {}", is_database ? "database" : "table",
                               is_database ? options.table.db : core::to_string(options.table)),
                   "names are case-sensitive; srsync-journal state lists them");
}

}  // namespace srsync::inspect
