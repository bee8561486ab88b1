#include "inspect/inspect.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/plan.h"
#include "unit/inspect/inspect_fixture.h"

namespace srsync {
namespace {

using test::InspectTest;

TEST_F(InspectTest, DumpPrintsOneLinePerEventWithNamesInsteadOfIds) {
  ASSERT_TRUE(inspect::dump(*reader(), {}, output()).is_ok());
  ASSERT_EQ(lines_.size(), 5U);
  EXPECT_EQ(lines_[0].rfind("0000001 2025-11-24 16:00:00.123 SessionStarted", 0), 0U) << lines_[0];
  EXPECT_NE(lines_[2].find("shop.orders"), std::string::npos) << lines_[2];
  // The fact holds an id only.
  EXPECT_NE(lines_[4].find("shop.orders"), std::string::npos) << lines_[4];
}

// A name or a server's message must not make two lines of one, nor reach the terminal.
TEST_F(InspectTest, AnEventStaysOneLineWhateverItHolds) {
  append({core::TableObserved{Side::kSource,
                              {"shop", "two\nlines\x1b[31m"},
                              core::TableId(13),
                              core::TableKind::kTable,
                              true},
          core::TableRereadWanted{Side::kSource, core::TableId(13), "because\r\nof"}});
  ASSERT_TRUE(inspect::dump(*reader(), {}, output()).is_ok());
  inspect::print_state(state_, std::nullopt, {inspect::Format::kText, false, [this](auto line) {
                                                lines_.emplace_back(line);
                                              }});
  for (const std::string& line : lines_) {
    EXPECT_EQ(line.find_first_of("\r\n\x1b"), std::string::npos) << line;
  }
}

TEST_F(InspectTest, DumpFiltersByRangeTableAndKind) {
  inspect::DumpFilter filter;
  filter.from = EventSeq(2);
  filter.to = EventSeq(3);
  ASSERT_TRUE(inspect::dump(*reader(), filter, output()).is_ok());
  EXPECT_EQ(lines_.size(), 2U);

  filter = {};
  filter.table = core::TableName{"shop", "orders"};
  ASSERT_TRUE(inspect::dump(*reader(), filter, output(inspect::Format::kJson)).is_ok());
  ASSERT_EQ(lines_.size(), 2U);
  EXPECT_EQ(json()[1]["kind"], "TableRereadWanted");
  EXPECT_EQ(json()[1]["seq"], 5);
  EXPECT_EQ(json()[1]["tables"], nlohmann::json::array({"shop.orders"}));

  filter.table = core::TableName{"shop", ""};
  ASSERT_TRUE(inspect::dump(*reader(), filter, output()).is_ok());
  EXPECT_EQ(lines_.size(), 4U);

  filter = {};
  filter.kind = "tableobserved";
  ASSERT_TRUE(inspect::dump(*reader(), filter, output()).is_ok());
  EXPECT_EQ(lines_.size(), 2U);
}

TEST_F(InspectTest, DumpFromTheMiddleStillKnowsNames) {
  inspect::DumpFilter filter;
  filter.from = EventSeq(5);
  ASSERT_TRUE(inspect::dump(*reader(), filter, output()).is_ok());
  ASSERT_EQ(lines_.size(), 1U);
  EXPECT_NE(lines_[0].find("shop.orders"), std::string::npos);
}

TEST_F(InspectTest, DumpShowsWhatIsSoundAndSaysWhereItStops) {
  forge(3, core::Paused{"nobody"});
  const Status status = inspect::dump(*reader(), {}, output());
  EXPECT_EQ(status.code(), Code::kCorruption);
  EXPECT_NE(status.message().find("event 4 does not follow from event 3"), std::string::npos);
  EXPECT_EQ(lines_.size(), 3U);
}

TEST_F(InspectTest, StateAtEqualsTheFoldWithAndWithoutCheckpoints) {
  ASSERT_TRUE(journal_->write_checkpoint(state_).is_ok());
  append({core::Paused{"me"}});
  const auto at_end = inspect::state_at(*reader(), inspect::kLastEvent);
  ASSERT_TRUE(at_end.is_ok());
  EXPECT_EQ(codec::digest(*at_end), codec::digest(state_));
  EXPECT_TRUE(at_end->paused);
  const auto before = inspect::state_at(*reader(), EventSeq(3));
  ASSERT_TRUE(before.is_ok());
  EXPECT_EQ(before->applied, EventSeq(3));
  EXPECT_NE(before->find({"shop", "orders"}), nullptr);
  EXPECT_EQ(before->find({"shop", "items"}), nullptr);
}

TEST_F(InspectTest, StateIsPrintedPerTable) {
  inspect::print_state(state_, std::nullopt, output(inspect::Format::kJson));
  ASSERT_EQ(lines_.size(), 3U);
  EXPECT_EQ(json()[0]["type"], "state");
  EXPECT_EQ(json()[0]["seq"], 5);
  EXPECT_EQ(json()[0]["digest"], to_hex(codec::digest(state_)));
  EXPECT_EQ(json()[1]["table"], "shop.items");
  EXPECT_EQ(json()[2]["table"], "shop.orders");
  EXPECT_EQ(json()[2]["stage"], "resting");
  inspect::print_state(state_, core::TableName{"shop", "orders"}, output());
  EXPECT_NE(lines_.back().find("shop.orders"), std::string::npos);
  EXPECT_EQ(lines_[lines_.size() - 2].rfind("table", 0), 0U);
}

TEST_F(InspectTest, VerifyAcceptsASoundJournal) {
  ASSERT_TRUE(journal_->write_checkpoint(state_).is_ok());
  append({core::Paused{"me"}});
  const inspect::VerifyReport report = inspect::verify(*reader());
  EXPECT_TRUE(report.sound()) << report.violations.front().text;
  EXPECT_EQ(report.checked, EventSeq(6));
  EXPECT_EQ(report.checkpoints, 1U);
  inspect::print_verify(report, output());
  EXPECT_EQ(lines_.back(), "sound: 6 of 6 events, 1 checkpoints, 0 announcements checked");
}

TEST_F(InspectTest, VerifyNamesABrokenChain) {
  forge(3, core::Paused{"nobody"});
  const inspect::VerifyReport report = inspect::verify(*reader());
  ASSERT_FALSE(report.sound());
  EXPECT_EQ(report.violations[0].seq, EventSeq(4));
  EXPECT_EQ(report.checked, EventSeq(3));
  inspect::print_verify(report, output(inspect::Format::kJson));
  EXPECT_EQ(json()[0]["sound"], false);
  EXPECT_EQ(json()[0]["violations"][0]["seq"], 4);
}

TEST_F(InspectTest, VerifyNamesACheckpointThatIsNotTheRefold) {
  core::State other = state_;
  other.paused = true;
  ASSERT_TRUE(journal_->write_checkpoint(other).is_ok());
  append({core::Resumed{"me"}});
  const inspect::VerifyReport report = inspect::verify(*reader());
  ASSERT_EQ(report.violations.size(), 1U);
  EXPECT_EQ(report.violations[0].seq, EventSeq(5));
  EXPECT_NE(report.violations[0].text.find("checkpoint 5 has the digest"), std::string::npos);
}

TEST_F(InspectTest, VerifyNamesAnEffectThatWasNotPlanned) {
  core::DdlStarted drop;
  drop.intent.key = "ddl/shop.orders/1";
  drop.intent.kind = core::DdlKind::kDropTable;
  drop.intent.name = {"shop", "orders"};
  drop.intent.statements = {"DROP TABLE `shop`.`orders`"};
  append({drop});
  const inspect::VerifyReport report = inspect::verify(*reader());
  EXPECT_EQ(report.started, 1U);
  ASSERT_FALSE(report.sound());
  EXPECT_EQ(report.violations[0].seq, EventSeq(6));
  EXPECT_NE(report.violations[0].text.find("DdlStarted was not in the plan"), std::string::npos);
}

TEST_F(InspectTest, StatsCountKindsBytesAndSlowTables) {
  const auto job = [](const std::string& id, const std::string& table) {
    core::ReplicationStarted started;
    started.intent.job_id = id;
    started.intent.name = {"shop", table};
    return started;
  };
  append({job("j1", "orders"), job("j2", "items")});
  clock_.set(1'764'000'010'123);
  append({core::ReplicationFinished{"j1"}, core::ReplicationFailed{"j2", "no"}});
  inspect::Stats stats;
  ASSERT_TRUE(inspect::collect_stats(*reader(), EventSeq(1), inspect::kLastEvent, stats).is_ok());
  EXPECT_EQ(stats.events, 9U);
  EXPECT_EQ(stats.sessions, 1U);
  EXPECT_EQ(stats.retries(), 1U);
  EXPECT_EQ(stats.kinds["TableObserved"].events, 2U);
  EXPECT_GT(stats.kinds["TableObserved"].bytes, 40U);
  EXPECT_EQ((stats.tables[{"shop", "orders"}].job_ms_max), 10'000);
  EXPECT_EQ((stats.tables[{"shop", "items"}].jobs_failed), 1U);
  inspect::print_stats(stats, output());
  EXPECT_EQ(lines_[0], "events     9 in 1 sessions, 0.90 per second");
  inspect::print_stats(stats, output(inspect::Format::kJson));
  EXPECT_EQ(json()[0]["slowest_tables"][0]["table"], "shop.orders");
}

TEST(InspectNames, ParsesAndPrints) {
  EXPECT_EQ(*inspect::parse_table("shop.orders"), (core::TableName{"shop", "orders"}));
  EXPECT_EQ(*inspect::parse_table("shop"), (core::TableName{"shop", ""}));
  for (const char* bad : {"", ".", "shop.", ".orders", "a.b.c"}) {
    EXPECT_EQ(inspect::parse_table(bad).status().code(), Code::kInvalidArgument) << bad;
  }
  EXPECT_EQ(inspect::format_time(WallTime(0)), "1970-01-01 00:00:00.000");
  EXPECT_EQ(inspect::format_time(WallTime(-1)), "1969-12-31 23:59:59.999");
}

}  // namespace
}  // namespace srsync
