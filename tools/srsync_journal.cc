// srsync-journal: looks into a journal. A thin command line around src/inspect.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "inspect/archive.h"
#include "inspect/history.h"
#include "inspect/inspect.h"
#include "journal/reader.h"
#include "srsync_journal_help.h"

namespace srsync {
namespace {

constexpr int kExitOk = 0;
constexpr int kExitFound = 1;    // the journal is damaged or not sound
constexpr int kExitRefused = 2;  // wrong usage, or nothing to look into

constexpr std::chrono::milliseconds kFollowEvery{500};

struct Arguments {
  std::string dir;
  bool json = false;
  std::string from;
  std::string to;
  std::string at;
  std::string table;
  std::string kind;
  std::uint64_t lines = 20;
  bool follow = false;
  std::size_t links = 40;
  double speed = 0;
  std::vector<std::string> set;
  bool redact = false;
  std::string file;
};

void print_line(std::string_view line) {
  std::fwrite(line.data(), 1, line.size(), stdout);
  std::fputc('\n', stdout);
}

inspect::Output make_output(const Arguments& arguments) {
  inspect::Output out;
  out.format = arguments.json ? inspect::Format::kJson : inspect::Format::kText;
  out.colour = isatty(STDOUT_FILENO) == 1;
  out.line = print_line;
  return out;
}

// Failures go to standard error, so that what was printed before stays clean.
int complain(const Status& status, int exit_code) {
  std::fflush(stdout);
  fmt::print(stderr, "srsync-journal: {}\n", status.to_string());
  return exit_code;
}

// Damage stops; a question that cannot be answered was a wrong one.
int end_with(const Status& status) {
  if (status.is_ok()) return kExitOk;
  const bool asked_wrong =
      status.code() == Code::kInvalidArgument || status.code() == Code::kNotFound;
  if (asked_wrong) return complain(status, kExitRefused);
  return complain(status.with_context("stopped"), kExitFound);
}

// On a terminal, how far a long reading is.
class ProgressLine {
 public:
  explicit ProgressLine(EventSeq last)
      : show_(isatty(STDERR_FILENO) == 1 && isatty(STDOUT_FILENO) == 0), last_(last) {}
  // Where results go to the same terminal, the line is shown as well: for verbs that print late.
  ProgressLine(EventSeq last, bool /*prints_late*/)
      : show_(isatty(STDERR_FILENO) == 1), last_(last) {}
  ~ProgressLine() { clear(); }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  inspect::Progress callback() {
    return [this](EventSeq at) {
      if (!show_) return;
      shown_ = true;
      fmt::print(stderr, "\r{} of {} events", at.value(), last_.value());
    };
  }
  void clear() {
    if (shown_) fmt::print(stderr, "\r\x1b[K");
    shown_ = false;
  }

