#include "sandbox/http_server.h"

#include <sys/socket.h>

#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/text.h"
#include "sandbox/faults.h"

namespace srsync::sandbox {

namespace {

constexpr std::size_t kMaxHeadBytes = 64 << 10;

std::string base64_decode(std::string_view text) {
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (const char c : text) {
    const auto value = kAlphabet.find(c);
    if (value == kAlphabet.npos) continue;
    bits = (bits << 6) | static_cast<std::uint32_t>(value);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out += static_cast<char>((bits >> count) & 0xff);
  }
  return out;
}

void read_credentials(std::string_view value, HttpRequest& request) {
  value = trim(value);
  if (!equals_ignore_case(value.substr(0, 6), "Basic ")) return;
  const std::string pair = base64_decode(trim(value.substr(6)));
  const auto colon = pair.find(':');
  request.has_credentials = true;
  request.user = pair.substr(0, colon);
  if (colon != pair.npos) request.password = pair.substr(colon + 1);
}

std::string_view reason(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 307:
      return "Temporary Redirect";
    case 401:
      return "Unauthorized";
    case 404:
      return "Not Found";
    default:
      return "Internal Server Error";
  }
}

bool send_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

}  // namespace

std::string url_decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      out += ' ';
    } else if (text[i] == '%' && i + 2 < text.size() && from_hex(text.substr(i + 1, 2)).is_ok()) {
      out += *from_hex(text.substr(i + 1, 2));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

HttpRequest parse_http_head(std::string_view head) {
  HttpRequest request;
  bool first = true;
  for (std::string_view line : split(head, '\n')) {
    line = trim(line);
    if (first) {
      first = false;
      const auto parts = split(line, ' ');
      request.method = std::string(parts[0]);
      const std::string_view target = parts.size() > 1 ? parts[1] : "/";
      const auto mark = target.find('?');
      request.path = url_decode(target.substr(0, mark));
      if (mark == target.npos) continue;
      for (const std::string_view pair : split(target.substr(mark + 1), '&')) {
        const auto equals = pair.find('=');
        const auto value = equals == pair.npos ? std::string_view{} : pair.substr(equals + 1);
        request.query[url_decode(pair.substr(0, equals))] = url_decode(value);
      }
    } else if (equals_ignore_case(line.substr(0, 14), "Authorization:")) {
      read_credentials(line.substr(14), request);
    }
  }
  return request;
}

HttpServer::HttpServer(FaultTable* faults, std::string frontend, Handle handle)
    : faults_(faults), frontend_(std::move(frontend)), handle_(std::move(handle)) {}

Status HttpServer::start(const std::string& host, std::uint16_t port) {
  return listener_.start(host, port, [this](int fd) { serve(fd); });
}

void HttpServer::serve(int fd) {
  std::string buffer;
  std::array<char, 4096> chunk{};
  while (buffer.size() < kMaxHeadBytes) {
    const auto end = buffer.find("\r\n\r\n");
    if (end != buffer.npos) {
      if (!answer(fd, std::string_view(buffer).substr(0, end))) return;
      buffer.erase(0, end + 4);
      continue;
    }
    const ssize_t n = ::recv(fd, chunk.data(), chunk.size(), 0);
    if (n <= 0) return;
    buffer.append(chunk.data(), static_cast<std::size_t>(n));
  }
}

bool HttpServer::answer(int fd, std::string_view head) {
  const HttpRequest request = parse_http_head(head);
  const Fault fault =
      faults_ == nullptr ? Fault{} : faults_->take(Surface::kHttp, frontend_, request.path);
  if (fault.action == FaultAction::kCloseBefore) return false;
  if (fault.action == FaultAction::kHang) {
    faults_->hang(fault, fd);
    return false;
  }
  if (fault.action == FaultAction::kDelay && !wait_on(fd, fault.delay_ms)) return false;
  HttpResponse response = fault.action == FaultAction::kFail
                              ? HttpResponse{500, fault.message, "text/plain", {}}
                              : handle_(request);
  if (fault.action == FaultAction::kDropReply) return false;
  std::string text =
      fmt::format("HTTP/1.1 {} {}\r\nContent-Type: {}\r\nContent-Length: {}\r\n", response.status,
                  reason(response.status), response.content_type, response.body.size());
  for (const auto& [name, value] : response.headers) text += fmt::format("{}: {}\r\n", name, value);
  text += "\r\n";
  text += response.body;
  return send_all(fd, text);
}

}  // namespace srsync::sandbox
