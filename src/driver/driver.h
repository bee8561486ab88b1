// The loop: makes facts durable, folds them, plans, announces, starts effects.
//
//   completions -> facts -> journal.append -> apply -> plan -> announce (append, apply) -> effects
//
// One thread runs step() or run() and owns the State; effects run on workers. Nothing reaches a
// cluster before the fact that announces it is durable.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/plan.h"
#include "core/progress.h"
#include "core/state.h"
#include "driver/definition_round.h"
#include "driver/digest.h"
#include "driver/effects.h"
#include "driver/executor.h"
#include "driver/job_watch.h"
#include "driver/once.h"
#include "driver/options.h"
#include "driver/pace.h"
#include "driver/periodic.h"
#include "io/clock.h"
#include "io/cluster.h"
#include "io/journal.h"

namespace srsync::driver {

// How things stand, for people. Never used for a decision.
struct Snapshot {
  WallTime at;
  EventSeq applied;
  core::Progress progress;
  std::size_t in_flight = 0;
  bool source_up = false;
  bool target_up = false;
  bool stopping = false;
  OncePhase once = OncePhase::kSynchronising;
};

// Told by the loop's thread; must return soon and must not call back into the driver, except for
// post().
class Observer {
 public:
  virtual ~Observer() = default;
  // Durable and applied; `after` is the State after the last of them.
  virtual void on_events(const std::vector<core::Event>& events, const core::State& after);
  // Every status_interval_ms and at the end.
  virtual void on_status(const core::State& state, const Snapshot& snapshot);
  // Something that could not be done and will be tried again.
  virtual void on_trouble(const Status& trouble);
};

struct SessionInfo {
  std::string binary_version;
  std::map<std::string, std::string> settings;  // behaviour-changing ones, no secrets
};

struct RunResult {
  // A stop was asked for (one-time mode: before it was through).
  bool stopped = false;
  // One-time mode: tables that could not be synchronised, with reasons; empty when all were.
  std::vector<core::TableProgress> not_synchronised;
};

class Driver {
 public:
  // `recovered` is the fold of everything in `journal`. All references must outlive the driver.
  Driver(DriverOptions options, core::State recovered, io::Journal& journal,
         io::PortsFactory& factory, io::Clock& clock, Observer& observer);
  // The same with an executor of the caller's own.
  Driver(DriverOptions options, core::State recovered, io::Journal& journal,
         std::unique_ptr<Executor> executor, io::Clock& clock, Observer& observer);
  ~Driver();
  Driver(const Driver&) = delete;
  Driver& operator=(const Driver&) = delete;

  // Opens the session: whatever the former one left under way is in doubt from here on.
  Status start(const SessionInfo& session);

  // Works until a stop is asked for or, in one-time mode, everything is done; then waits for what
  // is in flight and closes the session. Fails when the journal does (nothing is started after
  // that) or when a cluster turns out to be another one.
  Result<RunResult> run();

  // One round. For tests and simulations; run() is a loop of these.
  Status step();
  bool is_over() const { return over_; }
  RunResult result() const;
  // How long nothing has to be done when nothing comes back meanwhile.
  std::int64_t wait_ms() const;

  // Safe from any thread. Not from a signal handler: signals are taken by a thread that waits for
  // them.
  void request_stop(std::string reason);
  // Facts from outside (an operator's), appended in the next round.
  void post(std::vector<core::Fact> facts);
  // `workers` cannot change.
  void set_options(DriverOptions options);
  std::shared_ptr<const Snapshot> snapshot() const;

  // Loop's thread only.
  const core::State& state() const { return state_; }

 private:
  struct Work {
    WorkKind kind = WorkKind::kOther;
    std::vector<std::string> resources;
    std::uint64_t ticket = 0;
  };

  // --- facts
  Status record(std::vector<core::Fact> facts);
  Status settle(std::vector<Completion> completions);
  Status settle_one(const Completion& completion, std::vector<core::Fact>& batch);
  Digest digest(const Outcome& outcome);
  Digest digest_jobs(const JobsOutcome& outcome);
  void look_for_lost_side(const Outcome& outcome);
  void note_timing(const Outcome& outcome);
  void note_definition(const Outcome& outcome);
  void spend(Side side, std::int64_t cost, WallTime at);
  Budget& budget(Side side) { return budgets_[static_cast<std::size_t>(side)]; }
  void note_trouble(const std::string& key, const Status& trouble);
  Status take_posted();

  // --- work
  std::vector<core::Action> choose();
  bool may_start(const core::Action& action, WallTime now);
  bool within_limits(const core::Action& action, WallTime now);
  bool has_room(WorkKind kind) const;
  Status announce(const std::vector<core::Action>& actions);
  void dispatch(const std::vector<core::Action>& actions);
  void dispatch_periodic();
  void dispatch_definitions();
  void hand_out(Task task, Work work);
  // Gives `task` its ticket; its work must be in work_.
  void submit(Task task);

  // --- life
  bool may_work() const;
  Status finish(const std::string& reason);
  void publish(bool now_at_once);
  void take_options();
  Status checkpoint_when_due();
  // Counts up with the clock and never goes back, whatever an operator does to the clock; for
  // intervals and for what plan() is asked about.
  WallTime now() const;
  // This moment as the journal would stamp it; for comparing with the times in State.
  WallTime stamp() const { return std::max(clock_.now(), state_.now); }

  DriverOptions options_;
  core::State state_;
  io::Journal& journal_;
  io::Clock& clock_;
  Observer& observer_;

  Periodic periodic_;
  JobWatch jobs_;
  RecentDdl recent_ddl_;
  OnceWatch once_;
  std::array<Budget, 2> budgets_;
  DefinitionRound definitions_;
  std::array<Budget, 2> definition_budgets_;
  StartWindow ddl_window_;
  StartWindow job_window_;

  // In flight. Empty after a restart: what was here is in doubt in State then.
  std::map<std::string, Work> work_;
  std::uint64_t last_ticket_ = 0;
  std::set<std::string> busy_;
  std::map<WorkKind, std::size_t> running_;
  // Work that failed without a fact: not before that moment, and how often in a row.
  struct Delay {
    WallTime not_before;
    std::uint32_t failures = 0;
  };
  std::map<std::string, Delay> delays_;
  std::optional<core::DdlIntent> drop_in_round_;

  WallTime publish_due_;
  mutable WallTime clock_seen_;
  mutable WallTime now_;
  // Readings were held back by the budget: plan() is asked for more, to see past them.
  bool starved_ = false;
  EventSeq checkpoint_at_;
  bool stopping_ = false;
  bool over_ = false;
  WallTime stop_deadline_;
  std::string stop_reason_;

  mutable std::mutex mutex_;
  std::vector<core::Fact> posted_;             // guarded by mutex_
  std::optional<DriverOptions> new_options_;   // guarded by mutex_
  std::optional<std::string> stop_requested_;  // guarded by mutex_
  std::shared_ptr<const Snapshot> snapshot_;   // guarded by mutex_
  // Last: its threads end before anything that they use.
  std::unique_ptr<Executor> pool_;
};

}  // namespace srsync::driver
