// srsyncctl: talks to a running srsyncd. A thin command line around src/admin.
#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <string>
#include <thread>

#include "admin/ctl.h"
#include "config/load.h"
#include "srsyncctl_help.h"

namespace srsync {
namespace {

struct Arguments {
  std::string conf_dir;
  std::string url;
  admin::CtlCommand command;
  bool retry_all = false;
  bool watch = false;
  double every = 2;
};

int complain(const std::string& text) {
  fmt::print(stderr, "srsyncctl: {}\n", text);
  return admin::kCtlUsage;
}

// conf/ of the tree that this program was installed into.
std::string installed_conf() {
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  return error ? "conf" : (self.parent_path().parent_path() / "conf").string();
}

// The account itself: an environment variable may say anything.
std::string user_name() {
  const passwd* entry = ::getpwuid(::getuid());
  return entry == nullptr ? std::to_string(::getuid()) : entry->pw_name;
}

Result<admin::Endpoint> find_daemon(const Arguments& arguments) {
  admin::Endpoint endpoint;
  endpoint.operator_name = user_name();
  // With --url alone no settings are needed.
  if (arguments.url.empty() || !arguments.conf_dir.empty()) {
    const std::string dir = arguments.conf_dir.empty() ? installed_conf() : arguments.conf_dir;
    SRSYNC_ASSIGN_OR_RETURN(const config::LoadedConfig config, config::load_config(dir));
    endpoint.host = admin::reachable_host(config.options.admin_host);
    endpoint.port = config.options.admin_port;
    endpoint.token = config.options.admin_token;
    if (arguments.url.empty() && endpoint.port == 0) {
      return invalid_argument(dir +
                              "/sync.properties: srsync_admin_port=0: srsyncd has no such port");
    }
  }
  if (!arguments.url.empty()) SRSYNC_RETURN_IF_ERROR(admin::parse_url(arguments.url, endpoint));
  return endpoint;
}

int say(const admin::CtlResult& result) {
  fmt::print(stdout, "{}", result.out);
  fmt::print(stderr, "{}", result.err);
  std::fflush(stdout);
  return result.exit_code;
}

[[noreturn]] void watch(const Arguments& arguments, const admin::Ask& ask) {
  const bool terminal = ::isatty(STDOUT_FILENO) == 1;
  while (true) {
    admin::CtlResult result = admin::run_ctl(arguments.command, ask);
    // A daemon that restarts is waited for.
    result.out = (terminal ? "\033[H\033[2J" : "") + result.out + result.err;
    result.err.clear();
    if (!terminal && !arguments.command.json) result.out += "\n";
    say(result);
    std::this_thread::sleep_for(std::chrono::duration<double>(arguments.every));
  }
}

class CommandLine {
 public:
  CommandLine() : app_(help::kProgram, "srsyncctl") {
    app_.footer(help::kProgramFooter);
    app_.require_subcommand(1);
    app_.fallthrough();
    app_.add_option("--conf", arguments_.conf_dir,
                    "Folder with sync.properties (default: ../conf beside the program)")
        ->type_name("DIR");
    app_.add_option("--url", arguments_.url, "Ask here instead: http://HOST:PORT")
        ->type_name("URL");
    app_.add_flag("--json", arguments_.command.json, "The answer as JSON");
    CLI::App& status = verb("status", help::kStatus);
    status.add_flag("--watch", arguments_.watch, "Show it again and again, until interrupted");
    status.add_option("--every", arguments_.every, "With --watch: seconds between (default: 2)")
        ->check(CLI::Range(0.1, 3600.0))
        ->type_name("SECONDS");
    CLI::App& tables = verb("tables", help::kTables);
    tables.add_option("--status", arguments_.command.status, "Only these")
        ->check(CLI::IsMember({"pending", "running", "in_sync", "blocked"}))
        ->type_name("STATUS");
    tables.add_option("--db", arguments_.command.db, "Only of this database")->type_name("DB");
    verb("jobs", help::kJobs);
    verb("coverage", help::kCoverage);
    verb("health", help::kHealth);
    verb("pause", help::kPause);
    verb("resume", help::kResume);
    CLI::App& retry = verb("retry", help::kRetry);
    auto* table =
        retry.add_option("table", arguments_.command.table, "The table")->type_name("DB.TABLE");
    auto* all = retry.add_flag("--all", arguments_.retry_all, "Every table");
    table->excludes(all);
    verb("skip", help::kSkip)
        .add_option("table", arguments_.command.table, "The table")
        ->required()
        ->type_name("DB.TABLE");
    verb("confirm", help::kConfirm)
        .add_option("token", arguments_.command.token, "The token of the drops that wait")
        ->required()
        ->type_name("TOKEN");
  }

  int main(int argc, char** argv) {
    try {
      app_.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
      return app_.exit(error) == 0 ? admin::kCtlDone : admin::kCtlUsage;
    }
    arguments_.command.verb = app_.get_subcommands().front()->get_name();
    const bool nameless = arguments_.command.verb == "retry" && arguments_.command.table.empty();
    if (nameless && !arguments_.retry_all) {
      return complain("retry: name a table (DB.TABLE), or say --all");
    }
    arguments_.command.colours = ::isatty(STDOUT_FILENO) == 1;
    const auto endpoint = find_daemon(arguments_);
    if (!endpoint.is_ok()) return complain(endpoint.status().message());
    const admin::Ask ask = admin::ask_over_http(*endpoint);
    if (arguments_.watch) watch(arguments_, ask);
    return say(admin::run_ctl(arguments_.command, ask));
  }

 private:
  CLI::App& verb(const std::string& name, const char* text) {
    return *app_.add_subcommand(name, text);
  }

  Arguments arguments_;
  CLI::App app_;
};

}  // namespace
}  // namespace srsync

int main(int argc, char** argv) { return srsync::CommandLine().main(argc, argv); }
