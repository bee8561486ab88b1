#include "admin/metrics.h"

#include <fmt/format.h>

#include <initializer_list>

namespace srsync::admin {
namespace {

struct Sample {
  std::string labels;  // "status=\"blocked\"", or empty
  double value = 0;
};

class Text {
 public:
  void gauge(std::string_view name, std::string_view help, std::initializer_list<Sample> samples) {
    add(name, "gauge", help, samples);
  }
  void counter(std::string_view name, std::string_view help,
               std::initializer_list<Sample> samples) {
    add(name, "counter", help, samples);
  }
  std::string take() { return std::move(text_); }

 private:
  void add(std::string_view name, std::string_view type, std::string_view help,
           std::initializer_list<Sample> samples) {
    text_ += fmt::format("# HELP srsync_{0} {1}\n# TYPE srsync_{0} {2}\n", name, help, type);
    for (const auto& sample : samples) {
      const std::string labels = sample.labels.empty() ? "" : "{" + sample.labels + "}";
      text_ += fmt::format("srsync_{}{} {}\n", name, labels, sample.value);
    }
  }

  std::string text_;
};

double number(bool value) { return value ? 1 : 0; }
template <typename T>
double number(T value) {
  return static_cast<double>(value);
}

void add_tables(const core::Progress& p, Text& text) {
  text.gauge("tables", "Tables in scope by what is to be done for them.",
             {{"status=\"in_sync\"", number(p.in_sync_tables)},
              {"status=\"running\"", number(p.running_tables)},
              {"status=\"pending\"", number(p.pending_tables)},
              {"status=\"blocked\"", number(p.blocked_tables)}});
  text.gauge("tables_behind", "Tables whose data on the source is newer than on the target.",
             {{"", number(p.expired_tables)}});
  text.gauge("tables_never_synchronised", "Tables that were not copied in full even once.",
             {{"", number(p.tables - p.finished_tables)}});
  text.gauge("views", "Views and materialized views in scope.",
             {{"status=\"equal\"", number(p.finished_views)},
              {"status=\"other\"", number(p.views - p.finished_views)}});
  text.gauge("objects_not_carried", "Objects in scope of kinds that are not carried.",
             {{"", number(p.unsupported_objects)}});
  text.gauge("partitions", "Partitions of the tables in scope on the source.",
             {{"", number(p.partitions)}});
  text.gauge("partitions_in_sync", "Those of them that are equal on the target.",
             {{"", number(p.partitions_in_sync)}});
  text.gauge("bytes_behind", "Size on the source of the partitions that are not equal.",
             {{"", number(p.bytes_behind)}});
}

void add_work(const core::Progress& p, Text& text) {
  text.gauge("jobs", "Replication jobs under way or waiting.",
             {{"state=\"pending\"", number(p.jobs_pending)},
              {"state=\"sent\"", number(p.jobs_sent)},
              {"state=\"running\"", number(p.jobs_running)}});
  text.counter("jobs_finished_total", "Replication jobs that ended well, in this journal.",
               {{"", number(p.jobs_finished)}});
  text.counter("jobs_failed_total", "Replication jobs that failed, in this journal.",
               {{"", number(p.jobs_failed)}});
  text.gauge(
      "ddl", "Pieces of DDL under way or waiting.",
      {{"state=\"pending\"", number(p.ddl_pending)}, {"state=\"running\"", number(p.ddl_running)}});
}

}  // namespace

std::string label_value(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == '"') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out;
}

std::string metrics_text(const Overview& overview, const Health& health) {
  Text text;
  text.gauge("info", "Version of srsyncd and id of its journal.",
             {{fmt::format("version=\"{}\",journal=\"{}\"", label_value(overview.version),
                           label_value(overview.journal_id)),
               1}});
  text.gauge("healthy", "1 while the loop moves and both clusters answer.",
             {{"", number(health.ok)}});
  text.gauge("cluster_up", "1 while the cluster answers.",
             {{"cluster=\"source\"", number(overview.cluster(Side::kSource).up)},
              {"cluster=\"target\"", number(overview.cluster(Side::kTarget).up)}});
  text.gauge("observed", "1 once both clusters were read completely; figures are a part before.",
             {{"", number(overview.progress.observed)}});
  text.gauge("paused", "1 while an operator has paused it.", {{"", number(overview.paused)}});
  add_tables(overview.progress, text);
  text.gauge("lag_seconds",
             "How long the table that is behind for the longest is behind; tables that the target "
             "does not have yet do not count.",
             {{"", number(overview.lag_ms()) / 1'000}});
  add_work(overview.progress, text);
  text.gauge("held_drops", "Drops that wait for an operator.",
             {{"", overview.hold ? number(overview.hold->drops.size()) : 0}});
  text.counter("journal_sequence", "Number of the last event in the journal.",
               {{"", number(overview.applied.value())}});
  return text.take();
}

}  // namespace srsync::admin
