// What an operator allowed, followed through a journal apart from the code under test: while drops
// wait for an operator, nothing is dropped but what an operator allowed; while paused, nothing
// starts; a table that is skipped is left alone; no name of a piece of work is used twice.
#pragma once

#include <set>
#include <string>

#include "core/fact.h"

namespace srsync::sim {

class License {
 public:
  // To be given every event in order. Returns what is wrong with it, in words; empty: nothing.
  std::string judge(const core::Event& event);

 private:
  void follow_operator(const core::Fact& fact);
  std::string judge_start(const core::TableName& name, const std::string& key);
  std::string judge_drop(const core::DdlIntent& intent) const;

  core::DropsHeld held_;                             // no drops: nothing waits
  std::set<std::pair<bool, std::int64_t>> allowed_;  // whether a database, and its id
  bool paused_ = false;
  std::set<core::TableName> skipped_;
  std::set<std::string> keys_;
};

}  // namespace srsync::sim
