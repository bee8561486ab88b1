#include "daemon/daemon.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>

#include "admin/board.h"
#include "admin/server.h"
#include "config/load.h"
#include "daemon/connector.h"
#include "daemon/console.h"
#include "daemon/log.h"
#include "daemon/plan_text.h"
#include "daemon/preflight_text.h"
#include "daemon/reload.h"
#include "daemon/report.h"
#include "daemon/signals.h"
#include "daemon/tuning.h"
#include "daemon/watcher.h"
#include "driver/coverage.h"
#include "driver/driver.h"
#include "driver/dry_run.h"
#include "journal/recover.h"
#include "journal/rocksdb_journal.h"
#include "observe/ports.h"
#include "observe/preflight.h"

namespace srsync::daemon {
namespace {

// What the driver tells, to the log and to the HTTP port.
class Observers final : public driver::Observer {
 public:
  Observers(Watcher& watcher, admin::Board& board) : watcher_(watcher), board_(board) {}
  void on_events(const std::vector<core::Event>& events, const core::State& after) override {
    watcher_.on_events(events, after);
    board_.on_events(events, after);
  }
  void on_status(const core::State& state, const driver::Snapshot& snapshot) override {
    watcher_.on_status(state, snapshot);
    board_.on_status(state, snapshot);
  }
  void on_trouble(const Status& trouble) override {
    watcher_.on_trouble(trouble);
    board_.on_trouble(trouble);
  }

 private:
  Watcher& watcher_;
  admin::Board& board_;
};

// One run of the daemon. Its parts are made in the order of its members.
class Daemon {
 public:
  Daemon(const CommandLine& options, std::FILE* out, std::FILE* err)
      : options_(options), out_(out), err_(err), console_(options.json ? err : out) {}

  int run();

 private:
  int refuse(const Status& why);
  int refuse_journal(const Status& why);
  int fail(const Status& why);
  void say_settings();
  Status check_clusters();
  Result<io::PairIdentity> pair_identity();
  int plan_only();
  int synchronise();
  int finish(const driver::Driver& driver, const Result<driver::RunResult>& result,
             Watcher& watcher);
  int one_time_result(const driver::Driver& driver, const driver::RunResult& result);
  Result<core::State> recover(io::Journal& journal);
  void say_where_it_goes_on(const core::State& state);
  void reload(driver::Driver& driver, Watcher& watcher);
  std::unique_ptr<admin::Server> open_port(admin::Board& board);
  bool once() const { return options_.once || config_.options.one_time_run_mode; }

