// What the client says when the connection fails, by how far the request came.
#include "rpc/session.h"

#include <gtest/gtest.h>

#include <thread>

#include "base/text.h"
#include "unit/rpc/fake_frontend.h"
#include "unit/rpc/recordings.h"

namespace srsync::rpc {
namespace {

// A recorded request and its answer, to speak with.
const Recording& recorded(const std::string& method) {
  static const std::vector<Recording> all = recordings();
  for (const Recording& r : all) {
    if (r.method == method && !r.response_bytes.empty() && !r.request_bytes.empty()) return r;
  }
  throw std::runtime_error("no recording of " + method);
}

struct Options {
  int read_timeout_ms = 20000;
  int max_idle_ms = 4000;
};

std::unique_ptr<io::FrontendRpc> session_to(const FakeFrontend& server, Options options = {}) {
  return make_frontend_rpc(
      {"127.0.0.1", server.port(), 5000, options.read_timeout_ms, options.max_idle_ms});
}

io::TableReplicationRequest some_job() {
  return *replication_request(recorded("startTableReplication").request);
}

Step answered(const char* method) {
  return {recorded(method).request_bytes.size(), recorded(method).response_bytes, false};
}
Step dropped(const char* method) { return {recorded(method).request_bytes.size(), "", true}; }

Result<io::TableMeta> ask_table(io::FrontendRpc& session) {
  const auto& request = recorded("getTableMeta").request;
  return session.get_table_meta(request["db_name"], request["table_name"]);
}

TEST(Session, NobodyListensMeansNotSent) {
  auto session = make_frontend_rpc({"127.0.0.1", closed_port()});
  EXPECT_EQ(session->start_table_replication(some_job()).code(), Code::kUnavailable);
  EXPECT_EQ(ask_table(*session).status().code(), Code::kUnavailable);
  EXPECT_EQ(session->abort_remote_txn(1, 2, "x").code(), Code::kUnavailable);
}

TEST(Session, AnUnknownHostMeansNotSent) {
  auto session = make_frontend_rpc({"no-such-host.invalid", 9020});
  EXPECT_EQ(session->start_table_replication(some_job()).code(), Code::kUnavailable);
}

// The work may have been done: only the answer is lost.
TEST(Session, AClosedConnectionAfterSendingIsInDoubt) {
  FakeFrontend server({dropped("startTableReplication"), answered("startTableReplication")});
  auto session = session_to(server);
  EXPECT_EQ(session->start_table_replication(some_job()).code(), Code::kOutcomeUnknown);
  // The next call makes a new connection by itself.
  EXPECT_TRUE(session->start_table_replication(some_job()).is_ok());
  EXPECT_EQ(server.connections(), 2);
}

TEST(Session, AReadingCallWithoutAnAnswerDidNothing) {
  FakeFrontend server({dropped("getTableMeta"), answered("getTableMeta")});
  auto session = session_to(server);
  EXPECT_EQ(ask_table(*session).status().code(), Code::kUnavailable);
  EXPECT_TRUE(ask_table(*session).is_ok());
}

TEST(Session, HalfAnAnswerIsInDoubt) {
  Step half = answered("startTableReplication");
  half.reply.resize(half.reply.size() / 2);
  half.close_after = true;
  FakeFrontend server({half});
  EXPECT_EQ(session_to(server)->start_table_replication(some_job()).code(), Code::kOutcomeUnknown);
}

TEST(Session, SilenceEndsAtTheDeadline) {
  Step silent = answered("startTableReplication");
  silent.reply.clear();
  FakeFrontend server({silent});
  const Status status =
      session_to(server, {.read_timeout_ms = 50})->start_table_replication(some_job());
  EXPECT_EQ(status.code(), Code::kOutcomeUnknown);
  EXPECT_TRUE(contains(status.message(), "timed out")) << status.to_string();
}

TEST(Session, GarbageIsInDoubtAndDoesNotCrash) {
  const std::string request = recorded("startTableReplication").request_bytes;
  for (const std::string& garbage :
       {std::string("HTTP/1.1 400 Bad Request\r\n\r\n"), std::string(64, '\xff'),
        std::string(64, '\0'), std::string("\x80\x01\x00\x02\x7f\xff\xff\xff", 8), request}) {
    FakeFrontend server({{request.size(), garbage, true}});
    EXPECT_EQ(session_to(server)->start_table_replication(some_job()).code(),
              Code::kOutcomeUnknown);
  }
}

TEST(Session, AListLongerThanTheMessageIsRefusedNotAllocated) {
  // getPartitionsMeta's reply with a list of 2^31-1 structs.
  const auto& r = recorded("getPartitionsMeta");
  std::string reply = r.response_bytes;
  const std::string list_head("\x0f\x00\x01\x0c", 4);
  const auto at = reply.find(list_head);
  ASSERT_NE(at, std::string::npos);
  reply.replace(at + 4, 4, std::string("\x7f\xff\xff\xff", 4));
  FakeFrontend server({{r.request_bytes.size(), reply, true}});
  EXPECT_EQ(session_to(server)->get_partitions_meta({"root", "%"}, "", 0).status().code(),
            Code::kUnavailable);
}

TEST(Session, OneConnectionServesManyCalls) {
  FakeFrontend server({answered("startTableReplication"), answered("startTableReplication"),
                       answered("startTableReplication")});
  auto session = session_to(server);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(session->start_table_replication(some_job()).is_ok());
  EXPECT_EQ(server.connections(), 1);
}

// The frontend closes a connection that was idle for 5 s. A request sent into it would be in doubt,
// so the client looks first and takes a new one.
TEST(Session, AConnectionThatThePeerClosedIsReplacedBeforeSending) {
  Step last = answered("startTableReplication");
  last.close_after = true;
  FakeFrontend server({last, answered("startTableReplication")});
  auto session = session_to(server);
  ASSERT_TRUE(session->start_table_replication(some_job()).is_ok());
  while (server.closed() == 0) std::this_thread::yield();
  EXPECT_TRUE(session->start_table_replication(some_job()).is_ok());
  EXPECT_EQ(server.connections(), 2);
}

TEST(Session, AnIdleConnectionIsReplacedBeforeThePeerClosesIt) {
  FakeFrontend server({answered("startTableReplication"), answered("startTableReplication")});
  auto session = session_to(server, {.max_idle_ms = -1});  // every pause is too long
  ASSERT_TRUE(session->start_table_replication(some_job()).is_ok());
  ASSERT_TRUE(session->start_table_replication(some_job()).is_ok());
  EXPECT_EQ(server.connections(), 2);
}

TEST(Session, MessagesNeverHoldTheToken) {
  FakeFrontend server({dropped("startTableReplication")});
  const Status status = session_to(server)->start_table_replication(some_job());
  EXPECT_FALSE(contains(status.to_string(), some_job().source_token.reveal()));
}

}  // namespace
}  // namespace srsync::rpc
