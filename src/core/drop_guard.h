// The guard against a mass drop: when more tables or databases are due to be dropped than may be
// within an hour, none is, and an operator is asked.
//
// A drop counts until a new table under its name holds the data again, at most for an hour. What an
// operator confirmed does not count. Everything here is a function of State and the time.
#pragma once

#include <optional>
#include <string>

#include "core/fact.h"
#include "core/match.h"
#include "core/state.h"

namespace srsync::core {

// Whether an operator allowed this very table or database of the target to be dropped.
bool is_confirmed(const TablePair& pair);
bool is_confirmed(const DbPair& db);

// Why no unconfirmed drop may start at `now`; nullopt when one may.
std::optional<std::string> drop_obstacle(const State& state, WallTime now);

// The DropsHeld to be journalled at `now`: the limit was passed, what waits is another set than
// the operator was told, or nothing waits any more.
std::optional<DropsHeld> due_hold(const State& state, WallTime now);

// "12 drops wait for an operator, who writes 1a2b3c4d into the file confirm-drops ..".
std::string hold_text(const DropsHeld& hold);

// Whether the target would lose more than half of its partitions that hold data because the source
// has none of them any more. Less is partitions that age out: everyday work.
bool loses_most(const Table& target, const std::vector<PartitionDrop>& drops);

// Drops that passed at least this long ago do not count.
inline constexpr std::int64_t kDropWindowMs = 3'600'000;
// A database of few tables: so many may go however large a part they are.
inline constexpr std::size_t kDropsPerDatabaseMin = 3;

}  // namespace srsync::core
