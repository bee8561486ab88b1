// One row per text: as recorded where it was recorded, as the frontend's older and newer versions
// word it otherwise.
#include "rpc/error_table.h"

#include <gtest/gtest.h>

#include <set>

#include "unit/rpc/recordings.h"

namespace srsync::rpc {
namespace {

struct Case {
  const char* text;
  Refusal refusal;
  Code code;
};

class ErrorText : public testing::TestWithParam<Case> {};

TEST_P(ErrorText, IsClassified) {
  const RefusalClass row = classify_refusal(GetParam().text);
  EXPECT_EQ(refusal_name(row.refusal), refusal_name(GetParam().refusal));
  EXPECT_EQ(code_name(row.code), code_name(GetParam().code));
}

INSTANTIATE_TEST_SUITE_P(
    Texts, ErrorText,
    testing::Values(
        Case{"No data need to replicate", Refusal::kNothingToReplicate, Code::kAlreadyExists},
        Case{"The replication jobs exceeds the replication_max_parallel_table_count: 100",
             Refusal::kTableSlotsTaken, Code::kBusy},
        Case{"The replicating replica count in all running replication jobs 6 exceeds "
             "replication_max_parallel_replica_count: 5",
             Refusal::kReplicaSlotsTaken, Code::kBusy},
        Case{"The replicating data size in all running replication jobs 0(MB) exceeds "
             "replication_max_parallel_data_size_mb: 0",
             Refusal::kDataSizeSlotsTaken, Code::kBusy},
        Case{"Replication job of table 10003 is already running", Refusal::kAlreadyRunning,
             Code::kBusy},
        Case{"Replication job of table 10003 is being constructed", Refusal::kAlreadyRunning,
             Code::kBusy},
        Case{"Partition 10005 in table 10003 in database 10001 publish version not finished",
             Refusal::kPublishNotFinished, Code::kBusy},
        Case{"Partition 9 in table dup in database mig not found", Refusal::kPartitionNotFound,
             Code::kNotFound},
        Case{"Target data version: 3 is larger than source data version: 2", Refusal::kTargetAhead,
             Code::kRejected},
        Case{"Target visible version: 3 is larger than source visible version: 2",
             Refusal::kTargetAhead, Code::kRejected},
        Case{"Database 1 not found", Refusal::kDatabaseNotFound, Code::kNotFound},
        Case{"Database 1 does not exist", Refusal::kDatabaseNotFound, Code::kNotFound},
        Case{"Table 2 in database mig not found", Refusal::kTableNotFound, Code::kNotFound},
        Case{"OLAP table 2 does not exist", Refusal::kTableNotFound, Code::kNotFound},
        Case{"Table 2 in database mig is not olap table", Refusal::kNotAnOlapTable,
             Code::kRejected},
        Case{"Index 5 in partition 4 in table dup not found", Refusal::kIndexNotFound,
             Code::kNotFound},
        Case{"Tablet 6 in index 5 in table dup not found", Refusal::kTabletNotFound,
             Code::kNotFound},
        Case{"/ by zero", Refusal::kNoTargetReplica, Code::kBusy},
        Case{"Source replica number must not less than target replica number",
             Refusal::kFewerSourceReplicas, Code::kRejected},
        Case{"forward request to fe master failed", Refusal::kForwardFailed, Code::kOutcomeUnknown},
        Case{"Leader work admission is closed", Refusal::kLeaderChanging, Code::kBusy},
        Case{"Table dup state is not NORMAL: SCHEMA_CHANGE", Refusal::kTableNotNormal, Code::kBusy},
        Case{"Source cluster partition id: 0 is invalid", Refusal::kMalformedRequest,
             Code::kInvalidArgument},
        Case{"Cannot invoke \"java.util.List.size()\" because \"tReplicaInfos\" is null",
             Refusal::kMalformedRequest, Code::kInvalidArgument},
        Case{"Source storage volume not found: src_v", Refusal::kStorageVolume, Code::kRejected},
        Case{"Unknown src storage volume while creating virtual tablet: src_v",
             Refusal::kStorageVolume, Code::kRejected},
        Case{"Failed to create shard for storage volume: src_v", Refusal::kStorageVolume,
             Code::kRejected},
        Case{"transaction not found: 22", Refusal::kTransactionNotFound, Code::kNotFound},
        Case{"transaction's state is already VISIBLE, could not abort",
             Refusal::kTransactionFinished, Code::kRejected},
        Case{"automatic create partition failed. error: txn 29 not exist",
             Refusal::kTransactionNotRunning, Code::kBusy},
        Case{"automatic create partition failed. error:automatic create partition failed. error: "
             "txn 5 already create partition failed",
             Refusal::kTransactionSpoiled, Code::kRejected},
        Case{"automatic create partition failed. error:Getting analyzing error. Detail message: "
             "Range [types: [DATETIME]; keys: [2026-05-16 00:00:00]; ..types: [DATETIME]; keys: "
             "[2026-05-23 00:00:00]; ) is intersected with range: [types: [DATETIME]; keys: "
             "[2026-05-14 00:00:00]; ..types: [DATETIME]; keys: [2026-05-21 00:00:00]; ).",
             Refusal::kRangeTaken, Code::kRejected},
        Case{"automatic create partition failed. error:Getting analyzing error. Detail message: "
             "date literal [NULL] is invalid.",
             Refusal::kPartitionNotMade, Code::kRejected},
        Case{
            "Access denied; you need (at least one of) the INSERT privilege(s) on TABLE t for this "
            "operation.",
            Refusal::kAccessDenied, Code::kDenied},
        Case{"current fe is not master", Refusal::kLeaderChanging, Code::kBusy},
        Case{"something that no frontend said so far", Refusal::kUnknownText, Code::kRejected}));

// A row that begins like another must not swallow it, and an unusual name must not either.
TEST(ErrorTable, NamesInsideATextDoNotChangeItsMeaning) {
  EXPECT_EQ(classify_refusal("Table 2 in database not found is not olap table").refusal,
            Refusal::kNotAnOlapTable);
  EXPECT_EQ(classify_refusal("Partition 9 in table x in database publish not found").refusal,
            Refusal::kPartitionNotFound);
  EXPECT_EQ(classify_refusal("").refusal, Refusal::kUnknownText);
}

// No recorded refusal may fall through to "unknown".
TEST(ErrorTable, KnowsEveryRecordedText) {
  std::set<std::string> seen;
  for (const Recording& r : recordings()) {
    if (r.method == "getTableMeta" || !r.response.contains("status")) continue;
    const auto& status = r.response.at("status");
    if (status.at("status_code") == 0) continue;
    const auto text = status.at("error_msgs").at(0).get<std::string>();
    EXPECT_NE(classify_refusal(text).refusal, Refusal::kUnknownText) << r.where << ": " << text;
    seen.insert(std::string(refusal_name(classify_refusal(text).refusal)));
  }
  EXPECT_GE(seen.size(), 10u);
}

TEST(ErrorTable, StatusCodes) {
  EXPECT_EQ(code_of_status(0), Code::kOk);
  EXPECT_EQ(code_of_status(3), Code::kUnsupported);
  EXPECT_EQ(code_of_status(6), Code::kRejected);
  EXPECT_EQ(code_of_status(8), Code::kUnavailable);
  EXPECT_EQ(code_of_status(15), Code::kBusy);
  EXPECT_EQ(code_of_status(31), Code::kNotFound);
  EXPECT_EQ(code_of_status(33), Code::kInvalidArgument);
  EXPECT_EQ(code_of_status(38), Code::kDenied);
  EXPECT_EQ(code_of_status(41), Code::kUnavailable);
}

TEST(ErrorTable, EveryRefusalHasItsOwnName) {
  std::set<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(Refusal::kAccessDenied); ++i) {
    names.insert(refusal_name(static_cast<Refusal>(i)));
  }
  EXPECT_EQ(names.size(), static_cast<std::size_t>(Refusal::kAccessDenied) + 1);
}

}  // namespace
}  // namespace srsync::rpc