  const CommandLine& options_;
  std::FILE* out_;
  std::FILE* err_;
  Console console_;
  std::shared_ptr<spdlog::logger> log_;
  config::LoadedConfig config_;  // as started; connections use it
  config::Options running_;      // with what was read again; guarded by reload_mutex_
  std::map<std::string, std::string> journalled_;  // likewise
  std::mutex reload_mutex_;
  std::unique_ptr<Connector> connector_;
  std::unique_ptr<observe::PortsFactoryImpl> factory_;
  io::SystemClock system_clock_;
  io::ForwardClock clock_{system_clock_};
};

// What the program says of a Status: the sentence, then what to do.
std::string explain(const Status& status) {
  return status.hint().empty() ? status.message() : status.message() + "\n  -> " + status.hint();
}

int Daemon::refuse(const Status& why) {
  console_.settle();
  fmt::print(err_, "srsyncd: not started: {}\nNothing was changed on either cluster.\n",
             explain(why));
  if (log_) log_->error("not started: {}", explain(why));
  return kExitRefused;
}

// A disk that is full, or a journal that is damaged, is no mistake in the settings.
int Daemon::refuse_journal(const Status& why) {
  refuse(why);
  const bool failure = why.code() == Code::kCorruption || why.code() == Code::kUnavailable;
  return failure ? kExitFailed : kExitRefused;
}

int Daemon::fail(const Status& why) {
  console_.settle();
  fmt::print(err_, "srsyncd: {}\n", explain(why));
  if (log_) log_->error("{}", explain(why));
  return kExitFailed;
}

int Daemon::run() {
  auto config = config::load_config(options_.conf_dir);
  if (!config.is_ok()) return refuse(config.status());
  config_ = std::move(config).value();
  running_ = config_.options;
  // A plan leaves nothing behind, log files included.
  if (!options_.plan) {
    auto log = open_log(options_.log_dir);
    if (!log.is_ok()) return refuse(log.status());
    log_ = std::move(log).value();
  }
  say_settings();
  connector_ = std::make_unique<Connector>(config_);
  factory_ = std::make_unique<observe::PortsFactoryImpl>(
      endpoint_of(config_.options, Side::kSource), endpoint_of(config_.options, Side::kTarget),
      *connector_, core::Settings::from_text(config_.options.behaviour_settings()).renames);
  if (const Status status = check_clusters(); !status.is_ok()) return refuse(status);
  return options_.plan ? plan_only() : synchronise();
}

void Daemon::say_settings() {
  const auto say = [&](spdlog::level::level_enum level, const std::string& text) {
    if (log_) log_->log(level, "{}", text);
    if (level >= spdlog::level::warn) fmt::print(err_, "srsyncd: {}\n", text);
  };
  say(spdlog::level::info, fmt::format("{} starts; conf {}, journal {}", kVersion,
                                       options_.conf_dir, options_.journal_dir));
  for (const auto& warning : config_.warnings) say(spdlog::level::warn, warning);
  for (const auto& note : config_.notes) say(spdlog::level::info, note);
  for (const auto& note : throttle_notes(config_.options)) say(spdlog::level::info, note);
  for (const auto& [key, value] : config_.options.behaviour_settings()) {
    say(spdlog::level::info, fmt::format("setting {}={}", key, value));
  }
}

Status Daemon::check_clusters() {
  observe::ClusterLink source(endpoint_of(config_.options, Side::kSource), *connector_);
  observe::ClusterLink target(endpoint_of(config_.options, Side::kTarget), *connector_);
  const observe::Preflight preflight = observe::run_preflight(
      source, target, core::Settings::from_text(config_.options.behaviour_settings()));
  for (const auto& finding : preflight.findings) {
    const std::string text = observe::to_string(finding);
    if (log_) {
      log_->log(
          finding.severity == observe::Severity::kNote ? spdlog::level::info : spdlog::level::warn,
          "{}", text);
    }
    if (finding.severity == observe::Severity::kWarning) fmt::print(err_, "srsyncd: {}\n", text);
  }
  if (preflight.may_start()) return Status::ok();
  return rejected("the checks before the start failed:\n" + refusal_text(preflight));
}

Result<io::PairIdentity> Daemon::pair_identity() {
  io::PairIdentity pair;
  const auto ports = factory_->make();
  for (const Side side : {Side::kSource, Side::kTarget}) {
    SRSYNC_ASSIGN_OR_RETURN(const auto facts, ports->reader(side).identify());
    for (const auto& fact : facts) {
      const auto* seen = std::get_if<core::ClusterIdentified>(&fact);
      if (seen == nullptr) continue;
      const bool source = side == Side::kSource;
      (source ? pair.source_cluster_id : pair.target_cluster_id) = seen->cluster_id;
      (source ? pair.source_run_mode : pair.target_run_mode) = seen->run_mode;
    }
  }
  return pair;
}

int Daemon::plan_only() {
  const auto ports = factory_->make();
  const auto planned = driver::dry_run(config_.options.behaviour_settings(), *ports, clock_);
  if (!planned.is_ok()) return fail(planned.status());
  fmt::print(out_, "{}", options_.json ? plan_json(*planned) : plan_text(*planned));
  return kExitOk;
}

Result<core::State> Daemon::recover(io::Journal& journal) {
  journal::RecoveryObserver observer;
  observer.progress = [&](EventSeq at, EventSeq last) {
    log_->info("journal: read up to event {} of {}", at.value(), last.value());
  };
  observer.checkpoint_refused = [&](EventSeq seq, const Status& why) {
    log_->warn("journal: the checkpoint at event {} is not used: {}", seq.value(), why.to_string());
  };
  return journal::recover(journal, observer);
}

// What the last session left, for whoever looks at a restart.
void Daemon::say_where_it_goes_on(const core::State& state) {
  if (state.applied.value() == 0) return;
  const core::Progress p = core::progress(state);
  const std::string text = fmt::format(
      "goes on from event {}: {} of {} tables were synchronised; under way when it ended, DDL "
      "statements: {}, replication jobs: {}",
      state.applied.value(), p.finished_tables, p.tables, p.ddl_running,
      p.jobs_sent + p.jobs_running);
  log_->info("{}", text);
  if (!options_.json) fmt::print(out_, "srsyncd {}\n", text);
}

int Daemon::synchronise() {
  const auto pair = pair_identity();
  if (!pair.is_ok()) return refuse(pair.status());
  journal::JournalOptions journal_options;
  journal_options.dir = options_.journal_dir;
  journal_options.pair = *pair;
  const auto journal = journal::open_journal(journal_options, clock_);
  if (!journal.is_ok()) return refuse_journal(journal.status());
  auto state = recover(**journal);
  if (!state.is_ok()) return refuse_journal(state.status());
  say_where_it_goes_on(*state);
  clock_.go_on_from(state->now);

  Watcher watcher(*log_, console_, config_.options.report_interval_seconds, options_.journal_dir);
  admin::Board board;
  Observers observers(watcher, board);
  driver::Driver driver(driver_options(config_.options, once()), std::move(state).value(),
                        **journal, *factory_, clock_, observers);
  const auto post = [&](core::Fact fact) { driver.post({std::move(fact)}); };
  watcher.set_post(post);
  board.desk().set_post(post);
  journalled_ = config_.options.behaviour_settings();
  const Status started = driver.start({kVersion, journalled_});
  if (!started.is_ok()) return fail(started);

  auto server = open_port(board);
  const SignalThread signals({[&](const char* name) {
                                log_->info("{}: stopping", name);
                                driver.request_stop(name);
                              },
                              [&] { reload(driver, watcher); }});
  const auto result = driver.run();
  // What the loop cannot take any more is not accepted.
  server.reset();
  return finish(driver, result, watcher);
}

// Without it everything else works: a port that is taken is no reason not to start.
std::unique_ptr<admin::Server> Daemon::open_port(admin::Board& board) {
  const config::Options& options = config_.options;
  if (options.admin_port == 0) return nullptr;
  admin::ServerOptions wanted;
  wanted.host = options.admin_host;
  wanted.port = options.admin_port;
  wanted.api.token = options.admin_token;
  auto server = admin::Server::start(board, wanted);
  if (!server.is_ok()) {
    const std::string text = "no status page and no srsyncctl: " + explain(server.status());
    log_->warn("{}", text);
    fmt::print(err_, "srsyncd: {}\n", text);
    return nullptr;
  }
  const std::string text = fmt::format("status page and metrics: {}/", (*server)->url());
  log_->info("{}", text);
  if (!options_.json) fmt::print(out_, "srsyncd {}\n", text);
  return std::move(server).value();
}

int Daemon::finish(const driver::Driver& driver, const Result<driver::RunResult>& result,
                   Watcher& watcher) {
  console_.settle();
  watcher.report(driver.state(), core::progress(driver.state()));
  if (!result.is_ok()) return fail(result.status());
  if (once()) return one_time_result(driver, *result);
  log_->info("stopped");
  console_.line("srsyncd: stopped");
  return kExitOk;
}

int Daemon::one_time_result(const driver::Driver& driver, const driver::RunResult& result) {
  const auto progress = core::progress(driver.state());
  const auto& left = result.not_synchronised;
  const bool complete = !result.stopped && left.empty();
  const auto others = driver::not_carried(driver.state());
  if (options_.json) {
    nlohmann::ordered_json json;
    json["complete"] = complete;
    json["stopped"] = result.stopped;
    json["tables"] = progress.tables;
    json["not_synchronised"] = nlohmann::json::array();
    for (const auto& table : left) {
      json["not_synchronised"].push_back(
          {{"table", core::to_string(table.name)}, {"reason", table.reason}});
    }
    json["not_carried"] = nlohmann::json::array();
    for (const auto& object : others) {
      json["not_carried"].push_back({{"kind", object.kind},
                                     {"name", driver::name_of(object.name)},
                                     {"reason", object.reason}});
    }
    fmt::print(out_, "{}\n", json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
  }
  const auto say = [&](const std::string& text) {
    log_->info("{}", text);
    if (!options_.json) fmt::print(out_, "{}\n", text);
  };
  if (result.stopped) {
    say(left.empty() ? "stopped while newer data was still being copied"
                     : "stopped before every table was synchronised once");
  }
  say(fmt::format("{} of {} tables synchronised, {} replication jobs in this journal",
                  progress.tables - left.size(), progress.tables, progress.jobs_finished));
  if (!left.empty()) say("not synchronised:\n" + table_list(left));
  if (!others.empty()) {
    say(fmt::format("{} object{} left out:\n{}", others.size(), others.size() == 1 ? "" : "s",
                    driver::left_out_text(others)));
  }
  return complete ? kExitOk : kExitFailed;
}

void Daemon::reload(driver::Driver& driver, Watcher& watcher) {
  auto fresh = config::load_config(options_.conf_dir);
  if (!fresh.is_ok()) {
    log_->warn("SIGHUP: the settings stay as they are: {}", explain(fresh.status()));
    return;
  }
  const std::lock_guard<std::mutex> lock(reload_mutex_);
  Reload changes = compare_settings(journalled_, running_, fresh->options);
  for (const auto& key : changes.changed) log_->info("SIGHUP: {} has changed", key);
  for (const auto& key : changes.needs_restart) {
    log_->warn("SIGHUP: {} has changed, which takes effect at the next start", key);
  }
  if (changes.changed.empty() && changes.needs_restart.empty()) log_->info("SIGHUP: no change");
  journalled_ = fresh->options.behaviour_settings();
  driver.post(std::move(changes.facts));
  driver.set_options(driver_options(fresh->options, once()));
  watcher.set_report_interval(fresh->options.report_interval_seconds);
  // What needs a restart is compared with what was started, next time as well.
  config::Options running = config_.options;
  running.ddl_pacing = fresh->options.ddl_pacing;
  running.replication_pacing = fresh->options.replication_pacing;
  running.meta_job_interval_seconds = fresh->options.meta_job_interval_seconds;
  running.meta_job_interval_is_set = fresh->options.meta_job_interval_is_set;
  running.report_interval_seconds = fresh->options.report_interval_seconds;
  running.query_budget_per_second = fresh->options.query_budget_per_second;
  running.feed_interval_ms = fresh->options.feed_interval_ms;
  running.sweep_interval_seconds = fresh->options.sweep_interval_seconds;
  running.definition_interval_seconds = fresh->options.definition_interval_seconds;
  running.once_catchup_seconds = fresh->options.once_catchup_seconds;
  running.meta_job_threads = fresh->options.meta_job_threads;
  running.meta_job_threads_is_set = fresh->options.meta_job_threads_is_set;
  running.checkpoint_every_events = fresh->options.checkpoint_every_events;
  running_ = std::move(running);
}

}  // namespace

int run(const CommandLine& options, std::FILE* out, std::FILE* err) {
  Daemon daemon(options, out, err);
  return daemon.run();
}

int run_program(int argc, const char* const* argv) {
  const ParsedCommandLine parsed = parse_command_line(argc, argv);
  if (!parsed.options) {
    fmt::print(parsed.exit_code == kExitOk ? stdout : stderr, "{}", parsed.text);
    return parsed.exit_code;
  }
  block_signals();
  return run(*parsed.options, stdout, stderr);
}

}  // namespace srsync::daemon
