#include "sim/simulation.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "codec/state_codec.h"
#include "core/describe.h"
#include "core/plan.h"
#include "core/progress.h"
#include "driver/driver.h"
#include "journal/recover.h"
#include "sim/daemon_side.h"
#include "sim/license.h"
#include "sim/operator.h"
#include "sim/world.h"

namespace srsync::sim {
namespace {

// In one instant of simulated time: more rounds than this are a loop without progress.
constexpr int kRoundsPerInstant = 2'000;
// Far above what the limits of the driver add up to.
constexpr std::size_t kInFlightMax = 200;
// How long an idle daemon is looked at, and what it may write besides its sweeps.
constexpr int kIdleSweeps = 30;
constexpr std::uint64_t kIdleEvents = 10;
// Of State as it is stored; a name stands for a table or partition on both sides.
constexpr std::size_t kBytesPerName = 1'500;
constexpr std::size_t kNamesAtFirst = 150;

class Watcher final : public driver::Observer {
 public:
  explicit Watcher(std::function<void(const std::string&)> trace) : trace_(std::move(trace)) {}
  void on_events(const std::vector<core::Event>& events, const core::State&) override {
    if (!trace_) return;
    for (const auto& event : events) {
      trace_(fmt::format("  event {} {}", event.seq.value(), core::describe(event)));
    }
  }
  void on_trouble(const Status& trouble) override {
    if (trace_) trace_("  trouble " + trouble.to_string());
  }

 private:
  std::function<void(const std::string&)> trace_;
};

class Simulation {
 public:
  Simulation(const Parameters& parameters, std::function<void(const std::string&)> trace)
      : parameters_(parameters),
        random_(parameters.seed * 31 + 7),
        trace_(std::move(trace)),
        world_(parameters_, random_, [this](std::string line) { tell(line); }),
        set_clock_(world_),
        clock_(set_clock_),
        journal_(world_, clock_, parameters_),
        watcher_(trace_),
        operator_(world_, random_) {}

  RunReport run() {
    start();
    while (world_.now() < parameters_.busy_ms && world_.violations().empty()) round();
    tell("--- quiet from here on");
    settle();
    if (world_.violations().empty()) judge_end();
    judge_journal();
    return report();
  }

 private:
  void tell(const std::string& line) {
    if (trace_) trace_(fmt::format("[{:>10}] {}", world_.now(), line));
  }

  driver::DriverOptions options() const {
    driver::DriverOptions options;
    options.workers = 0;
    options.feed_interval_ms = parameters_.feed_interval_ms;
    options.sweep_interval_ms = parameters_.sweep_interval_ms;
    options.identify_interval_ms = 6 * parameters_.sweep_interval_ms;
    options.jobs_interval_ms = parameters_.feed_interval_ms;
    options.status_interval_ms = 600'000;
    options.wait_max_ms = 3'600'000;
    options.checkpoint_every_events = parameters_.checkpoint_every;
    options.query_budget_per_second = 1'000;
    return options;
  }

  // A daemon's start, after a crash or not.
  void start() {
    journal_.reopen();
    auto recovered = journal::recover(journal_);
    if (!recovered.is_ok()) {
      world_.violate("the journal cannot be recovered: " + recovered.status().to_string());
      return;
    }
    if (recovered->applied < journal_.acknowledged()) {
      world_.violate("acknowledged events are lost");
    }
    // As the daemon does at its start.
    clock_.go_on_from(recovered->now);
    auto executor = std::make_unique<SimExecutor>(world_, random_, parameters_);
    executor_ = executor.get();
    driver_ = std::make_unique<driver::Driver>(options(), std::move(*recovered), journal_,
                                               std::move(executor), clock_, watcher_);
    world_.daemon_started();
    tell("the daemon starts");
    guarded([&] { return driver_->start({"sim", parameters_.settings}); });
  }

  // Runs one call into the driver; what ends a process in the field ends this daemon.
  void guarded(const std::function<Status()>& call) {
    try {
      const Status status = call();
      if (status.is_ok()) return;
      tell("the daemon ends: " + status.to_string());
    } catch (const Crash&) {
      tell("the daemon dies");
    }
    dead_ = true;
  }

