// Times and numbers as places in the history.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <ctime>

#include "base/text.h"
#include "inspect/history.h"

namespace srsync::inspect {
namespace {

// Reads `digits` digits off the front of `text`; -1 when they are not there.
int take_number(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return -1;
  int value = 0;
  for (const char c : text.substr(0, digits)) {
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, char c) {
  if (text.empty() || text[0] != c) return false;
  text.remove_prefix(1);
  return true;
}

// "YYYY-MM-DD[ T]HH:MM[:SS[.mmm]][Z]", every part behind the date optional.
std::optional<WallTime> parse_time(std::string_view text) {
  std::tm parts{};
  const int year = take_number(text, 4);
  if (year < 1970 || !take(text, '-')) return std::nullopt;
  const int month = take_number(text, 2);
  if (month < 1 || month > 12 || !take(text, '-')) return std::nullopt;
  const int day = take_number(text, 2);
  if (day < 1 || day > 31) return std::nullopt;
  parts.tm_year = year - 1900;
  parts.tm_mon = month - 1;
  parts.tm_mday = day;
  int ms = 0;
  if (take(text, ' ') || take(text, 'T')) {
    parts.tm_hour = take_number(text, 2);
    if (parts.tm_hour < 0 || parts.tm_hour > 23 || !take(text, ':')) return std::nullopt;
    parts.tm_min = take_number(text, 2);
    if (parts.tm_min < 0 || parts.tm_min > 59) return std::nullopt;
    if (take(text, ':')) {
      parts.tm_sec = take_number(text, 2);
      if (parts.tm_sec < 0 || parts.tm_sec > 59) return std::nullopt;
      if (take(text, '.')) {
        ms = take_number(text, 3);
        if (ms < 0) return std::nullopt;
      }
    }
    static_cast<void>(take(text, 'Z'));
  }
  if (!text.empty()) return std::nullopt;
  return WallTime(static_cast<std::int64_t>(timegm(&parts)) * 1000 + ms);
}

Result<WallTime> time_of(const journal::JournalReader& reader, EventSeq seq) {
  WallTime at;
  SRSYNC_RETURN_IF_ERROR(reader.read(seq, seq, [&at](const core::Event& event, std::string_view) {
    at = event.at;
    return Status::ok();
  }));
  return at;
}

// How many events are older than `time` (or as old, if `with_equal`); at least those that were
// trimmed away. Times never go backwards within a journal, so halving finds it.
Result<std::uint64_t> count_before(const journal::JournalReader& reader, WallTime time,
                                   bool with_equal) {
  std::uint64_t low = reader.beginning().seq.value();
  std::uint64_t high = reader.last_seq().value();
  while (low < high) {
    const std::uint64_t middle = low + (high - low + 1) / 2;
    WallTime at;
    SRSYNC_ASSIGN_OR_RETURN(at, time_of(reader, EventSeq(middle)));
    if (at < time || (with_equal && at == time)) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low;
}

}  // namespace

Result<Point> parse_point(std::string_view text) {
  const std::string_view trimmed = trim(text);
  Point point;
  if (trimmed == "last") {
    point.seq = kLastEvent;
    return point;
  }
  if (const auto number = parse_int64(trimmed); number.has_value() && *number >= 0) {
    point.seq = EventSeq(static_cast<std::uint64_t>(*number));
    return point;
  }
  point.time = parse_time(trimmed);
  if (point.time.has_value()) return point;
  return invalid_argument(
      fmt::format("'{}' is neither an event nor a time", trimmed),
      "write an event's number, 'last', or a time in UTC such as '2026-11-22 22:46:02.123'");
}

Result<EventSeq> last_event_until(const journal::JournalReader& reader, const Point& point) {
  if (!point.time.has_value()) {
    return std::min(point.seq.value_or(kLastEvent), reader.last_seq());
  }
  if (reader.beginning().trimmed() && *point.time < reader.beginning().at) {
    return journal::trimmed_away(reader.beginning());
  }
  std::uint64_t count = 0;
  SRSYNC_ASSIGN_OR_RETURN(count, count_before(reader, *point.time, true));
  return EventSeq(count);
}

Result<EventSeq> first_event_from(const journal::JournalReader& reader, const Point& point) {
  if (!point.time.has_value()) {
    return std::max(point.seq.value_or(EventSeq(1)), reader.first_seq());
  }
  std::uint64_t count = 0;
  SRSYNC_ASSIGN_OR_RETURN(count, count_before(reader, *point.time, false));
  return EventSeq(count + 1);
}

}  // namespace srsync::inspect
