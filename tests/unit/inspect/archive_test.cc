// Archives: whole or refused; redacted ones hold no name.
#include "inspect/archive.h"

#include <gmock/gmock.h>

#include "unit/inspect/inspect_fixture.h"

namespace srsync {
namespace {

using test::InspectTest;
using testing::HasSubstr;
using testing::Not;

class ArchiveTest : public InspectTest {
 protected:
  std::vector<std::string> exported(bool redact = false) {
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
  static std::string dump_of(const std::string& at) {
    const auto opened = journal::JournalReader::open(at);
    EXPECT_TRUE(opened.is_ok()) << opened.status().to_string();
    if (!opened.is_ok()) return {};
    EXPECT_TRUE((*opened)->damage().empty());
    std::string text;
    const Status status =
        inspect::dump(**opened, {}, {inspect::Format::kText, false, [&text](std::string_view line) {
                                       text += line;
                                       text += '\n';
                                     }});
    EXPECT_TRUE(status.is_ok()) << status.to_string();
    return text;
  }
  void append_secrets() {
    core::TableRead read;
    read.name = {"shop", "orders"};
    read.id = core::TableId(11);
    read.create_sql =
        "CREATE TABLE `orders` (`customer` int DEFAULT \"4242\" COMMENT \"the payer\") "
        "PARTITION BY date_trunc('day', bought_at) PROPERTIES (\"replication_num\" = \"3\")";
    core::Partition partition;
    partition.id = core::PartitionId(5);
    partition.name = "p_vip";
    partition.values = "[(\"2026-01-01\"), (\"2026-02-01\"))";
    read.partitions.push_back(partition);
    core::SessionStarted session;
    session.binary_version = "1.2.4";
    session.journal_id = journal_->identity().journal_id;
    session.settings = {{"include_data_list", "shop.orders"}, {"max_job", "7"}};
    append({read, session,
            core::DdlFailed{"ddl/shop.orders/1", Code::kRejected,
                            "Getting analyzing error: table orders in fe1.corp.example at "
                            "10.1.2.3 has no column 'secret_col'; customer is missing"}});
  }
};

TEST_F(ArchiveTest, WhatIsImportedIsWhatWasExported) {
  append_secrets();
  ASSERT_TRUE(import(exported()).is_ok());
  const auto original = reader();
  const auto imported = journal::JournalReader::open(copy());
  ASSERT_TRUE(imported.is_ok());
  EXPECT_EQ((*imported)->identity(), original->identity());
  EXPECT_EQ((*imported)->chain(), original->chain());
  EXPECT_EQ((*imported)->last_seq(), EventSeq(8));
  EXPECT_EQ(dump_of(copy()), dump_of(dir()));
}

TEST_F(ArchiveTest, CommentsAreAllowed) {
  auto lines = exported();
  lines.insert(lines.begin() + 3, "# from the customer");
  lines.insert(lines.begin(), "");
  EXPECT_TRUE(import(lines).is_ok());
}

TEST_F(ArchiveTest, EveryMissingSwappedOrChangedLineIsNoticed) {
  const auto lines = exported();
  const auto refused = [this](const std::vector<std::string>& changed, const std::string& what) {
    const Status status = import(changed);
    EXPECT_FALSE(status.is_ok()) << what;
    // What is left is not taken for a journal.
    const auto left = journal::JournalReader::open(copy());
    EXPECT_TRUE(!left.is_ok() || !(*left)->damage().empty() || (*left)->last_seq() == EventSeq())
        << what;
    std::filesystem::remove_all(copy());
  };
  for (std::size_t i = 0; i < lines.size(); ++i) {
    auto without = lines;
    without.erase(without.begin() + static_cast<std::ptrdiff_t>(i));
    refused(without, "without line " + std::to_string(i + 1));
    auto changed = lines;
    char& last = changed[i].back();
    last = last == '1' ? '2' : '1';
    refused(changed, "changed line " + std::to_string(i + 1));
    if (i + 1 < lines.size()) {
      auto swapped = lines;
      std::swap(swapped[i], swapped[i + 1]);
      refused(swapped, "swapped lines " + std::to_string(i + 1));
    }
  }
  auto cut = lines;
  cut.pop_back();
  EXPECT_THAT(import(cut).message(), HasSubstr("cut off"));
}

TEST_F(ArchiveTest, ANewerArchiveIsRefusedByName) {
  auto lines = exported();
  lines[0] = "srsync-journal-archive 3";
  const Status status = import(lines);
  EXPECT_EQ(status.code(), Code::kUnsupported);
  EXPECT_THAT(status.message(), HasSubstr("version 3"));
}

TEST_F(ArchiveTest, NothingIsOverwritten) {
  ASSERT_TRUE(import(exported()).is_ok());
  EXPECT_EQ(import(exported()).code(), Code::kRejected);
  EXPECT_EQ(dump_of(copy()), dump_of(dir()));
}

TEST_F(ArchiveTest, ADamagedJournalIsNotExportedAsAWholeOne) {
  forge(3, core::Paused{"nobody"});
  std::vector<std::string> lines;
  const Status status = inspect::export_archive(
      *reader(), {}, [&lines](std::string_view line) { lines.emplace_back(line); });
  EXPECT_EQ(status.code(), Code::kCorruption);
  EXPECT_FALSE(import(lines).is_ok());
}

TEST_F(ArchiveTest, ARedactedJournalHoldsNoName) {
  append_secrets();
  ASSERT_TRUE(import(exported(true)).is_ok());
  std::string bytes;
  const auto imported = journal::JournalReader::open(copy());
  ASSERT_TRUE(imported.is_ok());
  ASSERT_TRUE((*imported)
                  ->read(EventSeq(1), inspect::kLastEvent,
                         [&bytes](const core::Event&, std::string_view record) {
                           bytes += record;
                           return Status::ok();
                         })
                  .is_ok());
  for (const char* secret : {"shop", "orders", "items", "customer", "4242", "payer", "bought_at",
                             "p_vip", "2026-01", "fe1", "corp", "10.1.2.3", "secret_col"}) {
    EXPECT_THAT(bytes, Not(HasSubstr(secret)));
  }
  // Still a story: versions, switches, the words of the server, one hash per name.
  for (const char* kept : {"1.2.4", "max_job", "Getting analyzing error", "CREATE TABLE"}) {
    EXPECT_THAT(bytes, HasSubstr(kept));
  }
  inspect::Redactor redactor(journal_->identity().journal_id);
  EXPECT_THAT(dump_of(copy()), HasSubstr(redactor.name("shop") + "." + redactor.name("orders")));
}

}  // namespace
}  // namespace srsync
