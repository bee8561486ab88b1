#include "sim/operator.h"

#include <algorithm>

namespace srsync::sim {

void Operator::act(driver::Driver& driver) {
  answer(driver);
  if (world_.now() < look_at_) return;
  look_at_ = world_.now() + 60'000;
  if (!world_.is_eventful()) {
    let_go(driver);
  } else if (world_.strikes(Fault::kOperator)) {
    interfere(driver);
  }
}

void Operator::answer(driver::Driver& driver) {
  const auto& hold = driver.state().hold;
  if (!hold) return;
  if (hold->token != asked_) {
    stale_ = asked_;
    asked_ = hold->token;
    answer_at_ = world_.now() + random_.between(60'000, 5'400'000);
  }
  if (world_.now() < answer_at_) return;
  const bool stale = !stale_.empty() && random_.chance(200);
  driver.post({core::OperatorConfirmed{stale ? stale_ : asked_, "the simulation"}});
  answer_at_ = world_.now() + 600'000;
}

void Operator::interfere(driver::Driver& driver) {
  const auto& tables = driver.state().tables;
  core::TableName name;
  if (!tables.empty()) name = tables[random_.index(tables.size())].name;
  switch (random_.below(6)) {
    case 0:
      return driver.post({core::Paused{"the simulation"}});
    case 1:
    case 2:
      return driver.post({core::Resumed{"the simulation"}});
    case 3:
      if (!name.table.empty()) driver.post({core::TableSkipped{name}});
      return;
    case 4:
      return driver.post({core::RetryRequested{name}});
    default:
      return driver.post({core::RetryRequested{}});
  }
}

void Operator::let_go(driver::Driver& driver) {
  const auto& state = driver.state();
  if (state.paused) driver.post({core::Resumed{"the simulation"}});
  const bool skipped = std::any_of(state.tables.begin(), state.tables.end(),
                                   [](const auto& pair) { return pair.skipped; });
  if (skipped) driver.post({core::RetryRequested{}});
}

}  // namespace srsync::sim
