// The replication engine: what a real target's leader does with a job, the harm that it does not
// notice included.
#include "sandbox/replication.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "unit/sandbox/two_clusters.h"

namespace srsync::sandbox {
namespace {

std::string refusal(TwoClusters& world, const frontend::TTableReplicationRequest& request) {
  const auto answer = world.engine.submit(request, 1);
  if (!answer) return "accepted";
  return answer->drops_connection ? "connection dropped" : answer->text;
}

// A table "t" of both clusters that the source has loaded twice.
class Replication : public testing::Test {
 protected:
  explicit Replication(Version version = Version::k4_0) : world(version) {
    world.create({.name = "t", .buckets = 3, .replicas = 2});
    world.load(world.source, "t");
    world.load(world.source, "t");
  }
  frontend::TTableReplicationRequest request(const std::string& job_id = "j1") {
    return world.request("t", job_id);
  }
  Partition target() { return world.partition(world.target, "t"); }
  Partition source() { return world.partition(world.source, "t"); }

  TwoClusters world;
};

class Replication41 : public Replication {
 protected:
  Replication41() : Replication(Version::k4_1) {}
};

TEST_F(Replication, GoesThroughTheRealStates) {
  ASSERT_EQ(refusal(world, request()), "accepted");
  EXPECT_EQ(world.row("j1").state, "INITIALIZING");
  EXPECT_EQ(world.row("j1").txn_id, 0);
  EXPECT_EQ(world.row("j1").progress, "");
  world.engine.hold(JobState::kSnapshoting);
  world.advance(50);
  EXPECT_EQ(world.row("j1").state, "SNAPSHOTING");
  EXPECT_EQ(world.row("j1").progress, "6/6");  // what is left, up to 4.0
  EXPECT_NE(world.row("j1").txn_id, 0);
  world.engine.release();
  world.engine.hold(JobState::kReplicating);
  world.advance(50);
  EXPECT_EQ(world.row("j1").state, "REPLICATING");
  world.engine.release();
  while (world.row("j1").state != "COMMITTED") world.advance(5);
  EXPECT_EQ(target().visible_version, 1) << "COMMITTED is not visible yet";
  world.settle();
  EXPECT_EQ(target().visible_version, 3);
  EXPECT_EQ(target().data_version, 3);
  EXPECT_EQ(target().version_epoch, source().version_epoch);
  EXPECT_EQ(target().txn_type, TxnType::kReplication);
  EXPECT_TRUE(world.same_content("t"));
}

TEST_F(Replication41, ProgressCountsWhatIsDone) {
  world.engine.hold(JobState::kSnapshoting);
  ASSERT_EQ(refusal(world, request()), "accepted");
  world.advance(50);
  EXPECT_EQ(world.row("j1").progress, "0/6");
}

TEST_F(Replication, AnIncrementalCopyAddsWhatIsNew) {
  world.engine.submit(request(), 1);
  world.settle();
  world.load(world.source, "t");
  EXPECT_FALSE(world.same_content("t"));
  EXPECT_EQ(refusal(world, request("j2")), "accepted");
  world.settle();
  EXPECT_TRUE(world.same_content("t"));
  EXPECT_EQ(world.row("j1").state, "") << "one record of each table";
}

TEST_F(Replication, TheSourceMayGoOnWhileItIsCopied) {
  world.engine.submit(request(), 1);
  world.load(world.source, "t");
  world.settle();
  EXPECT_EQ(target().data_version, 3);
  EXPECT_EQ(target().content.size(), 2u);
}

// Nothing in the versions tells, the batches do.
TEST_F(Replication, AForeignBaseIsAcceptedAndStaysMixed) {
  world.engine.submit(request(), 1);
  world.settle();
  world.load(world.target, "t");
  EXPECT_EQ(target().txn_type, TxnType::kNormal);
  EXPECT_NE(target().version_epoch, source().version_epoch);
  world.load(world.source, "t");
  world.load(world.source, "t");
  EXPECT_EQ(refusal(world, request("j2")), "accepted");
  world.settle();
  EXPECT_EQ(target().data_version, source().data_version);
  EXPECT_EQ(target().version_epoch, source().version_epoch);
  EXPECT_EQ(target().txn_type, TxnType::kReplication);
  EXPECT_FALSE(world.same_content("t"));
}

TEST_F(Replication, AWriteUnderAJobMixesUnseenUpTo40) {
  world.engine.hold(JobState::kReplicating);
  world.engine.submit(request(), 1);
  world.advance(100);
  world.load(world.target, "t");
  world.engine.release();
  world.settle();
  EXPECT_EQ(world.row("j1").state, "COMMITTED");
  EXPECT_EQ(target().visible_version, 3);
  EXPECT_EQ(target().txn_type, TxnType::kReplication);
}

TEST_F(Replication41, AWriteUnderAJobAbortsItFrom41On) {
  world.engine.hold(JobState::kReplicating);
  world.engine.submit(request(), 1);
  world.advance(100);
  world.load(world.target, "t");
  world.engine.release();
  world.settle();
  EXPECT_EQ(world.row("j1").state, "ABORTED");
  EXPECT_EQ(world.row("j1").error,
            "Partition " + std::to_string(target().physical_id) +
                " data version mismatch for replication, committed: 2, current: 2, expected: 1");
}

TEST_F(Replication, ALocalRowsetOfTheSameVersionSurvivesAFullCopy) {
  world.load(world.target, "t");  // version 2, as the source has one
  world.engine.submit(request(), 1);
  world.engine.collect_garbage_below(source().physical_id, 3);
  world.settle();
  EXPECT_EQ(world.row("j1").state, "COMMITTED") << world.row("j1").error;
  EXPECT_FALSE(world.same_content("t"));
}

TEST_F(Replication, ASourceVersionThatIsGoneFailsTheJob) {
  const auto late = request();
  world.load(world.source, "t");
  world.engine.collect_garbage_below(source().physical_id, 4);
  EXPECT_EQ(refusal(world, late), "accepted");
  world.settle();
  EXPECT_EQ(world.row("j1").error, "Source snapshots is empty");
  EXPECT_EQ(refusal(world, request("j2")), "accepted") << "a fresh version can be had";
  world.settle();
  EXPECT_TRUE(world.same_content("t"));
}

TEST_F(Replication, TabletsPairedWronglyCopyWrongRows) {
  auto wrong = request();
  auto& index = wrong.partition_replication_infos.begin()
                    ->second.index_replication_infos.begin()
                    ->second.tablet_replication_infos;
  auto& first = index.begin()->second;
  auto& second = std::next(index.begin())->second;
  std::swap(first.src_tablet_id, second.src_tablet_id);
  std::swap(first.replica_replication_infos, second.replica_replication_infos);
  world.engine.submit(wrong, 1);
  world.settle();
  EXPECT_EQ(world.row("j1").state, "COMMITTED");
  EXPECT_FALSE(world.same_content("t"));
}

TEST_F(Replication, UnknownTabletsBackendsAndHashesFailTheSnapshots) {
  const auto fails = [&](auto change) {
    auto wrong = request();
    auto& index =
        wrong.partition_replication_infos.begin()->second.index_replication_infos.begin()->second;
    change(index);
    world.engine.submit(wrong, 1);
    world.settle();
    EXPECT_EQ(world.row("j1").state, "ABORTED");
    EXPECT_EQ(world.row("j1").error, "Source snapshots is empty");
  };
  fails([](auto& index) { index.tablet_replication_infos.begin()->second.src_tablet_id = 77; });
  fails([](auto& index) { index.src_schema_hash = 1; });
  fails([](auto& index) {
    index.tablet_replication_infos.begin()->second.replica_replication_infos.clear();
  });
  fails([](auto& index) {
    for (auto& replica : index.tablet_replication_infos.begin()->second.replica_replication_infos) {
      replica.src_backend.http_port += 1;
    }
  });
}

TEST_F(Replication, AWrongTokenIsFoundOutWhenFilesAreFetched) {
  auto wrong = request();
  wrong.src_token = "not the token";
  EXPECT_EQ(refusal(world, wrong), "accepted");
  world.settle();
  EXPECT_EQ(world.row("j1").state, "ABORTED");
  EXPECT_TRUE(contains(world.row("j1").error, "No partitions have data available for loading"));
  EXPECT_FALSE(contains(world.row("j1").error, "not the token"));
}

TEST_F(Replication, ChecksInTheRealOrder) {
  const Table to = world.table(world.target, "t");
  const std::string part = std::to_string(target().physical_id);
  auto bad = request();
  bad.__isset.src_table_type = false;
  bad.database_id = 1;
  EXPECT_EQ(refusal(world, bad), "connection dropped");
  bad.__set_src_table_type(20);
  EXPECT_EQ(refusal(world, bad), "connection dropped");
  bad.__set_src_table_type(1);
  bad.database_id = 424242;
  EXPECT_EQ(refusal(world, bad), "Database 424242 not found");
  bad = request();
  bad.table_id = 424242;
  EXPECT_EQ(refusal(world, bad), "Table 424242 in database db not found");
  bad = request();
  bad.partition_replication_infos.begin()->second.partition_id = to.partitions[0].logical_id;
  EXPECT_EQ(refusal(world, bad), "Partition " + std::to_string(to.partitions[0].logical_id) +
                                     " in table t in database db not found");
  bad = request();
  auto& info = bad.partition_replication_infos.begin()->second;
  info.index_replication_infos.begin()->second.index_id = 424242;
  EXPECT_EQ(refusal(world, bad), "Index 424242 in partition " + part + " in table t not found");
  bad = request();
  auto& index =
      bad.partition_replication_infos.begin()->second.index_replication_infos.begin()->second;
  index.tablet_replication_infos.begin()->second.tablet_id = 424242;
  EXPECT_EQ(refusal(world, bad),
            "Tablet 424242 in index " + std::to_string(index.index_id) + " in table t not found");
  bad = request();
  bad.partition_replication_infos.begin()->second.src_version = 0;
  EXPECT_EQ(refusal(world, bad), "Target data version: 1 is larger than source data version: 0");
  bad.partition_replication_infos.begin()->second.src_version = 1;
  EXPECT_EQ(refusal(world, bad), "No data need to replicate");
  bad.partition_replication_infos.clear();
  EXPECT_EQ(refusal(world, bad), "No data need to replicate");
  bad.__isset.partition_replication_infos = false;
  EXPECT_TRUE(contains(refusal(world, bad), "request.partition_replication_infos"));
}

TEST_F(Replication, APartitionWhosePublishIsPendingIsRefused) {
  world.target.with([](Catalog& catalog) { catalog.publish_delay_ms = 1000000; });
  world.load(world.target, "t");
  EXPECT_EQ(refusal(world, request()),
            "Partition " + std::to_string(target().physical_id) +
                " in table t in database db publish version not finished");
}

TEST_F(Replication, OneJobOfATableAtATime) {
  EXPECT_EQ(refusal(world, request()), "accepted");
  EXPECT_EQ(
      refusal(world, request("j2")),
      "Replication job of table " + std::to_string(request().table_id) + " is already running");
}

TEST_F(Replication, SlotLimits) {
  world.create({.name = "u"});
  world.load(world.source, "u");
  const auto set = [&](const char* key, const char* value) {
    world.target.with([&](Catalog& catalog) { catalog.config[key].value = value; });
  };
  set("replication_max_parallel_table_count", "0");
  EXPECT_EQ(refusal(world, request()),
            "The replication jobs exceeds the replication_max_parallel_table_count: 0");
  set("replication_max_parallel_table_count", "100");
  set("replication_max_parallel_replica_count", "6");
  EXPECT_EQ(refusal(world, request()), "accepted") << "only what runs already counts";
  EXPECT_EQ(refusal(world, world.request("u", "u1")),
            "The replicating replica count in all running replication jobs 6 exceeds "
            "replication_max_parallel_replica_count: 6");
  set("replication_max_parallel_replica_count", "10240");
  set("replication_max_parallel_data_size_mb", "0");
  EXPECT_EQ(refusal(world, world.request("u", "u1")),
            "The replicating data size in all running replication jobs 0(MB) exceeds "
            "replication_max_parallel_data_size_mb: 0");
}

TEST_F(Replication, AJobIdThatMakesNoLabelIsAcceptedAndAborted) {
  for (const std::string& id :
       {std::string("a b"), std::string("a.b"), std::string("a:b"), std::string(110, 'x')}) {
    EXPECT_EQ(refusal(world, request(id)), "accepted");
    world.settle();
    EXPECT_EQ(world.row(id).state, "ABORTED");
    EXPECT_EQ(world.row(id).error, "Transaction not found");
    EXPECT_EQ(world.row(id).txn_id, 0);
  }
}

TEST_F(Replication, AJobIdServesAgainAfterAnAbortAndNotAfterACommit) {
  world.engine.fail_next(StageFault::kCopyFails, 1);
  world.engine.submit(request(), 1);
  world.settle();
  ASSERT_EQ(world.row("j1").state, "ABORTED");
  const std::int64_t first = world.row("j1").txn_id;
  world.engine.submit(request(), 1);
  world.settle();
  EXPECT_EQ(world.row("j1").state, "COMMITTED");
  EXPECT_NE(world.row("j1").txn_id, first);
  world.load(world.source, "t");
  EXPECT_EQ(refusal(world, request()), "accepted");
  world.settle();
  EXPECT_EQ(world.row("j1").error, "Transaction not found") << "the label is taken";
}

TEST_F(Replication, CancelledThroughItsTransaction) {
  world.engine.hold(JobState::kSnapshoting);
  world.engine.submit(request(), 1);
  world.advance(50);
  const std::int64_t txn = world.row("j1").txn_id;
  world.target.with([&](Catalog& catalog) {
    return abort_transaction(catalog, world.now, txn, "cancelled by operator");
  });
  EXPECT_EQ(world.row("j1").state, "SNAPSHOTING") << "seen at the next tick";
  world.advance(5);
  EXPECT_EQ(world.row("j1").state, "ABORTED");
  EXPECT_EQ(world.row("j1").error, "cancelled by operator");
}

TEST_F(Replication, ADroppedTableAbortsAndADroppedPartitionDoesNot) {
  world.create({.name = "p", .partitions = {"p1", "p2"}});
  world.load(world.source, "p", "p1");
  world.engine.submit(world.request("p", "part"), 1);
  world.engine.submit(request("whole"), 1);
  world.advance(25);
  world.target.with([](Catalog& catalog) {
    Database& db = *catalog.find_database("db");
    db.find_table("p")->partitions.erase(db.find_table("p")->partitions.begin());
    db.tables.erase(db.find_table("t")->id);
  });
  world.settle();
  EXPECT_EQ(world.row("part").state, "COMMITTED") << "though nothing was copied";
  EXPECT_EQ(world.row("whole").state, "ABORTED");
  EXPECT_EQ(world.row("whole").error, "Table is deleted");
}

TEST_F(Replication, ALeftOutTabletFailsTheQuorumAtTheEnd) {
  auto less = request();
  auto& tablets = less.partition_replication_infos.begin()
                      ->second.index_replication_infos.begin()
                      ->second.tablet_replication_infos;
  const std::int64_t left_out = std::prev(tablets.end())->first;
  tablets.erase(left_out);
  EXPECT_EQ(refusal(world, less), "accepted");
  world.settle();
  const ReplicationRow row = world.row("j1");
  EXPECT_EQ(row.state, "ABORTED");
  EXPECT_TRUE(row.error.starts_with("Commit failed. txn: " + std::to_string(row.txn_id) +
                                    " table: t tablet: " + std::to_string(left_out) +
                                    " quorum: 0<2 errorReplicas: "))
      << row.error;
}

TEST_F(Replication, ALeaderChangeLosesWhatWasNotBegunAndAbortsTheRest) {
  world.create({.name = "u"});
  world.load(world.source, "u");
  world.engine.hold(JobState::kSnapshoting);
  world.engine.submit(request("begun"), 1);
  world.advance(50);
  world.engine.submit(world.request("u", "accepted-only"), 1);
  world.target.move_leader(2);
  EXPECT_EQ(world.row("accepted-only").state, "") << "gone without a trace";
  EXPECT_EQ(world.row("begun").progress, "0/0");
  world.advance(5);
  EXPECT_EQ(world.row("begun").state, "ABORTED");
  EXPECT_EQ(world.row("begun").error, "Transaction not found");
  world.engine.release();
  EXPECT_EQ(refusal(world, request("begun")), "accepted") << "both may be sent again";
  EXPECT_EQ(refusal(world, world.request("u", "accepted-only")), "accepted");
  world.settle();
  EXPECT_TRUE(world.same_content("t"));
  EXPECT_TRUE(world.same_content("u"));
}

TEST_F(Replication, RowsAreRunningThenAbortedThenCommitted) {
  world.create({.name = "u"});
  world.create({.name = "w"});
  for (const char* name : {"u", "w"}) world.load(world.source, name);
  world.engine.submit(world.request("u", "committed"), 1);
  world.settle();
  world.engine.fail_next(StageFault::kSnapshotsFail, 1);
  world.engine.submit(world.request("w", "aborted"), 1);
  world.settle();
  world.engine.submit(request("running"), 1);
  const auto rows = world.engine.rows();
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[0].job_id, "running");
  EXPECT_EQ(rows[1].job_id, "aborted");
  EXPECT_EQ(rows[2].job_id, "committed");
}

}  // namespace
}  // namespace srsync::sandbox
