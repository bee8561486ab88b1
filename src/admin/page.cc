#include "admin/page.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/amounts.h"

namespace srsync::admin {
namespace {

constexpr std::size_t kRowsMax = 200;

constexpr const char* kHead =
    "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
    "<meta http-equiv=\"refresh\" content=\"5\">"
    "<meta name=\"viewport\" content=\"width=device-width\"><title>srsync</title><style>\n"
    "body{font:15px/1.45 system-ui,sans-serif;margin:2em auto;max-width:70em;padding:0 1em;"
    "color:#222;background:#fff}\n"
    "h1{font-size:1.4em}h2{font-size:1.1em;margin-top:1.6em}\n"
    "table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;"
    "padding:.25em .8em .25em 0;border-bottom:1px solid #ddd}\n"
    "th{font-weight:600}code{background:#f2f2f2;padding:.1em .3em}\n"
    ".bad{color:#b00020}.good{color:#1b7a2f}.note{color:#666}\n"
    "@media(prefers-color-scheme:dark){body{color:#ddd;background:#1b1b1b}"
    "th,td{border-color:#444}code{background:#333}.bad{color:#ff7a85}.good{color:#6fcf7f}"
    ".note{color:#999}}\n"
    "</style></head><body>\n";

using Row = std::vector<std::string>;

// Cells are text, not HTML.
std::string html_table(const Row& head, const std::vector<Row>& rows, std::size_t total) {
  std::string text = "<table>";
  if (!head.empty()) {
    text += "<tr>";
    for (const auto& cell : head) text += "<th>" + escape_html(cell) + "</th>";
    text += "</tr>\n";
  }
  for (const auto& row : rows) {
    text += "<tr>";
    for (const auto& cell : row) text += "<td>" + escape_html(cell) + "</td>";
    text += "</tr>\n";
  }
  text += "</table>\n";
  if (total > rows.size()) {
    text += fmt::format("<p class=\"note\">and {} more</p>\n", total - rows.size());
  }
  return text;
}

std::string state_lines(const Overview& overview, const Health& health) {
  std::string text = health.ok ? "<p class=\"good\">Healthy.</p>\n"
                               : fmt::format("<p class=\"bad\">Not healthy: {}.</p>\n",
                                             escape_html(health.reason));
  if (overview.paused) {
    text +=
        "<p class=\"bad\">Paused: no DDL and no replication job starts until "
        "<code>srsyncctl resume</code>.</p>\n";
  }
  if (!overview.progress.observed) {
    text +=
        "<p class=\"note\">The clusters have not been read completely yet: the figures are a "
        "part.</p>\n";
  }
  return text;
}

std::string counts(const Overview& overview) {
  const core::Progress& p = overview.progress;
  std::vector<Row> rows;
  for (const Side side : kSides) {
    const ClusterLine& cluster = overview.cluster(side);
    rows.push_back({std::string(side_name(side)) + " cluster",
                    fmt::format("{}, {} {}{}", cluster.up ? "answers" : "does not answer",
                                cluster.version, cluster.run_mode,
                                cluster.suspicious
                                    ? "; shows far fewer objects than before, so nothing is dropped"
                                    : "")});
  }
  rows.push_back({"tables", fmt::format("{} in sync, {} running, {} pending, {} blocked, of {}; {} "
                                        "were synchronised at least once",
                                        p.in_sync_tables, p.running_tables, p.pending_tables,
                                        p.blocked_tables, p.tables, p.finished_tables)});
  rows.push_back({"partitions", fmt::format("{} of {} in sync, {} behind", p.partitions_in_sync,
                                            p.partitions, size_text(p.bytes_behind))});
  rows.push_back({"lag", overview.lag_ms() == 0
                             ? "none"
                             : fmt::format("{} ({})", duration_text(overview.lag_ms()),
                                           core::to_string(p.behind_longest))});
  rows.push_back({"views", fmt::format("{} of {} equal", p.finished_views, p.views)});
  rows.push_back(
      {"replication jobs",
       fmt::format("{} running, {} sent, {} waiting; {} finished and {} failed in this "
                   "journal",
                   p.jobs_running, p.jobs_sent, p.jobs_pending, p.jobs_finished, p.jobs_failed)});
  rows.push_back({"DDL", fmt::format("{} running, {} waiting", p.ddl_running, p.ddl_pending)});
  rows.push_back(
      {"journal", fmt::format("{}, event {}", overview.journal_id, overview.applied.value())});
  return html_table({}, rows, rows.size());
}

std::string held_drops(const core::DropsHeld& hold) {
  std::vector<Row> rows;
  for (std::size_t i = 0; i < std::min(kRowsMax, hold.drops.size()); ++i) {
    rows.push_back({driver::name_of(hold.drops[i].name), hold.drops[i].reason});
  }
  return fmt::format(
             "<h2 class=\"bad\">Drops that wait for you: {}</h2>\n<p>{}. To allow exactly these: "
             "<code>srsyncctl confirm {}</code></p>\n",
             hold.drops.size(), escape_html(hold.reason), escape_html(hold.token)) +
         html_table({"to be dropped on the target", "why"}, rows, hold.drops.size());
}

std::string running(const Overview& overview) {
  std::vector<Row> rows;
  const auto add = [&](const core::TableName& name, std::string what, WallTime since,
                       bool in_doubt) {
    if (rows.size() >= kRowsMax) return;
    if (in_doubt) what += "; its outcome is in doubt, the target is asked";
    rows.push_back(
        {driver::name_of(name), std::move(what), duration_text(overview.at.ms() - since.ms())});
  };
  for (const auto& ddl : overview.ddl) add(ddl.name, "DDL: " + ddl.reason, ddl.since, ddl.in_doubt);
  for (const auto& job : overview.jobs) {
    add(job.table,
        fmt::format("replication, {}; {} partition{}, {}", job.phase, job.partitions,
                    job.partitions == 1 ? "" : "s", size_text(job.bytes)),
        job.since, job.in_doubt);
  }
  const std::size_t total = overview.ddl_total + overview.jobs_total;
  if (total == 0) return "<h2>Under way</h2>\n<p class=\"note\">nothing</p>\n";
  return fmt::format("<h2>Under way: {}</h2>\n", total) +
         html_table({"table", "what", "for"}, rows, total);
}

std::string not_covered(const Detail& detail) {
  std::vector<Row> rows;
  for (std::size_t i = 0; i < std::min(kRowsMax, detail.coverage.size()); ++i) {
    const auto& object = detail.coverage[i];
    rows.push_back({object.kind, driver::name_of(object.name), object.reason});
  }
  if (rows.empty()) return {};
  return fmt::format("<h2>Blocked or left out: {}</h2>\n", detail.coverage.size()) +
         html_table({"kind", "name", "why"}, rows, detail.coverage.size());
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string status_page(const Overview* overview, const Detail* detail, const Health& health,
                        const std::vector<std::string>& troubles) {
  std::string text = kHead;
  text += "<h1>srsync</h1>\n";
  if (overview == nullptr) return text + "<p class=\"note\">Starting.</p></body></html>\n";
  text += state_lines(*overview, health);
  text += counts(*overview);
  if (overview->hold) text += held_drops(*overview->hold);
  text += running(*overview);
  text += detail == nullptr ? "<p class=\"note\">What is blocked is being looked up.</p>\n"
                            : not_covered(*detail);
  if (!troubles.empty()) {
    std::vector<Row> rows;
    for (const auto& trouble : troubles) rows.push_back({trouble});
    text += "<h2>Trouble lately, tried again</h2>\n" + html_table({"what"}, rows, rows.size());
  }
  text += fmt::format("<p class=\"note\">{}</p></body></html>\n", escape_html(overview->version));
  return text;
}

}  // namespace srsync::admin
