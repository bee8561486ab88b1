// How partitions come into being without a statement, as five versions of real frontends answered
// it: loadTxnBegin, createPartition, loadTxnRollback and abortRemoteTxn, with the statements around
// them, told again to the sandbox line by line. Every line must match.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/text.h"
#include "sandbox/cluster.h"
#include "sandbox/rpc_service.h"
#include "sandbox/session.h"
#include "support/fixture.h"

namespace srsync::sandbox {
namespace {

using nlohmann::json;

json keys_of(const std::vector<frontend::TExprNode>& nodes) {
  json out = json::array();
  for (const auto& node : nodes) {
    json scalar = {{"type", node.type.types.at(0).scalar_type.type}};
    if (node.type.types[0].scalar_type.__isset.len) {
      scalar["len"] = node.type.types[0].scalar_type.len;
    }
    json row = {
        {"node_type", node.node_type},
        {"type", {{"types", {{{"type", node.type.types[0].type}, {"scalar_type", scalar}}}}}},
        {"num_children", node.num_children},
        {"output_scale", node.output_scale},
        {"has_nullable_child", node.has_nullable_child},
        {"is_nullable", node.is_nullable},
        {"is_monotonic", node.is_monotonic},
        {"is_index_only_filter", node.is_index_only_filter}};
    if (node.__isset.date_literal) row["date_literal"] = {{"value", node.date_literal.value}};
    if (node.__isset.string_literal) row["string_literal"] = {{"value", node.string_literal.value}};
    out.push_back(row);
  }
  return out;
}

json status_of(const frontend::TStatus& status) {
  json out = {{"status_code", status.status_code}};
  if (status.__isset.error_msgs) out["error_msgs"] = status.error_msgs;
  return out;
}

// Ids and addresses by their number only. What the tablets of an index are called besides their ids
// differs between versions, and no client of ours reads it.
json comparable(const frontend::TCreatePartitionResult& made) {
  json out = {{"status", status_of(made.status)}};
  if (!made.__isset.partitions) return out;
  for (const auto& partition : made.partitions) {
    json row = {{"indexes", partition.indexes.size()},
                {"tablets", partition.indexes.at(0).tablets.size()}};
    if (partition.__isset.num_buckets) row["num_buckets"] = partition.num_buckets;
    if (partition.__isset.start_keys) row["start_keys"] = keys_of(partition.start_keys);
    if (partition.__isset.end_keys) row["end_keys"] = keys_of(partition.end_keys);
    for (const auto& tuple : partition.in_keys) row["in_keys"].push_back(keys_of(tuple));
    out["partitions"].push_back(row);
  }
  out["tablets"] = made.tablets.size();
  out["nodes"] = made.nodes.size();
  return out;
}

json comparable_recording(const json& response) {
  json out = {{"status", response.at("status")}};
  if (!response.contains("partitions")) return out;
  for (const json& partition : response["partitions"]) {
    const json& index = partition["indexes"][0];
    const json& tablets = index.contains("tablet_ids") ? index["tablet_ids"] : index["tablets"];
    json row = {{"indexes", partition["indexes"].size()}, {"tablets", tablets.size()}};
    for (const char* field : {"num_buckets", "start_keys", "end_keys", "in_keys"}) {
      if (partition.contains(field)) row[field] = partition[field];
    }
    out["partitions"].push_back(row);
  }
  out["tablets"] = response["tablets"].size();
  out["nodes"] = response["nodes"].size();
  return out;
}

ClusterOptions options(Version version, std::int64_t& now) {
  ClusterOptions out;
  out.version = version;
  out.clock = [&now] { return now; };
  out.frontends = 1;
  return out;
}

// One frontend, and which of the recorded ids stands for which of its own.
class World {
 public:
  explicit World(const std::string& version)
      : cluster_(options(*version_from(version), now_)),
        session_(cluster_, 1, nullptr, 1),
        service_(cluster_, nullptr, 1) {
    session_.set_user(cluster_.with([](Catalog& catalog) { return *catalog.find_user("root"); }));
  }

