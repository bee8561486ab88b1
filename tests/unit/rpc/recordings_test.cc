// The client against every recorded exchange of real frontends: its bytes are the recorded bytes,
// and the recorded answers are read as what the recording says they mean.
#include "unit/rpc/recordings.h"

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "base/text.h"
#include "rpc/session.h"
#include "unit/rpc/fake_frontend.h"

namespace srsync::rpc {
namespace {

using nlohmann::json;

std::unique_ptr<io::FrontendRpc> session_to(const FakeFrontend& server) {
  return make_frontend_rpc({"127.0.0.1", server.port(), 5000, 20000, 4000});
}

// The recorded exchange as a script: exactly the recorded request, then the recorded answer.
Step step_of(const Recording& r) {
  return {r.request_bytes.size(), r.response_bytes, r.connection_dropped};
}

void expect_same_bytes(const Recording& r, const FakeFrontend& server) {
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 1u) << r.where;
  EXPECT_EQ(to_hex(requests[0]), to_hex(r.request_bytes)) << r.where;
}

void expect_answer(const Recording& r, const Status& status) {
  if (r.connection_dropped) {
    EXPECT_EQ(status.code(), Code::kOutcomeUnknown) << r.where;
    return;
  }
  const json& recorded = r.response.at("status");
  EXPECT_EQ(status.is_ok(), recorded.at("status_code") == 0) << r.where << status.to_string();
  if (!status.is_ok()) {
    const auto text = recorded.at("error_msgs").at(0).get<std::string>();
    EXPECT_TRUE(contains(status.message(), text)) << r.where << ": " << status.to_string();
  }
}

void expect_row(const json& recorded, const io::PartitionMeta& row) {
  EXPECT_EQ(row.db_name, recorded.at("db_name"));
  EXPECT_EQ(row.table_name, recorded.at("table_name"));
  EXPECT_EQ(row.partition_name, recorded.at("partition_name"));
  EXPECT_EQ(row.partition_id, recorded.at("partition_id"));
  EXPECT_EQ(row.visible_version, recorded.at("visible_version"));
  EXPECT_EQ(row.next_version, recorded.at("next_version"));
  EXPECT_EQ(row.data_version, recorded.at("data_version").get<std::int64_t>());
  EXPECT_EQ(row.version_epoch, recorded.at("version_epoch").get<std::int64_t>());
  EXPECT_EQ(row.version_txn_type, recorded.at("version_txn_type").get<std::int32_t>());
  EXPECT_EQ(row.buckets, recorded.at("buckets"));
  EXPECT_EQ(row.replication_num, recorded.at("replication_num"));
  EXPECT_EQ(row.is_temp, recorded.at("is_temp"));
  EXPECT_EQ(row.data_size, recorded.at("data_size"));
  EXPECT_EQ(row.row_count, recorded.at("row_count"));
  EXPECT_EQ(row.storage_path, recorded.value("storage_path", ""));
}

void expect_page(const Recording& r, const Result<io::PartitionsMetaPage>& page) {
  if (!r.application_exception.is_null()) {
    EXPECT_EQ(page.status().code(), Code::kRejected) << r.where;
    return;
  }
  ASSERT_TRUE(page.is_ok()) << r.where << ": " << page.status().to_string();
  const json& rows = r.response.at("partitions_meta_infos");
  ASSERT_EQ(page->partitions.size(), rows.size()) << r.where;
  for (std::size_t i = 0; i < rows.size(); ++i) expect_row(rows[i], page->partitions[i]);
  EXPECT_EQ(page->next_table_id_offset.has_value(), r.response.contains("next_table_id_offset"));
  if (page->next_table_id_offset) {
    EXPECT_EQ(*page->next_table_id_offset, r.response["next_table_id_offset"]) << r.where;
  }
}

void expect_index(const json& recorded, const io::IndexMeta& index) {
  EXPECT_EQ(index.index_id, recorded.at("index_id"));
  EXPECT_EQ(index.partition_id, recorded.at("partition_id"));
  EXPECT_EQ(index.schema_hash, recorded.at("schema_meta").at("schema_hash"));
  EXPECT_EQ(index.schema_version, recorded.at("schema_meta").at("schema_version"));
  EXPECT_EQ(index.keys_type, recorded.at("schema_meta").at("keys_type"));
  EXPECT_EQ(index.columns.size(), recorded.at("schema_meta").at("columns").size());
  const json& tablets = recorded.at("tablets");
  ASSERT_EQ(index.tablets.size(), tablets.size());
  for (std::size_t i = 0; i < tablets.size(); ++i) {
    EXPECT_EQ(index.tablets[i].tablet_id, tablets[i].at("tablet_id"));
    EXPECT_EQ(index.tablets[i].partition_id, tablets[i].at("partition_id"));
    const json& replicas = tablets[i].at("replicas");
    ASSERT_EQ(index.tablets[i].replicas.size(), replicas.size());
    for (std::size_t k = 0; k < replicas.size(); ++k) {
      EXPECT_EQ(index.tablets[i].replicas[k].backend_id, replicas[k].at("backend_id"));
      EXPECT_EQ(index.tablets[i].replicas[k].schema_hash, replicas[k].at("schema_hash"));
      EXPECT_EQ(index.tablets[i].replicas[k].version, replicas[k].at("version"));
      EXPECT_EQ(index.tablets[i].replicas[k].bad, replicas[k].at("bad"));
    }
  }
}

void expect_table(const Recording& r, const Result<io::TableMeta>& table) {
  if (!r.application_exception.is_null()) {  // MISSING_RESULT: a LIST partitioned table
    EXPECT_EQ(table.status().code(), Code::kUnsupported) << r.where;
    return;
  }
  if (r.response.at("status").at("status_code") != 0) {
    EXPECT_EQ(table.status().code(), Code::kNotFound) << r.where;
    return;
  }
  ASSERT_TRUE(table.is_ok()) << r.where << ": " << table.status().to_string();
  const json& meta = r.response.at("table_meta");
  EXPECT_EQ(table->table_id, meta.at("table_id"));
  EXPECT_EQ(table->db_id, meta.at("db_id"));
  EXPECT_EQ(table->base_index_id, meta.at("base_index_id"));
  EXPECT_EQ(table->key_type, meta.at("key_type"));
  EXPECT_EQ(table->table_type, meta.at("table_type"));
  ASSERT_EQ(table->indexes.size(), meta.at("indexes").size()) << r.where;
  for (std::size_t i = 0; i < table->indexes.size(); ++i) {
    expect_index(meta["indexes"][i], table->indexes[i]);
  }
  ASSERT_EQ(table->partitions.size(), meta.at("partitions").size()) << r.where;
  EXPECT_EQ(table->partitions[0].visible_version, meta["partitions"][0].at("visible_version"));
  ASSERT_EQ(table->backends.size(), r.response.at("backends").size()) << r.where;
  EXPECT_EQ(table->backends[0].http_port, r.response["backends"][0].at("http_port"));
  EXPECT_EQ(table->backends[0].be_port, r.response["backends"][0].at("be_port"));
}

TEST(Recordings, EveryRequestEncodesToTheRecordedBytes) {
  int checked = 0;
  for (const Recording& r : recordings()) {
    if (r.request_bytes.empty()) continue;
    EXPECT_EQ(to_hex(encode_request(r)), to_hex(r.request_bytes)) << r.where;
    ++checked;
  }
  EXPECT_GE(checked, 350);
}

TEST(Recordings, StartTableReplicationSendsAndReadsTheRecordedBytes) {
  int checked = 0;
  for (const Recording& r : recordings()) {
    if (r.method != "startTableReplication" || r.request_bytes.empty()) continue;
    const auto request = replication_request(r.request);
    if (!request) continue;
    FakeFrontend server({step_of(r)});
    expect_answer(r, session_to(server)->start_table_replication(*request));
    expect_same_bytes(r, server);
    ++checked;
  }
  EXPECT_GE(checked, 6 * 34);
}

TEST(Recordings, AbortRemoteTxnSendsAndReadsTheRecordedBytes) {
  int checked = 0;
  for (const Recording& r : recordings()) {
    if (r.method != "abortRemoteTxn") continue;
    FakeFrontend server({step_of(r)});
    expect_answer(r, session_to(server)->abort_remote_txn(r.request["txn_id"], r.request["db_id"],
                                                          r.request["error_msg"]));
    expect_same_bytes(r, server);
    ++checked;
  }
  EXPECT_GE(checked, 6);
}

io::LoadTransaction load_of(const json& j) {
  io::LoadTransaction load;
  load.user = j.at("user");
  load.password = Secret(j.at("passwd").get<std::string>());
  load.user_ip = j.at("user_ip");
  load.db = j.at("db");
  load.table = j.at("tbl");
  load.label = j.at("label");
  load.timestamp_s = j.at("timestamp");
  load.timeout_s = j.at("timeout");
  return load;
}

TEST(Recordings, LoadTxnBeginSendsAndReadsTheRecordedBytes) {
  int checked = 0;
  for (const Recording& r : recordings()) {
    if (r.method != "loadTxnBegin") continue;
    FakeFrontend server({step_of(r)});
    const auto txn = session_to(server)->begin_load(load_of(r.request));
    expect_answer(r, txn.status());
    if (txn.is_ok()) {
      EXPECT_EQ(*txn, r.response.at("txnId")) << r.where;
    }
    expect_same_bytes(r, server);
    ++checked;
  }
  EXPECT_EQ(checked, 5 * 11 + 1);
}

std::string first_text(const json& keys) {
  const json& node = keys[0];
  return node.contains("date_literal") ? node["date_literal"]["value"]
                                       : node["string_literal"]["value"];
}

void expect_made(const json& recorded, const io::CreatedPartition& made) {
  EXPECT_EQ(made.partition_id, recorded.at("id"));
  EXPECT_EQ(made.lower, recorded.contains("start_keys") ? first_text(recorded["start_keys"]) : "");
  EXPECT_EQ(made.upper, recorded.contains("end_keys") ? first_text(recorded["end_keys"]) : "");
  EXPECT_EQ(made.list.empty(), !recorded.contains("in_keys"));
  if (!made.list.empty()) {
    EXPECT_EQ(made.list[0][0], first_text(recorded["in_keys"][0]));
  }
}

TEST(Recordings, CreatePartitionSendsAndReadsTheRecordedBytes) {
  int made = 0;
  int refused = 0;
  for (const Recording& r : recordings()) {
    if (r.method != "createPartition") continue;
    io::CreatePartitionRequest request;
    request.txn_id = r.request.at("txn_id");
    request.database_id = r.request.at("db_id");
    request.table_id = r.request.at("table_id");
    request.values = r.request.at("partition_values");
    if (r.request.contains("is_temp")) request.is_temporary = r.request["is_temp"].get<bool>();
    FakeFrontend server({step_of(r)});
    const auto answer = session_to(server)->create_partitions(request);
    expect_answer(r, answer.status());
    expect_same_bytes(r, server);
    if (!answer.is_ok()) {
      ++refused;
      continue;
    }
    const json& partitions = r.response.at("partitions");
    ASSERT_EQ(answer->size(), partitions.size()) << r.where;
    for (std::size_t i = 0; i < partitions.size(); ++i) expect_made(partitions[i], (*answer)[i]);
    made += static_cast<int>(partitions.size());
  }
  EXPECT_EQ(made, 5 * (9 + 3) + 3);
  EXPECT_EQ(refused, 5 * 4 + 1);
}

TEST(Recordings, GetPartitionsMetaSendsAndReadsTheRecordedBytes) {
  int checked = 0;
  for (const Recording& r : recordings()) {
    if (r.method != "getPartitionsMeta" || r.response_bytes.empty()) continue;
    if (!r.request.contains("auth_info")) continue;  // the client always names an identity
    const json& auth = r.request["auth_info"];
    FakeFrontend server({step_of(r)});
    expect_page(r, session_to(server)->get_partitions_meta(
                       {auth.at("user"), auth.at("user_ip")}, auth.value("pattern", ""),
                       r.request.value("start_table_id_offset", std::int64_t{0})));
    expect_same_bytes(r, server);
    ++checked;
  }
  EXPECT_GE(checked, 6 * 10);
}

TEST(Recordings, GetTableMetaSendsAndReadsTheRecordedBytes) {
  int checked = 0;
  for (const Recording& r : recordings()) {
    if (r.method != "getTableMeta" || r.response_bytes.empty()) continue;
    FakeFrontend server({step_of(r)});
    expect_table(r,
                 session_to(server)->get_table_meta(r.request["db_name"], r.request["table_name"]));
    expect_same_bytes(r, server);
    ++checked;
  }
  EXPECT_GE(checked, 6 * 8);
}

// What the answers were recorded without an identity: the frontend's own exception.
TEST(Recordings, AnApplicationExceptionOfAReadingCallIsRejected) {
  int checked = 0;
  for (const Recording& r : recordings()) {
    if (r.method != "getPartitionsMeta" || r.application_exception.is_null()) continue;
    FakeFrontend server({{r.request_bytes.size(), r.response_bytes, false}});
    const auto page = session_to(server)->get_partitions_meta({"root", "%"}, "", 0);
    EXPECT_EQ(page.status().code(), Code::kRejected) << r.where;
    EXPECT_TRUE(contains(page.status().message(), "Internal error processing getPartitionsMeta"));
    ++checked;
  }
  EXPECT_EQ(checked, 12);
}

}  // namespace
}  // namespace srsync::rpc
