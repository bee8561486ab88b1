// Dates as the texts that statements hold, and times as SHOW prints them. Always UTC.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace srsync::sandbox {

// "2026-01-31" or "2026-01-31 10:00:00" plus n units ("minute", "hour", "day", "week", "month",
// "year"); empty when the text is no date or the unit is unknown.
std::string add_interval(std::string_view date, std::int64_t count, std::string_view unit);
// "20260131": the digits that name the partition of that unit.
std::string date_digits(std::string_view date, std::string_view unit);
// The start of the unit that holds the date, as date_trunc gives it.
std::string truncate_date(std::string_view date, std::string_view unit);
// "2026-11-22 19:52:56"
std::string time_text(std::int64_t ms);
// "2026-11-22"
std::string date_text(std::int64_t ms);

}  // namespace srsync::sandbox
