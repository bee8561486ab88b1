#include "driver/definition_round.h"

#include <variant>

#include "core/names.h"

namespace srsync::driver {
namespace {

// Read already, and not about to be read anyway.
bool worth_a_look(const core::State& state, const core::TablePair& pair, Side side) {
  const auto& table = core::table_of(pair, side);
  return table && state.settings.in_scope(pair.name) && table->read_in_full &&
         !table->reread_wanted && !table->definition_unread();
}

}  // namespace

void DefinitionRound::begin_when_due(const core::State& state, const DriverOptions& options,
                                     WallTime now) {
  if (begun_ && (options.definition_interval_ms <= 0 || now < due_ || !waiting_.empty())) return;
  begun_ = true;
  ++rounds_;
  due_ = now.plus_ms(options.definition_interval_ms);
  order_.clear();
  for (const auto& pair : state.tables) {
    for (const Side side : kSides) {
      if (!worth_a_look(state, pair, side)) continue;
      const Key key{side, core::table_of(pair, side)->id};
      waiting_.emplace(key, pair.name);
      order_.push_back(key);
    }
  }
}

std::vector<core::ReadTable> DefinitionRound::next(const core::State& state, std::size_t max) {
  std::vector<core::ReadTable> chosen;
  for (std::size_t looked = order_.size(); looked > 0 && chosen.size() < max; --looked) {
    const Key key = order_.front();
    order_.pop_front();
    const auto at = waiting_.find(key);
    if (at == waiting_.end()) continue;
    const auto* pair = state.find(key.first, key.second);
    if (pair == nullptr || !worth_a_look(state, *pair, key.first)) {
      waiting_.erase(at);
      continue;
    }
    order_.push_back(key);
    // What is under way on the target ends with a reading, and what it changes is not to be
    // mistaken for somebody else's change.
    const bool at_rest = std::holds_alternative<core::Resting>(pair->stage);
    if (key.first == Side::kTarget && !at_rest) continue;
    chosen.push_back({key.first, core::name_on(key.first, *pair), key.second, false});
  }
  return chosen;
}

}  // namespace srsync::driver