  Answer execute(const std::string& sql) { return session_.execute(sql); }
  void use(const std::string& db, const std::string& table) {
    db_ = db;
    table_ = table;
  }

  std::optional<std::string> rpc(const json& line) {
    const json& request = line["request"][0];
    const std::string method = line["rpc"];
    json ours;
    if (method == "loadTxnBegin") {
      ours = begin(request, line["response"]);
    } else if (method == "createPartition") {
      frontend::TCreatePartitionRequest create;
      create.__set_txn_id(txn(request["txn_id"]));
      create.__set_db_id(db_id());
      create.__set_table_id(table_id());
      create.__set_partition_values(request["partition_values"]);
      if (request.contains("is_temp")) create.__set_is_temp(request["is_temp"]);
      ours =
          comparable(std::get<frontend::TCreatePartitionResult>(service_.create_partition(create)));
    } else if (method == "loadTxnRollback") {
      frontend::TLoadTxnRollbackRequest rollback;
      rollback.__set_db(request["db"]);
      rollback.__set_txnId(txn(request["txnId"]));
      rollback.__set_reason(request["reason"]);
      ours = {{"status", status_of(std::get<frontend::TLoadTxnRollbackResult>(
                                       service_.load_txn_rollback(rollback))
                                       .status)}};
    } else {
      frontend::TAbortRemoteTxnRequest abort;
      abort.__set_txn_id(txn(request["txn_id"]));
      abort.__set_db_id(db_id());
      abort.__set_error_msg(request["error_msg"]);
      ours = {{"status", status_of(std::get<frontend::TAbortRemoteTxnResponse>(
                                       service_.abort_remote_txn(abort))
                                       .status)}};
    }
    const json recorded = comparable_recording(line["response"]);
    const bool same = blotted(ours) == blotted(recorded);
    return same ? std::nullopt : std::optional(json::diff(recorded, ours).dump() + ours.dump());
  }

 private:
  // The numbers of transactions in a text are this world's.
  static std::string blotted(const json& value) {
    std::string out;
    const std::string text = value.dump();
    for (std::size_t i = 0; i < text.size(); ++i) {
      const bool named =
          text.substr(0, i).ends_with("txn ") || text.substr(0, i).ends_with("found: ");
      out += named ? '#' : text[i];
      while (named && i + 1 < text.size() && text[i + 1] >= '0' && text[i + 1] <= '9') ++i;
    }
    return out;
  }

  json begin(const json& request, const json& recorded) {
    frontend::TLoadTxnBeginRequest load;
    load.__set_user(request["user"]);
    load.__set_passwd(request["passwd"]);
    load.__set_db(request["db"]);
    load.__set_tbl(request["tbl"]);
    load.__set_user_ip(request["user_ip"]);
    load.__set_label(request["label"]);
    load.__set_timestamp(request["timestamp"]);
    load.__set_timeout(request["timeout"]);
    table_ = request["tbl"];
    const auto begun = std::get<frontend::TLoadTxnBeginResult>(service_.load_txn_begin(load));
    txns_[recorded["txnId"]] = begun.txnId;
    EXPECT_EQ(begun.timeout, recorded["timeout"]);
    return {{"status", status_of(begun.status)}};
  }
  std::int64_t txn(std::int64_t recorded) const {
    const auto found = txns_.find(recorded);
    return found == txns_.end() ? recorded : found->second;
  }
  std::int64_t db_id() {
    return cluster_.with([&](Catalog& catalog) { return catalog.find_database(db_)->id; });
  }
  std::int64_t table_id() {
    return cluster_.with(
        [&](Catalog& catalog) { return catalog.find_database(db_)->find_table(table_)->id; });
  }

