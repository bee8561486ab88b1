#include "compat/story.h"

#include <string>
#include <variant>

#include "unit/codec/random_values.h"

namespace srsync::test {
namespace {

using namespace srsync::core;

const TableName kOrders{"shop", "orders"};
const TableName kItems{"shop", "items"};
const TableName kOld{"shop", "old"};

TableRead read(Side side, const TableName& name, std::int64_t id, std::int64_t version) {
  TableRead read;
  read.side = side;
  read.name = name;
  read.id = TableId(id);
  read.create_sql = "CREATE TABLE `" + name.table +
                    "` (\n  `day` date NOT NULL,\n  `sum` bigint NULL COMMENT \"net\"\n) "
                    "ENGINE=OLAP\nDUPLICATE KEY(`day`)\nDISTRIBUTED BY HASH(`day`) BUCKETS 2";
  read.schema_hash = 0x1234'5678'9abc'def0;
  read.kind = TableKind::kTable;
  Partition partition;
  partition.id = PartitionId(id + 1);
  partition.name = "p1";
  partition.visible_version = version;
  partition.data_version = version;
  partition.epoch = 40'000 + version;
  partition.txn_type = TxnType::kNormal;
  partition.buckets = 2;
  read.partitions.push_back(partition);
  return read;
}

DdlStarted ddl(DdlKind kind, const std::string& key, const TableName& name, std::string sql) {
  DdlStarted started;
  started.intent = {key, kind, name, {std::move(sql)}, {}, {}, {}, "missing on the target"};
  return started;
}

ReplicationStarted job(const std::string& id, const TableName& name, std::int64_t source,
                       std::int64_t target) {
  ReplicationStarted started;
  started.intent = {id, name, TableId(source), TableId(target), DbId(9), 4096, 6, {}};
  started.intent.goals.push_back(
      {SourcePartitionId(source + 1), TargetPartitionId(target + 1), 7, 40'007, 1});
  return started;
}

std::vector<Fact> beginning(const std::string& journal_id) {
  return {
      SessionStarted{"0.1.0", journal_id, {{"ddl_job_allow_drop_target_only", "true"}}},
      ClusterIdentified{
          Side::kSource, "1001", "3.5.2", RunMode::kSharedNothing, {true, true, true}},
      ClusterIdentified{
          Side::kTarget, "2002", "4.0.1", RunMode::kSharedNothing, {true, true, true}},
      TopologyObserved{Side::kTarget,
                       {{"fe1", "10.0.0.1", 9030, 9020, 8030, true, true}},
                       {{10001, "10.0.0.2", 9060, 8040, true, false, 421}}},
      LimitsObserved{100, 1000, 1024},
      DatabaseObserved{Side::kSource, DbId(7), "shop"},
      TableObserved{Side::kSource, kOrders, TableId(100), TableKind::kTable, true},
      TableObserved{Side::kSource, kItems, TableId(200), TableKind::kTable, true},
      read(Side::kSource, kOrders, 100, 7),
      read(Side::kSource, kItems, 200, 7),
      SweepCompleted{Side::kSource, true, 2, 2, ""},
      SweepCompleted{Side::kTarget, true, 0, 0, ""},
      ddl(DdlKind::kCreateDatabase, "ddl/shop/1", {"shop", ""},
          "CREATE DATABASE IF NOT EXISTS `shop`"),
      DdlSucceeded{"ddl/shop/1"},
      DatabaseObserved{Side::kTarget, DbId(9), "shop"},
      DatabaseListed{Side::kTarget, "shop"},
      ddl(DdlKind::kCreateTable, "ddl/shop.orders/1", kOrders,
          "CREATE TABLE `shop`.`orders` (...)"),
      DdlFailed{"ddl/shop.orders/1", Code::kOutcomeUnknown, "connection lost"},
      DdlVerified{"ddl/shop.orders/1", true},
      TableObserved{Side::kTarget, kOrders, TableId(900), TableKind::kTable, true},
      read(Side::kTarget, kOrders, 900, 1),
  };
}

std::vector<Fact> middle() {
  return {
      job("srsync-0123456789abcdef-900-1", kOrders, 100, 900),
      ReplicationAccepted{"srsync-0123456789abcdef-900-1"},
      ReplicationProgressed{"srsync-0123456789abcdef-900-1", "REPLICATING", TxnId(5001)},
      ReplicationCommitted{"srsync-0123456789abcdef-900-1"},
      PartitionsMoved{Side::kTarget,
                      TableId(900),
                      {{PartitionId(901), 7, 7, 40'007, 4096, TxnType::kReplication}}},
      ReplicationFinished{"srsync-0123456789abcdef-900-1"},
      FeedAdvanced{Side::kTarget, "shop", TxnId(5001)},
      Paused{"operator"},
      Resumed{"operator"},
      TableSkipped{kItems},
      RetryRequested{kItems},
      TableObserved{Side::kTarget, kOld, TableId(950), TableKind::kTable, true},
      read(Side::kTarget, kOld, 950, 3),
      DropsHeld{"0badcafe", {{kOld, 950, "exists only on the target"}}, "1 of 2 tables"},
      OperatorConfirmed{"0badcafe", "operator"},
      SessionEnded{"stopped by SIGTERM"},
  };
}

// Since v3: columns changed in place, a table made anew beside the old one, partitions by call.
std::vector<Fact> anew() {
  const TableName wide{"shop", "wide"};
  TableRead source = read(Side::kSource, wide, 300, 7);
  source.schema_mark = {3001, 4};
  DdlStarted beside = ddl(DdlKind::kCreateBeside, "ddl/shop.wide/2", wide,
                          "CREATE TABLE IF NOT EXISTS `shop`.`srsync_new_wide` (...)");
  beside.intent.on_target = {"shop", "srsync_new_wide"};
  return {
      TableObserved{Side::kSource, wide, TableId(300), TableKind::kTable, true},
      source,
      TableObserved{Side::kTarget, wide, TableId(960), TableKind::kTable, true},
      read(Side::kTarget, wide, 960, 7),
      ddl(DdlKind::kColumnChange, "ddl/shop.wide/1", wide,
          "ALTER TABLE `shop`.`wide` ADD COLUMN `w` int NULL"),
      DdlSucceeded{"ddl/shop.wide/1"},
      DatabaseListed{Side::kTarget, "shop"},
      read(Side::kTarget, wide, 960, 7),
      beside,
      DdlSucceeded{"ddl/shop.wide/2"},
      TableObserved{
          Side::kTarget, {"shop", "srsync_new_wide"}, TableId(970), TableKind::kTable, true},
      DatabaseListed{Side::kTarget, "shop"},
      read(Side::kTarget, {"shop", "srsync_new_wide"}, 970, 1),
  };
}

DdlStarted by_call() {
  DdlStarted started =
      ddl(DdlKind::kCreatePartitions, "ddl/shop.items/1", kItems, "createPartition(2026-05-07)");
  started.intent.partitions = {"p20260507"};
  started.intent.call_values = {"2026-05-07"};
  started.intent.call_ranges = {"VALUES [(\"2026-05-07\"), (\"2026-05-14\"))"};
  started.intent.call_db = DbId(9);
  started.intent.call_name = kItems;
  started.intent.call_label = "srsync-p-0123456789abcdef-980-1";
  return started;
}

std::vector<Fact> end(const std::string& journal_id) {
  return {
      SessionStarted{"0.1.0", journal_id, {{"max_replication_data_size_per_job_in_gb", "-1"}}},
      StrangerObserved{TxnId(6001), "insert_by_hand", TableId(900), {PartitionId(901)}},
      TableRereadWanted{Side::kSource, TableId(100), "a version moved", {PartitionId(101)}, true},
      by_call(),
      job("srsync-0123456789abcdef-900-2", kOrders, 100, 900),
      ReplicationAccepted{"srsync-0123456789abcdef-900-2"},
      ReplicationProgressed{"srsync-0123456789abcdef-900-2", "SNAPSHOTING", TxnId(5002)},
  };
}

}  // namespace

std::vector<Fact> story(const std::string& journal_id) {
  std::vector<Fact> facts = beginning(journal_id);
  for (Fact& fact : middle()) facts.push_back(std::move(fact));
  for (Fact& fact : anew()) facts.push_back(std::move(fact));
  for (Fact& fact : end(journal_id)) facts.push_back(std::move(fact));
  return facts;
}

std::vector<Fact> every_fact() {
  std::vector<Fact> facts;
  Filler filler(20261127);
  for (std::size_t i = 0; i < std::variant_size_v<Fact>; ++i) {
    facts.push_back(random_fact(filler, i));
    facts.push_back(random_fact(filler, i));
  }
  return facts;
}

}  // namespace srsync::test
