// The proof before a job, and the request that follows from it, on the recorded tables.
#include "observe/submission.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/text.h"
#include "observe/ports.h"
#include "support/fixture.h"
#include "unit/observe/fake_cluster.h"

namespace srsync::observe {
namespace {

struct Scene {
  std::string table;
  std::string job;
};
const std::vector<Scene> kScenes = {{"dup", "j-dup-1"}, {"pk", "j-pk-1"}, {"rolled", "j-rolled-1"}};

// The recorded cell of the row's column.
json& cell(json& line, std::size_t row, const std::string& column) {
  const auto& columns = line.at("columns");
  const auto at = std::find(columns.begin(), columns.end(), column);
  EXPECT_NE(at, columns.end()) << column;
  return line.at("rows").at(row).at(static_cast<std::size_t>(at - columns.begin()));
}

json quoted(json line, const std::string& table, const std::string& begin) {
  line["sql"] = begin + "`mig`.`" + table + "`";
  return line;
}

// A map's order is not the request's: both sides sorted, hashes as they are.
void sort_request(io::TableReplicationRequest& request) {
  for (auto& partition : request.partitions) {
    for (auto& index : partition.indexes) {
      std::sort(index.tablets.begin(), index.tablets.end(),
                [](const auto& a, const auto& b) { return a.tablet_id < b.tablet_id; });
    }
    std::sort(partition.indexes.begin(), partition.indexes.end(),
              [](const auto& a, const auto& b) { return a.index_id < b.index_id; });
  }
  std::sort(request.partitions.begin(), request.partitions.end(),
            [](const auto& a, const auto& b) { return a.partition_id < b.partition_id; });
}

std::string text_of(const io::TableReplicationRequest& request) {
  json out = {{"db", request.database_id},
              {"table", request.table_id},
              {"token", request.source_token.reveal()},
              {"size", request.source_table_data_size},
              {"job", request.job_id},
              {"user", request.user}};
  for (const auto& p : request.partitions) {
    json& partition = out["partitions"].emplace_back();
    partition = {
        {"id", p.partition_id}, {"version", p.source_version}, {"epoch", p.source_version_epoch}};
    for (const auto& i : p.indexes) {
      json& index = partition["indexes"].emplace_back();
      index = {{"id", i.index_id}};
      for (const auto& t : i.tablets) {
        json& tablet = index["tablets"].emplace_back();
        tablet = {{"id", t.tablet_id}, {"source", t.source_tablet_id}};
        for (const auto& b : t.source_backends) {
          tablet["backends"].push_back({b.host, b.be_port, b.http_port});
        }
      }
    }
  }
  return out.dump(1);
}

// Both clusters of one recorded story, at the moment before a table's first job.
class Story {
 public:
  explicit Story(const std::string& version)
      : lines_(test::load_jsonl(test::fixture_path(version, "replication.jsonl"))),
        source_fe_(add_lone_leader(connector.source, "4.0.0-a", 1)),
        target_fe_(add_lone_leader(connector.target, "4.0.0-a", 2)) {
    for (const json& line : test::load_jsonl(test::fixture_path(version, "rpc_reads.jsonl"))) {
      if (line["rpc"] != "getTableMeta" || !line.contains("response")) continue;
      if (line["response"]["status"]["status_code"] != 0) continue;
      connector.cluster(side_of(line)).tables["mig." + line["table"].get<std::string>()] =
          table_meta_of(line["response"]);
    }
    for (const json& line : lines_) teach(line);
    name_rollups();
  }

  // The request as recorded for the scene.
  io::TableReplicationRequest recorded(const std::string& job) const {
    for (const json& line : lines_) {
      if (line.value("rpc", "") != "startTableReplication") continue;
      if (line["request"][0].value("job_id", "") == job) {
        return replication_request_of(line["request"][0]);
      }
    }
    ADD_FAILURE() << job << " is not recorded";
    return {};
  }

