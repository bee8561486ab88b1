// The target under srsync_rename: readings come in the source's names, requests go to the target's.
#include "observe/renamed_reader.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "observe/replications.h"
#include "unit/observe/fake_cluster.h"

namespace srsync::observe {
namespace {

using core::Renames;
using Rows = std::vector<std::vector<std::string>>;

core::DatabaseListing listing(std::int64_t id, const std::string& name,
                              const std::vector<std::string>& tables, bool complete = true) {
  core::DatabaseListing out{core::DbId(id), name, complete, {}};
  for (const auto& table : tables) {
    const auto number = static_cast<std::int64_t>(out.tables.size()) + 1;
    out.tables.push_back({core::TableId(id * 100 + number), table, core::TableKind::kTable});
  }
  return out;
}

// "a: t@101 u@102; b(part): x@201 | a.t a.u"
std::string told(const core::Sweep& sweep) {
  std::string out;
  for (const auto& db : sweep.databases) {
    out += (out.empty() ? "" : "; ") + db.name + (db.complete ? "" : "(part)") + ":";
    for (const auto& table : db.tables) {
      out += " " + table.name + "@" + std::to_string(table.id.value());
    }
  }
  out += " |";
  for (const auto& table : sweep.tables) out += " " + core::to_string(table.name);
  return out;
}

core::Sweep sweep_of(std::vector<core::DatabaseListing> databases) {
  core::Sweep out;
  for (const auto& db : databases) {
    for (const auto& table : db.tables) out.tables.push_back({{db.name, table.name}, {}});
  }
  out.databases = std::move(databases);
  return out;
}

TEST(RenamedSweepTest, ADatabaseIsToldUnderItsNameOnTheSource) {
  const auto renames = Renames::from_text("a -> a_copy");
  const auto sweep = sweep_of({listing(1, "a", {"own"}), listing(2, "a_copy", {"t", "u"})});
  EXPECT_EQ(told(in_source_names(sweep, renames)), "a: t@201 u@202 | a.t a.u")
      << "the target's own a is left out";
}

TEST(RenamedSweepTest, ATableIsToldInItsDatabaseOfTheSource) {
  const auto renames = Renames::from_text("a.t -> b.u");
  const auto sweep = sweep_of({listing(1, "a", {"t", "x"}), listing(2, "b", {"u", "y"})});
  EXPECT_EQ(told(in_source_names(sweep, renames)), "a: x@102 t@201; b: y@202 | a.t a.x b.y");
}

TEST(RenamedSweepTest, ASwapIsUndone) {
  const auto renames = Renames::from_text("a -> b, b -> a, c.t -> c.u, c.u -> c.t");
  const auto sweep =
      sweep_of({listing(1, "a", {"of_b"}), listing(2, "b", {"of_a"}), listing(3, "c", {"t", "u"})});
  EXPECT_EQ(told(in_source_names(sweep, renames)),
            "b: of_b@101; a: of_a@201; c: u@301 t@302 | a.of_a b.of_b c.t c.u");
}

TEST(RenamedSweepTest, APartThatIsMissingMakesBothIncomplete) {
  const auto renames = Renames::from_text("a.t -> b.t");
  auto sweep = sweep_of({listing(1, "a", {}), listing(2, "b", {}, false), listing(3, "c", {})});
  sweep.complete = false;
  const auto out = in_source_names(sweep, renames);
  EXPECT_EQ(told(out), "a(part):; b(part):; c: |");
  EXPECT_FALSE(out.complete);
}

TEST(RenamedSweepTest, WithoutItsDatabaseATableElsewhereIsNotThere) {
  const auto renames = Renames::from_text("a.t -> b.t");
  EXPECT_EQ(told(in_source_names(sweep_of({listing(2, "b", {"t"})}), renames)), "b: |");
}

// The target holds a_copy (10) with table t (11) and other (20) with u (21); the source calls them
// a.t and a.u.
class RenamedTargetTest : public testing::Test {
 protected:
  RenamedTargetTest() : frontend_(add_lone_leader(connector_.target)) {
    add_lone_leader(connector_.source);
    frontend_.teach("SHOW PROC '/dbs'", {"DbId", "DbName"},
                    {{"10", "a_copy"}, {"20", "other"}, {"30", "a"}});
    for (const int db : {10, 20}) {
      list(db, "running", {});
      list(db, "finished", {});
    }
  }
  static std::vector<std::string> row(int id) {
    return {std::to_string(id), "l", "VISIBLE", "INSERT_STREAMING"};
  }
  void list(int db, const std::string& state, Rows rows) {
    frontend_.teach("SHOW PROC '/transactions/" + std::to_string(db) + "/" + state + "'",
                    {"TransactionId", "Label", "TransactionStatus", "LoadJobSourceType"},
                    std::move(rows));
  }
  void detail(int db, int txn) {
    frontend_.teach(
        "SHOW PROC '/transactions/" + std::to_string(db) + "/finished/" + std::to_string(txn) + "'",
        {"TableId", "CommittedPartitionIds"}, {{std::to_string(db + 1), "100"}});
  }
  std::unique_ptr<io::Ports> ports() {
    PortsFactoryImpl factory(endpoint(Side::kSource), endpoint(Side::kTarget), connector_,
                             Renames::from_text("a -> a_copy, a.u -> other.u, a.v -> later.v"));
    return factory.make();
  }
  io::Feed feed(std::int64_t after) { return feed(*ports_, after); }
  static io::Feed feed(io::Ports& ports, std::int64_t after) {
    const auto read = ports.reader(Side::kTarget).read_feed("a", core::TxnId(after));
    EXPECT_TRUE(read.is_ok()) << read.status().to_string();
    return read.is_ok() ? *read : io::Feed{};
  }
  static std::string ids(const io::Feed& feed) {
    std::string out;
    for (const auto& txn : feed.transactions) out += std::to_string(txn.id.value()) + " ";
    return out + "up to " + std::to_string(feed.last.value()) + (feed.gap ? " gap" : "");
  }

