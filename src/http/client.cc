#include "http/client.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>

#include "base/text.h"

namespace srsync::http {
namespace {

constexpr std::size_t kBytesMax = 4U << 20;
using Clock = std::chrono::steady_clock;

class Socket {
 public:
  explicit Socket(int fd) : fd_(fd) {}
  ~Socket() {
    if (fd_ >= 0) ::close(fd_);
  }
  Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Socket& operator=(Socket&&) = delete;
  int fd() const { return fd_; }

 private:
  int fd_;
};

std::string where(const Request& request) {
  const bool v6 = request.host.find(':') != std::string::npos;
  return fmt::format(fmt::runtime(v6 ? "[{}]:{}" : "{}:{}"), request.host, request.port);
}

Status wait_for(int fd, short events, Clock::time_point deadline) {
  while (true) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) return unavailable("no answer in time");
    pollfd entry{fd, events, 0};
    const int ready = ::poll(&entry, 1, static_cast<int>(std::min<std::int64_t>(left, 60'000)));
    if (ready > 0) return Status::ok();
    if (ready < 0 && errno != EINTR) return unavailable(std::strerror(errno));
  }
}

Result<Socket> connect_one(const addrinfo& address, Clock::time_point deadline) {
  Socket socket(::socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (socket.fd() < 0) return unavailable(std::strerror(errno));
  if (::connect(socket.fd(), address.ai_addr, address.ai_addrlen) == 0) return socket;
  if (errno != EINPROGRESS) return unavailable(std::strerror(errno));
  SRSYNC_RETURN_IF_ERROR(wait_for(socket.fd(), POLLOUT, deadline));
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(socket.fd(), SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) return unavailable(std::strerror(error));
  return socket;
}

Result<Socket> connect_to(const Request& request) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int code =
      ::getaddrinfo(request.host.c_str(), std::to_string(request.port).c_str(), &hints, &found);
  if (code != 0) return unavailable(::gai_strerror(code));
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> addresses(found, &::freeaddrinfo);
  const auto deadline = Clock::now() + std::chrono::milliseconds(request.connect_timeout_ms);
  Status last = unavailable("no address");
  for (const addrinfo* at = addresses.get(); at != nullptr; at = at->ai_next) {
    auto socket = connect_one(*at, deadline);
    if (socket.is_ok()) return socket;
    last = socket.status();
  }
  return last;
}

Status send_all(int fd, std::string_view bytes, Clock::time_point deadline) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN || errno == EINTR) {
      SRSYNC_RETURN_IF_ERROR(wait_for(fd, POLLOUT, deadline));
    } else {
      return unavailable(std::strerror(errno));
    }
  }
  return Status::ok();
}

// Whether the answer says how long it is, and all of that is there: some servers keep the
// connection open whatever they were asked.
bool is_complete(const std::string& bytes) {
  const auto head_end = bytes.find("\r\n\r\n");
  if (head_end == std::string::npos) return false;
  const std::string head = to_lower(std::string_view(bytes).substr(0, head_end));
  constexpr std::string_view kLength = "\r\ncontent-length:";
  const auto at = head.find(kLength);
  if (at == std::string::npos) return false;
  const auto value_begin = at + kLength.size();
  const auto value_end = std::min(head.find('\r', value_begin), head.size());
  const auto length =
      parse_int64(trim(std::string_view(head).substr(value_begin, value_end - value_begin)));
  return length && *length >= 0 && bytes.size() >= head_end + 4 + static_cast<std::size_t>(*length);
}

Result<std::string> receive_all(int fd, Clock::time_point deadline) {
  std::string bytes;
  char buffer[16 * 1024];
  while (bytes.size() < kBytesMax) {
    const ssize_t got = ::recv(fd, buffer, sizeof buffer, 0);
    if (got == 0) return bytes;
    if (got > 0) {
      bytes.append(buffer, static_cast<std::size_t>(got));
      if (is_complete(bytes)) return bytes;
    } else if (errno == EAGAIN || errno == EINTR) {
      SRSYNC_RETURN_IF_ERROR(wait_for(fd, POLLIN, deadline));
    } else {
      return unavailable(std::strerror(errno));
    }
  }
  return unavailable("the answer is too long");
}

Result<std::string> unchunk(std::string_view bytes) {
  std::string body;
  while (true) {
    const auto line_end = bytes.find("\r\n");
    if (line_end == std::string_view::npos) return unavailable("a chunk without an end");
    std::size_t size = 0;
    for (const char c : bytes.substr(0, line_end)) {
      if (!std::isxdigit(static_cast<unsigned char>(c))) break;
      size = size * 16 + static_cast<std::size_t>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
      if (size > kBytesMax) return unavailable("a chunk that is too long");
    }
    bytes.remove_prefix(line_end + 2);
    if (size == 0) return body;
    if (bytes.size() < size + 2) return unavailable("a chunk that is cut off");
    body.append(bytes.substr(0, size));
    bytes.remove_prefix(size + 2);
  }
}

}  // namespace

std::string base64(const std::string& bytes) {
  static constexpr char kDigits[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      group = group << 8 | (i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0U);
    }
    const std::size_t there = std::min<std::size_t>(3, bytes.size() - i);
    for (std::size_t j = 0; j < 4; ++j) {
      text += j <= there ? kDigits[group >> (18 - 6 * j) & 63U] : '=';
    }
  }
  return text;
}

Result<Response> parse_response(const std::string& bytes) {
  const auto head_end = bytes.find("\r\n\r\n");
  if (!bytes.starts_with("HTTP/1.") || head_end == std::string::npos || bytes.size() < 12) {
    return unavailable("the answer is no HTTP");
  }
  Response response;
  const auto status = parse_int64(std::string_view(bytes).substr(9, 3));
  if (!status) return unavailable("the answer has no status");
  response.status = static_cast<int>(*status);
  const std::string head = to_lower(std::string_view(bytes).substr(0, head_end));
  response.body = bytes.substr(head_end + 4);
  if (head.find("transfer-encoding: chunked") != std::string::npos) {
    SRSYNC_ASSIGN_OR_RETURN(response.body, unchunk(response.body));
  }
  return response;
}

Result<Response> exchange(const Request& request) {
  const auto run = [&]() -> Result<Response> {
    SRSYNC_ASSIGN_OR_RETURN(const Socket socket, connect_to(request));
    const auto deadline = Clock::now() + std::chrono::milliseconds(request.read_timeout_ms);
    std::string text = fmt::format("{} {} HTTP/1.0\r\nHost: {}\r\nConnection: close\r\n",
                                   request.method, request.path, where(request));
    for (const auto& [name, value] : request.headers) text += name + ": " + value + "\r\n";
    if (request.method != "GET") text += "Content-Length: 0\r\n";
    if (!request.bearer.empty()) {
      text += "Authorization: Bearer " + request.bearer.reveal() + "\r\n";
    } else if (!request.user.empty()) {
      text +=
          "Authorization: Basic " + base64(request.user + ":" + request.password.reveal()) + "\r\n";
    }
    SRSYNC_RETURN_IF_ERROR(send_all(socket.fd(), text + "\r\n", deadline));
    SRSYNC_ASSIGN_OR_RETURN(const std::string bytes, receive_all(socket.fd(), deadline));
    return parse_response(bytes);
  };
  auto response = run();
  if (response.is_ok()) return response;
  // The path may hold a token: it is never part of a message.
  return response.status().with_context("HTTP " + where(request));
}

}  // namespace srsync::http
