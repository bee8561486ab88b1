// The RPC and HTTP ports of a simulated cluster, asked through real sockets by srsync's own client.
#include "sandbox/rpc_ports.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "base/text.h"
#include "rpc/session.h"
#include "sandbox/http_frontend.h"
#include "unit/sandbox/two_clusters.h"

namespace srsync::sandbox {
namespace {

class Ports : public testing::Test {
 protected:
  explicit Ports(Version version = Version::k4_0) : world(version), ports(world.target, &engine()) {
    world.create({.name = "a"});
    world.create({.name = "b"});
    world.create({.name = "listed", .partitions = {"p1", "p2"}});
    world.load(world.source, "a");
    world.target.with([](Catalog& catalog) {
      for (Backend& backend : catalog.backends) backend.http_port = 0;
    });
    const Status status = ports.start();
    EXPECT_TRUE(status.is_ok()) << status.to_string();
  }
  ReplicationEngine& engine() { return world.engine; }

  Frontend frontend(int number) {
    return world.target.with([number](const Catalog& catalog) {
      return catalog.frontends.at(static_cast<std::size_t>(number - 1));
    });
  }
  std::unique_ptr<io::FrontendRpc> rpc(int number = 1, int read_timeout_ms = 20000) {
    return rpc::make_frontend_rpc({"127.0.0.1",
                                   static_cast<std::uint16_t>(frontend(number).rpc_port), 5000,
                                   read_timeout_ms, 4000});
  }

  // The request as the client's structs.
  io::TableReplicationRequest job(const std::string& table, const std::string& id) {
    const auto request = world.request(table, id);
    io::TableReplicationRequest out;
    out.database_id = request.database_id;
    out.table_id = request.table_id;
    out.source_token = Secret(request.src_token);
    out.source_table_data_size = request.src_table_data_size;
    out.job_id = id;
    for (const auto& [pid, p] : request.partition_replication_infos) {
      io::PartitionReplication partition{pid, p.src_version, p.src_version_epoch, {}};
      for (const auto& [iid, i] : p.index_replication_infos) {
        io::IndexReplication index{iid, i.src_schema_hash, {}};
        for (const auto& [tid, t] : i.tablet_replication_infos) {
          io::TabletReplication tablet{tid, t.src_tablet_id, {}};
          for (const auto& r : t.replica_replication_infos) {
            tablet.source_backends.push_back(
                {r.src_backend.host, r.src_backend.be_port, r.src_backend.http_port});
          }
          index.tablets.push_back(tablet);
        }
        partition.indexes.push_back(index);
      }
      out.partitions.push_back(partition);
    }
    return out;
  }

  std::int64_t fault(FaultAction action, const std::string& pattern, int count = 1) {
    FaultRule rule;
    rule.surface = Surface::kRpc;
    rule.pattern = pattern;
    rule.action = action;
    rule.count = count;
    return world.target.faults().add(rule);
  }