  FakeConnector connector_;
  FakeFrontend& frontend_;
  std::unique_ptr<io::Ports> ports_ = ports();
};

TEST_F(RenamedTargetTest, FeedsOfAllItsDatabasesAreOne) {
  list(10, "finished", {row(5)});
  list(20, "finished", {row(7)});
  EXPECT_EQ(ids(feed(0)), "up to 7");
  list(10, "finished", {row(9), row(5)});
  list(20, "finished", {row(8), row(7)});
  detail(10, 9);
  detail(20, 8);
  const io::Feed read = feed(7);
  EXPECT_EQ(ids(read), "8 9 up to 9");
  EXPECT_EQ(read.transactions[0].touched.at(0).table, core::TableId(21));
  EXPECT_EQ(ids(feed(9)), "up to 9");
}

TEST_F(RenamedTargetTest, ThePositionPassesNoneThatRunsInAnyOfThem) {
  list(10, "finished", {row(5)});
  list(20, "finished", {row(4)});
  (void)feed(0);
  list(20, "running", {row(7)});
  list(10, "finished", {row(9), row(5)});
  detail(10, 9);
  EXPECT_EQ(ids(feed(5)), "9 up to 6") << "7 is still running in the other one";
  // A new reader, as after a restart.
  list(20, "running", {});
  list(20, "finished", {row(7), row(4)});
  detail(20, 7);
  auto next = ports();
  EXPECT_EQ(ids(feed(*next, 6)), "7 9 up to 9");
}

TEST_F(RenamedTargetTest, AfterARestartAQuietDatabaseIsNoGap) {
  list(10, "finished", {row(9), row(5)});
  EXPECT_EQ(ids(feed(9)), "up to 9") << "nothing ever happened in the other one";
  auto next = ports();
  list(20, "finished", {row(12)});
  detail(20, 12);
  EXPECT_EQ(ids(feed(*next, 9)), "12 up to 12");
}

TEST_F(RenamedTargetTest, AfterARestartAListThatMayBeCutIsAGap) {
  list(10, "finished", {row(9)});
  Rows many;
  for (int id = 1600; id > 1000; --id) {
    many.push_back({std::to_string(id), "l", "ABORTED", "INSERT_STREAMING"});
  }
  list(20, "finished", many);
  EXPECT_TRUE(feed(9).gap);
}

TEST_F(RenamedTargetTest, WhatOneDatabaseToldIsNotLostWithTheOther) {
  list(10, "finished", {row(5)});
  list(20, "finished", {row(4)});
  (void)feed(0);
  list(10, "finished", {row(9), row(5)});
  list(20, "finished", {row(10), row(4)});
  detail(10, 9);
  frontend_.teach({{"sql", "SHOW PROC '/transactions/20/finished/10'"},
                   {"error", {{"code", 1064}, {"message", "something broke"}}}});
  EXPECT_FALSE(ports_->reader(Side::kTarget).read_feed("a", core::TxnId(5)).is_ok());
  detail(20, 10);
  EXPECT_EQ(ids(feed(5)), "9 10 up to 10");
}

TEST_F(RenamedTargetTest, AListingIsGatheredFromAllItsDatabases) {
  const std::vector<std::string> columns = {
      "TableId", "TableName", "IndexNum", "PartitionColumnName", "PartitionNum", "State", "Type"};
  frontend_.teach(
      "SHOW PROC '/dbs/10'", columns,
      {{"11", "t", "1", "", "1", "NORMAL", "OLAP"}, {"12", "u", "1", "", "1", "NORMAL", "OLAP"}});
  frontend_.teach("SHOW PROC '/dbs/20'", columns,
                  {{"21", "u", "1", "", "1", "NORMAL", "OLAP"},
                   {"22", "foreign", "1", "", "1", "NORMAL", "OLAP"}});
  const auto read = ports_->reader(Side::kTarget).list_database("a");
  ASSERT_TRUE(read.is_ok()) << read.status().to_string();
  core::Sweep sweep;
  sweep.databases = {*read};
  EXPECT_EQ(told(sweep), "a: t@11 u@21 |");
  EXPECT_EQ(read->id, core::DbId(10));
  EXPECT_EQ(ports_->reader(Side::kTarget).list_database("a_copy").status().code(), Code::kNotFound)
      << "the source's own a_copy has no name there";
}

TEST_F(RenamedTargetTest, ATableIsReadUnderItsNameThere) {
  frontend_.teach(
      "SHOW PARTITIONS FROM `other`.`u`",
      {"PartitionId", "PartitionName", "VisibleVersion", "DataSize", "Buckets", "Range"}, {});
  const auto read = ports_->reader(Side::kTarget).read_partitions({"a", "u"}, core::TableId(21));
  EXPECT_EQ(connector_.target.count("SHOW PARTITIONS FROM `other`.`u`"), 1u)
      << read.status().to_string();
  ASSERT_TRUE(read.is_ok()) << read.status().to_string();
  EXPECT_EQ(read->name, (core::TableName{"a", "u"}));
}

TEST_F(RenamedTargetTest, AJobIsLookedForWhereItsTableStands) {
  core::ReplicationIntent intent;
  intent.job_id = "j-1";
  intent.name = {"a", "u"};
  intent.target_db = core::DbId(10);  // of its database, a_copy
  intent.target_table = core::TableId(21);
  list(20, "running", {{"5", "REPLICATION_20_21_j-1", "PREPARE", "REPLICATION"}});
  const auto state = ports_->writer().label_state(intent);
  ASSERT_TRUE(state.is_ok()) << state.status().to_string();
  EXPECT_EQ(*state, io::LabelState::kRunning);
  EXPECT_TRUE(ports_->writer().cancel(intent, core::TxnId(5), "stalled").is_ok());
  EXPECT_EQ(connector_.target.aborted, std::vector<std::int64_t>{5});
  // Gone with its database.
  intent.name = {"a", "v"};
  EXPECT_EQ(*ports_->writer().label_state(intent), io::LabelState::kUnknown);
}

}  // namespace
}  // namespace srsync::observe
