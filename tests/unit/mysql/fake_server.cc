#include "unit/mysql/fake_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>

namespace srsync::mysql {
namespace {

constexpr std::string_view kEof("\xfe\x00\x00\x00\x00", 5);

std::string length_encoded(std::string_view text) {
  std::string out;
  if (text.size() < 251) {
    out += static_cast<char>(text.size());
  } else {
    out += '\xfd';
    for (int i = 0; i < 3; ++i) out += static_cast<char>((text.size() >> (8 * i)) & 0xFF);
  }
  return out + std::string(text);
}

int listen_on_loopback(int& port) {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  if (bind(listener, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      listen(listener, 16) != 0 ||
      getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    std::abort();
  }
  port = ntohs(address.sin_port);
  return listener;
}

bool receive_exactly(int socket, std::size_t size, std::string& out) {
  out.resize(size);
  std::size_t got = 0;
  while (got < size) {
    const ssize_t n = recv(socket, out.data() + got, size - got, 0);
    if (n <= 0) return false;
    got += static_cast<std::size_t>(n);
  }
  return true;
}

}  // namespace

void Peer::send_bytes(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

void Peer::send(std::string_view payload) {
  std::string packet;
  for (int i = 0; i < 3; ++i) packet += static_cast<char>((payload.size() >> (8 * i)) & 0xFF);
  packet += static_cast<char>(sequence_++);
  packet += payload;
  send_bytes(packet);
}

std::optional<std::string> Peer::receive() {
  std::string header;
  std::string payload;
  if (!receive_exactly(socket_, 4, header)) return std::nullopt;
  std::size_t size = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    size |= static_cast<std::size_t>(static_cast<unsigned char>(header[i])) << (8 * i);
  }
  sequence_ = static_cast<std::uint8_t>(static_cast<unsigned char>(header[3]) + 1);
  if (!receive_exactly(socket_, size, payload)) return std::nullopt;
  return payload;
}

void Peer::greet(std::uint32_t capabilities) {
  const auto byte = [&](int shift) { return static_cast<char>((capabilities >> shift) & 0xFF); };
  std::string greeting(
      "\x0a"
      "8.0.33\0"
      "\x01\0\0\0"
      "12345678\0",
      21);
  greeting += {byte(0), byte(8), '\x21', '\0', '\0', byte(16), byte(24), '\x15'};
  greeting += std::string(10, '\0') + std::string("abcdefghijkl\0", 13);
  greeting += std::string("mysql_native_password\0", 22);
  sequence_ = 0;
  send(greeting);
}

void Peer::send_ok() { send(std::string_view("\0\0\0\0\0\0\0", 7)); }

bool Peer::log_in() {
  greet();
  if (!receive().has_value()) return false;
  send_ok();
  return true;
}

void Peer::send_error(int number, std::string_view state, std::string_view text) {
  std::string payload = {'\xff', static_cast<char>(number & 0xFF),
                         static_cast<char>((number >> 8) & 0xFF)};
  payload += '#';
  payload += state;
  payload += text;
  send(payload);
}

void Peer::send_rows(const std::vector<std::string>& columns,
                     const std::vector<std::vector<std::optional<std::string>>>& rows) {
  send(std::string(1, static_cast<char>(columns.size())));
  for (const auto& column : columns) {
    std::string definition = length_encoded("def") + std::string(3, '\0');
    definition += length_encoded(column) + length_encoded(column);
    definition += std::string("\x0c\x21\x00\xc0\x00\x00\x00\xfd\x00\x00\x00\x00\x00", 13);
    send(definition);
  }
  send(kEof);
  for (const auto& row : rows) {
    std::string values;
    for (const auto& value : row) {
      values += value.has_value() ? length_encoded(*value) : std::string("\xfb");
    }
    send(values);
  }
  send(kEof);
}

std::optional<std::string> Peer::receive_query() {
  auto packet = receive();
  if (!packet.has_value() || packet->empty() || packet->front() != '\x03') return std::nullopt;
  return packet->substr(1);
}

void Peer::reset() {
  const linger now{1, 0};
  setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
}

FakeServer::FakeServer(std::vector<Script> scripts) : scripts_(std::move(scripts)) {
  listener_ = listen_on_loopback(port_);
  if (pipe(stop_pipe_) != 0) std::abort();
  thread_ = std::thread([this] { run(); });
}

FakeServer::~FakeServer() {
  close(stop_pipe_[1]);
  thread_.join();
  close(stop_pipe_[0]);
  close(listener_);
}

void FakeServer::run() {
  for (std::size_t served = 0;; ++served) {
    pollfd waiting[2] = {{listener_, POLLIN, 0}, {stop_pipe_[0], POLLIN, 0}};
    if (poll(waiting, 2, -1) < 0 || waiting[1].revents != 0) return;
    const int socket = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) return;
    Peer peer(socket);
    scripts_[std::min(served, scripts_.size() - 1)](peer);
    close(socket);
  }
}

int closed_port() {
  int port = 0;
  close(listen_on_loopback(port));
  return port;
}

}  // namespace srsync::mysql