  TwoClusters world;
  ClusterPorts ports;
};

// One request, the whole answer, by a socket of its own.
std::string http_get(int port, const std::string& path, const std::string& headers = "") {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = ::htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
  std::string out;
  if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0) {
    const std::string request = "GET " + path + " HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n";
    if (::send(fd, request.data(), request.size(), MSG_NOSIGNAL) > 0) {
      ::shutdown(fd, SHUT_WR);
      char buffer[4096];
      ssize_t n = 0;
      while ((n = ::recv(fd, buffer, sizeof(buffer), 0)) > 0) {
        out.append(buffer, static_cast<std::size_t>(n));
      }
    }
  }
  ::close(fd);
  return out;
}

constexpr const char* kRoot = "Authorization: Basic cm9vdDo=\r\n";  // root with no password

TEST_F(Ports, StartsAJobAndRefusesTheSecond) {
  auto session = rpc();
  EXPECT_TRUE(session->start_table_replication(job("a", "j1")).is_ok());
  EXPECT_EQ(session->start_table_replication(job("a", "j2")).code(), Code::kBusy);
  world.settle();
  EXPECT_TRUE(world.same_content("a"));
}

TEST_F(Ports, AFollowerForwardsAndSaysSoWhenItCannot) {
  EXPECT_TRUE(rpc(2)->start_table_replication(job("a", "j1")).is_ok());
  world.settle();
  world.load(world.source, "a");
  world.target.with([](Catalog& catalog) { catalog.frontends[0].is_alive = false; });
  const Status status = rpc(2)->start_table_replication(job("a", "j2"));
  EXPECT_EQ(status.code(), Code::kOutcomeUnknown);
  EXPECT_TRUE(contains(status.message(), "forward request to fe master failed"));
  EXPECT_TRUE(rpc(2)->get_table_meta("db", "a").is_ok()) << "reads are answered all the same";
}

TEST_F(Ports, AKilledFrontendIsUnavailableAndComesBackOnItsPort) {
  auto session = rpc();
  ASSERT_TRUE(session->get_table_meta("db", "a").is_ok());
  const int port = frontend(1).rpc_port;
  ports.stop_frontend(1);
  EXPECT_EQ(session->start_table_replication(job("a", "j1")).code(), Code::kUnavailable);
  ASSERT_TRUE(ports.start_frontend(1).is_ok());
  EXPECT_EQ(frontend(1).rpc_port, port);
  EXPECT_TRUE(session->start_table_replication(job("a", "j1")).is_ok());
}

TEST_F(Ports, TableMeta) {
  const auto meta = rpc()->get_table_meta("db", "a");
  ASSERT_TRUE(meta.is_ok()) << meta.status().to_string();
  const Table table = world.table(world.target, "a");
  EXPECT_EQ(meta->table_id, table.id);
  ASSERT_EQ(meta->indexes.size(), 1u);
  EXPECT_EQ(meta->indexes[0].partition_id, table.partitions[0].logical_id);
  EXPECT_EQ(meta->indexes[0].tablets.at(0).partition_id, table.partitions[0].physical_id);
  EXPECT_EQ(meta->indexes[0].tablets.size(), table.partitions[0].indexes[0].tablets.size());
  EXPECT_EQ(meta->indexes[0].columns.at(0).type, "INT");
  EXPECT_EQ(meta->backends.size(), 3u);
  EXPECT_EQ(rpc()->get_table_meta("db", "listed").status().code(), Code::kUnsupported);
  EXPECT_EQ(rpc()->get_table_meta("db", "none").status().code(), Code::kNotFound);
  EXPECT_EQ(rpc()->get_table_meta("none", "a").status().code(), Code::kNotFound);
}

TEST_F(Ports, PartitionsMetaIsFilteredByTheClaimedIdentity) {
  world.target.with([](Catalog& catalog) {
    User user;
    user.name = "reader";
    user.readable_tables = {"db.b"};
    catalog.users.push_back(user);
  });
  const auto count = [&](const io::RpcIdentity& identity, const std::string& pattern) {
    const auto page = rpc()->get_partitions_meta(identity, pattern, 0);
    EXPECT_TRUE(page.is_ok()) << page.status().to_string();
    return page.is_ok() ? static_cast<int>(page->partitions.size()) : -1;
  };
  EXPECT_EQ(count({"root", "%"}, ""), 4);
  EXPECT_EQ(count({"root", "%"}, "d%"), 4);
  EXPECT_EQ(count({"root", "%"}, "x%"), 0);
  EXPECT_EQ(count({"reader", "%"}, ""), 1);
  EXPECT_EQ(count({"nobody", "%"}, ""), 0);
  EXPECT_EQ(count({"root", "127.0.0.1"}, ""), 0);
}

TEST_F(Ports, PartitionsMetaIsPagedByTables) {
  world.target.with(
      [](Catalog& catalog) { catalog.config["max_get_partitions_meta_result_count"].value = "2"; });
  std::vector<std::string> seen;
  std::int64_t from = 0;
  int pages = 0;
  while (true) {
    const auto page = rpc()->get_partitions_meta({"root", "%"}, "", from);
    ASSERT_TRUE(page.is_ok());
    ++pages;
    for (const auto& row : page->partitions) {
      seen.push_back(row.table_name + "." + row.partition_name);
    }
    if (!page->next_table_id_offset) break;
    from = *page->next_table_id_offset;
  }
  EXPECT_EQ(seen, (std::vector<std::string>{"a.a", "b.b", "listed.p1", "listed.p2"}));
  EXPECT_EQ(pages, 3) << "the last page may be empty";
}

TEST_F(Ports, AbortingATransactionEndsItsJob) {
  engine().hold(JobState::kSnapshoting);
  auto session = rpc();
  ASSERT_TRUE(session->start_table_replication(job("a", "j1")).is_ok());
  world.advance(50);
  const ReplicationRow row = world.row("j1");
  EXPECT_EQ(session->abort_remote_txn(row.txn_id + 1000, row.db_id, "x").code(), Code::kNotFound);
  EXPECT_TRUE(session->abort_remote_txn(row.txn_id, row.db_id, "cancelled").is_ok());
  world.advance(5);
  EXPECT_EQ(world.row("j1").error, "cancelled");
}

TEST_F(Ports, FaultDropReplyHappensAfterTheWork) {
  fault(FaultAction::kDropReply, "startTableReplication");
  EXPECT_EQ(rpc()->start_table_replication(job("a", "j1")).code(), Code::kOutcomeUnknown);
  EXPECT_EQ(world.row("j1").state, "INITIALIZING");
}

TEST_F(Ports, FaultCloseBeforeAndFailDoNothing) {
  fault(FaultAction::kCloseBefore, "starttablereplication");
  EXPECT_EQ(rpc()->start_table_replication(job("a", "j1")).code(), Code::kOutcomeUnknown);
  fault(FaultAction::kFail, "startTableReplication");
  EXPECT_FALSE(rpc()->start_table_replication(job("a", "j1")).is_ok());
  EXPECT_EQ(world.row("j1").state, "");
  EXPECT_TRUE(rpc()->start_table_replication(job("a", "j1")).is_ok()) << "used up";
}

TEST_F(Ports, FaultHangEndsWithTheFaultOrTheConnection) {
  const auto id = fault(FaultAction::kHang, "getTableMeta", -1);
  EXPECT_EQ(rpc(1, 50)->get_table_meta("db", "a").status().code(), Code::kUnavailable);
  EXPECT_EQ(world.target.faults().hits(id), 1);
  world.target.faults().lift(id);
  EXPECT_TRUE(rpc()->get_table_meta("db", "a").is_ok());
}

TEST_F(Ports, StoppingCutsWhatHangs) {
  const auto id = fault(FaultAction::kHang, "getTableMeta", -1);
  std::thread caller(
      [&] { EXPECT_EQ(rpc(2)->get_table_meta("db", "a").status().code(), Code::kUnavailable); });
  while (world.target.faults().hits(id) == 0) std::this_thread::yield();
  ports.stop();
  caller.join();
}

TEST_F(Ports, LoadStateOverHttp) {
  engine().submit(world.request("a", "j1"), 1);
  const std::string label = "REPLICATION_" + std::to_string(world.row("j1").db_id) + "_" +
                            std::to_string(world.row("j1").table_id) + "_j1";
  const std::string path = "/api/db/get_load_state?label=" + label;
  const int port = frontend(2).http_port;
  EXPECT_TRUE(contains(http_get(port, path, kRoot), R"({"state":"UNKNOWN","status":"OK")"));
  world.advance(25);
  EXPECT_TRUE(contains(http_get(port, path, kRoot), R"({"state":"PREPARE","reason":"","status")"));
  world.settle();
  EXPECT_TRUE(contains(http_get(port, path, kRoot), R"("state":"VISIBLE")"));
  EXPECT_TRUE(contains(http_get(port, path), "HTTP/1.1 401"));
  EXPECT_TRUE(contains(http_get(port, path, "Authorization: Basic cm9vdDp4\r\n"), "401"));
}

TEST_F(Ports, TokensOverHttp) {
  const std::string token = world.target.with([](const Catalog& c) { return c.token; });
  const int fe = frontend(1).http_port;
  EXPECT_TRUE(contains(http_get(fe, "/api/bootstrap?token=" + token), R"("status":"OK")"));
  EXPECT_TRUE(contains(http_get(fe, "/api/bootstrap?token=wrong"), R"("status":"FAILED")"));
  EXPECT_TRUE(contains(http_get(fe, "/api/bootstrap?token="), R"("status":"OK")"));
  HttpRequest download;
  download.path = "/api/_tablet/_download";
  download.query["token"] = "wrong";
  EXPECT_EQ(backend_http(world.target, download).status, 200);
  EXPECT_EQ(backend_http(world.target, download).body, "invalid token.");
  download.query["token"] = token;
  EXPECT_EQ(backend_http(world.target, download).status, 404);
}

TEST(RpcServer, ClosesAnIdleConnection) {
  TwoClusters world;
  world.create({.name = "a"});
  FrontendService service(world.target, &world.engine, 1);
  RpcServer server(nullptr, "fe1", &service);
  server.set_idle_ms(20);
  ASSERT_TRUE(server.start("127.0.0.1", 0).is_ok());
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = ::htons(server.port());
  address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
  ASSERT_EQ(::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  char byte = 0;
  EXPECT_EQ(::recv(fd, &byte, 1, 0), 0);
  ::close(fd);
}

}  // namespace
}  // namespace srsync::sandbox
