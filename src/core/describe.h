// One stable line of text per event: shared by logs, goldens and tools.
#pragma once

#include <string>

#include "core/fact.h"
#include "core/plan.h"
#include "core/state.h"

namespace srsync::core {

// "DdlStarted ddl/shop.orders/1 create table: missing on target". Names no secrets, no clock.
std::string describe(const Fact& fact);
// "0000012 DdlStarted ...".
std::string describe(const Event& event);
std::string describe(const Action& action);

}  // namespace srsync::core
