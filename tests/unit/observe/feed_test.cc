// The change feed of a target: no transaction of a stranger may be missed.
#include <gtest/gtest.h>

#include "base/text.h"
#include "observe/ports.h"
#include "unit/observe/fake_cluster.h"

namespace srsync::observe {
namespace {

class TargetFeedTest : public testing::Test {
 protected:
  TargetFeedTest() : frontend_(add_lone_leader(connector_.target)) {
    frontend_.teach("SHOW PROC '/dbs'", {"DbId", "DbName"}, {{"10", "a"}});
    list("running", {});
    list("finished", {});
  }
  using Rows = std::vector<std::vector<std::string>>;
  static std::vector<std::string> row(int id, const std::string& type = "INSERT_STREAMING") {
    return {std::to_string(id), "l", "VISIBLE", type};
  }
  void list(const std::string& state, Rows rows) {
    frontend_.teach("SHOW PROC '/transactions/10/" + state + "'",
                    {"TransactionId", "Label", "TransactionStatus", "LoadJobSourceType"},
                    std::move(rows));
  }
  void detail(int txn) {
    frontend_.teach("SHOW PROC '/transactions/10/finished/" + std::to_string(txn) + "'",
                    {"TableId", "CommittedPartitionIds"}, {{"11", "100"}});
  }
  void forget(int txn) {
    for (json line : recorded_statements("4.0", "change_feed.jsonl")) {
      if (!line.contains("error")) continue;
      line["sql"] = "SHOW PROC '/transactions/10/finished/" + std::to_string(txn) + "'";
      frontend_.teach(line);
    }
  }
  io::Feed feed(std::int64_t after) { return feed(reader_, after); }
  static io::Feed feed(ClusterReaderImpl& reader, std::int64_t after) {
    const auto read = reader.read_feed("a", core::TxnId(after));
    EXPECT_TRUE(read.is_ok()) << read.status().to_string();
    return read.is_ok() ? *read : io::Feed{};
  }
  FakeConnector connector_;
  FakeFrontend& frontend_;
  ClusterReaderImpl reader_{endpoint(Side::kTarget), connector_};
};

TEST_F(TargetFeedTest, ReplicationsAreNotLookedInto) {
  list("finished", {row(9, "REPLICATION"), row(8, "REPLICATION")});
  const io::Feed read = feed(8);  // nothing is taught about 9
  EXPECT_FALSE(read.gap);
  EXPECT_EQ(read.last, core::TxnId(9));
  const std::size_t before = connector_.target.log.size();
  const io::Feed again = feed(9);
  EXPECT_EQ(connector_.target.log.size() - before, 1u) << "one statement at rest";
  EXPECT_EQ(again.statements, 1u);
}

// Those that srsync begins to have partitions made, and aborts.
TEST_F(TargetFeedTest, AbortedLoadsAreToldWithoutBeingLookedInto) {
  list("finished", {row(8)});
  feed(8);
  list("finished", {{"9", "srsync-p-j-5-1", "ABORTED", "BACKEND_STREAMING"}, row(8)});
  const io::Feed read = feed(8);  // nothing is taught about 9
  EXPECT_FALSE(read.gap) << read.why;
  ASSERT_EQ(read.transactions.size(), 1U);
  EXPECT_FALSE(read.transactions[0].visible);
  EXPECT_TRUE(read.transactions[0].touched.empty());
  EXPECT_EQ(read.last, core::TxnId(9));
}

TEST_F(TargetFeedTest, ThePositionNeverPassesATransactionThatRuns) {
  list("running", {row(5)});
  list("finished", {row(9)});
  EXPECT_EQ(feed(0).last, core::TxnId(4));
  // A new reader, as after a restart: what finished meanwhile is told, though its id is low.
  list("running", {});
  list("finished", {row(9), row(5), row(4)});
  detail(5);
  detail(9);
  ClusterReaderImpl next{endpoint(Side::kTarget), connector_};
  const io::Feed read = feed(next, 4);
  EXPECT_FALSE(read.gap);
  ASSERT_EQ(read.transactions.size(), 2u);
  EXPECT_EQ(read.transactions[0].id, core::TxnId(5));
  EXPECT_EQ(read.last, core::TxnId(9));
}

TEST_F(TargetFeedTest, ReplicationsThatRunHoldNothingBack) {
  list("running", {row(5, "REPLICATION")});
  list("finished", {row(9)});
  EXPECT_EQ(feed(0).last, core::TxnId(9));
}

TEST_F(TargetFeedTest, OneThatRanAndIsNotListedIsAskedForById) {
  list("running", {row(5)});
  list("finished", {row(9)});
  (void)feed(0);
  list("running", {});
  list("finished", {row(12), row(9)});  // 5 ended, behind so many that it is not listed
  detail(5);
  detail(12);
  const io::Feed read = feed(9);
  EXPECT_FALSE(read.gap);
  ASSERT_EQ(read.transactions.size(), 2u);
  EXPECT_EQ(read.transactions[0].id, core::TxnId(5));
  EXPECT_EQ(read.transactions[0].touched.size(), 1u);
}

TEST_F(TargetFeedTest, OneThatRanAndWasForgottenIsAGap) {
  list("running", {row(5)});
  list("finished", {row(9)});
  (void)feed(0);
  list("running", {});
  list("finished", {row(12), row(9)});
  forget(5);
  detail(12);
  const io::Feed read = feed(9);
  EXPECT_TRUE(read.gap);
  EXPECT_TRUE(contains(read.why, "transaction 5"));
}

TEST_F(TargetFeedTest, AFailureInBetweenLosesNothing) {
  list("running", {row(5)});
  list("finished", {row(9)});
  (void)feed(0);
  list("running", {});
  list("finished", {row(12), row(9)});
  detail(5);
  frontend_.teach({{"sql", "SHOW PROC '/transactions/10/finished/12'"},
                   {"error", {{"code", 1064}, {"message", "something broke"}}}});
  EXPECT_FALSE(reader_.read_feed("a", core::TxnId(9)).is_ok());
  detail(12);
  EXPECT_EQ(feed(9).transactions.size(), 2u);
}

TEST_F(TargetFeedTest, AQuietDatabaseWhoseTransactionsExpiredHasNoGap) {
  list("finished", {row(9)});
  (void)feed(0);
  list("finished", {});
  EXPECT_FALSE(feed(9).gap);
  list("finished", {row(12)});
  detail(12);
  EXPECT_FALSE(feed(9).gap);
  // Within one look everything known went and others came: something between may be missing.
  list("finished", {row(99)});
  detail(99);
  EXPECT_TRUE(feed(12).gap);
}

TEST_F(TargetFeedTest, AfterARestartNothingKnownIsAGap) {
  EXPECT_TRUE(feed(9).gap) << "empty: what was known is forgotten, and maybe more";
}

TEST_F(TargetFeedTest, AFloodIsReadInSeveralCalls) {
  Rows rows;
  for (int id = 700; id >= 200; --id) {
    rows.push_back({std::to_string(id), "l", "ABORTED", "INSERT_STREAMING"});
  }
  list("finished", rows);
  std::size_t seen = 0;
  core::TxnId last(200);
  for (int call = 0; call < 3; ++call) {
    const io::Feed read = feed(last.value());
    EXPECT_FALSE(read.gap);
    EXPECT_LE(read.transactions.size(), FeedReader::kMaxPerRead);
    seen += read.transactions.size();
    last = read.last;
  }
  EXPECT_EQ(seen, 500u);
  EXPECT_EQ(last, core::TxnId(700));
}

}  // namespace
}  // namespace srsync::observe
