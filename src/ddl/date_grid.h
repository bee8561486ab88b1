// The calendar of automatic range partitions. Values only: no clock is asked. Inside the room only.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "ddl/partition_values.h"

namespace srsync::ddl {

struct DateTime {
  int year = 0;
  int month = 1;
  int day = 1;
  int hour = 0;
  int minute = 0;
  int second = 0;
  friend constexpr auto operator<=>(const DateTime&, const DateTime&) = default;
};

enum class GridUnit { kMinute, kHour, kDay, kMonth, kYear };

// "minute", "hour", "day", "month", "year"; nullopt for any other.
std::optional<GridUnit> grid_unit(std::string_view name);

// "2026-01-31" or "2026-01-31 12:30:45"; nullopt for anything else (also for fractions).
std::optional<DateTime> parse_date_time(std::string_view text);

// The one date that a bound of a range holds; nullopt for anything else.
std::optional<DateTime> bound_of(const KeyTuple& tuple);

// Whether a unit begins at `at`.
bool is_aligned(const DateTime& at, GridUnit unit);

// One unit later. Requires is_aligned(at, unit).
DateTime next_unit(DateTime at, GridUnit unit);

// `count` units later; nullopt when that is too many to be a partition. Requires
// is_aligned(at, unit).
std::optional<DateTime> add_units(DateTime at, int count, GridUnit unit);

// As START and END want it: with the time of day for hours and minutes, without for the others.
std::string bound_text(const DateTime& at, GridUnit unit);

// The name a frontend gives the partition that begins at `at`: p20260131, p2026013112, p202601,
// p2026, with minutes p202601311200.
std::string generated_name(const DateTime& at, GridUnit unit);

}  // namespace srsync::ddl
