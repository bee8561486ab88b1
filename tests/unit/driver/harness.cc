#include "unit/driver/harness.h"

#include <algorithm>

#include "core/describe.h"
#include "core/plan.h"

namespace srsync::testing {

Result<std::vector<core::Event>> BreakableJournal::append(std::vector<core::Fact> facts) {
  ++appends_;
  if (left_ > 0)
    --left_;
  else if (left_ == 0) {
    if (stores_) {
      stores_ = false;
      (void)journal_.append(std::move(facts)).is_ok();
    }
    return unavailable("the disk is full");
  }
  return journal_.append(std::move(facts));
}

void Recorder::on_events(const std::vector<core::Event>& events, const core::State&) {
  for (const auto& event : events) lines.push_back(core::describe(event.fact));
}

Harness::Harness(io::Clock* journal_clock)
    : memory({"00112233445566ff", {"111", "222", {}, {}}, WallTime(1)},
             journal_clock == nullptr ? clock : *journal_clock),
      journal(memory),
      factory(world.factory()) {
  options.workers = 0;
  options.definition_interval_ms = 0;
}

void Harness::start() {
  core::State state;
  const Status folded = memory.read(EventSeq(1), memory.last_seq(), [&](const core::Event& event) {
    return core::apply(state, event);
  });
  journal.fail_at(-1);
  failure = folded;
  driver = std::make_unique<driver::Driver>(options, std::move(state), journal, *factory, clock,
                                            recorder);
  if (failure.is_ok()) failure = driver->start({"test", settings});
}

bool Harness::step_until(const std::function<bool()>& done, int steps) {
  for (int i = 0; i < steps; ++i) {
    if (!failure.is_ok()) return false;
    if (done()) return true;
    failure = driver->step();
    clock.advance(driver->wait_ms());
  }
  return done();
}

bool Harness::converge() {
  return step_until([&] {
    return world.difference().empty() && driver->state().jobs.empty() &&
           driver->state().ddl_slots.empty() && driver->snapshot()->progress.expired_tables == 0 &&
           driver->snapshot()->progress.observed;
  });
}

std::string Harness::broken_promise() {
  core::State state;
  std::string broken;
  const Status status = memory.read(EventSeq(1), memory.last_seq(), [&](const core::Event& event) {
    std::string expected;
    if (!core::is_planned(state, event.fact, event.at, &expected) && broken.empty()) {
      broken = core::describe(event) + " was not planned; planned: " + expected;
    }
    return core::apply(state, event);
  });
  if (!status.is_ok()) return status.to_string();
  const auto invariants = core::check_invariants(state);
  if (!invariants.empty()) return invariants.front();
  for (const auto& pair : state.tables) {
    if (pair.stopped) return core::to_string(pair.name) + " was stopped";
  }
  const auto violations = world.violations();
  if (!violations.empty()) return violations.front();
  return broken;
}

std::size_t Harness::count(const std::string& fact) const {
  return static_cast<std::size_t>(
      std::count_if(recorder.lines.begin(), recorder.lines.end(),
                    [&](const std::string& line) { return line.starts_with(fact); }));
}

}  // namespace srsync::testing