  // The intent that asks for the recorded request. The source's ids are in its SHOW PARTITIONS.
  core::ReplicationIntent intent(const Scene& scene) {
    const io::TableReplicationRequest request = recorded(scene.job);
    core::ReplicationIntent out;
    out.job_id = scene.job;
    out.name = {"mig", scene.table};
    out.source_table = core::TableId(connector.source.tables.at("mig." + scene.table).table_id);
    out.target_table = core::TableId(request.table_id);
    out.target_db = core::DbId(request.database_id);
    out.data_bytes = request.source_table_data_size;
    json& source = partitions(source_fe_, scene.table);
    for (const io::PartitionReplication& p : request.partitions) {
      out.goals.push_back(
          {core::SourcePartitionId(std::stoll(cell(source, 0, "PartitionId").get<std::string>())),
           core::TargetPartitionId(p.partition_id), p.source_version, p.source_version_epoch, 1});
    }
    return out;
  }

  json& partitions(FakeFrontend& frontend, const std::string& table) {
    return frontend.answers.at("SHOW PARTITIONS FROM `mig`.`" + table + "`");
  }
  FakeFrontend& source_fe() { return source_fe_; }
  FakeFrontend& target_fe() { return target_fe_; }

  io::SubmitOutcome submit(const core::ReplicationIntent& intent) {
    ClusterEndpoint from = endpoint(Side::kSource);
    from.token = recorded(intent.job_id.starts_with("j-") ? intent.job_id : "j-dup-1").source_token;
    PortsFactoryImpl factory(from, endpoint(Side::kTarget), connector);
    return factory.make()->writer().submit(intent);
  }

  FakeConnector connector;

 private:
  static Side side_of(const json& line) {
    return line["side"] == "source" ? Side::kSource : Side::kTarget;
  }

  // Of several recorded SHOW PARTITIONS of a table the first: before, or right after its first job.
  void teach(const json& line) {
    if (!line.contains("rows") || !line.contains("sql")) return;
    const auto sql = line["sql"].get<std::string>();
    FakeFrontend& frontend = side_of(line) == Side::kSource ? source_fe_ : target_fe_;
    for (const Scene& scene : kScenes) {
      if (sql == "SHOW PARTITIONS FROM mig." + scene.table) {
        json taught = quoted(line, scene.table, "SHOW PARTITIONS FROM ");
        if (side_of(line) == Side::kTarget) make_empty(taught);
        frontend.answers.emplace(taught["sql"].get<std::string>(), taught);
      }
      if (sql == "SHOW CREATE TABLE mig." + scene.table) {
        const json taught = quoted(line, scene.table, "SHOW CREATE TABLE ");
        source_fe_.teach(taught);
        target_fe_.teach(taught);  // it was made from this very text
      }
    }
  }

  // The target as it was before its first job.
  static void make_empty(json& line) {
    for (std::size_t row = 0; row < line["rows"].size(); ++row) {
      cell(line, row, "VisibleVersion") = "1";
      cell(line, row, "DataVersion") = "1";
      cell(line, row, "VersionTxnType") = "TXN_NORMAL";
    }
  }

  // index_schema was not recorded for these tables; ids are those of getTableMeta.
  void name_rollups() {
    for (const Side side : {Side::kSource, Side::kTarget}) {
      const io::TableMeta& meta = connector.cluster(side).tables.at("mig.rolled");
      std::vector<std::vector<std::string>> rows;
      for (const io::IndexMeta& index : meta.indexes) {
        const bool is_base = index.index_id == meta.base_index_id;
        rows.push_back({std::to_string(index.index_id), is_base ? "rolled" : "r1",
                        std::to_string(index.schema_hash)});
      }
      FakeFrontend& frontend = side == Side::kSource ? source_fe_ : target_fe_;
      frontend.teach("SHOW PROC '/dbs/" + std::to_string(meta.db_id) + "/" +
                         std::to_string(meta.table_id) + "/index_schema'",
                     {"IndexId", "IndexName", "SchemaHash"}, rows);
    }
  }

