// srsync-journal: looks into a journal. A thin command line around src/inspect.
#include <CLI/CLI.hpp>
#include <string>

#include "srsync_journal_help.h"
#include "srsync_journal_verbs.h"

namespace srsync {
namespace {

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
    why.add_option("table", arguments_.table, "The table, view or database")
        ->required()
        ->type_name("DB[.TABLE]");
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
    add_trim(verb("trim", help::kTrim, help::kTrimFooter));
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
    return run_verb(app_.get_subcommands().front()->get_name(), arguments_);
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
  void add_trim(CLI::App& trim) {
    CLI::Option_group& limit = *trim.add_option_group("limit", "What may go");
    limit.add_option("--older-than", arguments_.older_than, "Events older than this many days")
        ->check(CLI::NonNegativeNumber)
        ->type_name("DAYS");
    limit
        .add_option("--keep-size", arguments_.keep_size,
                    "All but the newest events whose records fit into this (e.g. 500MB, 2GiB)")
        ->transform(CLI::AsSizeValue(false))
        ->type_name("SIZE");
    limit.require_option(1);
    trim.add_flag("--dry-run", arguments_.dry_run, "Say what would go, and change nothing");
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
    verb.add_option("--kind", arguments_.kind,
                    "Only facts of this name, in any case, e.g. DdlStarted")
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
