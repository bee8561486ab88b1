#include "core/intents.h"

#include <gtest/gtest.h>

#include "unit/core/world.h"

namespace srsync::core {
namespace {

using test::partition;

TEST(Intents, CreateTableNamesKeyReasonAndBuckets) {
  test::World w;
  w.open({{"target_cluster_replication_num", "2"}});
  Partition p = partition(101, 5, 7);
  p.buckets = 7;
  w.read(Side::kSource, 100, {p});
  w.put(TableMissing{Side::kTarget, TableId(500)});
  const auto intent = ddl_intent(w.state, w.pair(), assess(w.state, w.pair()));
  ASSERT_TRUE(intent.is_ok()) << intent.status().to_string();
  EXPECT_EQ(intent->key, "ddl/shop.t/1");
  ASSERT_EQ(intent->statements.size(), 1U);
  EXPECT_NE(intent->statements[0].find("CREATE TABLE IF NOT EXISTS `shop`.`t`"), std::string::npos);
  EXPECT_NE(intent->statements[0].find("BUCKETS 7"), std::string::npos) << intent->statements[0];
  EXPECT_NE(intent->statements[0].find("\"replication_num\" = \"2\""), std::string::npos);
}

TEST(Intents, AJobStopsAtTheSizeLimitButCarriesAtLeastOne) {
  test::World w;
  w.open({{"max_replication_data_size_per_job_in_gb", "1"}});
  std::vector<Partition> source;
  std::vector<Partition> target;
  for (int i = 0; i < 3; ++i) {
    const std::string values = "VALUES IN (\"" + std::to_string(i) + "\")";
    source.push_back(partition(101 + i, 5, 7, TxnType::kNormal, "p" + std::to_string(i), values));
    source.back().data_bytes = (1LL << 30) - 1;
    target.push_back(partition(501 + i, 1, 9, TxnType::kNormal, "p" + std::to_string(i), values));
  }
  w.read(Side::kSource, 100, source);
  w.read(Side::kTarget, 500, target);
  const auto intent = replication_intent(w.state, w.pair(), assess(w.state, w.pair()));
  EXPECT_EQ(intent.goals.size(), 1U);
  EXPECT_EQ(intent.goals[0].version, 5);
  EXPECT_EQ(intent.goals[0].epoch, 7);
  EXPECT_EQ(intent.goals[0].base_version, 1);
  EXPECT_EQ(intent.target_db, DbId(50));
}

TEST(Intents, DropsGoThroughTheRecycleBin) {
  test::World w;
  w.open();
  const std::string values = "VALUES IN (\"1\")";
  const std::string sql = test::partitioned_sql("LIST(`k`)(\n)");
  w.read(Side::kSource, 100, {partition(101, 5, 7, TxnType::kNormal, "p", values)}, sql);
  w.read(Side::kTarget, 500, {partition(501, 5, 9, TxnType::kNormal, "p", values)}, sql);
  const auto intent = ddl_intent(w.state, w.pair(), assess(w.state, w.pair()));
  ASSERT_TRUE(intent.is_ok());
  ASSERT_EQ(intent->kind, DdlKind::kDropPartitions);
  EXPECT_EQ(intent->statements[0].find("FORCE"), std::string::npos) << intent->statements[0];
  EXPECT_EQ(intent->partition_ids, std::vector<PartitionId>{PartitionId(501)});
}

}  // namespace
}  // namespace srsync::core