 private:
  const bool show_;
  const EventSeq last_;
  bool shown_ = false;
};

using Table = std::optional<core::TableName>;

Result<EventSeq> resolve(const journal::JournalReader& reader, const std::string& text, bool first,
                         EventSeq otherwise) {
  if (text.empty()) return otherwise;
  inspect::Point point;
  SRSYNC_ASSIGN_OR_RETURN(point, inspect::parse_point(text));
  return first ? inspect::first_event_from(reader, point)
               : inspect::last_event_until(reader, point);
}

Status make_filter(const journal::JournalReader& reader, const Arguments& arguments,
                   const Table& table, inspect::DumpFilter& filter) {
  SRSYNC_ASSIGN_OR_RETURN(filter.from, resolve(reader, arguments.from, true, EventSeq(1)));
  SRSYNC_ASSIGN_OR_RETURN(filter.to, resolve(reader, arguments.to, false, inspect::kLastEvent));
  filter.table = table;
  filter.kind = arguments.kind;
  return Status::ok();
}

int run_dump(const journal::JournalReader& reader, const Arguments& arguments, const Table& table) {
  inspect::DumpFilter filter;
  const Status made = make_filter(reader, arguments, table, filter);
  if (!made.is_ok()) return end_with(made);
  return end_with(inspect::dump(reader, filter, make_output(arguments)));
}

int run_tail(const journal::JournalReader& reader, const Arguments& arguments, const Table& table) {
  inspect::DumpFilter filter;
  filter.table = table;
  filter.kind = arguments.kind;
  const std::uint64_t last = reader.last_seq().value();
  filter.from = EventSeq(last > arguments.lines ? last - arguments.lines + 1 : 1);
  core::State state;
  Status status = inspect::dump(reader, filter, make_output(arguments), &state);
  EventSeq seen = reader.last_seq();
  while (status.is_ok() && arguments.follow) {
    std::fflush(stdout);
    std::this_thread::sleep_for(kFollowEvery);
    const auto acknowledged = journal::JournalReader::acknowledged(arguments.dir);
    if (acknowledged.has_value() && *acknowledged <= seen) continue;
    const auto opened = journal::JournalReader::open(arguments.dir);
    if (!opened.is_ok()) return end_with(opened.status());
    filter.from = seen.next();
    status = inspect::dump(**opened, filter, make_output(arguments), &state);
    seen = std::max(seen, (*opened)->last_seq());
  }
  return end_with(status);
}

int run_state(const journal::JournalReader& reader, const Arguments& arguments,
              const Table& table) {
  const Result<EventSeq> at = resolve(reader, arguments.at, false, inspect::kLastEvent);
  if (!at.is_ok()) return end_with(at.status());
  const Result<core::State> state = inspect::state_at(reader, *at);
  if (!state.is_ok()) return end_with(state.status());
  inspect::print_state(*state, table, make_output(arguments));
  return kExitOk;
}

int run_diff(const journal::JournalReader& reader, const Arguments& arguments, const Table& table) {
  const Result<EventSeq> from = resolve(reader, arguments.from, false, EventSeq());
  if (!from.is_ok()) return end_with(from.status());
  const Result<EventSeq> to = resolve(reader, arguments.to, false, inspect::kLastEvent);
  if (!to.is_ok()) return end_with(to.status());
  return end_with(inspect::diff(reader, *from, *to, table, make_output(arguments)));
}

int run_why(const journal::JournalReader& reader, const Arguments& arguments, const Table& table) {
  const Result<EventSeq> at = resolve(reader, arguments.at, false, inspect::kLastEvent);
  if (!at.is_ok()) return end_with(at.status());
  ProgressLine progress(reader.last_seq(), true);
  inspect::Output out = make_output(arguments);
  out.line = [&progress](std::string_view line) {
    progress.clear();
    print_line(line);
  };
  return end_with(inspect::why(reader, {*table, *at, arguments.links}, out, progress.callback()));
}

int run_verify(const journal::JournalReader& reader, const Arguments& arguments) {
  ProgressLine progress(reader.last_seq(), true);
  const inspect::VerifyReport report = inspect::verify(reader, progress.callback());
  progress.clear();
  inspect::print_verify(report, make_output(arguments));
  return report.sound() ? kExitOk : kExitFound;
}

int run_replay(const journal::JournalReader& reader, const Arguments& arguments) {
  inspect::ReplayOptions options;
  const Result<EventSeq> to = resolve(reader, arguments.to, false, inspect::kLastEvent);
  if (!to.is_ok()) return end_with(to.status());
  options.to = *to;
  for (const std::string& set : arguments.set) {
    const std::size_t equals = set.find('=');
    if (equals == 0 || equals == std::string::npos) {
      return end_with(invalid_argument(fmt::format("--set {}: a key and a value are needed", set),
                                       "write --set key=value, with a key of sync.properties"));
    }
    options.settings[set.substr(0, equals)] = set.substr(equals + 1);
  }
  if (arguments.speed > 0) {
    options.wait = [speed = arguments.speed](std::int64_t ms) {
      std::fflush(stdout);
      std::this_thread::sleep_for(
          std::chrono::milliseconds(static_cast<std::int64_t>(static_cast<double>(ms) / speed)));
    };
  }
  ProgressLine progress(reader.last_seq());
  const auto report = inspect::replay(reader, options, make_output(arguments), progress.callback());
  progress.clear();
  if (!report.is_ok()) return end_with(report.status());
  if (!arguments.json) {
    print_line(options.settings.empty()
                   ? fmt::format("{} decisions", report->decisions)
                   : fmt::format("{} decisions recorded; {} of them would not have been taken, {} "
                                 "others would",
                                 report->decisions, report->not_taken, report->instead));
  }
  return kExitOk;
}

int run_stats(const journal::JournalReader& reader, const Arguments& arguments) {
  inspect::DumpFilter range;
  const Status made = make_filter(reader, arguments, std::nullopt, range);
  if (!made.is_ok()) return end_with(made);
  inspect::Stats stats;
  const Status status = inspect::collect_stats(reader, range.from, range.to, stats);
  std::error_code ignored;
  for (const auto& file : std::filesystem::directory_iterator(arguments.dir, ignored)) {
    const auto size = file.file_size(ignored);
    if (!ignored) stats.disk_bytes += size;
  }
  inspect::print_stats(stats, make_output(arguments));
  return end_with(status);
}

int run_export(const journal::JournalReader& reader, const Arguments& arguments) {
  ProgressLine progress(reader.last_seq());
  const Status status =
      inspect::export_archive(reader, {arguments.redact}, print_line, progress.callback());
  progress.clear();
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    return complain(unavailable("the archive could not be written"), kExitFound);
  }
  return end_with(status);
}

int run_import(const Arguments& arguments) {
  std::ifstream file;
  const bool from_stdin = arguments.file == "-";
  if (!from_stdin) {
    file.open(arguments.file);
    if (!file) {
      return complain(not_found(fmt::format("{} cannot be read", arguments.file)), kExitRefused);
    }
  }
  std::istream& in = from_stdin ? std::cin : file;
  const Status status = inspect::import_archive(arguments.dir, [&in](std::string& line) {
    return static_cast<bool>(std::getline(in, line));
  });
  if (status.code() == Code::kRejected) return complain(status, kExitRefused);
  return end_with(status);
}

int run_on(const std::string& verb, const journal::JournalReader& reader,
           const Arguments& arguments, const Table& table) {
  if (verb == "dump") return run_dump(reader, arguments, table);
  if (verb == "tail") return run_tail(reader, arguments, table);
  if (verb == "state") return run_state(reader, arguments, table);
  if (verb == "diff") return run_diff(reader, arguments, table);
  if (verb == "why") return run_why(reader, arguments, table);
  if (verb == "verify") return run_verify(reader, arguments);
  if (verb == "replay") return run_replay(reader, arguments);
  if (verb == "export") return run_export(reader, arguments);
  return run_stats(reader, arguments);
}

int run(const std::string& verb, const Arguments& arguments) {
  if (verb == "import") return run_import(arguments);
  Table table;
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
  const int exit_code = run_on(verb, reader, arguments, table);
  return exit_code == kExitOk && !reader.damage().empty() ? kExitFound : exit_code;
}

// --- command line
// ---------------------------------------------------------------------------------

class CommandLine {
 public:
  CommandLine() : app_(help::kProgram, "srsync-journal") {
    app_.footer(help::kProgramFooter);
    app_.require_subcommand(1);
    CLI::App& dump = verb("dump", help::kDump, help::kDumpFooter);
    add_range(dump);
    add_filter(dump);
    CLI::App& tail = verb("tail", help::kTail, help::kTailFooter);
    tail.add_option("-n,--lines", arguments_.lines, "How many of the last events (default: 20)")
        ->type_name("N");
    tail.add_flag("-f,--follow", arguments_.follow,
                  "Go on with what is appended, until interrupted");
    add_filter(tail);
    CLI::App& state = verb("state", help::kState, help::kStateFooter);
    add_table(state);
    add_at(state);
    CLI::App& diff = verb("diff", help::kDiff, help::kDiffFooter);
    diff.add_option("a", arguments_.from, "The earlier point: an event's number, or a time")
        ->required()
        ->type_name("A");
    diff.add_option("b", arguments_.to, "The later point (default: the last event)")
        ->type_name("B");
    add_table(diff);
    CLI::App& why = verb("why", help::kWhy, help::kWhyFooter);
    why.add_option("table", arguments_.table, "The table")->required()->type_name("DB.TABLE");
    why.add_option("--links", arguments_.links, "How many links of the chain (default: 40; 0: all)")
        ->type_name("N");
    add_at(why);
    verb("verify", help::kVerify, help::kVerifyFooter);
    CLI::App& replay = verb("replay", help::kReplay, help::kReplayFooter);
    replay
        .add_option("--speed", arguments_.speed,
                    "Print at N times the pace of the history (default: at once)")
        ->type_name("N");
    replay.add_option("--set", arguments_.set, "Another setting for the whole history, repeatable")
        ->type_name("KEY=VALUE");
    replay.add_option("--to", arguments_.to, "Up to this event or time")->type_name("POINT");
    add_range(verb("stats", help::kStats, help::kStatsFooter));
    CLI::App& exported = verb("export", help::kExport, help::kExportFooter);
    exported.add_flag("--redact", arguments_.redact, "Hash names, strip literals in SQL");
    CLI::App& imported = verb("import", help::kImport, help::kImportFooter);
    imported.add_option("file", arguments_.file, "The archive; - for standard input")
        ->required()
        ->type_name("FILE");
  }

