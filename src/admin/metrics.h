// The overview in Prometheus' text format. Pure.
#pragma once

#include <string>
#include <string_view>

#include "admin/board.h"
#include "admin/overview.h"

namespace srsync::admin {

// Version 0.0.4 of the format.
std::string metrics_text(const Overview& overview, const Health& health);

// `text` as the value of a label: backslash, quote and line end escaped.
std::string label_value(std::string_view text);

}  // namespace srsync::admin
