#include "http/client.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

namespace srsync::http {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// Answers one connection with fixed bytes and keeps what was asked.
class OneAnswer {
 public:
  explicit OneAnswer(std::string answer) : listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address);
    ::listen(listener_, 1);
    socklen_t size = sizeof address;
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this, answer = std::move(answer)] {
      const int peer = ::accept(listener_, nullptr, nullptr);
      char buffer[4096];
      while (request_.find("\r\n\r\n") == std::string::npos) {
        const ssize_t got = ::recv(peer, buffer, sizeof buffer, 0);
        if (got <= 0) break;
        request_.append(buffer, static_cast<std::size_t>(got));
      }
      ::send(peer, answer.data(), answer.size(), MSG_NOSIGNAL);
      // One that says how long it is leaves the connection open until the caller closes it.
      if (answer.find("Content-Length") != std::string::npos) {
        (void)::recv(peer, buffer, sizeof buffer, 0);
      }
      ::close(peer);
    });
  }
  ~OneAnswer() {
    if (thread_.joinable()) thread_.join();
    ::close(listener_);
  }
  int port() const { return port_; }
  std::string request() {
    thread_.join();
    return request_;
  }

 private:
  int listener_;
  int port_ = 0;
  std::string request_;
  std::thread thread_;
};

TEST(HttpTest, LogsInAndReads) {
  OneAnswer server("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
  Request request;
  request.host = "127.0.0.1";
  request.port = server.port();
  request.path = "/api/x?y=1";
  request.user = "root";
  request.password = Secret("p:w");
  const auto response = exchange(request);
  ASSERT_TRUE(response.is_ok()) << response.status().to_string();
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->body, "hello");
  const std::string asked = server.request();
  EXPECT_THAT(asked, ::testing::StartsWith("GET /api/x?y=1 HTTP/1.0\r\n"));
  EXPECT_THAT(asked, HasSubstr("Authorization: Basic cm9vdDpwOnc=\r\n"));
}

TEST(HttpTest, NothingThereIsUnavailableAndTellsNoSecret) {
  int port = 0;
  {
    OneAnswer server("");
    port = server.port();
    Request once;
    once.host = "127.0.0.1";
    once.port = port;
    once.path = "/";
    EXPECT_EQ(exchange(once).status().code(), Code::kUnavailable);  // an empty answer
  }
  Request request;
  request.host = "127.0.0.1";
  request.port = port;
  request.path = "/api?token=geheim";
  const auto response = exchange(request);
  EXPECT_EQ(response.status().code(), Code::kUnavailable);
  EXPECT_THAT(response.status().message(), Not(HasSubstr("geheim")));
}

TEST(HttpTest, ReadsChunks) {
  const auto response = parse_response(
      "HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3\r\nabc\r\nA;x=1\r\n0123456789\r\n0\r\n\r\n");
  ASSERT_TRUE(response.is_ok());
  EXPECT_EQ(response->status, 403);
  EXPECT_EQ(response->body, "abc0123456789");
  EXPECT_FALSE(
      parse_response("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nabc").is_ok());
  EXPECT_FALSE(parse_response("J\x00\x00\x00\x0a").is_ok());
}

TEST(HttpTest, Base64) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64("foob"), "Zm9vYg==");
}

TEST(HttpTest, SendsACommandWithItsTokenAndHeaders) {
  OneAnswer server("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n");
  Request request;
  request.method = "POST";
  request.host = "127.0.0.1";
  request.port = server.port();
  request.path = "/api/pause";
  request.bearer = Secret("geheim");
  request.headers = {{"X-Who", "root"}};
  const auto response = exchange(request);
  ASSERT_TRUE(response.is_ok()) << response.status().to_string();
  EXPECT_EQ(response->status, 202);
  const std::string asked = server.request();
  EXPECT_THAT(asked, ::testing::StartsWith("POST /api/pause HTTP/1.0\r\n"));
  EXPECT_THAT(asked, HasSubstr("Authorization: Bearer geheim\r\n"));
  EXPECT_THAT(asked, HasSubstr("X-Who: root\r\n"));
  EXPECT_THAT(asked, HasSubstr("Content-Length: 0\r\n"));
}

}  // namespace
}  // namespace srsync::http
