#include "admin/ctl_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <sstream>

#include "base/amounts.h"
#include "base/text_table.h"

namespace srsync::admin {
namespace {

using Json = nlohmann::ordered_json;
using Rows = std::vector<std::vector<std::string>>;

constexpr std::string_view kRed = "\033[31m";
constexpr std::string_view kGreen = "\033[32m";
constexpr std::string_view kYellow = "\033[33m";
constexpr std::string_view kBold = "\033[1m";
constexpr std::string_view kOff = "\033[0m";

std::string text(const Json& json, const char* key) { return json.at(key).get<std::string>(); }
std::int64_t number(const Json& json, const char* key) { return json.at(key).get<std::int64_t>(); }
bool flag(const Json& json, const char* key) { return json.at(key).get<bool>(); }

// Names come from clusters: what a terminal would take for a command is shown as a question mark.
std::string harmless(std::string line) {
  for (char& c : line) {
    if (static_cast<unsigned char>(c) < ' ' || c == 127) c = '?';
  }
  return line;
}

// Colours come after the alignment, which counts characters.
std::string coloured(const Rows& rows, const std::vector<std::string_view>& colours, bool on) {
  std::istringstream lines(aligned(rows, ""));
  std::string out;
  std::size_t row = 0;
  for (std::string line; std::getline(lines, line); ++row) {
    line = harmless(std::move(line));
    const bool paint = on && row < colours.size() && !colours[row].empty();
    out += paint ? fmt::format("{}{}{}\n", colours[row], line, kOff) : line + "\n";
  }
  return out;
}

std::string_view colour_of(const std::string& status) {
  if (status == "in sync") return kGreen;
  if (status == "blocked") return kRed;
  return status == "running" ? kYellow : std::string_view();
}

class Lines {
 public:
  void add(std::string name, std::string value, std::string_view colour = {}) {
    rows_.push_back({std::move(name), std::move(value)});
    colours_.push_back(colour);
  }
  std::string take(bool colours) const { return coloured(rows_, colours_, colours); }

