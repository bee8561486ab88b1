// The calendar behind batches of partitions.
#include "ddl/date_grid.h"

#include <gtest/gtest.h>

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
  for (const char* bad : {"2026-13-01", "2026-02-29", "2026-1-1", "2026-01-01 24:00:00", "",
                          "2026-01-01 12:30:45.123456", "2026/01/01"}) {
    EXPECT_FALSE(parse_date_time(bad)) << bad;
  }
}

}  // namespace
}  // namespace srsync::ddl
