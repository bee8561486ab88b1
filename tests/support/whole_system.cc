#include "support/whole_system.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "sandbox/automatic_partitions.h"
#include "sandbox/loads.h"

namespace srsync::test {
namespace {

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::abort();
}

}  // namespace

sandbox::SandboxOptions small_world() {
  sandbox::SandboxOptions options;
  options.generate = true;
  options.generator.seed = 11;
  options.generator.databases = 2;
  options.generator.tables = 4;
  options.generator.partitions = 3;
  options.replication = {4, 6, 10};
  return options;
}

sandbox::SandboxOptions bare_world(sandbox::Version version) {
  sandbox::SandboxOptions options = small_world();
  options.generate = false;
  options.source_version = options.target_version = version;
  return options;
}

World::World(const sandbox::SandboxOptions& options) {
  char name[] = "/tmp/srsync_world.XXXXXX";
  if (::mkdtemp(name) == nullptr) give_up("no temporary folder");
  dir_ = name;
  std::filesystem::create_directories(dir_ + "/conf");
  const Status status = sandbox_.start(options);
  if (!status.is_ok()) give_up(status.to_string());
  first_effect_ = sandbox_.log().all().size();
  for (const Side side : {Side::kSource, Side::kTarget}) {
    const std::string prefix = side == Side::kSource ? "source_" : "target_";
    const sandbox::Frontend frontend = sandbox_.frontend(side, 1);
    settings_[prefix + "fe_host"] = frontend.ip;
    settings_[prefix + "fe_query_port"] = std::to_string(frontend.query_port);
    settings_[prefix + "cluster_user"] = "root";
    settings_[prefix + "cluster_password"] = options.root_password;
  }
  settings_["source_cluster_token"] = sandbox_.token(Side::kSource);
  settings_["srsync_lost_job_grace_seconds"] = "1";
  settings_["srsync_feed_interval_ms"] = "50";
  settings_["srsync_query_budget_per_second"] = "100000";
  settings_["srsync_workers"] = "4";
  settings_["srsync_admin_port"] = "0";  // several worlds live at a moment
  settings_["jdbc_connect_timeout_ms"] = "2000";
  settings_["jdbc_socket_timeout_ms"] = "10000";
}

World::~World() {
  sandbox_.stop();
  if (std::getenv("SRSYNC_KEEP_WORLDS") != nullptr) {
    std::fprintf(stderr, "kept: %s\n", dir_.c_str());
    return;
  }
  std::error_code ignored;
  std::filesystem::remove_all(dir_, ignored);
}

sandbox::Answer World::sql(Side side, const std::string& statement, const std::string& db) {
  own_.insert(statement);
  sandbox::Answer answer = sandbox_.run(side, statement, db);
  if (answer.is_error()) give_up(statement + ": " + answer.message);
  return answer;
}

std::vector<sandbox::Effect> World::effects() {
  std::vector<sandbox::Effect> effects = sandbox_.log().since(first_effect_);
  std::erase_if(effects, [&](const auto& effect) { return own_.contains(effect.text); });
  return effects;
}

void World::load(Side side, const std::string& db, const std::string& table,
                 std::vector<std::string> partitions) {
  sandbox::LoadOrder order;
  order.partitions = std::move(partitions);
  sandbox::Cluster& cluster = sandbox_.cluster(side);
  cluster.with([&](const sandbox::Catalog& catalog) {
    const sandbox::Database* found = catalog.find_database(db);
    const sandbox::Table* loaded = found == nullptr ? nullptr : found->find_table(table);
    if (loaded != nullptr) order.table_id = loaded->id;
  });
  if (sandbox::load_and_wait(cluster, order, 10'000) == 0) give_up("no load into " + table);
}

void World::make_partitions(Side side, const std::string& db, const std::string& table,
                            const std::vector<std::string>& values) {
  std::vector<std::vector<std::string>> tuples;
  for (const std::string& value : values) tuples.push_back({value});
  sandbox::Cluster& cluster = sandbox_.cluster(side);
  cluster.with([&](sandbox::Catalog& catalog) {
    sandbox::Table* found = catalog.find_database(db)->find_table(table);
    const auto made = sandbox::make_automatic_partitions(catalog, cluster.now_ms(), *found, tuples);
    if (!made.error.empty()) give_up(made.error);
  });
}

bool World::await(const std::function<bool()>& condition, int timeout_ms) {
  constexpr int kStepMs = 2;
  for (int waited = 0; waited < timeout_ms; waited += kStepMs) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(kStepMs));
  }
  return condition();
}

void World::write_settings() {
  std::ofstream file(dir_ + "/conf/sync.properties");
  for (const auto& [key, value] : settings_) file << key << '=' << value << '\n';
  std::ofstream hosts(dir_ + "/conf/hosts.properties");
}

Process World::start_daemon(const std::vector<std::string>& arguments,
                            const Settings& environment) {
  write_settings();
  ++runs_;
  const char* other = std::getenv("SRSYNC_TEST_DAEMON");
  std::vector<std::string> command = {other == nullptr ? SRSYNC_DAEMON : other,
                                      "--conf",
                                      dir_ + "/conf",
                                      "--journal",
                                      journal_dir(),
                                      "--log",
                                      dir_ + "/log"};
  command.insert(command.end(), arguments.begin(), arguments.end());
  const std::string stem = dir_ + "/run" + std::to_string(runs_);
  return Process::start(command, stem + ".out", stem + ".err", environment);
}

DaemonRun World::finish(Process process, int timeout_ms) {
  DaemonRun run;
  run.exit = process.wait(timeout_ms);
  const std::string stem = dir_ + "/run" + std::to_string(runs_);
  run.out = read_file(stem + ".out");
  run.err = read_file(stem + ".err");
  return run;
}

DaemonRun World::run_daemon(const std::vector<std::string>& arguments,
                            const Settings& environment) {
  return finish(start_daemon(arguments, environment));
}

DaemonRun World::ctl(const std::vector<std::string>& arguments) {
  std::vector<std::string> command = {SRSYNC_CTL, "--conf", dir_ + "/conf"};
  command.insert(command.end(), arguments.begin(), arguments.end());
  const std::string stem = dir_ + "/ctl" + std::to_string(++ctl_runs_);
  Process process = Process::start(command, stem + ".out", stem + ".err");
  DaemonRun run;
  run.exit = process.wait();
  run.out = read_file(stem + ".out");
  run.err = read_file(stem + ".err");
  return run;
}

}  // namespace srsync::test