  void bury() {
    ++restarts_;
    executor_->orphan(world_.strikes(Fault::kTwoDaemons));
    driver_.reset();
    dead_ = false;
    world_.advance_to(world_.now() + random_.between(100, 120'000));
    start();
  }

  void round() {
    if (dead_) {
      bury();
      return;
    }
    ++steps_;
    const std::int64_t before = world_.now();
    std::int64_t next = std::min(executor_->next(), before + driver_->wait_ms());
    // The driver waits while nothing comes back; the world does not.
    world_.advance_to(std::max(before, next));
    rounds_here_ = world_.now() == before ? rounds_here_ + 1 : 0;
    if (rounds_here_ > kRoundsPerInstant) {
      world_.violate("the driver runs in circles");
      return;
    }
    if (world_.strikes(Fault::kClockJump) && random_.chance(20)) {
      set_clock_.jump(random_.between(-86'400'000, 86'400'000));
    }
    guarded([&] { return driver_->step(); });
    if (!dead_) operator_.act(*driver_);
    if (executor_->in_flight() > kInFlightMax) world_.violate("too much in flight");
  }

  // Without faults until everything is equal, or the time is over.
  void settle() {
    const std::int64_t end = world_.now() + parameters_.quiet_ms;
    while (world_.now() < end && world_.violations().empty()) {
      round();
      if (!dead_ && steps_ % 64 == 0 && is_settled()) return judge_idle();
    }
  }

  // With nothing to do it starts nothing, and writes next to nothing.
  void judge_idle() {
    const std::uint64_t before = journal_.last_seq().value();
    const std::uint64_t ddl = world_.ddl_done();
    const std::uint64_t jobs = world_.jobs_started();
    const std::int64_t end = world_.now() + kIdleSweeps * parameters_.sweep_interval_ms;
    while (world_.now() < end && world_.violations().empty()) round();
    if (world_.ddl_done() != ddl || world_.jobs_started() != jobs) {
      world_.violate("work is started though both clusters are equal");
    }
    // Each sweep of each cluster is noted.
    const auto written = journal_.last_seq().value() - before;
    if (written > 2 * kIdleSweeps + kIdleEvents) {
      world_.violate(fmt::format("{} events are written though nothing happens", written));
    }
  }

  bool is_settled() const {
    const core::State& state = driver_->state();
    if (!unequal().empty() || !stray().empty() || !state.jobs.empty() || !state.ddl.empty() ||
        state.paused || state.hold) {
      return false;
    }
    for (const auto& pair : state.tables) {
      if (pair.skipped) return false;
    }
    const auto rows = core::table_report(state);
    return std::none_of(rows.begin(), rows.end(), [](const auto& row) {
      return row.status == core::TableStatus::kPending || row.status == core::TableStatus::kRunning;
    });
  }

  // Tables that differ although nothing holds them back.
  std::vector<std::string> unequal() const {
    std::vector<std::string> out;
    for (const auto& name : world_.source_tables()) {
      const std::string difference = world_.difference(name);
      if (difference.empty()) continue;
      const auto* pair = driver_->state().find(name);
      if (pair != nullptr) {
        const auto row = core::table_progress(driver_->state(), *pair);
        const bool explained = row.reason.find(" is false") != std::string::npos;
        if (row.status == core::TableStatus::kBlocked && explained) continue;
        out.push_back(fmt::format("{} (shown as: {})", difference,
                                  row.reason.empty() ? "in sync" : row.reason));
        continue;
      }
      out.push_back(difference + " (not known)");
    }
    if (std::string view = world_.view_difference(); !view.empty()) out.push_back(std::move(view));
    return out;
  }

  // What only the target has although it may be dropped.
  std::string stray() const {
    const bool may_drop = parameters_.settings.at("ddl_job_allow_drop_target_only") == "true";
    return may_drop ? world_.target_only() : std::string();
  }

  void judge_end() {
    if (dead_) {
      world_.violate("the daemon is down at the end");
      return;
    }
    for (const auto& difference : unequal()) world_.violate("not equal at the end: " + difference);
    if (!stray().empty()) world_.violate("still only on the target at the end: " + stray());
    for (const auto& pair : driver_->state().tables) {
      if (pair.stopped) {
        world_.violate("stopped by a fact that its stage does not allow: " +
                       core::to_string(pair.name) + ": " + pair.retry.last_error);
      }
    }
    for (const auto& broken : core::check_invariants(driver_->state())) {
      world_.violate("invariant: " + broken);
    }
    judge_memory();
  }

  // What the daemon remembers grows with the names that there ever were, and with nothing else.
  void judge_memory() {
    std::size_t bytes = 0;
    const auto digest = codec::encode_state(driver_->state(), 1 << 20, [&](std::string_view piece) {
      bytes += piece.size();
      return Status::ok();
    });
    const auto names = static_cast<std::size_t>(world_.names_made()) + kNamesAtFirst;
    if (digest.is_ok() && bytes > names * kBytesPerName) {
      world_.violate(fmt::format("the state takes {} bytes for {} names", bytes, names));
    }
  }

  // Folds the whole journal again: every started piece of work was planned, and the fold is what
  // the daemon holds.
  void judge_journal() {
    core::State state;
    License license;
    const Status status = journal_.read(EventSeq(1), journal_.last_seq(), [&](const auto& event) {
      if (const std::string breach = license.judge(event); !breach.empty()) world_.violate(breach);
      std::string expected;
      if (!core::is_planned(state, event.fact, event.at, &expected)) {
        world_.violate(fmt::format("event {} {} was not planned; planned: {}", event.seq.value(),
                                   core::describe(event), expected));
      }
      return core::apply(state, event);
    });
    if (!status.is_ok()) world_.violate("the journal does not fold: " + status.to_string());
    if (codec::digest(state) != codec::digest(driver_->state())) {
      world_.violate("the fold of the journal is not the daemon's state");
    }
  }

  RunReport report() const {
    RunReport report;
    report.seed = parameters_.seed;
    report.violations = world_.violations();
    report.simulated_ms = world_.now();
    report.events = journal_.last_seq().value();
    report.event_bytes = journal_.bytes();
    report.restarts = restarts_;
    report.jobs = world_.jobs_started();
    report.statements = world_.ddl_done();
    report.steps = steps_;
    return report;
  }

  const Parameters parameters_;
  Random random_;
  std::function<void(const std::string&)> trace_;
  World world_;
  SimClock set_clock_;
  io::ForwardClock clock_;
  SimJournal journal_;
  Watcher watcher_;
  Operator operator_;
  SimExecutor* executor_ = nullptr;  // the driver's
  std::unique_ptr<driver::Driver> driver_;
  bool dead_ = false;
  int rounds_here_ = 0;
  std::uint64_t restarts_ = 0;
  std::uint64_t steps_ = 0;
};

}  // namespace

RunReport simulate(const Parameters& parameters, std::function<void(const std::string&)> trace) {
  return Simulation(parameters, std::move(trace)).run();
}

}  // namespace srsync::sim
