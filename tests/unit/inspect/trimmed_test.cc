// Questions to a journal whose beginning was trimmed away: answered behind the cut, refused before
// it.
#include <gmock/gmock.h>

#include "inspect/archive.h"
#include "inspect/history.h"
#include "journal/records.h"
#include "journal/trim.h"
#include "unit/inspect/inspect_fixture.h"

namespace srsync {
namespace {

using test::InspectTest;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

constexpr std::int64_t kTime = 1'764'000'000'123;

class TrimmedTest : public InspectTest {
 protected:
  // Events 1 to 5 of the fixture are gone; 6 to 8 are there.
  void SetUp() override {
    InspectTest::SetUp();
    ASSERT_TRUE(journal_->write_checkpoint(state_).is_ok());
    clock_.set(kTime + 60'000);
    append({core::TableRereadWanted{Side::kSource, core::TableId(11), "again"}});
    append({core::Paused{"me"}, core::Resumed{"me"}});
    journal_.reset();
    journal::TrimRequest request;
    request.dir = dir();
    request.older_than = WallTime(kTime + 1);
    const auto report = journal::trim(request);
    ASSERT_TRUE(report.is_ok()) << report.status().to_string();
    ASSERT_EQ(report->cut, EventSeq(5));
  }
  std::vector<std::string> exported(bool redact) {
    std::vector<std::string> lines;
    const Status status = inspect::export_archive(
        *reader(), {redact}, [&lines](std::string_view line) { lines.emplace_back(line); });
    EXPECT_TRUE(status.is_ok()) << status.to_string();
    return lines;
  }
  std::string copy() const { return (temp_.path() / "copy").string(); }
  Status import(const std::vector<std::string>& lines) {
    std::size_t at = 0;
    return inspect::import_archive(copy(), [&lines, &at](std::string& line) {
      if (at == lines.size()) return false;
      line = lines[at++];
      return true;
    });
  }
};

TEST_F(TrimmedTest, DumpBeginsBehindTheCutAndStillKnowsNames) {
  ASSERT_TRUE(inspect::dump(*reader(), {}, output()).is_ok());
  ASSERT_EQ(lines_.size(), 3U);
  EXPECT_THAT(lines_[0], HasSubstr("0000006"));
  EXPECT_THAT(lines_[0], HasSubstr("shop.orders"));
}

TEST_F(TrimmedTest, StateBeforeTheCutIsRefusedAndAtItKnown) {
  const auto before = inspect::state_at(*reader(), EventSeq(4));
  EXPECT_EQ(before.status().code(), Code::kNotFound);
  EXPECT_THAT(before.status().message(), HasSubstr("events 1 to 5 were trimmed away"));
  const auto at_cut = inspect::state_at(*reader(), EventSeq(5));
  ASSERT_TRUE(at_cut.is_ok()) << at_cut.status().to_string();
  EXPECT_NE(at_cut->find({"shop", "items"}), nullptr);
  const auto end = inspect::state_at(*reader(), inspect::kLastEvent);
  ASSERT_TRUE(end.is_ok());
  EXPECT_EQ(codec::digest(*end), codec::digest(state_));
}

TEST_F(TrimmedTest, TimesBeforeTheCutAreRefused) {
  const auto opened = reader();
  const auto until = [&opened](std::int64_t ms) {
    return inspect::last_event_until(*opened, {std::nullopt, WallTime(ms)});
  };
  EXPECT_EQ(until(kTime - 1).status().code(), Code::kNotFound);
  EXPECT_EQ(*until(kTime), EventSeq(5));
  EXPECT_EQ(*until(kTime + 60'000), EventSeq(8));
  EXPECT_EQ(*inspect::first_event_from(*opened, {std::nullopt, WallTime(0)}), EventSeq(6));
  EXPECT_EQ(*inspect::first_event_from(*opened, {EventSeq(2), std::nullopt}), EventSeq(6));
}

TEST_F(TrimmedTest, DiffReachesBackToTheCut) {
  const auto diff = [this](std::uint64_t from) {
    return inspect::diff(*reader(), EventSeq(from), inspect::kLastEvent, std::nullopt, output());
  };
  EXPECT_EQ(diff(0).code(), Code::kNotFound);
  EXPECT_TRUE(diff(5).is_ok());
}

TEST_F(TrimmedTest, WhyAndReplayBeginWithWhatWasKnown) {
  ASSERT_TRUE(inspect::why(*reader(), {{"shop", "orders"}}, output()).is_ok());
  EXPECT_THAT(lines_[0], HasSubstr("events 1 to 5 were trimmed away"));
  EXPECT_THAT(lines_, Contains(HasSubstr("again")));
  // Known from the checkpoint alone.
  ASSERT_TRUE(inspect::why(*reader(), {{"shop", "items"}}, output()).is_ok());
  EXPECT_THAT(lines_, Contains(HasSubstr("shop.items after event 8")));
  EXPECT_TRUE(inspect::replay(*reader(), {}, output()).is_ok());
}

TEST_F(TrimmedTest, StatsCountWhatIsThere) {
  inspect::Stats stats;
  ASSERT_TRUE(inspect::collect_stats(*reader(), EventSeq(1), inspect::kLastEvent, stats).is_ok());
  EXPECT_EQ(stats.events, 3U);
}

TEST_F(TrimmedTest, VerifyProvesWhatIsLeft) {
  const inspect::VerifyReport report = inspect::verify(*reader());
  EXPECT_TRUE(report.sound()) << report.violations.front().text;
  inspect::print_verify(report, output());
  EXPECT_EQ(lines_.back(),
            "sound: 3 of 3 events, 1 checkpoints, 0 announcements checked; events 1 to 5 were "
            "trimmed away");
}

TEST_F(TrimmedTest, VerifyNamesADamagedCheckpointThatItRestsOn) {
  {
    auto store = journal::Store::open(dir(), journal::Access::kWrite, nullptr);
    ASSERT_TRUE(store.is_ok());
    ASSERT_TRUE((*store)
                    ->db()
                    .Put({}, (*store)->checkpoints(), journal::checkpoint_key(EventSeq(5), 0), "?")
                    .ok());
  }
  const inspect::VerifyReport report = inspect::verify(*reader());
  ASSERT_FALSE(report.sound());
  EXPECT_EQ(report.violations[0].seq, EventSeq(5));
  EXPECT_THAT(report.violations[0].text, HasSubstr("the checkpoint that stands for them"));
  // Events are shown all the same.
  EXPECT_TRUE(inspect::dump(*reader(), {}, output()).is_ok());
  EXPECT_EQ(lines_.size(), 3U);
}

TEST_F(TrimmedTest, AnArchiveOfItIsAsGoodAsItself) {
  const auto lines = exported(false);
  EXPECT_EQ(lines[0], "srsync-journal-archive 2");
  ASSERT_TRUE(import(lines).is_ok());
  const auto imported = journal::JournalReader::open(copy());
  ASSERT_TRUE(imported.is_ok());
  EXPECT_TRUE((*imported)->damage().empty());
  EXPECT_EQ((*imported)->chain(), reader()->chain());
  EXPECT_EQ((*imported)->beginning(), reader()->beginning());
  EXPECT_TRUE(inspect::verify(**imported).sound());
  EXPECT_EQ(codec::digest(*inspect::state_at(**imported, inspect::kLastEvent)),
            codec::digest(state_));
}

TEST_F(TrimmedTest, EveryMissingOrChangedLineOfItsArchiveIsNoticed) {
  const auto lines = exported(false);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    auto without = lines;
    without.erase(without.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_FALSE(import(without).is_ok()) << "without line " << i + 1;
    std::filesystem::remove_all(copy());
    auto changed = lines;
    // The time of the cut says nothing that could be checked; everything else does.
    char& last = changed[i].back();
    last = last == '1' ? '2' : '1';
    EXPECT_FALSE(import(changed).is_ok()) << "changed line " << i + 1;
    std::filesystem::remove_all(copy());
  }
}

TEST_F(TrimmedTest, ARedactedArchiveHoldsNoNameInItsCheckpointEither) {
  const auto lines = exported(true);
  std::string bytes;
  for (const std::string& line : lines) {
    if (line.starts_with("state ")) bytes += *from_hex(line.substr(6));
  }
  ASSERT_FALSE(bytes.empty());
  for (const char* secret : {"shop", "orders", "items"}) {
    EXPECT_THAT(bytes, Not(HasSubstr(secret)));
  }
  EXPECT_THAT(bytes, HasSubstr("1.2.3"));
  ASSERT_TRUE(import(lines).is_ok());
  const auto imported = journal::JournalReader::open(copy());
  ASSERT_TRUE(imported.is_ok());
  // The state and the events still speak of the same tables.
  inspect::Redactor redactor(reader()->identity().journal_id);
  lines_.clear();
  ASSERT_TRUE(inspect::dump(**imported, {}, output()).is_ok());
  EXPECT_THAT(lines_[0], HasSubstr(redactor.name("shop") + "." + redactor.name("orders")));
}

}  // namespace
}  // namespace srsync
