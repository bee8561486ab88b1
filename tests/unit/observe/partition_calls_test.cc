// createPartition inside a load transaction that is aborted, against recorded answers' shapes.
#include "observe/partition_calls.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "observe/ports.h"
#include "unit/observe/fake_cluster.h"

namespace srsync::observe {
namespace {

const std::string kFirst = R"(VALUES [("2026-05-09 00:00:00"), ("2026-05-16 00:00:00")))";
const std::string kSecond = R"(VALUES [("2026-05-20 00:00:00"), ("2026-05-27 00:00:00")))";

class PartitionCallsTest : public testing::Test {
 protected:
  PartitionCallsTest() : frontend_(add_lone_leader(connector_.target)) {
    frontend_.teach("SELECT USER()", {"USER()"}, {{"'root'@'10.0.0.7'"}});
    intent_.key = "ddl/shop.t/3";
    intent_.kind = core::DdlKind::kCreatePartitions;
    intent_.name = {"shop", "t"};
    intent_.partitions = {"a", "b"};
    intent_.table = core::TableId(500);
    intent_.call_values = {"2026-05-09 00:00:00", "2026-05-20 00:00:00"};
    intent_.call_ranges = {kFirst, kSecond};
    intent_.call_db = core::DbId(50);
    intent_.call_name = {"shop2", "t2"};
    intent_.call_label = "srsync-p-j-500-3";
  }
  static std::vector<io::CreatedPartition> both() {
    return {{7, "2026-05-09 00:00:00", "2026-05-16 00:00:00", {}},
            {8, "2026-05-20 00:00:00", "2026-05-27 00:00:00", {}}};
  }
  Status call() {
    ClusterEndpoint target = endpoint(Side::kTarget);
    target.password = Secret("s3cret");
    ClusterLink link(target, connector_);
    return create_partitions(link, intent_);
  }

  FakeConnector connector_;
  FakeFrontend& frontend_;
  core::DdlIntent intent_;
};

TEST_F(PartitionCallsTest, OneTransactionBeginsCallsAndIsAborted) {
  connector_.target.create_answers = {both()};
  ASSERT_TRUE(call().is_ok());
  ASSERT_EQ(connector_.target.begun.size(), 1U);
  const io::LoadTransaction& load = connector_.target.begun[0];
  EXPECT_EQ(load.password.reveal(), "s3cret");
  EXPECT_EQ(load.user_ip, "10.0.0.7");
  EXPECT_EQ(load.db, "shop2");
  EXPECT_EQ(load.table, "t2");
  EXPECT_EQ(load.label, "srsync-p-j-500-3");
  EXPECT_EQ(load.timeout_s, 60);
  EXPECT_GT(load.timestamp_s, 1'700'000'000);
  ASSERT_EQ(connector_.target.created.size(), 1U);
  const io::CreatePartitionRequest& request = connector_.target.created[0];
  EXPECT_EQ(request.txn_id, 71);
  EXPECT_EQ(request.database_id, 50);
  EXPECT_EQ(request.table_id, 500);
  EXPECT_EQ(request.values, (std::vector<std::vector<std::string>>{{"2026-05-09 00:00:00"},
                                                                   {"2026-05-20 00:00:00"}}));
  EXPECT_EQ(request.is_temporary, false);
  EXPECT_EQ(connector_.target.aborted, std::vector<std::int64_t>{71});
}

TEST_F(PartitionCallsTest, ARefusedTransactionCallsNothing) {
  connector_.target.begin_answers = {busy("loadTxnBegin: Label [l] has already been used")};
  EXPECT_EQ(call().code(), Code::kBusy);
  EXPECT_TRUE(connector_.target.created.empty());
  EXPECT_TRUE(connector_.target.aborted.empty());
}

TEST_F(PartitionCallsTest, AFailedCallStillAbortsItsTransaction) {
  for (const Status& answer :
       {rejected("createPartition: .. is intersected with range: .."), busy("txn 71 not exist")}) {
    connector_.target.create_answers = {answer};
    connector_.target.aborted.clear();
    EXPECT_EQ(call(), answer);
    EXPECT_EQ(connector_.target.aborted.size(), 1U);
  }
}

// Repeating it blindly would be harmless, and still it is asked first what happened.
TEST_F(PartitionCallsTest, ALostAnswerIsInDoubtAndNotRepeated) {
  connector_.target.create_answers = {outcome_unknown("sent, no answer")};
  EXPECT_EQ(call().code(), Code::kOutcomeUnknown);
  EXPECT_EQ(connector_.target.created.size(), 1U);
  connector_.target.begin_answers = {outcome_unknown("sent, no answer")};
  EXPECT_EQ(call().code(), Code::kOutcomeUnknown);
  EXPECT_EQ(connector_.target.begun.size(), 2U);
}

TEST_F(PartitionCallsTest, WhatCameOutOtherwiseIsSaid) {
  auto other = both();
  other[1].upper = "2026-05-21 00:00:00";
  connector_.target.create_answers = {other};
  const Status status = call();
  EXPECT_EQ(status.code(), Code::kRejected);
  EXPECT_TRUE(contains(status.message(), "partition b was to hold " + kSecond)) << status.message();
  EXPECT_TRUE(contains(status.message(), "[2026-05-20 00:00:00, 2026-05-21 00:00:00)"));
  connector_.target.create_answers = {std::vector<io::CreatedPartition>{}};
  EXPECT_TRUE(contains(call().message(), "the target made nothing"));
}

TEST_F(PartitionCallsTest, TheSmallestValueIsLeftOutOfAnAnswer) {
  intent_.partitions = {"p00000101"};
  intent_.call_values = {"0000-01-01"};
  intent_.call_ranges = {R"(VALUES [("0000-01-01"), ("0000-02-01")))"};
  connector_.target.create_answers = {
      std::vector<io::CreatedPartition>{{7, "", "0000-02-01 00:00:00", {}}}};
  EXPECT_TRUE(call().is_ok());
}

TEST_F(PartitionCallsTest, ThePasswordStandsInNoError) {
  connector_.target.begin_answers = {rejected("loadTxnBegin: Access denied for root@10.0.0.7")};
  EXPECT_FALSE(contains(call().to_string(), "s3cret"));
}

}  // namespace
}  // namespace srsync::observe
