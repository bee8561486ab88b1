#include "admin/json.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace srsync::admin {
namespace {

using Json = nlohmann::ordered_json;

// Of the drops that wait; the log names all of them.
constexpr std::size_t kDropsShown = 1'000;

// Names and messages come from clusters and need not be UTF-8.
std::string text_of(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json cluster_json(const ClusterLine& cluster) {
  Json json;
  json["up"] = cluster.up;
  json["version"] = cluster.version;
  json["run_mode"] = cluster.run_mode;
  json["suspicious"] = cluster.suspicious;
  return json;
}

Json hold_json(const core::DropsHeld& hold) {
  Json json;
  json["token"] = hold.token;
  json["reason"] = hold.reason;
  json["count"] = hold.drops.size();
  json["drops"] = Json::array();
  for (std::size_t i = 0; i < std::min(kDropsShown, hold.drops.size()); ++i) {
    json["drops"].push_back(
        {{"name", driver::name_of(hold.drops[i].name)}, {"reason", hold.drops[i].reason}});
  }
  return json;
}

void add_counts(const Overview& overview, Json& json) {
  const core::Progress& p = overview.progress;
  json["observed"] = p.observed;
  json["tables"] = {{"total", p.tables},           {"in_sync", p.in_sync_tables},
                    {"running", p.running_tables}, {"pending", p.pending_tables},
                    {"blocked", p.blocked_tables}, {"synchronised_once", p.finished_tables},
                    {"behind", p.expired_tables}};
  json["views"] = {{"total", p.views}, {"equal", p.finished_views}, {"blocked", p.blocked_views}};
  json["partitions"] = {{"total", p.partitions}, {"in_sync", p.partitions_in_sync}};
  json["bytes_behind"] = p.bytes_behind;
  json["lag_ms"] = overview.lag_ms();
  if (overview.lag_ms() > 0) json["lag_table"] = core::to_string(p.behind_longest);
  json["jobs"] = {{"pending", p.jobs_pending},
                  {"sent", p.jobs_sent},
                  {"running", p.jobs_running},
                  {"finished", p.jobs_finished},
                  {"failed", p.jobs_failed}};
  json["ddl"] = {{"pending", p.ddl_pending}, {"running", p.ddl_running}};
  json["databases_pending"] = p.databases_pending;
  json["objects_not_carried"] = p.unsupported_objects;
}

template <typename T>
Json page_head(const Detail& detail, const std::vector<T>& all, const Page& page) {
  Json json;
  json["at_ms"] = detail.at.ms();
  json["total"] = all.size();
  json["offset"] = page.offset;
  const std::size_t end = std::min(all.size(), page.offset + page.limit);
  json["next_offset"] = end < all.size() ? Json(end) : Json(nullptr);
  return json;
}

template <typename T, typename Show>
Json page_rows(const std::vector<T>& all, const Page& page, const Show& show) {
  Json rows = Json::array();
  for (std::size_t i = page.offset; i < all.size() && rows.size() < page.limit; ++i) {
    rows.push_back(show(all[i]));
  }
  return rows;
}

std::string with_blanks(std::string text) {
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

}  // namespace

std::string status_json(const Overview& overview, const Health& health,
                        const std::vector<std::string>& troubles) {
  Json json;
  json["at_ms"] = overview.at.ms();
  json["version"] = overview.version;
  json["journal_id"] = overview.journal_id;
  json["journal_sequence"] = overview.applied.value();
  json["healthy"] = health.ok;
  json["health_reason"] = health.reason;
  json["paused"] = overview.paused;
  json["stopping"] = overview.stopping;
  for (const Side side : kSides) {
    json["clusters"][std::string(side_name(side))] = cluster_json(overview.cluster(side));
  }
  add_counts(overview, json);
  json["held_drops"] = overview.hold ? hold_json(*overview.hold) : Json(nullptr);
  json["troubles"] = troubles;
  return text_of(json);
}

std::string jobs_json(const Overview& overview) {
  Json json;
  json["at_ms"] = overview.at.ms();
  json["jobs_total"] = overview.jobs_total;
  json["ddl_total"] = overview.ddl_total;
  json["jobs"] = Json::array();
  for (const auto& job : overview.jobs) {
    json["jobs"].push_back({{"table", core::to_string(job.table)},
                            {"job", job.id},
                            {"phase", job.phase},
                            {"for_ms", overview.at.ms() - job.since.ms()},
                            {"partitions", job.partitions},
                            {"bytes", job.bytes},
                            {"in_doubt", job.in_doubt}});
  }
  json["ddl"] = Json::array();
  for (const auto& ddl : overview.ddl) {
    json["ddl"].push_back({{"name", driver::name_of(ddl.name)},
                           {"key", ddl.key},
                           {"reason", ddl.reason},
                           {"for_ms", overview.at.ms() - ddl.since.ms()},
                           {"in_doubt", ddl.in_doubt}});
  }
  return text_of(json);
}

std::string tables_json(const Detail& detail, const TableFilter& filter, const Page& page) {
  std::vector<const TableLine*> found;
  const std::string status = with_blanks(filter.status);
  for (const auto& line : detail.tables) {
    if (!filter.db.empty() && line.table.name.db != filter.db) continue;
    if (!status.empty() && core::status_name(line.table.status) != status) continue;
    found.push_back(&line);
  }
  Json json = page_head(detail, found, page);
  json["tables"] = page_rows(found, page, [](const TableLine* line) {
    const core::TableProgress& t = line->table;
    return Json{{"name", core::to_string(t.name)},
                {"kind", line->kind},
                {"status", core::status_name(t.status)},
                {"synchronised_once", t.synced_once},
                {"partitions", t.partitions},
                {"partitions_in_sync", t.partitions_in_sync},
                {"bytes_behind", t.bytes_behind},
                {"behind", t.behind},
                {"behind_ms", line->behind_ms},
                {"reason", t.reason},
                {"last_error", t.last_error}};
  });
  return text_of(json);
}

std::string coverage_json(const Detail& detail, const Page& page) {
  Json json = page_head(detail, detail.coverage, page);
  json["objects"] = page_rows(detail.coverage, page, [](const driver::LeftOut& object) {
    return Json{
        {"kind", object.kind}, {"name", driver::name_of(object.name)}, {"reason", object.reason}};
  });
  json["never_listed"] = driver::never_listed();
  return text_of(json);
}

std::string health_json(const Health& health) {
  return text_of({{"healthy", health.ok}, {"reason", health.reason}});
}

std::string error_json(const std::string& text, const std::string& hint) {
  Json json;
  json["error"] = text;
  if (!hint.empty()) json["hint"] = hint;
  return text_of(json);
}

std::string verdict_json(const Verdict& verdict) {
  Json json;
  json["durable"] = verdict.outcome == Outcome::kDone;
  json[verdict.outcome == Outcome::kDone || verdict.outcome == Outcome::kAccepted ? "message"
                                                                                  : "error"] =
      verdict.text;
  if (verdict.seq.value() > 0) json["journal_sequence"] = verdict.seq.value();
  return text_of(json);
}

bool is_status(const std::string& text) {
  using core::TableStatus;
  for (const auto status : {TableStatus::kPending, TableStatus::kRunning, TableStatus::kInSync,
                            TableStatus::kBlocked}) {
    if (core::status_name(status) == with_blanks(text)) return true;
  }
  return false;
}

}  // namespace srsync::admin
