#include "mysql/session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>

#include "unit/mysql/fake_server.h"

namespace srsync::mysql {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

ConnectOptions to(int port) {
  ConnectOptions options;
  options.host = "127.0.0.1";
  options.port = port;
  options.user = "root";
  options.password = Secret("hunter2");
  options.connect_timeout_ms = 20'000;
  options.socket_timeout_ms = 20'000;
  return options;
}

// Logs in and answers every query with one row: the query itself.
void echo(Peer& peer) {
  if (!peer.log_in()) return;
  while (const auto sql = peer.receive_query()) peer.send_rows({"Query"}, {{*sql}});
}

TEST(SessionTest, ReadsColumnsRowsAndNulls) {
  FakeServer server({[](Peer& peer) {
    if (!peer.log_in()) return;
    peer.receive_query();
    peer.send_rows({"Id", "名前"}, {{"1", std::nullopt}, {"", std::string(70'000, 'x')}});
    peer.receive();
  }});
  const auto session = make_session(to(server.port()));
  const auto result = session->query("SHOW X");
  ASSERT_TRUE(result.is_ok()) << result.status().to_string();
  EXPECT_THAT(result->columns, ElementsAre("Id", "名前"));
  ASSERT_EQ(result->rows.size(), 2u);
  EXPECT_EQ(result->rows[0][0], "1");
  EXPECT_EQ(result->rows[0][1], std::nullopt);
  EXPECT_EQ(result->rows[1][0], "");
  EXPECT_EQ(result->rows[1][1]->size(), 70'000u);
}

TEST(SessionTest, ConnectsAtTheFirstQueryAndKeepsTheConnection) {
  FakeServer server({echo});
  const auto session = make_session(to(server.port()));
  EXPECT_EQ(session->connection_count(), 0u);
  for (const char* sql : {"SELECT 1", "SELECT '日本'"}) {
    const auto result = session->query(sql);
    ASSERT_TRUE(result.is_ok()) << result.status().to_string();
    EXPECT_EQ(result->rows[0][0], sql);
  }
  EXPECT_EQ(session->connection_count(), 1u);
}

TEST(SessionTest, AStatementWithoutRowsIsOk) {
  FakeServer server({[](Peer& peer) {
    if (!peer.log_in()) return;
    peer.receive_query();
    peer.send(std::string_view("\0\x05\0\0\0\0\0", 7));
    peer.receive();
  }});
  const auto session = make_session(to(server.port()));
  const auto result = session->query("INSERT");
  ASSERT_TRUE(result.is_ok());
  EXPECT_EQ(result->affected_rows, 5u);
  EXPECT_TRUE(result->columns.empty());
}

TEST(SessionTest, AnErrorAnswerKeepsTheConnection) {
  FakeServer server({[](Peer& peer) {
    if (!peer.log_in()) return;
    peer.receive_query();
    peer.send_error(5501, "3F000", "Unknown database 'x'");
    peer.receive_query();
    peer.send_ok();
    peer.receive();
  }});
  const auto session = make_session(to(server.port()));
  const auto refused = session->query("USE x");
  EXPECT_EQ(refused.status().code(), Code::kNotFound);
  EXPECT_THAT(refused.status().message(), HasSubstr("Unknown database 'x' (error 5501)"));
  EXPECT_EQ(session->last_error().code, 5501);
  EXPECT_EQ(session->last_error().sql_state, "3F000");
  EXPECT_EQ(session->last_error().message, "Unknown database 'x'");
  EXPECT_TRUE(session->query("SELECT 1").is_ok());
  EXPECT_EQ(session->last_error().code, 0);
  EXPECT_EQ(session->connection_count(), 1u);
}

TEST(SessionTest, DroppedAfterSendingIsUnknownAndNotSentAgain) {
  std::atomic<int> received = 0;
  const Script drop = [&](Peer& peer) {
    if (!peer.log_in()) return;
    if (peer.receive_query().has_value()) ++received;
  };
  FakeServer server({drop, echo});
  const auto session = make_session(to(server.port()));
  const auto dropped = session->query("DROP TABLE t");
  EXPECT_EQ(dropped.status().code(), Code::kOutcomeUnknown);
  EXPECT_EQ(session->last_error().code, 0);
  EXPECT_EQ(received, 1);
  const auto next = session->query("SELECT 2");
  ASSERT_TRUE(next.is_ok()) << next.status().to_string();
  EXPECT_EQ(next->rows[0][0], "SELECT 2");
  EXPECT_EQ(session->connection_count(), 2u);
}

TEST(SessionTest, ResetInTheMiddleOfAnAnswerIsUnknown) {
  FakeServer server({[](Peer& peer) {
    if (!peer.log_in()) return;
    peer.receive_query();
    peer.send(std::string_view("\x01", 1));
    peer.reset();
  }});
  const auto session = make_session(to(server.port()));
  EXPECT_EQ(session->query("SHOW X").status().code(), Code::kOutcomeUnknown);
}

TEST(SessionTest, NoAnswerInTimeIsUnknown) {
  std::promise<void> done;
  FakeServer server({[&](Peer& peer) {
    if (!peer.log_in()) return;
    peer.receive_query();
    done.get_future().wait();
  }});
  auto options = to(server.port());
  options.socket_timeout_ms = 1;
  const auto session = make_session(options);
  EXPECT_EQ(session->query("SHOW X").status().code(), Code::kOutcomeUnknown);
  done.set_value();
}

// The server ends an idle connection: the next statement must find out before it is sent.
TEST(SessionTest, AConnectionThatDiedIdleIsReplacedBeforeSending) {
  std::promise<void> closing;
  std::promise<void> closed;
  const Script close_when_told = [&](Peer& peer) {
    if (!peer.log_in()) return;
    peer.receive_query();
    peer.send_ok();
    closing.get_future().wait();
  };
  // The second connection is only accepted after the first was closed.
  FakeServer server({close_when_told,
                     [&](Peer& peer) {
                       closed.set_value();
                       peer.log_in();
                     },
                     echo});
  const auto session = make_session(to(server.port()));
  ASSERT_TRUE(session->query("SELECT 1").is_ok());
  closing.set_value();
  EXPECT_TRUE(probe(to(server.port())).is_ok());
  closed.get_future().wait();
  const auto result = session->query("DROP TABLE t");
  ASSERT_TRUE(result.is_ok()) << result.status().to_string();
  EXPECT_EQ(result->rows[0][0], "DROP TABLE t");
  EXPECT_EQ(session->connection_count(), 2u);
}

TEST(SessionTest, SaysWhoItIsAndHidesThePassword) {
  std::promise<std::string> login;
  FakeServer server({[&](Peer& peer) {
    peer.greet();
    login.set_value(peer.receive().value_or(""));
    peer.send_ok();
    peer.receive();
  }});
  ASSERT_TRUE(probe(to(server.port())).is_ok());
  const std::string packet = login.get_future().get();
  EXPECT_THAT(packet, HasSubstr("root"));
  EXPECT_THAT(packet, HasSubstr(std::string("\x0cprogram_name\x06srsync")));
  EXPECT_THAT(packet, Not(HasSubstr("hunter2")));
  const auto capabilities =
      static_cast<unsigned char>(packet[0]) | static_cast<unsigned char>(packet[2]) << 16;
  EXPECT_EQ(capabilities & 0x80, 0) << "LOCAL INFILE";
  EXPECT_EQ(capabilities & 0x10000, 0) << "MULTI_STATEMENTS";
  EXPECT_EQ(packet[8], 45) << "utf8mb4";
}

TEST(ProbeTest, AWrongPasswordIsDenied) {
  FakeServer server({[](Peer& peer) {
    peer.greet();
    peer.receive();
    peer.send_error(1045, "28000", "Access denied for user 'root' (using password: YES)");
  }});
  const Status status = probe(to(server.port()));
  EXPECT_EQ(status.code(), Code::kDenied);
  EXPECT_THAT(status.to_string(), HasSubstr("Access denied for user 'root'"));
  EXPECT_THAT(status.to_string(), Not(HasSubstr("hunter2")));
}

TEST(ProbeTest, NothingListens) {
  const Status status = probe(to(closed_port()));
  EXPECT_EQ(status.code(), Code::kUnavailable);
  EXPECT_THAT(status.to_string(), HasSubstr("nothing answers at this address"));
  EXPECT_THAT(status.to_string(), HasSubstr("127.0.0.1:"));
}

TEST(ProbeTest, SomethingElseListens) {
  FakeServer server({[](Peer& peer) {
    peer.send_bytes("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
    peer.receive();
  }});
  const Status status = probe(to(server.port()));
  EXPECT_EQ(status.code(), Code::kUnavailable);
  EXPECT_THAT(status.to_string(), HasSubstr("query port"));
}

TEST(ProbeTest, AServerThatNeverGreetsEndsTheConnectTimeout) {
  std::promise<void> done;
  FakeServer server({[&](Peer&) { done.get_future().wait(); }});
  auto options = to(server.port());
  options.connect_timeout_ms = 1;
  options.socket_timeout_ms = 3'600'000;  // must not be the one that counts
  const Status status = probe(options);
  done.set_value();
  EXPECT_EQ(status.code(), Code::kUnavailable);
  EXPECT_THAT(status.to_string(), HasSubstr("did not complete the log-in"));
}

TEST(ProbeTest, AServerThatClosesAtOnceIsUnavailable) {
  FakeServer server({[](Peer&) {}});
  EXPECT_EQ(probe(to(server.port())).code(), Code::kUnavailable);
}

TEST(ProbeTest, RequiredTlsIsNotGivenUp) {
  FakeServer server({[](Peer& peer) {
    peer.greet();
    peer.receive();
    peer.send_ok();
  }});
  auto options = to(server.port());
  options.tls = TlsMode::kRequired;
  const Status status = probe(options);
  EXPECT_EQ(status.code(), Code::kInvalidArgument);
  EXPECT_THAT(status.to_string(), HasSubstr("TLS is required, and this server does not offer it"));
}

// A server that offers TLS: what the client sends first is an SSL request or a log-in.
std::size_t first_packet_size(TlsMode mode) {
  std::promise<std::size_t> size;
  FakeServer server({[&](Peer& peer) {
    peer.greet(0x0038820c | 0x0800);
    size.set_value(peer.receive().value_or("").size());
  }});
  auto options = to(server.port());
  options.tls = mode;
  EXPECT_FALSE(probe(options).is_ok());
  return size.get_future().get();
}

TEST(ProbeTest, TlsIsUsedWhenOfferedUnlessOff) {
  constexpr std::size_t kSslRequest = 32;
  EXPECT_EQ(first_packet_size(TlsMode::kAuto), kSslRequest);
  EXPECT_EQ(first_packet_size(TlsMode::kRequired), kSslRequest);
  EXPECT_GT(first_packet_size(TlsMode::kOff), kSslRequest);
}

TEST(ProbeTest, AnUnknownHostIsNamed) {
  auto options = to(9030);
  options.host = "no-such-host.invalid";
  const Status status = probe(options);
  EXPECT_EQ(status.code(), Code::kUnavailable);
  EXPECT_THAT(status.to_string(), HasSubstr("no-such-host.invalid"));
}

}  // namespace
}  // namespace srsync::mysql
