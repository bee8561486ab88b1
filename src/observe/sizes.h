// The size texts that frontends print. Pure.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/status.h"

namespace srsync::observe {

// "0B", "585.9KB", "1.2 GB", "0.000 " or plain bytes ("600000"), in bytes; units are powers of
// 1024. An empty text is 0. kCorruption for anything else. The frontend cut digits off, so the
// result is a lower bound.
Result<std::int64_t> parse_size(std::string_view text);

// "50.00 %" as 500. An empty text is 0. kCorruption for anything else.
Result<std::int32_t> parse_permille(std::string_view text);

}  // namespace srsync::observe
