// Over real sockets on this machine's loopback.
#include "admin/server.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/client.h"
#include "unit/admin/loop.h"

namespace srsync::admin {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class ServerTest : public ::testing::Test {
 protected:
  ServerTest() { world_.open(); }
  void start() {
    auto server = Server::start(board_, options_);
    ASSERT_TRUE(server.is_ok()) << server.status().to_string();
    server_ = std::move(server).value();
    port_ = server_->port();
  }
  Result<http::Response> ask(const std::string& method, const std::string& path,
                             Secret bearer = Secret()) {
    http::Request request;
    request.method = method;
    request.host = "127.0.0.1";
    request.port = port_;
    request.path = path;
    request.bearer = std::move(bearer);
    request.headers = {{"X-Srsync-Operator", "ann"}};
    return http::exchange(request);
  }
  // A connection that sends what it is told.
  int connect() {
    const int client = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port_));
    EXPECT_EQ(::connect(client, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    return client;
  }
  // Everything that comes until the other side closes.
  static std::string read_all(int client) {
    std::string text;
    char buffer[4096];
    for (ssize_t got = 0; (got = ::recv(client, buffer, sizeof buffer, 0)) > 0;) {
      text.append(buffer, static_cast<std::size_t>(got));
    }
    ::close(client);
    return text;
  }
  std::string raw(const std::string& request) {
    const int client = connect();
    ::send(client, request.data(), request.size(), MSG_NOSIGNAL);
    return read_all(client);
  }

  core::test::World world_;
  Board board_;
  ServerOptions options_;
  std::unique_ptr<Server> server_;
  int port_ = 0;  // read by other threads than the one that ends the server
};

TEST_F(ServerTest, AnswersOverASocket) {
  const test::Loop loop(board_, world_);
  start();
  while (ask("GET", "/healthz")->status != 200) std::this_thread::yield();
  const auto tables = ask("GET", "/api/tables?db=shop&limit=5");
  ASSERT_TRUE(tables.is_ok());
  EXPECT_EQ(tables->status, 200);
  EXPECT_THAT(tables->body, HasSubstr("shop.t"));
  const auto paused = ask("POST", "/api/pause");
  ASSERT_TRUE(paused.is_ok());
  EXPECT_EQ(paused->status, 200) << paused->body;
  EXPECT_THAT(paused->body, HasSubstr("\"durable\": true"));
}

TEST_F(ServerTest, HeadersThatKeepOtherPagesOut) {
  start();
  const std::string answer =
      raw("GET / HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil\r\n\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(answer, HasSubstr("Content-Security-Policy: default-src 'none'"));
  EXPECT_THAT(answer, HasSubstr("X-Frame-Options: DENY"));
  EXPECT_THAT(answer, Not(HasSubstr("Access-Control")));
  EXPECT_THAT(raw("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n"), StartsWith("HTTP/1.1 421"));
  EXPECT_THAT(raw("OPTIONS /api/pause HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil\r\n"
                  "Access-Control-Request-Method: POST\r\n\r\n"),
              StartsWith("HTTP/1.1 405"));
}

TEST_F(ServerTest, TheTokenIsWantedAndNeverSent) {
  options_.api.token = Secret("0123456789abcdef");
  const test::Loop loop(board_, world_);
  start();
  EXPECT_EQ(ask("GET", "/api/status")->status, 401);
  const auto answer = ask("GET", "/", Secret("0123456789abcdef"));
  EXPECT_EQ(answer->status, 200);
  EXPECT_THAT(answer->body, Not(HasSubstr("0123456789abcdef")));
  EXPECT_EQ(ask("POST", "/api/pause", Secret("0123456789abcdef"))->status, 200);
}

TEST_F(ServerTest, NonsenseIsRefused) {
  start();
  for (const std::string& request :
       {std::string("nonsense\r\n\r\n"), "GET " + std::string(100'000, 'x') + " HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nX: " + std::string(100'000, 'x') + "\r\n\r\n",
        std::string("GET / HTTP/1.1\r\n\r\n"),
        "POST /api/pause HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n" +
            std::string(100'000, 'x')}) {
    EXPECT_THAT(raw(request), Not(StartsWith("HTTP/1.1 200"))) << request.substr(0, 60);
  }
  EXPECT_EQ(ask("GET", "/")->status, 200) << "and it goes on";
}

// A client that sends a byte now and then would otherwise hold its thread for ever.
TEST_F(ServerTest, ASlowRequestIsCutOff) {
  options_.request_timeout_ms = 200;
  options_.idle_timeout_seconds = 0;  // the library's own limit is off: ours is what ends it
  start();
  const int client = connect();
  ::send(client, "GET /", 5, MSG_NOSIGNAL);
  EXPECT_EQ(read_all(client), "");
}

TEST_F(ServerTest, NoMoreConnectionsThanAllowed) {
  options_.connections_max = 2;
  options_.idle_timeout_seconds = 60;
  start();
  const int first = connect();
  const int second = connect();
  EXPECT_FALSE(ask("GET", "/").is_ok()) << "one too many";
  ::close(first);
  while (!ask("GET", "/").is_ok()) std::this_thread::yield();
  ::close(second);
}

TEST_F(ServerTest, ItEndsWhileSomebodyWaits) {
  start();  // no loop: a command is never taken
  std::thread person([&] { (void)ask("POST", "/api/retry?table=shop.t"); });
  server_.reset();
  person.join();
}

TEST_F(ServerTest, ATakenPortIsSaid) {
  start();
  options_.port = server_->port();
  const auto second = Server::start(board_, options_);
  ASSERT_FALSE(second.is_ok());
  EXPECT_EQ(second.status().code(), Code::kUnavailable);
  EXPECT_THAT(second.status().hint(), HasSubstr("srsync_admin_port"));
}

TEST_F(ServerTest, OthersCannotReachItWithoutAToken) {
  options_.host = "0.0.0.0";
  EXPECT_EQ(Server::start(board_, options_).status().code(), Code::kInvalidArgument);
  options_.host = "no such host";
  EXPECT_EQ(Server::start(board_, options_).status().code(), Code::kUnavailable);
}

}  // namespace
}  // namespace srsync::admin
