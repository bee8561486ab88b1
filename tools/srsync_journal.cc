// srsync-journal: looks into a journal. A thin command line around src/inspect.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <optional>
#include <string>

#include "inspect/inspect.h"
#include "journal/reader.h"

namespace srsync {
namespace {

constexpr int kExitOk = 0;
constexpr int kExitFound = 1;    // the journal is damaged or not sound
constexpr int kExitRefused = 2;  // wrong usage, or nothing to look into

struct Arguments {
  std::string dir;
  bool json = false;
  std::uint64_t from = 1;
  std::uint64_t to = UINT64_MAX;
  std::uint64_t at = UINT64_MAX;
  std::string table;
  std::string kind;
};

inspect::Output make_output(const Arguments& arguments) {
  inspect::Output out;
  out.format = arguments.json ? inspect::Format::kJson : inspect::Format::kText;
  out.colour = isatty(STDOUT_FILENO) == 1;
  out.line = [](std::string_view line) {
    std::fwrite(line.data(), 1, line.size(), stdout);
    std::fputc('\n', stdout);
  };
  return out;
}

// Failures go to standard error, so that what was printed before stays clean.
int complain(const Status& status, int exit_code) {
  std::fflush(stdout);
  fmt::print(stderr, "srsync-journal: {}\n", status.to_string());
  return exit_code;
}

int complain_damage(const Status& status) {
  return complain(status.with_context("stopped"), kExitFound);
}

int run_dump(const journal::JournalReader& reader, const Arguments& arguments,
             const std::optional<core::TableName>& table) {
  const inspect::DumpFilter filter{EventSeq(arguments.from), EventSeq(arguments.to), table,
                                   arguments.kind};
  const Status status = inspect::dump(reader, filter, make_output(arguments));
  return status.is_ok() ? kExitOk : complain_damage(status);
}

int run_state(const journal::JournalReader& reader, const Arguments& arguments,
              const std::optional<core::TableName>& table) {
  const Result<core::State> state = inspect::state_at(reader, EventSeq(arguments.at));
  if (!state.is_ok()) return complain_damage(state.status());
  inspect::print_state(*state, table, make_output(arguments));
  return kExitOk;
}

int run_verify(const journal::JournalReader& reader, const Arguments& arguments) {
  const bool show = isatty(STDERR_FILENO) == 1;
  const inspect::VerifyReport report =
      inspect::verify(reader, [show, last = reader.last_seq()](EventSeq at) {
        if (show) fmt::print(stderr, "\r{} of {} events", at.value(), last.value());
      });
  if (show) fmt::print(stderr, "\r\x1b[K");
  inspect::print_verify(report, make_output(arguments));
  return report.sound() ? kExitOk : kExitFound;
}

int run_stats(const journal::JournalReader& reader, const Arguments& arguments) {
  inspect::Stats stats;
  const Status status =
      inspect::collect_stats(reader, EventSeq(arguments.from), EventSeq(arguments.to), stats);
  inspect::print_stats(stats, make_output(arguments));
  return status.is_ok() ? kExitOk : complain_damage(status);
}

int run(const std::string& verb, const Arguments& arguments) {
  std::optional<core::TableName> table;
  if (!arguments.table.empty()) {
    const Result<core::TableName> parsed = inspect::parse_table(arguments.table);
    if (!parsed.is_ok()) return complain(parsed.status(), kExitRefused);
    table = *parsed;
  }
  const auto opened = journal::JournalReader::open(arguments.dir);
  if (!opened.is_ok()) {
    const bool damaged = opened.status().code() == Code::kCorruption;
    return complain(opened.status(), damaged ? kExitFound : kExitRefused);
  }
  const journal::JournalReader& reader = **opened;
  for (const Status& damage : reader.damage()) {
    complain(damage.with_context("damaged, showing what is left"), kExitFound);
  }
  const int exit_code = verb == "dump"     ? run_dump(reader, arguments, table)
                        : verb == "state"  ? run_state(reader, arguments, table)
                        : verb == "verify" ? run_verify(reader, arguments)
                                           : run_stats(reader, arguments);
  return exit_code == kExitOk && !reader.damage().empty() ? kExitFound : exit_code;
}

constexpr const char* kFooter = R"(
A journal is read as it was durable when the command started. No lock is taken and nothing is
written, so a running srsyncd is not disturbed; a copy of the directory serves as well. What is
damaged is shown up to the damage, followed by where and why it stops.

Exit status:
  0  done; for verify: the journal is sound
  1  the journal is damaged or not sound
  2  wrong usage, no journal there, or one of a newer version

Examples:
  srsync-journal dump /var/lib/srsync/journal --from 1000 --to 1100
  srsync-journal dump /var/lib/srsync/journal --table shop.orders --kind ReplicationFailed
  srsync-journal dump /var/lib/srsync/journal --json | jq -r 'select(.kind=="DdlFailed").text'
  srsync-journal state /var/lib/srsync/journal --table shop
  srsync-journal state /var/lib/srsync/journal --at 4711 --json
  srsync-journal verify /var/lib/srsync/journal
  srsync-journal stats /var/lib/srsync/journal
)";

void add_common(CLI::App& verb, Arguments& arguments) {
  verb.add_option("dir", arguments.dir, "The journal's directory (srsyncd --journal)")
      ->required()
      ->type_name("DIR");
  verb.add_flag("--json", arguments.json, "One JSON object per line instead of text");
}

void add_range(CLI::App& verb, Arguments& arguments) {
  verb.add_option("--from", arguments.from, "First event, by its number (default: the first)")
      ->type_name("N");
  verb.add_option("--to", arguments.to, "Last event, included (default: the last)")->type_name("N");
}

void add_table(CLI::App& verb, Arguments& arguments) {
  verb.add_option("--table", arguments.table, "Only this table, or this database")
      ->type_name("DB.TABLE");
}

int main_without_exceptions(int argc, char** argv) {
  Arguments arguments;
  CLI::App app(
      "Looks into srsync's journal: what happened, what was known, whether it holds together.",
      "srsync-journal");
  app.footer(kFooter);
  app.require_subcommand(1);
  CLI::App& dump = *app.add_subcommand(
      "dump", "What happened: one line per event, number, time (UTC), fact, table");
  add_common(dump, arguments);
  add_range(dump, arguments);
  add_table(dump, arguments);
  dump.add_option("--kind", arguments.kind, "Only facts of this name, e.g. DdlStarted")
      ->type_name("FACT");
  CLI::App& state = *app.add_subcommand(
      "state", "What srsync knew: clusters, jobs, and per table its stage, attempts, last error");
  add_common(state, arguments);
  add_table(state, arguments);
  state.add_option("--at", arguments.at, "After this event (default: the last)")->type_name("N");
  add_common(
      *app.add_subcommand(
          "verify",
          "Proves it: chain, gaps, checkpoints against the refold, effects against the plan"),
      arguments);
  CLI::App& stats = *app.add_subcommand(
      "stats", "How much of what: events and bytes per kind, rates, retries, slowest tables");
  add_common(stats, arguments);
  add_range(stats, arguments);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kExitOk : kExitRefused;
  }
  return run(app.get_subcommands().front()->get_name(), arguments);
}

}  // namespace
}  // namespace srsync

int main(int argc, char** argv) { return srsync::main_without_exceptions(argc, argv); }