 private:
  Rows rows_;
  std::vector<std::string_view> colours_;
};

void add_clusters(const Json& status, Lines& lines) {
  for (const char* side : {"source", "target"}) {
    const Json& cluster = status.at("clusters").at(side);
    const bool up = flag(cluster, "up");
    std::string value = fmt::format("{}, {} {}", up ? "answers" : "does not answer",
                                    text(cluster, "version"), text(cluster, "run_mode"));
    if (flag(cluster, "suspicious")) {
      value +=
          "; shows far fewer objects than before, so nothing is dropped: srsyncctl retry when "
          "that is right";
    }
    lines.add(side, std::move(value), up ? std::string_view() : kRed);
  }
}

void add_counts(const Json& status, Lines& lines) {
  const Json& t = status.at("tables");
  lines.add("tables",
            fmt::format("{} in sync, {} running, {} pending, {} blocked, of {}; {} were "
                        "synchronised at least once",
                        number(t, "in_sync"), number(t, "running"), number(t, "pending"),
                        number(t, "blocked"), number(t, "total"), number(t, "synchronised_once")),
            number(t, "blocked") > 0 ? kYellow : std::string_view());
  const Json& p = status.at("partitions");
  lines.add("partitions",
            fmt::format("{} of {} in sync, {} behind", number(p, "in_sync"), number(p, "total"),
                        size_text(number(status, "bytes_behind"))));
  const std::int64_t lag = number(status, "lag_ms");
  lines.add("lag", lag == 0
                       ? "none"
                       : fmt::format("{} ({})", duration_text(lag), text(status, "lag_table")));
  const Json& views = status.at("views");
  lines.add("views", fmt::format("{} of {} equal", number(views, "equal"), number(views, "total")));
  const Json& jobs = status.at("jobs");
  lines.add("jobs",
            fmt::format("{} running, {} sent, {} waiting; {} finished and {} failed in this "
                        "journal",
                        number(jobs, "running"), number(jobs, "sent"), number(jobs, "pending"),
                        number(jobs, "finished"), number(jobs, "failed")));
  const Json& ddl = status.at("ddl");
  lines.add("ddl",
            fmt::format("{} running, {} waiting", number(ddl, "running"), number(ddl, "pending")));
  const std::int64_t others = number(status, "objects_not_carried");
  if (others > 0) lines.add("not carried", fmt::format("{}: srsyncctl coverage", others));
}

std::string held_text(const Json& hold, bool colours) {
  Rows rows;
  for (const auto& drop : hold.at("drops"))
    rows.push_back({text(drop, "name"), text(drop, "reason")});
  const std::int64_t count = number(hold, "count");
  const std::string head =
      harmless(fmt::format("{} drop{} for you ({}). To allow exactly {}: srsyncctl confirm {}",
                           count, count == 1 ? " waits" : "s wait", text(hold, "reason"),
                           count == 1 ? "it" : "these", text(hold, "token")));
  std::string out = colours ? fmt::format("{}{}{}\n", kRed, head, kOff) : head + "\n";
  for (auto& row : rows) row.front() = "  " + row.front();
  out += coloured(rows, {}, false);
  const auto shown = static_cast<std::int64_t>(rows.size());
  if (count > shown) out += fmt::format("  and {} more\n", count - shown);
  return out;
}

}  // namespace

std::string status_text(const Json& status, bool colours) {
  Lines lines;
  lines.add("srsync", fmt::format("{}, journal {} at event {}", text(status, "version"),
                                  text(status, "journal_id"), number(status, "journal_sequence")));
  const bool healthy = flag(status, "healthy");
  lines.add("health", healthy ? "healthy" : "not healthy: " + text(status, "health_reason"),
            healthy ? kGreen : kRed);
  if (flag(status, "paused")) {
    lines.add("paused", "no DDL and no replication job starts until srsyncctl resume", kYellow);
  }
  if (!flag(status, "observed")) {
    lines.add("note", "the clusters have not been read completely yet: the figures are a part");
  }
  add_clusters(status, lines);
  add_counts(status, lines);
  for (const auto& trouble : status.at("troubles")) {
    lines.add("trouble", trouble.get<std::string>(), kYellow);
  }
  std::string out = lines.take(colours);
  const Json& hold = status.at("held_drops");
  return hold.is_null() ? out : out + held_text(hold, colours);
}

std::string tables_text(const Json& tables, bool colours) {
  Rows rows = {{"TABLE", "STATUS", "PARTITIONS", "BEHIND", "FOR", "WHY"}};
  std::vector<std::string_view> paint = {kBold};
  for (const auto& table : tables.at("tables")) {
    const std::string status = text(table, "status");
    const bool behind = flag(table, "behind");
    std::string why = text(table, "reason");
    const std::string error = text(table, "last_error");
    if (!error.empty() && why.find(error) == std::string::npos) {
      why += (why.empty() ? "" : "; ") + error;
    }
    const std::int64_t for_ms = number(table, "behind_ms");
    rows.push_back(
        {text(table, "name"), status,
         fmt::format("{}/{}", number(table, "partitions_in_sync"), number(table, "partitions")),
         behind ? size_text(number(table, "bytes_behind")) : "-",
         for_ms > 0 ? duration_text(for_ms) : "-", why});
    paint.push_back(colour_of(status));
  }
  return coloured(rows, paint, colours);
}

std::string jobs_text(const Json& jobs, bool colours) {
  Rows rows = {{"TABLE", "WHAT", "FOR", "PARTITIONS", "SIZE", "ID"}};
  const auto doubt = [](const Json& row) { return flag(row, "in_doubt") ? " (in doubt)" : ""; };
  for (const auto& ddl : jobs.at("ddl")) {
    rows.push_back({text(ddl, "name"), "DDL: " + text(ddl, "reason") + doubt(ddl),
                    duration_text(number(ddl, "for_ms")), "", "", text(ddl, "key")});
  }
  for (const auto& job : jobs.at("jobs")) {
    rows.push_back({text(job, "table"), text(job, "phase") + doubt(job),
                    duration_text(number(job, "for_ms")), std::to_string(number(job, "partitions")),
                    size_text(number(job, "bytes")), text(job, "job")});
  }
  if (rows.size() == 1) return "nothing is under way\n";
  const std::int64_t total = number(jobs, "jobs_total") + number(jobs, "ddl_total");
  std::string out = coloured(rows, {kBold}, colours);
  const auto shown = static_cast<std::int64_t>(rows.size()) - 1;
  if (total > shown) out += fmt::format("and {} more\n", total - shown);
  return out;
}

std::string coverage_text(const Json& coverage, bool colours) {
  Rows rows = {{"KIND", "NAME", "WHY"}};
  for (const auto& object : coverage.at("objects")) {
    rows.push_back({text(object, "kind"), text(object, "name"), text(object, "reason")});
  }
  std::string out = rows.size() == 1
                        ? "every table and view of the source is, or is being, synchronised\n"
                        : coloured(rows, {kBold}, colours);
  return out +
         fmt::format("not looked at: {}\n",
                     fmt::join(coverage.at("never_listed").get<std::vector<std::string>>(), "; "));
}

}  // namespace srsync::admin
