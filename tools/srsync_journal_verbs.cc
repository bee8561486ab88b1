#include "srsync_journal_verbs.h"

#include <fmt/format.h>
#include <unistd.h>

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
#include "journal/trim.h"
#include "srsync_journal_progress.h"

namespace srsync {
namespace {

constexpr std::chrono::milliseconds kFollowEvery{500};

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
  return inspect::check_kind(arguments.kind);
}

// What the user does not get, and why.
void tell_what_is_missing(const journal::JournalReader& reader, EventSeq from) {
  if (!reader.beginning().trimmed() || from > reader.first_seq()) return;
  std::fflush(stdout);
  fmt::print(stderr, "srsync-journal: events 1 to {} were trimmed away; the history begins {}\n",
             reader.beginning().seq.value(), inspect::format_time(reader.beginning().at));
}

int run_dump(const journal::JournalReader& reader, const Arguments& arguments, const Table& table) {
  inspect::DumpFilter filter;
  const Status made = make_filter(reader, arguments, table, filter);
  if (!made.is_ok()) return end_with(made);
  tell_what_is_missing(reader, filter.from);
  ProgressLine progress(filter.from, std::min(filter.to, reader.last_seq()));
  std::uint64_t printed = 0;
  inspect::Output out = make_output(arguments);
  out.line = [&printed](std::string_view line) {
    ++printed;
    print_line(line);
  };
  const Status status = inspect::dump(reader, filter, out, nullptr, progress.callback());
  progress.clear();
  if (status.is_ok() && printed == 0 && reader.last_seq() >= reader.first_seq()) {
    fmt::print(stderr, "srsync-journal: nothing matches; names of tables are case-sensitive\n");
  }
  return end_with(status);
}

int run_tail(const journal::JournalReader& reader, const Arguments& arguments, const Table& table) {
  inspect::DumpFilter filter;
  filter.table = table;
  filter.kind = arguments.kind;
  Status status = inspect::check_kind(arguments.kind);
  if (!status.is_ok()) return end_with(status);
  core::State state;
  {
    ProgressLine progress(reader.first_seq(), reader.last_seq(), true);
    status = inspect::tail(reader, filter, arguments.lines, make_output(arguments), state,
                           progress.callback());
  }
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
  ProgressLine progress(reader.first_seq(), std::min(*at, reader.last_seq()), true);
  const Result<core::State> state = inspect::state_at(reader, *at, progress.callback());
  progress.clear();
  if (!state.is_ok()) return end_with(state.status());
  inspect::print_state(*state, table, make_output(arguments));
  return kExitOk;
}

int run_diff(const journal::JournalReader& reader, const Arguments& arguments, const Table& table) {
  const Result<EventSeq> from = resolve(reader, arguments.from, false, EventSeq());
  if (!from.is_ok()) return end_with(from.status());
  const Result<EventSeq> to = resolve(reader, arguments.to, false, inspect::kLastEvent);
  if (!to.is_ok()) return end_with(to.status());
  ProgressLine progress(reader.first_seq(), std::min(*to, reader.last_seq()), true);
  inspect::Output out = make_output(arguments);
  out.line = [&progress](std::string_view line) {
    progress.clear();
    print_line(line);
  };
  return end_with(inspect::diff(reader, *from, *to, table, out, progress.callback()));
}

int run_why(const journal::JournalReader& reader, const Arguments& arguments, const Table& table) {
  const Result<EventSeq> at = resolve(reader, arguments.at, false, inspect::kLastEvent);
  if (!at.is_ok()) return end_with(at.status());
  ProgressLine progress(reader.first_seq(), std::min(*at, reader.last_seq()), true);
  inspect::Output out = make_output(arguments);
  out.line = [&progress](std::string_view line) {
    progress.clear();
    print_line(line);
  };
  return end_with(inspect::why(reader, {*table, *at, arguments.links}, out, progress.callback()));
}

int run_verify(const journal::JournalReader& reader, const Arguments& arguments) {
  ProgressLine progress(reader.first_seq(), reader.last_seq(), true);
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
  tell_what_is_missing(reader, EventSeq(1));
  ProgressLine progress(reader.first_seq(), std::min(options.to, reader.last_seq()));
  const auto report = inspect::replay(reader, options, make_output(arguments), progress.callback());
  progress.clear();
  if (!report.is_ok()) return end_with(report.status());
  if (arguments.json) {
    print_line(
        fmt::format(R"({{"type":"summary","decisions":{},"not_taken":{},"decided_instead":{}}})",
                    report->decisions, report->not_taken, report->instead));
  } else {
    print_line(options.settings.empty()
                   ? fmt::format("{} decisions", report->decisions)
                   : fmt::format("{} decisions recorded; {} of them would not have been taken, {} "
                                 "others would",
                                 report->decisions, report->not_taken, report->instead));
  }
  return kExitOk;
}

std::uint64_t bytes_in(const std::string& dir) {
  std::uint64_t bytes = 0;
  std::error_code failed;
  for (const auto& file : std::filesystem::directory_iterator(dir, failed)) {
    const auto size = file.file_size(failed);
    if (!failed) bytes += size;
  }
  return bytes;
}

int run_stats(const journal::JournalReader& reader, const Arguments& arguments) {
  inspect::DumpFilter range;
  const Status made = make_filter(reader, arguments, std::nullopt, range);
  if (!made.is_ok()) return end_with(made);
  tell_what_is_missing(reader, range.from);
  inspect::Stats stats;
  ProgressLine progress(range.from, std::min(range.to, reader.last_seq()), true);
  const Status status =
      inspect::collect_stats(reader, range.from, range.to, stats, progress.callback());
  progress.clear();
  stats.disk_bytes = bytes_in(arguments.dir);
  inspect::print_stats(stats, make_output(arguments));
  return end_with(status);
}

int run_export(const journal::JournalReader& reader, const Arguments& arguments) {
  ProgressLine progress(reader.first_seq(), reader.last_seq());
  const Status status =
      inspect::export_archive(reader, {arguments.redact}, print_line, progress.callback());
  progress.clear();
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

journal::TrimRequest trim_request(const Arguments& arguments) {
  journal::TrimRequest request;
  request.dir = arguments.dir;
  request.keep_bytes = arguments.keep_size;
  request.dry_run = arguments.dry_run;
  if (arguments.older_than.has_value()) {
    const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::system_clock::now().time_since_epoch());
    constexpr double kDayMs = 86'400'000;
    request.older_than =
        WallTime(now.count() - static_cast<std::int64_t>(*arguments.older_than * kDayMs));
  }
  return request;
}

void print_trim(const journal::TrimReport& report, const Arguments& arguments,
                std::uint64_t disk_before, std::uint64_t disk_after) {
  const std::string cut_at = report.any() ? inspect::format_time(report.cut_at) : "";
  if (arguments.json) {
    print_line(fmt::format(
        R"({{"type":"trim","dry_run":{},"first":{},"cut":{},"cut_at":"{}","last":{},"events":{},)"
        R"("bytes":{},"held_back":{},"disk_before":{},"disk_after":{}}})",
        arguments.dry_run, report.first.value(), report.cut.value(), cut_at, report.last.value(),
        report.events, report.bytes, report.held_back, disk_before, disk_after));
    return;
  }
  const std::string_view would = arguments.dry_run ? "would go" : "went";
  if (report.any()) {
    print_line(fmt::format("events {} to {} {} ({}, {} bytes), the last of them of {}; {} stay",
                           report.first.value(), report.cut.value(), would, report.events,
                           report.bytes, cut_at, report.last.value() - report.cut.value()));
  } else {
    print_line(fmt::format("nothing to trim: all {} events stay",
                           report.last.value() - report.cut.value()));
  }
  if (report.held_back) {
    print_line("more was allowed to go, but only what lies before the oldest checkpoint can");
  }
  if (!arguments.dry_run) {
    print_line(fmt::format("on disk {} bytes before, {} now", disk_before, disk_after));
  }
}

int run_trim(const Arguments& arguments) {
  const std::uint64_t disk_before = bytes_in(arguments.dir);
  ProgressLine progress(
      EventSeq(1), journal::JournalReader::acknowledged(arguments.dir).value_or(EventSeq(1)), true);
  const auto report = journal::trim(trim_request(arguments), progress.callback());
  progress.clear();
  if (report.status().code() == Code::kRejected || report.status().code() == Code::kUnsupported) {
    return complain(report.status(), kExitRefused);
  }
  if (!report.is_ok()) return end_with(report.status());
  print_trim(*report, arguments, disk_before, bytes_in(arguments.dir));
  return kExitOk;
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
  if (verb == "trim") return run_trim(arguments);
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

}  // namespace

int run_verb(const std::string& verb, const Arguments& arguments) {
  const int exit_code = run(verb, arguments);
  // A full disk behind a pipe or a file must not pass for an answer.
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return exit_code;
  fmt::print(stderr, "srsync-journal: standard output could not be written\n");
  return kExitFound;
}

}  // namespace srsync
