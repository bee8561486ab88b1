#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "inspect/inspect.h"

namespace srsync::inspect {
namespace {

constexpr std::size_t kSlowestTables = 10;

class Collector {
 public:
  explicit Collector(Stats& stats) : stats_(stats) {}

  void add(const core::Event& event, std::size_t bytes) {
    if (stats_.events++ == 0) stats_.first_at = event.at;
    stats_.last_at = event.at;
    stats_.bytes += bytes;
    KindStats& kind = stats_.kinds[std::string(core::fact_name(event.fact))];
    ++kind.events;
    kind.bytes += bytes;
    std::visit([this, &event](const auto& fact) { note(fact, event.at); }, event.fact);
  }

 private:
  template <typename T>
  void note(const T& /*fact*/, WallTime /*at*/) {}
  void note(const core::SessionStarted& /*fact*/, WallTime /*at*/) { ++stats_.sessions; }
  void note(const core::ReplicationStarted& fact, WallTime at) {
    jobs_[fact.intent.job_id] = {fact.intent.name, at};
    phases_[fact.intent.job_id] = {"submitting", at};
  }
  void note(const core::ReplicationAccepted& fact, WallTime at) {
    phase(fact.job_id, "running", at);
  }
  void note(const core::ReplicationCommitted& fact, WallTime at) {
    phase(fact.job_id, "confirming", at);
  }
  void note(const core::ReplicationAborted& fact, WallTime at) {
    phase(fact.job_id, "confirming", at);
  }
  void note(const core::ReplicationLost& fact, WallTime at) {
    phase(fact.job_id, "confirming", at);
  }
  void note(const core::DdlStarted& fact, WallTime at) {
    ddl_[fact.intent.key] = {fact.intent.name, at};
  }
  void note(const core::ReplicationRejected& fact, WallTime at) {
    phase(fact.job_id, "", at);
    if (auto job = jobs_.extract(fact.job_id)) ++stats_.tables[job.mapped().first].rejected;
  }
  void note(const core::ReplicationFailed& fact, WallTime at) {
    phase(fact.job_id, "", at);
    if (auto job = jobs_.extract(fact.job_id)) ++stats_.tables[job.mapped().first].jobs_failed;
  }
  void note(const core::ReplicationFinished& fact, WallTime at) {
    phase(fact.job_id, "", at);
    auto job = jobs_.extract(fact.job_id);
    if (!job) return;
    TableStats& table = stats_.tables[job.mapped().first];
    const std::int64_t ms = at.ms() - job.mapped().second.ms();
    ++table.jobs_finished;
    table.job_ms_total += ms;
    table.job_ms_max = std::max(table.job_ms_max, ms);
  }
  void note(const core::DdlSucceeded& fact, WallTime at) {
    if (auto ddl = ddl_.extract(fact.key)) took("ddl", ddl.mapped().second, at);
  }
  void note(const core::DdlVerified& fact, WallTime at) {
    if (auto ddl = ddl_.extract(fact.key)) took("ddl", ddl.mapped().second, at);
  }
  void note(const core::DdlFailed& fact, WallTime at) {
    auto ddl = ddl_.extract(fact.key);
    if (!ddl) return;
    took("ddl", ddl.mapped().second, at);
    ++stats_.tables[ddl.mapped().first].ddl_failed;
  }

  void took(const std::string& stage, WallTime since, WallTime at) {
    StageTime& time = stats_.stages[stage];
    const std::int64_t ms = at.ms() - since.ms();
    ++time.times;
    time.ms_total += ms;
    time.ms_max = std::max(time.ms_max, ms);
  }
  // The job left the phase it was in; an empty `next` ends it.
  void phase(const std::string& job, const char* next, WallTime at) {
    const auto found = phases_.find(job);
    if (found == phases_.end()) return;
    took(found->second.first, found->second.second, at);
    found->second = {next, at};
    if (*next == '\0') phases_.erase(found);
  }

