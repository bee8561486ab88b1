#include "daemon/command_line.h"

#include <CLI/CLI.hpp>
#include <filesystem>

namespace srsync::daemon {
namespace {

constexpr char kDescription[] =
    "srsyncd - keeps a target StarRocks cluster equal to a source one.\n\n"
    "It reads the metadata of both clusters, creates on the target the databases, tables and\n"
    "partitions that are missing, and starts StarRocks' own replication until every partition is\n"
    "at the source's version. The source is never written to. What it learns and decides is in an\n"
    "append-only journal; after a crash it goes on where it was.";

constexpr char kFooter[] =
    "\nFILES\n"
    "  CONF/sync.properties    the two clusters and the settings (required)\n"
    "  CONF/hosts.properties   addresses to use instead of those that the clusters name\n"
    "  LOG/sync.INFO.log       what it does, with progress every report_interval_seconds\n"
    "  LOG/sync.WARN.log       only what went wrong\n"
    "\nSIGNALS\n"
    "  SIGTERM, SIGINT   stop: nothing new starts, what is under way is waited for and journalled\n"
    "  SIGHUP            read the settings again; those that need a restart are named in the log\n"
    "\nEXIT CODES\n"
    "  0   stopped as asked; with --once: every table was synchronised\n"
    "  1   failed while running; with --once: some tables were not synchronised (they are listed)\n"
    "  2   refused at start (settings, clusters, journal); nothing was changed anywhere\n"
    "\nEXAMPLES\n"
    "  srsyncd --conf conf --plan              what would be done; changes nothing\n"
    "  srsyncd --conf conf --once              synchronise every table once, then exit\n"
    "  srsyncd --conf conf                     keep the target equal until stopped\n"
    "  srsyncd --conf conf --plan --json | jq .actions";

std::string beside(const std::string& conf_dir, const char* name) {
  std::filesystem::path conf = std::filesystem::absolute(conf_dir).lexically_normal();
  if (!conf.has_filename()) conf = conf.parent_path();
  return (conf.parent_path() / name).string();
}

}  // namespace

ParsedCommandLine parse_command_line(int argc, const char* const* argv) {
  CommandLine options;
  CLI::App app(kDescription, "srsyncd");
  app.footer(kFooter);
  app.set_version_flag("--version", kVersion, "Print the version and exit");
  app.add_option("--conf", options.conf_dir, "Folder with sync.properties and hosts.properties")
      ->required()
      ->type_name("DIR");
  app.add_option("--journal", options.journal_dir,
                 "Folder of the journal, one per pair of clusters (default: CONF/../journal)")
      ->type_name("DIR");
  app.add_option("--log", options.log_dir, "Folder of the log files (default: CONF/../log)")
      ->type_name("DIR");
  app.add_flag("--once", options.once,
               "Synchronise every table once, then exit (as one_time_run_mode=true)");
  app.add_flag("--plan", options.plan, "Print what would be done, and do nothing");
  app.add_flag("--json", options.json, "Print results of --plan and --once as JSON");
  ParsedCommandLine parsed;
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::ostringstream out;
    std::ostringstream err;
    const int code = app.exit(error, out, err);
    parsed.text = out.str() + err.str();
    parsed.exit_code = code == 0 ? kExitOk : kExitRefused;
    return parsed;
  }
  if (options.journal_dir.empty()) options.journal_dir = beside(options.conf_dir, "journal");
  if (options.log_dir.empty()) options.log_dir = beside(options.conf_dir, "log");
  parsed.options = std::move(options);
  return parsed;
}

}  // namespace srsync::daemon
