// The operator of a simulated migration: allows drops that wait, sometimes with an answer to an
// older question, and, when that is asked for, pauses, resumes, skips and retries.
#pragma once

#include <cstdint>
#include <string>

#include "driver/driver.h"
#include "sim/world.h"

namespace srsync::sim {

class Operator {
 public:
  Operator(World& world, Random& random) : world_(world), random_(random) {}
  // To be called after each round. Once all is quiet, it undoes what holds the daemon back.
  void act(driver::Driver& driver);

 private:
  void answer(driver::Driver& driver);
  void interfere(driver::Driver& driver);
  void let_go(driver::Driver& driver);

  World& world_;
  Random& random_;
  // The token of the question that was seen last and of the one before, "" for none.
  std::string asked_;
  std::string stale_;
  std::int64_t answer_at_ = 0;
  std::int64_t look_at_ = 0;
};

}  // namespace srsync::sim