  std::vector<json> lines_;
  FakeFrontend& source_fe_;
  FakeFrontend& target_fe_;
};

class RecordedStory : public testing::TestWithParam<std::string> {};

INSTANTIATE_TEST_SUITE_P(Recorded, RecordedStory, testing::ValuesIn(test::fixture_versions()),
                         [](const auto& parameter) {
                           std::string name = parameter.param;
                           for (char& c : name) {
                             if (c == '.' || c == '-') c = '_';
                           }
                           return name;
                         });

TEST_P(RecordedStory, TheRequestIsTheRecordedOne) {
  for (const Scene& scene : kScenes) {
    Story story(GetParam());
    const core::ReplicationIntent intent = story.intent(scene);
    const io::SubmitOutcome outcome = story.submit(intent);
    ASSERT_TRUE(outcome.status.is_ok()) << scene.table << ": " << outcome.status.to_string();
    ASSERT_EQ(story.connector.target.started.size(), 1u);
    io::TableReplicationRequest ours = story.connector.target.started[0];
    io::TableReplicationRequest theirs = story.recorded(scene.job);
    sort_request(ours);
    sort_request(theirs);
    EXPECT_EQ(text_of(ours), text_of(theirs));
    // The recording sent no schema hashes; the real ones are those of the source's replicas.
    const io::TableMeta& meta = story.connector.source.tables.at("mig." + scene.table);
    for (const io::IndexReplication& index : ours.partitions[0].indexes) {
      EXPECT_NE(index.source_schema_hash, 0);
      EXPECT_TRUE(std::any_of(meta.indexes.begin(), meta.indexes.end(), [&](const auto& m) {
        return m.tablets[0].replicas[0].schema_hash == index.source_schema_hash;
      }));
    }
    // Nothing but reading on the source.
    for (const std::string& line : story.connector.source.log) {
      EXPECT_TRUE(contains(line, " SHOW ") || contains(line, " SET ") || contains(line, " DESC ") ||
                  contains(line, " RPC get"))
          << line;
    }
  }
}

// What of the proof was asked for in which order: V the partitions' versions, S the schema.
std::string order_of(const std::vector<std::string>& log) {
  std::string out;
  for (const std::string& line : log) {
    if (contains(line, "SHOW PARTITIONS")) out += 'V';
    if (contains(line, "getTableMeta") || contains(line, "index_schema") ||
        contains(line, "SHOW CREATE TABLE")) {
      out += 'S';
    }
  }
  return out;
}

// Every version that a job asks for existed before the schema was looked at, so a change of columns
// that the proof did not see came after all rows that the job copies (core/column_change.h).
TEST_P(RecordedStory, VersionsAreReadBeforeTheSchema) {
  for (const Scene& scene : kScenes) {
    Story story(GetParam());
    const core::ReplicationIntent intent = story.intent(scene);
    ClusterEndpoint from = endpoint(Side::kSource);
    from.token = story.recorded(scene.job).source_token;
    PortsFactoryImpl factory(from, endpoint(Side::kTarget), story.connector);
    const auto ports = factory.make();
    auto& log = story.connector.source.log;
    const std::string rollup = scene.table == "rolled" ? "S" : "";
    ASSERT_TRUE(ports->writer().submit(intent).status.is_ok());
    EXPECT_EQ(order_of(log), "VS" + rollup + "S");
    // The definitions are known from the first proof.
    log.clear();
    ASSERT_TRUE(ports->writer().submit(intent).status.is_ok());
    EXPECT_EQ(order_of(log), "VS" + rollup);
    // A change of a column that getTableMeta shows is looked at again, after the versions.
    log.clear();
    for (Side side : {Side::kSource, Side::kTarget}) {
      auto& meta = story.connector.cluster(side).tables.at("mig." + scene.table);
      for (io::IndexMeta& index : meta.indexes) index.columns.back().default_value = "7";
    }
    ASSERT_TRUE(ports->writer().submit(intent).status.is_ok());
    EXPECT_EQ(order_of(log), "VS" + rollup + "S");
  }
}

class SubmissionTest : public testing::Test {
 protected:
  // Refused for `reason` with `words`, and nothing sent.
  void expect_refused(core::RejectReason reason, const std::string& words) {
    const io::SubmitOutcome outcome = story_.submit(intent_);
    EXPECT_FALSE(outcome.status.is_ok());
    EXPECT_EQ(outcome.reason, reason) << outcome.status.to_string();
    EXPECT_TRUE(contains(outcome.status.message(), words)) << outcome.status.to_string();
    EXPECT_TRUE(story_.connector.target.started.empty());
  }
  io::TableMeta& source_meta() { return story_.connector.source.tables.at("mig.rolled"); }
  io::TableMeta& target_meta() { return story_.connector.target.tables.at("mig.rolled"); }
  json& target_cell(const std::string& column) {
    return cell(story_.partitions(story_.target_fe(), "rolled"), 0, column);
  }
  json& source_cell(const std::string& column) {
    return cell(story_.partitions(story_.source_fe(), "rolled"), 0, column);
  }
  void change_target_create(const std::string& from, const std::string& to) {
    json& line = story_.target_fe().answers.at("SHOW CREATE TABLE `mig`.`rolled`");
    std::string text = line["rows"][0][1];
    const std::size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos) << text;
    line["rows"][0][1] = text.replace(at, from.size(), to);
  }

