// The calendar behind batches of partitions.
#include "ddl/date_grid.h"

#include <gtest/gtest.h>

#include <string>

namespace srsync::ddl {
namespace {

TEST(DateGrid, KnowsTheCalendar) {
  const auto next = [](const char* text, GridUnit unit) {
    return bound_text(next_unit(*parse_date_time(text), unit), GridUnit::kHour);
  };
  EXPECT_EQ(next("2023-02-28", GridUnit::kDay), "2023-03-01 00:00:00");
  EXPECT_EQ(next("2000-02-28", GridUnit::kDay), "2000-02-29 00:00:00");
  EXPECT_EQ(next("1900-02-28", GridUnit::kDay), "1900-03-01 00:00:00");
  EXPECT_EQ(next("2026-12-31 23:00:00", GridUnit::kHour), "2027-01-01 00:00:00");
  EXPECT_EQ(next("2026-12-01", GridUnit::kMonth), "2027-01-01 00:00:00");
  EXPECT_EQ(next("2026-12-31 23:59:00", GridUnit::kMinute), "2027-01-01 00:00:00");
  EXPECT_EQ(next("2026-12-31 23:09:00", GridUnit::kMinute), "2026-12-31 23:10:00");
  for (const char* bad : {"2026-13-01", "2026-02-29", "2026-1-1", "2026-01-01 24:00:00", "",
                          "2026-01-01 12:30:45.123456", "2026/01/01"}) {
    EXPECT_FALSE(parse_date_time(bad)) << bad;
  }
}

TEST(DateGrid, ManyUnits) {
  const auto later = [](const char* text, int count, GridUnit unit) {
    const auto at = add_units(*parse_date_time(text), count, unit);
    return at ? bound_text(*at, GridUnit::kMinute) : std::string("none");
  };
  EXPECT_EQ(later("2026-02-25", 7, GridUnit::kDay), "2026-03-04 00:00:00");
  EXPECT_EQ(later("2026-12-31 23:50:00", 15, GridUnit::kMinute), "2027-01-01 00:05:00");
  EXPECT_EQ(later("2026-11-01", 3, GridUnit::kMonth), "2027-02-01 00:00:00");
  EXPECT_EQ(later("2026-01-01", 0, GridUnit::kDay), "none");
  EXPECT_EQ(later("2026-01-01", 2'000'000'000, GridUnit::kDay), "none");
}

TEST(DateGrid, Names) {
  const DateTime at{2026, 1, 2, 3, 4, 0};
  EXPECT_EQ(generated_name(at, GridUnit::kMinute), "p202601020304");
  EXPECT_EQ(generated_name(at, GridUnit::kHour), "p2026010203");
  EXPECT_FALSE(is_aligned(at, GridUnit::kHour));
  EXPECT_TRUE(is_aligned(at, GridUnit::kMinute));
  EXPECT_FALSE(is_aligned({2026, 1, 2, 3, 4, 5}, GridUnit::kMinute));
}

}  // namespace
}  // namespace srsync::ddl
