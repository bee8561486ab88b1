#include "sandbox/dates.h"

#include <fmt/format.h>

#include <chrono>
#include <optional>

#include "base/text.h"

namespace srsync::sandbox {
namespace {

namespace ch = std::chrono;

struct Stamp {
  ch::year_month_day day;
  int hour = 0;
  int minute = 0;
  int second = 0;
  bool has_time = false;
};

std::optional<Stamp> parse(std::string_view text) {
  if (text.size() != 10 && text.size() != 19) return std::nullopt;
  const auto part = [&](std::size_t at, std::size_t length) {
    return static_cast<int>(parse_int64(text.substr(at, length)).value_or(-1));
  };
  Stamp stamp;
  stamp.day = ch::year(part(0, 4)) / part(5, 2) / part(8, 2);
  if (!stamp.day.ok()) return std::nullopt;
  stamp.has_time = text.size() == 19;
  if (stamp.has_time) {
    stamp.hour = part(11, 2);
    stamp.minute = part(14, 2);
    stamp.second = part(17, 2);
  }
  return stamp;
}

std::string print(const Stamp& stamp) {
  const std::string day =
      fmt::format("{:04}-{:02}-{:02}", static_cast<int>(stamp.day.year()),
                  static_cast<unsigned>(stamp.day.month()), static_cast<unsigned>(stamp.day.day()));
  if (!stamp.has_time) return day;
  return day + fmt::format(" {:02}:{:02}:{:02}", stamp.hour, stamp.minute, stamp.second);
}

ch::year_month_day plus_days(ch::year_month_day day, std::int64_t count) {
  return ch::year_month_day(ch::sys_days(day) + ch::days(count));
}

// The last day of the month where the day does not exist.
ch::year_month_day plus_months(ch::year_month_day day, std::int64_t count) {
  const ch::year_month_day moved = day + ch::months(count);
  return moved.ok() ? moved : ch::year_month_day(moved.year() / moved.month() / ch::last);
}

}  // namespace

std::string add_interval(std::string_view date, std::int64_t count, std::string_view unit) {
  auto stamp = parse(date);
  if (!stamp) return {};
  if (unit == "day") {
    stamp->day = plus_days(stamp->day, count);
  } else if (unit == "week") {
    stamp->day = plus_days(stamp->day, 7 * count);
  } else if (unit == "month") {
    stamp->day = plus_months(stamp->day, count);
  } else if (unit == "year") {
    stamp->day = plus_months(stamp->day, 12 * count);
  } else if (unit == "minute" && stamp->has_time) {
    const std::int64_t minutes = stamp->hour * 60 + stamp->minute + count;
    stamp->day = plus_days(stamp->day, minutes / 1440);
    stamp->hour = static_cast<int>(minutes % 1440 / 60);
    stamp->minute = static_cast<int>(minutes % 60);
  } else if (unit == "hour" && stamp->has_time) {
    const std::int64_t hours = stamp->hour + count;
    stamp->day = plus_days(stamp->day, hours / 24);
    stamp->hour = static_cast<int>(hours % 24);
  } else {
    return {};
  }
  return print(*stamp);
}

std::string date_digits(std::string_view date, std::string_view unit) {
  std::string digits;
  for (char c : date) {
    if (c >= '0' && c <= '9') digits += c;
  }
  const std::size_t length = unit == "year"     ? 4
                             : unit == "month"  ? 6
                             : unit == "hour"   ? 10
                             : unit == "minute" ? 12
                                                : 8;
  return digits.substr(0, length);
}

std::string truncate_date(std::string_view date, std::string_view unit) {
  auto stamp = parse(date);
  if (!stamp) return {};
  if (unit == "year") stamp->day = stamp->day.year() / 1 / 1;
  if (unit == "month") stamp->day = stamp->day.year() / stamp->day.month() / 1;
  if (unit != "hour" && unit != "minute") stamp->hour = 0;
  if (unit != "minute") stamp->minute = 0;
  stamp->second = 0;
  return print(*stamp);
}

std::string time_text(std::int64_t ms) {
  const std::int64_t seconds = ms / 1000;
  Stamp stamp;
  stamp.day = ch::year_month_day(ch::sys_days(ch::days(seconds / 86400)));
  stamp.has_time = true;
  stamp.hour = static_cast<int>(seconds % 86400 / 3600);
  stamp.minute = static_cast<int>(seconds % 3600 / 60);
  stamp.second = static_cast<int>(seconds % 60);
  return print(stamp);
}

std::string date_text(std::int64_t ms) { return time_text(ms).substr(0, 10); }

}  // namespace srsync::sandbox