  Story story_{"4.0"};
  core::ReplicationIntent intent_ = story_.intent(kScenes[2]);
};

TEST_F(SubmissionTest, ASchemaThatWasChangedSinceItWasReadIsStale) {
  intent_.source_schema = {source_meta().base_index_id, 0};
  for (io::IndexMeta& index : source_meta().indexes) index.schema_version = 1;
  expect_refused(core::RejectReason::kStale, "schema version is 1, 0 when it was read last");
  intent_.source_schema.version = 1;
  EXPECT_TRUE(story_.submit(intent_).status.is_ok());
}

TEST_F(SubmissionTest, OtherBucketCountsDoNotFit) {
  for (io::IndexMeta& index : target_meta().indexes) index.tablets.pop_back();
  expect_refused(core::RejectReason::kMisfit, "buckets");
}

TEST_F(SubmissionTest, AMissingColumnDoesNotFit) {
  change_target_create("  `k2` int(11) NULL COMMENT \"\",\n", "");
  change_target_create("(`k1`, `k2`)", "(`k1`)");
  expect_refused(core::RejectReason::kMisfit, "k2");
}

TEST_F(SubmissionTest, AColumnThatOnlyTheFrontendKnowsToDifferDoesNotFit) {
  target_meta().indexes[0].columns[2].type = "INT";
  expect_refused(core::RejectReason::kMisfit, "column 3: v bigint");
}

TEST_F(SubmissionTest, ColumnsInAnotherOrderDoNotFit) {
  std::swap(target_meta().indexes[0].columns[0], target_meta().indexes[0].columns[1]);
  expect_refused(core::RejectReason::kMisfit, "column 1");
}

TEST_F(SubmissionTest, AnotherAggregationDoesNotFit) {
  target_meta().indexes[0].columns[2].aggregation = "MAX";
  expect_refused(core::RejectReason::kMisfit, "SUM on source");
}

TEST_F(SubmissionTest, AnotherKeyTypeDoesNotFit) {
  for (io::IndexMeta& index : target_meta().indexes) index.keys_type = "PRIMARY_KEYS";
  expect_refused(core::RejectReason::kMisfit, "AGG_KEYS on source, PRIMARY_KEYS on target");
}

TEST_F(SubmissionTest, ARollupOnOneSideOnlyDoesNotFit) {
  target_meta().indexes.pop_back();
  expect_refused(core::RejectReason::kMisfit, "rollup r1 exists only on source");
}

TEST_F(SubmissionTest, ARollupOnTheTargetOnlyDoesNotFit) {
  source_meta().indexes.pop_back();
  expect_refused(core::RejectReason::kMisfit, "rollup r1 exists only on target");
}

TEST_F(SubmissionTest, ARollupWithOtherColumnsDoesNotFit) {
  source_meta().indexes[1].columns[1].name = "mv_sum_v";
  expect_refused(core::RejectReason::kMisfit, "rollup r1, column 2");
}

TEST_F(SubmissionTest, ATableUnderChangeIsBusy) {
  target_meta().state = "SCHEMA_CHANGE";
  expect_refused(core::RejectReason::kBusy, "SCHEMA_CHANGE");
}

TEST_F(SubmissionTest, AnIndexBeingBuiltIsBusy) {
  source_meta().indexes[1].shadow = true;
  expect_refused(core::RejectReason::kBusy, "being built");
}

TEST_F(SubmissionTest, ATableSwappedAwayIsStale) {
  target_meta().table_id += 1;
  const auto& frontend = story_.target_fe();
  json schema = frontend.answers.at("SHOW PROC '/dbs/10001/10050/index_schema'");
  schema["sql"] = "SHOW PROC '/dbs/10001/10051/index_schema'";
  story_.target_fe().teach(schema);
  expect_refused(core::RejectReason::kStale, "has id 10051");
}

TEST_F(SubmissionTest, RowsThatSomebodyWroteAreAForeignBase) {
  target_cell("VisibleVersion") = "2";
  target_cell("DataVersion") = "2";
  expect_refused(core::RejectReason::kForeignBase, "loaded on the target");
}

// Equal versions prove nothing: the source's partition was overwritten at the same number.
TEST_F(SubmissionTest, AnotherEpochIsAForeignBase) {
  intent_.goals[0].base_version = 2;
  intent_.goals[0].version = 2;
  target_cell("VisibleVersion") = "2";
  target_cell("DataVersion") = "2";
  target_cell("VersionTxnType") = "TXN_REPLICATION";
  target_cell("VersionEpoch") = "1";
  expect_refused(core::RejectReason::kForeignBase, "another lineage");
}

TEST_F(SubmissionTest, ARestoredPartitionIsAForeignBase) {
  target_cell("VisibleVersion") = "9";
  target_cell("VersionTxnType") = "TXN_REPLICATION";
  target_cell("VersionEpoch") = std::to_string(intent_.goals[0].epoch);
  expect_refused(core::RejectReason::kForeignBase, "restored");
}

TEST_F(SubmissionTest, ATargetThatMovedIsStale) {
  intent_.goals[0].version = 9;
  source_cell("VisibleVersion") = "9";
  target_cell("VisibleVersion") = "2";
  target_cell("DataVersion") = "2";
  target_cell("VersionTxnType") = "TXN_REPLICATION";
  target_cell("VersionEpoch") = std::to_string(intent_.goals[0].epoch);
  expect_refused(core::RejectReason::kStale, "expected 1");
}

TEST_F(SubmissionTest, AnOverwrittenSourcePartitionIsStale) {
  source_cell("PartitionId") = "99999";
  expect_refused(core::RejectReason::kStale, "is gone");
}

TEST_F(SubmissionTest, ASourceEpochThatChangedIsStale) {
  source_cell("VersionEpoch") = "5";
  expect_refused(core::RejectReason::kStale, "epoch 5");
}

TEST_F(SubmissionTest, ATruncatedSourcePartitionIsStale) {
  source_cell("VisibleVersion") = "1";
  expect_refused(core::RejectReason::kStale, "below 2");
}

TEST_F(SubmissionTest, ADroppedTargetPartitionIsStale) {
  target_cell("PartitionId") = "99999";
  expect_refused(core::RejectReason::kStale, "is gone");
}

TEST_F(SubmissionTest, PartitionsWithOtherValuesAreStale) {
  target_cell("Range") =
      "[types: [DATE]; keys: [2026-01-01]; ..types: [DATE]; keys: [2026-01-02]; )";
  expect_refused(core::RejectReason::kStale, "holds");
}

TEST_F(SubmissionTest, ASourceTabletWithoutAHealthyReplicaIsBusy) {
  source_meta().indexes[0].tablets[0].replicas[0].bad = true;
  expect_refused(core::RejectReason::kBusy, "no healthy replica");
}

TEST_F(SubmissionTest, AReplicaBehindTheVersionIsNotUsed) {
  source_meta().indexes[0].tablets[0].replicas[0].version = 1;
  expect_refused(core::RejectReason::kBusy, "no healthy replica with version 2");
}

TEST_F(SubmissionTest, AReplicaOnADeadBackendIsNotUsed) {
  for (io::BackendMeta& backend : source_meta().backends) backend.alive = false;
  expect_refused(core::RejectReason::kBusy, "live backend");
}

TEST_F(SubmissionTest, TheNewestReplicaComesFirstAndAddressesAreMapped) {
  intent_ = story_.intent(kScenes[0]);
  io::TabletMeta& tablet = story_.connector.source.tables.at("mig.dup").indexes[0].tablets[0];
  ASSERT_EQ(tablet.replicas.size(), 2u);
  tablet.replicas[1].version += 1;
  story_.connector.host_map = {{"127.0.5.12:17006", {"mapped", 27006}},
                               {"127.0.5.12:17007", {"mapped", 27007}}};
  ASSERT_TRUE(story_.submit(intent_).status.is_ok());
  const auto& sent = story_.connector.target.started.at(0).partitions[0].indexes[0].tablets[0];
  ASSERT_EQ(sent.source_backends.size(), 2u);
  EXPECT_EQ(sent.source_backends[0], (io::SourceBackend{"mapped", 27006, 27007}));
}

TEST_F(SubmissionTest, AReplicaWithAnotherSchemaHashIsLeftOut) {
  intent_ = story_.intent(kScenes[0]);
  io::TabletMeta& tablet = story_.connector.source.tables.at("mig.dup").indexes[0].tablets[0];
  tablet.replicas[0].schema_hash += 1;
  ASSERT_TRUE(story_.submit(intent_).status.is_ok());
  const auto& sent = story_.connector.target.started.at(0).partitions[0].indexes[0].tablets[0];
  EXPECT_EQ(sent.source_backends.size(), 1u);
}

TEST_F(SubmissionTest, WhatTheFrontendAnswersBecomesAReason) {
  const std::vector<std::pair<Status, core::RejectReason>> cases = {
      {busy("publish version not finished"), core::RejectReason::kBusy},
      {not_found("Partition 1 not found"), core::RejectReason::kStale},
      {Status(Code::kAlreadyExists, "No data need to replicate"), core::RejectReason::kNothingToDo},
      {rejected("Target data version: 5 is larger than source data version: 4"),
       core::RejectReason::kForeignBase},
      {rejected("something new"), core::RejectReason::kOther}};
  for (const auto& [answer, reason] : cases) {
    story_.connector.target.start_answers = {answer};
    const io::SubmitOutcome outcome = story_.submit(intent_);
    EXPECT_EQ(outcome.reason, reason) << answer.to_string();
    EXPECT_EQ(outcome.status, answer);
  }
}

TEST_F(SubmissionTest, ALostReplyIsAnUnknownOutcome) {
  story_.connector.target.start_answers = {outcome_unknown("no answer")};
  EXPECT_EQ(story_.submit(intent_).status.code(), Code::kOutcomeUnknown);
}

TEST_F(SubmissionTest, AnUnreachableClusterIsUnreachable) {
  story_.source_fe().dead = true;
  const io::SubmitOutcome outcome = story_.submit(intent_);
  EXPECT_EQ(outcome.reason, core::RejectReason::kUnreachable);
  EXPECT_EQ(outcome.status.code(), Code::kUnavailable);
}

TEST_F(SubmissionTest, ADefinitionIsReadOnceAsLongAsTheTableIsUnchanged) {
  PortsFactoryImpl factory(endpoint(Side::kSource), endpoint(Side::kTarget), story_.connector);
  const std::string create = "SHOW CREATE TABLE `mig`.`" + intent_.name.table + "`";
  const auto count = [&](Side side) { return story_.connector.cluster(side).count(create); };
  const io::SubmitOutcome first = factory.make()->writer().submit(intent_);
  ASSERT_TRUE(first.status.is_ok()) << first.status.to_string();
  ASSERT_TRUE(first.target_read.has_value());
  EXPECT_FALSE(first.target_read->create_sql.empty());
  // Another worker's connection.
  const io::SubmitOutcome second = factory.make()->writer().submit(intent_);
  ASSERT_TRUE(second.status.is_ok());
  EXPECT_FALSE(second.target_read.has_value());
  EXPECT_EQ(count(Side::kSource), 1u);
  EXPECT_EQ(count(Side::kTarget), 1u);
  // A slow schema change ends with an index of another id, whatever else stays.
  io::TableMeta& meta = story_.connector.target.tables.at("mig." + intent_.name.table);
  for (io::IndexMeta& index : meta.indexes) {
    if (index.index_id == meta.base_index_id) index.index_id += 1'000'000;
  }
  meta.base_index_id += 1'000'000;
  ASSERT_TRUE(factory.make()->writer().submit(intent_).status.is_ok());
  EXPECT_EQ(count(Side::kTarget), 2u);
}

// The way without getTableMeta: a recorded table against itself.
class ProofBySql : public testing::TestWithParam<std::string> {};

INSTANTIATE_TEST_SUITE_P(Recorded, ProofBySql, testing::Values("3.3", "3.4", "3.5", "4.0", "4.1"),
                         [](const auto& parameter) {
                           std::string name = parameter.param;
                           name[1] = '_';
                           return name;
                         });

TEST_P(ProofBySql, EveryIndexAndTabletOfARecordedTableIsPaired) {
  FakeConnector connector;
  for (const Side side : {Side::kSource, Side::kTarget}) {
    FakeFrontend& frontend = add_lone_leader(connector.cluster(side), GetParam() + ".9-x",
                                             side == Side::kSource ? 1 : 2);
    for (const char* file : {"cluster.jsonl", "proc.jsonl", "catalog.jsonl", "show_create.jsonl",
                             "partitions.jsonl"}) {
      for (json line : recorded_statements(GetParam(), file)) {
        std::string sql = line["sql"];
        if (sql == "SHOW FRONTENDS") continue;
        for (const char* begin : {"SHOW PARTITIONS FROM ", "SHOW CREATE TABLE ", "DESC "}) {
          if (sql == begin + std::string("shop.dup_hash")) {
            line["sql"] = begin + std::string("`shop`.`dup_hash`");
          }
          if (sql == begin + std::string("shop.dup_hash ALL")) {
            line["sql"] = begin + std::string("`shop`.`dup_hash` ALL");
          }
        }
        frontend.teach(line);
      }
    }
  }
  json& into = connector.target.only().answers.at("SHOW PARTITIONS FROM `shop`.`dup_hash`");
  const json from = into;
  cell(into, 0, "VisibleVersion") = "1";
  cell(into, 0, "DataVersion") = "1";
  const auto partitions = read_partitions(rows_of(from), "x");
  ASSERT_TRUE(partitions.is_ok());
  const core::Partition& partition = partitions->partitions.at(0);
  const std::int64_t id = partition.id.value();
  core::ReplicationIntent intent;
  intent.job_id = "j";
  intent.name = {"shop", "dup_hash"};
  for (const json& line : recorded_statements(GetParam(), "proc.jsonl")) {
    if (line["object"] != "shop.dup_hash") continue;
    const auto sql = line["sql"].get<std::string>();  // SHOW PROC '/dbs/D/T'
    const auto parts = split(sql, '/');
    intent.target_db = core::DbId(parse_int64(parts.at(2)).value());
    intent.source_table = intent.target_table =
        core::TableId(parse_int64(trim(split(parts.at(3), '\'')[0])).value());
    break;
  }
  intent.goals = {{core::SourcePartitionId(id), core::TargetPartitionId(id),
                   partition.visible_version, partition.epoch, 1}};
  PortsFactoryImpl factory(endpoint(Side::kSource), endpoint(Side::kTarget), connector);
  const io::SubmitOutcome outcome = factory.make()->writer().submit(intent);
  ASSERT_TRUE(outcome.status.is_ok()) << outcome.status.to_string();
  // getTableMeta in vain, index_schema, the definition.
  EXPECT_EQ(order_of(connector.source.log), "VSSS");
  const io::TableReplicationRequest& sent = connector.target.started.at(0);
  ASSERT_EQ(sent.partitions.size(), 1u);
  ASSERT_EQ(sent.partitions[0].indexes.size(), 3u);  // base, a rollup and a synchronous view
  for (const io::IndexReplication& index : sent.partitions[0].indexes) {
    EXPECT_NE(index.source_schema_hash, 0);
    ASSERT_EQ(index.tablets.size(), 3u);
    for (const io::TabletReplication& tablet : index.tablets) {
      EXPECT_EQ(tablet.tablet_id, tablet.source_tablet_id);
      EXPECT_EQ(tablet.source_backends.size(), 1u);
    }
  }
}

}  // namespace
}  // namespace srsync::observe
