// Two clusters made of recorded answers, and a Connector to them. Not thread-safe.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "observe/access.h"

namespace srsync::observe {

using nlohmann::json;

// The rows of a recorded line.
io::ResultSet rows_of(const json& line);

// The recorded answers as the rpc room hands them on.
io::PartitionsMetaPage partitions_page_of(const json& response);
io::TableMeta table_meta_of(const json& response);
io::TableReplicationRequest replication_request_of(const json& request);

// Every line with a statement of `file` in that version. Lives as long as the program.
const std::vector<json>& recorded_statements(const std::string& version, const std::string& file);

class FakeCluster;

// What one frontend says. Statements that it was not taught are answered like an unknown path.
class FakeFrontend {
 public:
  std::map<std::string, json> answers;       // by statement: a recorded line with rows, ok or error
  std::map<std::string, json> answers_once;  // given first, once
  bool dead = false;
  // The next statement that begins so breaks the connection after it was sent.
  std::string break_after;

  void teach(const json& line) { answers[line.at("sql").get<std::string>()] = line; }
  void teach(const std::string& sql, std::vector<std::string> columns,
             std::vector<std::vector<std::string>> rows);
};

// One side: its frontends by query port address, and its RPC answers.
class FakeCluster {
 public:
  std::map<std::string, FakeFrontend> frontends;  // by "host:port" of the query port
  FakeFrontend& only();                           // of a cluster with one

  std::map<std::pair<std::string, std::int64_t>, io::PartitionsMetaPage> pages;  // pattern, offset
  bool has_partitions_meta = true;
  std::map<std::string, io::TableMeta> tables;  // "db.table"; others are LIST: kUnsupported
  std::vector<Status> start_answers;            // taken from the front; empty: OK
  std::vector<io::TableReplicationRequest> started;
  std::vector<std::string> rpc_addresses;  // opened
  std::vector<std::int64_t> aborted;
  std::vector<io::LoadTransaction> begun;
  std::vector<io::CreatePartitionRequest> created;
  std::vector<Result<std::int64_t>> begin_answers;  // taken from the front; empty: 71, 72, ...
  std::vector<Result<std::vector<io::CreatedPartition>>> create_answers;  // likewise; empty: none
  std::map<std::string, HttpReply> http;  // by "host:port/path"; others: kUnavailable
  std::vector<std::string> http_with_login;

  std::vector<std::string> log;  // "host:port statement" and "host RPC getTableMeta"
  std::size_t count(const std::string& statement) const;
};

class FakeConnector final : public Connector {
 public:
  FakeCluster source;
  FakeCluster target;
  bool has_http = true;
  std::map<std::string, Address> host_map;  // by "host:port"

  FakeCluster& cluster(Side side) { return side == Side::kSource ? source : target; }

  std::unique_ptr<io::SqlSession> open_sql(Side side, const Address& query_address) override;
  std::unique_ptr<io::FrontendRpc> open_rpc(Side side, const Address& rpc_address) override;
  Result<HttpReply> http_get(Side side, const Address& address, const std::string& path,
                             bool log_in) override;
  Address map(Side side, const Address& address) override;
};

// A row of SHOW FRONTENDS, and the whole answer.
struct FakeFrontendRow {
  std::string host;
  int query_port = 9030;
  std::string role = "FOLLOWER";
  bool alive = true;
};
json show_frontends(const std::vector<FakeFrontendRow>& rows,
                    const std::string& version = "4.0.0-abc1234", int cluster_id = 77);

// An endpoint of one frontend "fe":9030 and the link's usual account.
ClusterEndpoint endpoint(Side side, std::vector<Address> seeds = {{"fe", 9030}});

// One frontend at fe:9030 that leads, with the statements that every link sends.
FakeFrontend& add_lone_leader(FakeCluster& cluster, const std::string& version = "4.0.0-abc1234",
                              int cluster_id = 77);

}  // namespace srsync::observe
