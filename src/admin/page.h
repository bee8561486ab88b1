// The status page: HTML without scripts that asks for itself again. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "admin/board.h"
#include "admin/overview.h"

namespace srsync::admin {

// Both may be nullptr: what is not known yet is said so.
std::string status_page(const Overview* overview, const Detail* detail, const Health& health,
                        const std::vector<std::string>& troubles);

// `text` so that it is text wherever it stands in HTML.
std::string escape_html(std::string_view text);

}  // namespace srsync::admin
