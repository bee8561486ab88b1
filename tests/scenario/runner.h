// Runs the text scenarios of tests/scenario/cases: facts in, plan out.
//
// A case is a command line with arguments, a line `----`, the expected output, a blank line. The
// first paragraph, lines starting with `#`, says which harm the case prevents. Commands are
// documented at their handlers in runner.cc.
#pragma once

#include <string>
#include <vector>

#include "core/state.h"

namespace srsync::scenario {

class Runner {
 public:
  // Runs one command line and returns what it prints. Throws std::runtime_error on a command that
  // it does not know, so that a misspelt case fails.
  std::string run(const std::string& line);

  // Promises that must hold after every command, in words; empty when they do: the fold of all
  // events is the state, decode(encode(state)) is the state, plan() answers twice the same,
  // invariants hold, and a restart at this point names the same jobs under way.
  std::vector<std::string> broken_promises() const;

 private:
  std::string append(std::vector<core::Fact> facts);
  std::string append(core::Fact fact);
  std::string plan_text() const;
  std::string announce();

  core::State state_;
  std::vector<core::Event> events_;
  WallTime now_{1'000'000};
};

}  // namespace srsync::scenario
