// Questions to the history: points in time, differences, reasons, other settings.
#include "inspect/history.h"

#include <gmock/gmock.h>

#include "core/plan.h"
#include "unit/inspect/inspect_fixture.h"

namespace srsync {
namespace {

using test::InspectTest;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr std::int64_t kStart = 1'764'000'000'123;

class HistoryTest : public InspectTest {
 protected:
  // What plan() wants now for the target, appended as its announcement, as the driver does.
  // Returns what was announced.
  std::vector<core::Fact> announce() {
    std::vector<core::Fact> announced;
    for (const core::Action& action : core::plan(state_, clock_.now(), {})) {
      const bool work = std::holds_alternative<core::RunDdl>(action.effect);
      const auto fact = core::announcement(action);
      if (work && fact.has_value()) announced.push_back(*fact);
    }
    append(announced);
    return announced;
  }
  // Both clusters known, and read to the point where the database is to be made on the target.
  void observe_until_ddl() {
    clock_.set(kStart + 1'000);
    for (const Side side : {Side::kSource, Side::kTarget}) {
      core::ClusterIdentified cluster;
      cluster.side = side;
      cluster.cluster_id = "1";
      cluster.version = "3.5.2";
      append({cluster});
      core::SweepCompleted sweep;
      sweep.side = side;
      sweep.complete = true;
      append({sweep});
    }
    append({core::DatabaseListed{Side::kTarget, "shop"}});
  }
  std::string all() const {
    std::string text;
    for (const std::string& line : lines_) text += line + "\n";
    return text;
  }
};

TEST_F(HistoryTest, PointsAreNumbersOrTimes) {
  EXPECT_EQ(inspect::parse_point("17")->seq, EventSeq(17));
  EXPECT_EQ(inspect::parse_point("last")->seq, inspect::kLastEvent);
  EXPECT_EQ(inspect::parse_point("1970-01-02")->time, WallTime(86'400'000));
  EXPECT_EQ(inspect::parse_point("2025-11-24 16:00:00.123")->time, WallTime(kStart));
  EXPECT_EQ(inspect::parse_point("2025-11-24T16:00Z")->time, WallTime(kStart - 123));
  for (const char* bad : {"", "-1", "yesterday", "2025-13-01", "2025-11-24 25:00", "2025-11-24 1",
                          "2025-11-24 16:00:00.12", "2025-11-24 16:00 CET"}) {
    EXPECT_EQ(inspect::parse_point(bad).status().code(), Code::kInvalidArgument) << bad;
  }
}

TEST_F(HistoryTest, TimesAreFoundInTheHistory) {
  for (int i = 1; i <= 20; ++i) {
    clock_.set(kStart + i * 1'000);
    append({core::Paused{"a"}, core::Resumed{"a"}});
  }
  const auto opened = reader();
  const auto until = [&opened](std::int64_t ms) {
    return inspect::last_event_until(*opened, {std::nullopt, WallTime(ms)})->value();
  };
  const auto from = [&opened](std::int64_t ms) {
    return inspect::first_event_from(*opened, {std::nullopt, WallTime(ms)})->value();
  };
  EXPECT_EQ(until(kStart - 1), 0U);
  EXPECT_EQ(until(kStart), 5U);
  EXPECT_EQ(until(kStart + 3'000), 11U);
  EXPECT_EQ(until(kStart + 3'999), 11U);
  EXPECT_EQ(until(kStart + 900'000), 45U);
  EXPECT_EQ(from(0), 1U);
  EXPECT_EQ(from(kStart + 3'000), 10U);
  EXPECT_EQ(from(kStart + 3'001), 12U);
  EXPECT_EQ(from(kStart + 900'000), 46U);
}

TEST_F(HistoryTest, DiffShowsWhatChangedAndNothingElse) {
  append({core::TableSkipped{{"shop", "items"}}, core::Paused{"me"}});
  ASSERT_TRUE(
      inspect::diff(*reader(), EventSeq(5), inspect::kLastEvent, std::nullopt, output()).is_ok());
  ASSERT_EQ(lines_.size(), 2U) << all();
  EXPECT_THAT(lines_[0], AllOf(HasSubstr("paused"), HasSubstr("false -> true")));
  EXPECT_THAT(lines_[1], AllOf(HasSubstr("shop.items"), HasSubstr("skipped")));
  ASSERT_TRUE(inspect::diff(*reader(), EventSeq(5), inspect::kLastEvent,
                            core::TableName{"shop", "orders"}, output())
                  .is_ok());
  EXPECT_EQ(lines_, std::vector<std::string>{"nothing changed"});
  ASSERT_TRUE(inspect::diff(*reader(), EventSeq(0), EventSeq(4), std::nullopt,
                            output(inspect::Format::kJson))
                  .is_ok());
  bool table_is_new = false;
  for (const auto& change : json()) {
    table_is_new = table_is_new ||
                   (change["subject"] == "shop.orders" && change["what"] == "source table id" &&
                    change["before"] == "0" && change["after"] == "11");
  }
  EXPECT_TRUE(table_is_new) << all();
  EXPECT_EQ(inspect::diff(*reader(), EventSeq(4), EventSeq(2), std::nullopt, output()).code(),
            Code::kInvalidArgument);
}

TEST_F(HistoryTest, WhyTellsTheChainOfOneTable) {
  core::ReplicationStarted job;
  job.intent.job_id = "srsync-j-1-1";
  job.intent.name = {"shop", "orders"};
  job.intent.goals.push_back({core::SourcePartitionId(5), core::TargetPartitionId(6), 9, 0, 2});
  core::TableObserved on_target{
      Side::kTarget, {"shop", "orders"}, core::TableId(21), core::TableKind::kTable, true};
  append({on_target, job});
  append({core::ReplicationAccepted{"srsync-j-1-1"}, core::TableSkipped{{"shop", "items"}},
          core::ReplicationProgressed{"srsync-j-1-1", "SNAPSHOTING", core::TxnId(77)}});
  ASSERT_TRUE(inspect::why(*reader(), {{"shop", "orders"}}, output()).is_ok());
  EXPECT_THAT(lines_, Contains(AllOf(HasSubstr("decided"), HasSubstr("ReplicationStarted"))));
  EXPECT_THAT(lines_, Contains(HasSubstr("partition 5 -> 6: version 2 to 9")));
  EXPECT_THAT(lines_, Contains(AllOf(HasSubstr("outcome"), HasSubstr("ReplicationAccepted"))));
  EXPECT_THAT(lines_, Contains(HasSubstr("shop.orders after event 10: running, replicating")));
  EXPECT_THAT(lines_, Contains(HasSubstr("srsync-j-1-1 runs since 2025-11-24 16:00:00.123")));
  EXPECT_THAT(lines_, Contains(HasSubstr("SNAPSHOTING since")));
  EXPECT_THAT(lines_, Not(Contains(HasSubstr("shop.items"))));
}

TEST_F(HistoryTest, WhyNamesTheRuleAndTheSql) {
  observe_until_ddl();
  const auto announced = announce();
  ASSERT_EQ(announced.size(), 1U);
  const auto& intent = std::get<core::DdlStarted>(announced[0]).intent;
  ASSERT_FALSE(intent.reason.empty());
  ASSERT_TRUE(inspect::why(*reader(), {{"shop", "orders"}}, output()).is_ok());
  EXPECT_THAT(lines_, Contains(HasSubstr("rule: " + intent.reason)));
  EXPECT_THAT(lines_, Contains(HasSubstr("SQL: " + intent.statements[0])));
}

TEST_F(HistoryTest, WhyKeepsTheNewestLinksAndCountsTheOthers) {
  for (int i = 0; i < 30; ++i) {
    append({core::TableSkipped{{"shop", "orders"}}, core::RetryRequested{{"shop", "orders"}}});
  }
  ASSERT_TRUE(
      inspect::why(*reader(), {{"shop", "orders"}, inspect::kLastEvent, 4}, output()).is_ok());
  EXPECT_THAT(lines_[0], HasSubstr("earlier events"));
  EXPECT_THAT(lines_[1], HasSubstr("0000062"));
  ASSERT_TRUE(inspect::why(*reader(), {{"shop", "orders"}, inspect::kLastEvent, 0},
                           output(inspect::Format::kJson))
                  .is_ok());
  EXPECT_GT(lines_.size(), 60U);
  EXPECT_EQ(json().back()["type"], "now");
  EXPECT_EQ(json().back()["earlier_events"], 0);
}

TEST_F(HistoryTest, WhyMergesObservationsInARow) {
  for (int i = 0; i < 9; ++i) {
    append({core::TableRereadWanted{Side::kSource, core::TableId(11), "again"}});
  }
  ASSERT_TRUE(
      inspect::why(*reader(), {{"shop", "orders"}}, output(inspect::Format::kJson)).is_ok());
  const auto links = json();
  ASSERT_GE(links.size(), 2U);
  EXPECT_EQ(links[links.size() - 2]["events"], 10);
  EXPECT_EQ(links[links.size() - 2]["seq"], 5);
  EXPECT_EQ(links[links.size() - 2]["last_seq"], 14);
}

TEST_F(HistoryTest, WhyOfAnUnknownTableSaysSo) {
  EXPECT_EQ(inspect::why(*reader(), {{"shop", "Orders"}}, output()).code(), Code::kNotFound);
  EXPECT_THAT(lines_, IsEmpty());
  EXPECT_EQ(inspect::why(*reader(), {{"Shop", ""}}, output()).code(), Code::kNotFound);
  EXPECT_THAT(lines_, IsEmpty());
}

TEST_F(HistoryTest, WhyTellsWhatIsLeftOfADamagedJournal) {
  forge(4, core::Paused{"nobody"});
  EXPECT_EQ(inspect::why(*reader(), {{"shop", "orders"}}, output()).code(), Code::kCorruption);
  EXPECT_THAT(lines_, Contains(HasSubstr("shop.orders after event 4")));
}

TEST_F(HistoryTest, ReplayPrintsDecisionsAndOtherSettingsChangeThem) {
  observe_until_ddl();
  ASSERT_EQ(announce().size(), 1U);
  auto report = inspect::replay(*reader(), {}, output());
  ASSERT_TRUE(report.is_ok());
  EXPECT_EQ(report->decisions, 1U);
  ASSERT_EQ(lines_.size(), 1U);
  EXPECT_THAT(lines_[0], AllOf(HasSubstr("= "), HasSubstr("DdlStarted"), HasSubstr("because")));

  // The same settings decide the same.
  inspect::ReplayOptions options;
  options.settings["max_replication_data_size_per_job_in_gb"] = "-1";
  report = inspect::replay(*reader(), options, output());
  EXPECT_EQ(report->not_taken, 0U) << all();
  EXPECT_EQ(report->instead, 0U) << all();

  options.settings = {{"include_data_list", "elsewhere"}};
  report = inspect::replay(*reader(), options, output(inspect::Format::kJson));
  ASSERT_TRUE(report.is_ok());
  EXPECT_EQ(report->not_taken, 1U);
  ASSERT_EQ(lines_.size(), 1U);
  EXPECT_EQ(json()[0]["type"], "not_decided");
}

TEST_F(HistoryTest, ReplayFindsWhatWasNotDecidedButWouldHaveBeen) {
  append({core::SettingChanged{"include_data_list", "elsewhere"}});
  observe_until_ddl();
  ASSERT_THAT(announce(), IsEmpty());
  inspect::ReplayOptions options;
  options.settings["include_data_list"] = "shop";
  const auto report = inspect::replay(*reader(), options, output());
  ASSERT_TRUE(report.is_ok());
  EXPECT_EQ(report->instead, 1U);
  EXPECT_THAT(lines_, Contains(AllOf(HasSubstr("+ "), HasSubstr("shop"))));
}

TEST_F(HistoryTest, StatsTellTheTimeInEachStage) {
  core::ReplicationStarted started;
  started.intent.job_id = "j1";
  started.intent.name = {"shop", "orders"};
  append({started});
  clock_.set(kStart + 2'000);
  append({core::ReplicationAccepted{"j1"}});
  clock_.set(kStart + 7'000);
  append({core::ReplicationCommitted{"j1"}});
  clock_.set(kStart + 8'000);
  append({core::ReplicationFinished{"j1"}});
  inspect::Stats stats;
  ASSERT_TRUE(inspect::collect_stats(*reader(), EventSeq(1), inspect::kLastEvent, stats).is_ok());
  EXPECT_EQ(stats.stages["submitting"].ms_total, 2'000);
  EXPECT_EQ(stats.stages["running"].ms_total, 5'000);
  EXPECT_EQ(stats.stages["confirming"].ms_max, 1'000);
  EXPECT_EQ(stats.stages["confirming"].times, 1U);
}

TEST_F(HistoryTest, ACarriedStateContinuesADump) {
  core::State carried;
  inspect::DumpFilter filter;
  ASSERT_TRUE(inspect::dump(*reader(), filter, output(), &carried).is_ok());
  EXPECT_EQ(carried.applied, EventSeq(5));
  append({core::TableRereadWanted{Side::kSource, core::TableId(11), "again"}});
  filter.from = EventSeq(6);
  ASSERT_TRUE(inspect::dump(*reader(), filter, output(), &carried).is_ok());
  ASSERT_EQ(lines_.size(), 1U);
  EXPECT_THAT(lines_[0], HasSubstr("shop.orders"));
  EXPECT_EQ(journal::JournalReader::acknowledged(dir()), EventSeq(6));
}

}  // namespace
}  // namespace srsync
