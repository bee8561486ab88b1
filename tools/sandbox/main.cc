// srsync-sandbox: two simulated StarRocks clusters on loopback.
#include <fmt/format.h>
#include <signal.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>

#include "sandbox/sandbox.h"

namespace {

using srsync::Side;
using namespace srsync::sandbox;

constexpr const char* kFooter =
    R"(Both clusters answer MySQL clients (user root, no password), Thrift and HTTP on 127.0.0.1.
When everything listens, DIR/sandbox.json holds all addresses and tokens.

Statements for tests, on any query port:
  SANDBOX STATUS                                what runs where
  SANDBOX LOAD db.t [PARTITION p] [ROWS n]      a load; answered when its versions are visible
  SANDBOX LOAD ON|OFF                           whether it loads by itself (--load-every-ms)
  SANDBOX GENERATE [SEED n] [DATABASES n] [TABLES n] [PARTITIONS n] [BUCKETS n]
  SANDBOX LOG [SINCE seq]                       statements and effects of both clusters
  SANDBOX FAULT ADD kind=sql|rpc|http match='..' action=fail|delay|drop_reply|hang|close
                    [times=n] [skip=n] [frontend=fe1] [ms=n] [code=n] [message='..']
  SANDBOX FAULT CLEAR
  SANDBOX LEADER MOVE [TO n]
  SANDBOX FE RESTART|KILL|START n
  SANDBOX DISK BE n PCT x
  SANDBOX DELAY PUBLISH|ALTER ms
  SANDBOX USER name [PASSWORD 'x'] [ALL] [OPERATE] [ROLE r] [READ db.t] [GRANT 'ALTER ON ...'] ...

Ends on SIGTERM or SIGINT. Exit status: 0 after a signal, 1 when a port or file cannot be had,
2 on a wrong option.)";

struct Arguments {
  SandboxOptions options;
  std::string source_version = "4.0";
  std::string target_version = "4.0";
  std::string only;
  std::string dir = ".";
  std::string base_port = "ephemeral";
  int replication_ms = 100;
};

void declare(CLI::App& app, Arguments& arguments) {
  const auto versions = CLI::IsMember({"3.3", "3.4", "3.5", "4.0", "4.1"});
  SandboxOptions& options = arguments.options;
  app.add_option("--source-version", arguments.source_version, "version of the source")
      ->check(versions)
      ->capture_default_str();
  app.add_option("--target-version", arguments.target_version, "version of the target")
      ->check(versions)
      ->capture_default_str();
  app.add_option("--dir", arguments.dir, "folder for sandbox.json; made when it is missing")
      ->capture_default_str();
  app.add_option("--base-port", arguments.base_port,
                 "first port (source from here, target from here + 100), or 'ephemeral'")
      ->capture_default_str();
  app.add_option("--only", arguments.only, "start one cluster only")
      ->check(CLI::IsMember({"source"}));
  app.add_option("--log", options.log_path, "append the effect log to this file (JSON Lines)");
  app.add_option("--root-password", options.root_password, "password of root on both clusters");
  app.add_option("--frontends", options.frontends, "frontends of each cluster")
      ->check(CLI::Range(1, 5))
      ->capture_default_str();
  app.add_option("--replication-ms", arguments.replication_ms,
                 "how long a replication job takes at least")
      ->check(CLI::Range(0, 600000))
      ->capture_default_str();
  app.add_option("--load-every-ms", options.load_every_ms,
                 "load one table of the source this often; 0: never")
      ->capture_default_str();
  auto* seed =
      app.add_option("--seed", options.generator.seed, "fill the source with generated content")
          ->capture_default_str();
  app.add_option("--databases", options.generator.databases, "generated databases")
      ->needs(seed)
      ->capture_default_str();
  app.add_option("--tables", options.generator.tables, "generated tables per database")
      ->needs(seed)
      ->capture_default_str();
  app.add_option("--partitions", options.generator.partitions, "partitions of a partitioned table")
      ->needs(seed)
      ->capture_default_str();
  app.add_option("--buckets", options.generator.buckets, "buckets of a partition")
      ->needs(seed)
      ->capture_default_str();
  app.footer(kFooter);
}

void print_summary(Sandbox& sandbox, bool only_source, const std::string& file) {
  fmt::print("{:<8} {:<9} {:<9} {:<16} {:>6} {:>6} {:>6}\n", "cluster", "frontend", "role", "host",
             "query", "rpc", "http");
  for (Side side : {Side::kSource, Side::kTarget}) {
    if (side == Side::kTarget && only_source) continue;
    sandbox.cluster(side).with([&](const Catalog& catalog) {
      for (const Frontend& frontend : catalog.frontends) {
        fmt::print("{:<8} {:<9} {:<9} {:<16} {:>6} {:>6} {:>6}\n", catalog.name,
                   fmt::format("fe{}", frontend.number), frontend.is_leader ? "LEADER" : "FOLLOWER",
                   frontend.ip, frontend.query_port, frontend.rpc_port, frontend.http_port);
      }
    });
  }
  fmt::print("\naddresses and tokens: {}\n", file);
  fflush(stdout);
}

// The file appears complete or not at all.
bool write_description(Sandbox& sandbox, const std::filesystem::path& file) {
  const std::filesystem::path draft = file.string() + ".tmp";
  {
    std::ofstream out(draft);
    out << sandbox.describe_json() << '\n';
    if (!out.flush()) return false;
  }
  std::error_code failed;
  std::filesystem::rename(draft, file, failed);
  return !failed;
}

// False: the text is no port.
bool complete(Arguments& arguments) {
  SandboxOptions& options = arguments.options;
  options.source_version = *version_from(arguments.source_version);
  options.target_version = *version_from(arguments.target_version);
  options.only_source = arguments.only == "source";
  options.replication.initializing_ms = arguments.replication_ms / 5;
  options.replication.snapshot_ms = arguments.replication_ms * 3 / 10;
  options.replication.copy_ms = arguments.replication_ms / 2;
  if (arguments.base_port == "ephemeral") return true;
  for (char c : arguments.base_port) {
    if (c < '0' || c > '9') return false;
  }
  if (arguments.base_port.size() > 5 || arguments.base_port.empty()) return false;
  options.base_port = std::stoi(arguments.base_port);
  return options.base_port > 0 && options.base_port < 65300;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Two simulated StarRocks clusters on loopback, for tests and demonstrations.",
               "srsync-sandbox");
  Arguments arguments;
  declare(app, arguments);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& failure) {
    return app.exit(failure) == 0 ? 0 : 2;
  }
  arguments.options.generate = app.count("--seed") > 0;
  if (!complete(arguments)) {
    fmt::print(stderr, "srsync-sandbox: --base-port takes 1 to 65299, or 'ephemeral'\n");
    return 2;
  }
  // Blocked before any thread starts, so that only sigwait() below sees them.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);

  std::error_code failed;
  std::filesystem::create_directories(arguments.dir, failed);
  Sandbox sandbox;
  const srsync::Status status = sandbox.start(arguments.options);
  if (!status.is_ok()) {
    fmt::print(stderr, "srsync-sandbox: {}\n", status.to_string());
    return 1;
  }
  const std::filesystem::path file = std::filesystem::path(arguments.dir) / "sandbox.json";
  if (!write_description(sandbox, file)) {
    fmt::print(stderr, "srsync-sandbox: cannot write {}\n", file.string());
    return 1;
  }
  print_summary(sandbox, arguments.options.only_source, file.string());
  int received = 0;
  sigwait(&signals, &received);
  sandbox.stop();
  return 0;
}