  using Work = std::map<std::string, std::pair<core::TableName, WallTime>>;
  Stats& stats_;
  Work jobs_;
  Work ddl_;
  std::map<std::string, std::pair<std::string, WallTime>> phases_;
};

std::vector<std::pair<core::TableName, TableStats>> slowest(const Stats& stats) {
  std::vector<std::pair<core::TableName, TableStats>> list(stats.tables.begin(),
                                                           stats.tables.end());
  std::stable_sort(list.begin(), list.end(), [](const auto& a, const auto& b) {
    return a.second.job_ms_max > b.second.job_ms_max;
  });
  if (list.size() > kSlowestTables) list.resize(kSlowestTables);
  return list;
}

double rate(const Stats& stats) {
  const std::int64_t ms = stats.last_at.ms() - stats.first_at.ms();
  return ms > 0 ? static_cast<double>(stats.events) * 1000.0 / static_cast<double>(ms) : 0.0;
}

std::string display(const core::TableName& name) {
  return name.table.empty() ? name.db : core::to_string(name);
}

void print_json(const Stats& stats, const Output& out) {
  nlohmann::ordered_json json;
  json["type"] = "stats";
  json["events"] = stats.events;
  json["bytes"] = stats.bytes;
  json["first_at_ms"] = stats.first_at.ms();
  json["last_at_ms"] = stats.last_at.ms();
  json["events_per_second"] = rate(stats);
  json["sessions"] = stats.sessions;
  json["retries"] = stats.retries();
  for (const auto& [kind, of] : stats.kinds) {
    json["kinds"][kind] = {{"events", of.events}, {"bytes", of.bytes}};
  }
  json["disk_bytes"] = stats.disk_bytes;
  for (const auto& [stage, of] : stats.stages) {
    json["stages"][stage] = {{"times", of.times}, {"ms_total", of.ms_total}, {"ms_max", of.ms_max}};
  }
  json["slowest_tables"] = nlohmann::json::array();
  for (const auto& [name, of] : slowest(stats)) {
    json["slowest_tables"].push_back({{"table", display(name)},
                                      {"jobs_finished", of.jobs_finished},
                                      {"jobs_failed", of.jobs_failed},
                                      {"rejected", of.rejected},
                                      {"ddl_failed", of.ddl_failed},
                                      {"job_ms_total", of.job_ms_total},
                                      {"job_ms_max", of.job_ms_max}});
  }
  out.line(json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

}  // namespace

std::uint64_t Stats::retries() const {
  std::uint64_t sum = 0;
  for (const auto& [name, of] : tables) sum += of.jobs_failed + of.rejected + of.ddl_failed;
  return sum;
}

Status collect_stats(const journal::JournalReader& reader, EventSeq from, EventSeq to, Stats& stats,
                     const Progress& progress) {
  Collector collector(stats);
  return reader.read(std::max(from, reader.first_seq()), to,
                     [&](const core::Event& event, std::string_view record) {
                       if (progress && event.seq.value() % kProgressEvery == 0) progress(event.seq);
                       collector.add(event, record.size());
                       return Status::ok();
                     });
}

void print_stats(const Stats& stats, const Output& out) {
  if (out.format == Format::kJson) return print_json(stats, out);
  const auto average = [](std::uint64_t bytes, std::uint64_t events) {
    return events > 0 ? bytes / events : 0;
  };
  out.line(fmt::format("events     {} in {} sessions, {:.2f} per second", stats.events,
                       stats.sessions, rate(stats)));
  out.line(
      fmt::format("bytes      {}, {} per event", stats.bytes, average(stats.bytes, stats.events)));
  if (stats.events == 0) return;
  out.line(fmt::format("first      {}", format_time(stats.first_at)));
  out.line(fmt::format("last       {}", format_time(stats.last_at)));
  out.line(fmt::format("retries    {}", stats.retries()));
  if (stats.disk_bytes > 0) {
    out.line(fmt::format("on disk    {}, {:.2f} per byte of event", stats.disk_bytes,
                         static_cast<double>(stats.disk_bytes) / static_cast<double>(stats.bytes)));
  }
  out.line("");
  out.line(fmt::format("{:<26} {:>10} {:>12} {:>10}", "kind", "events", "bytes", "per event"));
  for (const auto& [kind, of] : stats.kinds) {
    out.line(fmt::format("{:<26} {:>10} {:>12} {:>10}", kind, of.events, of.bytes,
                         average(of.bytes, of.events)));
  }
  if (!stats.stages.empty()) {
    out.line("");
    out.line(
        fmt::format("{:<26} {:>10} {:>12} {:>10}", "stage", "times", "average s", "longest s"));
    for (const auto& [stage, of] : stats.stages) {
      out.line(
          fmt::format("{:<26} {:>10} {:>12.3f} {:>10.3f}", stage, of.times,
                      static_cast<double>(of.ms_total) / 1000.0 / static_cast<double>(of.times),
                      static_cast<double>(of.ms_max) / 1000.0));
    }
  }
  if (stats.tables.empty()) return;
  out.line("");
  out.line(fmt::format("{:<40} {:>8} {:>8} {:>8} {:>10} {:>10}", "slowest tables", "finished",
                       "failed", "rejected", "longest s", "total s"));
  for (const auto& [name, of] : slowest(stats)) {
    out.line(fmt::format("{:<40} {:>8} {:>8} {:>8} {:>10.3f} {:>10.3f}", display(name),
                         of.jobs_finished, of.jobs_failed + of.ddl_failed, of.rejected,
                         static_cast<double>(of.job_ms_max) / 1000.0,
                         static_cast<double>(of.job_ms_total) / 1000.0));
  }
}

}  // namespace srsync::inspect