  std::int64_t now_ = 1795379800000;
  Cluster cluster_;
  Session session_;
  FrontendService service_;
  std::string db_;
  std::string table_;
  std::map<std::int64_t, std::int64_t> txns_;  // recorded -> here
};

// Names and values of partitions, which list in another order on every frontend.
std::map<std::string, std::string> values_of(const json& columns, const json& rows) {
  const auto at = [&](const char* name) {
    return static_cast<std::size_t>(std::find(columns.begin(), columns.end(), name) -
                                    columns.begin());
  };
  const bool is_list = std::find(columns.begin(), columns.end(), "List") != columns.end();
  std::map<std::string, std::string> out;
  for (const json& row : rows) {
    out[row[at("PartitionName")]] = row[at(is_list ? "List" : "Range")].get<std::string>() + " " +
                                    row[at("Buckets")].get<std::string>() + " " +
                                    row[at("VisibleVersion")].get<std::string>() + " " +
                                    row[at("VersionTxnType")].get<std::string>();
  }
  return out;
}

std::optional<std::string> compare_sql(const json& line, const Answer& answer) {
  const bool fails = line.contains("error");
  if (fails != answer.is_error()) return "error: " + answer.message;
  if (fails) {
    const bool same =
        answer.code == line["error"]["code"] && answer.message == line["error"]["message"];
    return same ? std::nullopt : std::optional(answer.message);
  }
  if (!line.contains("rows")) return std::nullopt;
  json rows = json::array();
  for (const Row& row : answer.rows) {
    json& cells = rows.emplace_back(json::array());
    for (const Cell& cell : row) cells.push_back(cell ? json(*cell) : json());
  }
  if (line["sql"].get<std::string>().starts_with("SHOW CREATE")) {
    return rows == line["rows"] ? std::nullopt : std::optional(rows.dump());
  }
  const auto ours = values_of(line["columns"], rows);
  return ours == values_of(line["columns"], line["rows"]) ? std::nullopt
                                                          : std::optional(json(ours).dump());
}

class AutomaticPartitions : public testing::TestWithParam<const char*> {
 protected:
  static std::vector<json> lines(const std::string& file) {
    return test::load_jsonl(test::fixture_path(GetParam(), file));
  }
};

TEST_P(AutomaticPartitions, OfASliceInATransactionThatIsRolledBack) {
  World world(GetParam());
  ASSERT_FALSE(world.execute("CREATE DATABASE mig").is_error());
  world.use("mig", "slices");
  const auto story = lines("automatic_partitions.jsonl");
  world.execute("USE mig");
  const Answer made = world.execute(story.back()["rows"][0][1]);
  ASSERT_FALSE(made.is_error()) << made.message;
  int number = 0;
  for (const json& line : story) {
    ++number;
    const auto difference =
        line.contains("rpc") ? world.rpc(line) : compare_sql(line, world.execute(line["sql"]));
    EXPECT_FALSE(difference) << "line " << number << ": " << *difference;
  }
  EXPECT_EQ(number, 8);
}

TEST_P(AutomaticPartitions, WithExactUnalignedNullAndQuotedValues) {
  World world(GetParam());
  ASSERT_FALSE(world.execute("CREATE DATABASE more").is_error());
  world.execute("USE more");
  world.use("more", "slices");
  int compared = 0;
  int number = 0;
  for (const json& line : lines("more.jsonl")) {
    ++number;
    const std::string sql = line.value("sql", "");
    const bool concerns =
        contains(sql, " slices") || contains(sql, " months") || contains(sql, " lists");
    if (!line.contains("rpc") && !concerns) continue;
    const auto difference =
        line.contains("rpc") ? world.rpc(line) : compare_sql(line, world.execute(sql));
    EXPECT_FALSE(difference) << "line " << number << ": " << sql << *difference;
    ++compared;
  }
  EXPECT_EQ(compared, 49);
}

std::string version_name_of(const testing::TestParamInfo<const char*>& parameter) {
  std::string name = parameter.param;
  std::replace(name.begin(), name.end(), '.', '_');
  return "V" + name;
}

INSTANTIATE_TEST_SUITE_P(Versions, AutomaticPartitions,
                         testing::Values("3.3", "3.4", "3.5", "4.0", "4.1"), version_name_of);

}  // namespace
}  // namespace srsync::sandbox
