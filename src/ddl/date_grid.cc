#include "ddl/date_grid.h"

#include <fmt/format.h>

#include <array>

#include "base/text.h"

namespace srsync::ddl {
namespace {

int days_in_month(int year, int month) {
  constexpr std::array kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && is_leap ? 29 : kDays[static_cast<std::size_t>(month - 1)];
}

// `width` digits at `at`, or -1.
int digits(std::string_view text, std::size_t at, std::size_t width) {
  int value = 0;
  for (std::size_t i = at; i < at + width; ++i) {
    if (i >= text.size() || text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

bool has_at(std::string_view text, std::size_t at, char c) {
  return at < text.size() && text[at] == c;
}

bool is_valid(const DateTime& at) {
  return at.year >= 0 && at.month >= 1 && at.month <= 12 && at.day >= 1 &&
         at.day <= days_in_month(at.year, at.month) && at.hour >= 0 && at.hour < 24 &&
         at.minute >= 0 && at.minute < 60 && at.second >= 0 && at.second < 60;
}

}  // namespace

std::optional<GridUnit> grid_unit(std::string_view name) {
  if (equals_ignore_case(name, "minute")) return GridUnit::kMinute;
  if (equals_ignore_case(name, "hour")) return GridUnit::kHour;
  if (equals_ignore_case(name, "day")) return GridUnit::kDay;
  if (equals_ignore_case(name, "month")) return GridUnit::kMonth;
  if (equals_ignore_case(name, "year")) return GridUnit::kYear;
  return std::nullopt;
}

std::optional<DateTime> parse_date_time(std::string_view text) {
  constexpr std::size_t kDateBytes = 10;
  constexpr std::size_t kDateTimeBytes = 19;
  if (text.size() != kDateBytes && text.size() != kDateTimeBytes) return std::nullopt;
  if (!has_at(text, 4, '-') || !has_at(text, 7, '-')) return std::nullopt;
  DateTime at{digits(text, 0, 4), digits(text, 5, 2), digits(text, 8, 2), 0, 0, 0};
  if (text.size() == kDateTimeBytes) {
    if (!has_at(text, 10, ' ') || !has_at(text, 13, ':') || !has_at(text, 16, ':')) {
      return std::nullopt;
    }
    at.hour = digits(text, 11, 2);
    at.minute = digits(text, 14, 2);
    at.second = digits(text, 17, 2);
  }
  return is_valid(at) ? std::optional(at) : std::nullopt;
}

std::optional<DateTime> bound_of(const KeyTuple& tuple) {
  if (tuple.size() != 1 || tuple.front().kind != KeyPart::Kind::kText) return std::nullopt;
  return parse_date_time(tuple.front().text);
}

bool is_aligned(const DateTime& at, GridUnit unit) {
  if (at.second != 0) return false;
  if (unit == GridUnit::kMinute) return true;
  if (at.minute != 0) return false;
  if (unit == GridUnit::kHour) return true;
  if (at.hour != 0) return false;
  if (unit == GridUnit::kDay) return true;
  return at.day == 1 && (unit == GridUnit::kMonth || at.month == 1);
}

DateTime next_unit(DateTime at, GridUnit unit) {
  if (unit == GridUnit::kMinute && ++at.minute < 60) return at;
  if (unit == GridUnit::kMinute) at.minute = 0;
  if (unit <= GridUnit::kHour && ++at.hour < 24) return at;
  if (unit <= GridUnit::kHour) at.hour = 0;
  if (unit <= GridUnit::kDay && ++at.day <= days_in_month(at.year, at.month)) return at;
  if (unit <= GridUnit::kDay) at.day = 1;
  if (unit <= GridUnit::kMonth && ++at.month <= 12) return at;
  if (unit <= GridUnit::kMonth) at.month = 1;
  ++at.year;
  return at;
}

std::optional<DateTime> add_units(DateTime at, int count, GridUnit unit) {
  // Two years of minutes: the daily work of nobody's frontend.
  constexpr int kMost = 1'000'000;
  if (count < 1 || count > kMost) return std::nullopt;
  for (int i = 0; i < count; ++i) at = next_unit(at, unit);
  return at;
}

std::string bound_text(const DateTime& at, GridUnit unit) {
  std::string text = fmt::format("{:04}-{:02}-{:02}", at.year, at.month, at.day);
  if (unit <= GridUnit::kHour) text += fmt::format(" {:02}:{:02}:00", at.hour, at.minute);
  return text;
}

std::string generated_name(const DateTime& at, GridUnit unit) {
  std::string name = fmt::format("p{:04}", at.year);
  if (unit <= GridUnit::kMonth) name += fmt::format("{:02}", at.month);
  if (unit <= GridUnit::kDay) name += fmt::format("{:02}", at.day);
  if (unit <= GridUnit::kHour) name += fmt::format("{:02}", at.hour);
  if (unit == GridUnit::kMinute) name += fmt::format("{:02}", at.minute);
  return name;
}

}  // namespace srsync::ddl