  int main(int argc, char** argv) {
    try {
      app_.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
      return app_.exit(error) == 0 ? kExitOk : kExitRefused;
    }
    return run(app_.get_subcommands().front()->get_name(), arguments_);
  }

 private:
  CLI::App& verb(const std::string& name, const char* text, const char* footer) {
    CLI::App& verb = *app_.add_subcommand(name, text);
    verb.footer(footer);
    verb.add_option("dir", arguments_.dir, "The journal's directory (srsyncd --journal)")
        ->required()
        ->type_name("DIR");
    verb.add_flag("--json", arguments_.json, "One JSON object per line instead of text");
    return verb;
  }
  void add_range(CLI::App& verb) {
    verb.add_option("--from", arguments_.from, "First event, or the first at or after this time")
        ->type_name("POINT");
    verb.add_option("--to", arguments_.to, "Last event, or the last at or before this time")
        ->type_name("POINT");
  }
  void add_table(CLI::App& verb) {
    verb.add_option("--table", arguments_.table, "Only this table, or this database")
        ->type_name("DB[.TABLE]");
  }
  void add_filter(CLI::App& verb) {
    add_table(verb);
    verb.add_option("--kind", arguments_.kind, "Only facts of this name, e.g. DdlStarted")
        ->type_name("FACT");
  }
  void add_at(CLI::App& verb) {
    verb.add_option("--at", arguments_.at, "As it was after this event or time (default: the last)")
        ->type_name("POINT");
  }

  Arguments arguments_;
  CLI::App app_;
};

}  // namespace
}  // namespace srsync

int main(int argc, char** argv) { return srsync::CommandLine().main(argc, argv); }
