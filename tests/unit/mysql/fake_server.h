// A MySQL server on loopback that says what a test tells it to, packet by packet.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace srsync::mysql {

// One accepted connection, as a test's script sees it. A script runs on the server's thread.
class Peer {
 public:
  explicit Peer(int socket) : socket_(socket) {}

  // Raw bytes, without a packet header.
  void send_bytes(std::string_view bytes);
  // One packet; sequence numbers go on from the last packet in either direction.
  void send(std::string_view payload);
  // The next packet's payload; nullopt when the client has closed.
  std::optional<std::string> receive();

  // Greets as a frontend does and accepts the log-in. False when the client went away.
  bool log_in();
  void greet(std::uint32_t capabilities = 0x0038820c);
  void send_ok();
  void send_error(int number, std::string_view state, std::string_view text);
  // A result set of text columns; nullopt is NULL.
  void send_rows(const std::vector<std::string>& columns,
                 const std::vector<std::vector<std::optional<std::string>>>& rows);
  // The text of the next COM_QUERY; nullopt when the client has quit or closed.
  std::optional<std::string> receive_query();

  // Resets the connection at once, without the goodbye of TCP.
  void reset();

 private:
  int socket_;
  std::uint8_t sequence_ = 0;
};

using Script = std::function<void(Peer&)>;

// Serves one connection after the other: the first with the first script and so on, later ones with
// the last. The connection is closed when its script returns.
class FakeServer {
 public:
  explicit FakeServer(std::vector<Script> scripts);
  ~FakeServer();
  FakeServer(const FakeServer&) = delete;
  FakeServer& operator=(const FakeServer&) = delete;

  int port() const { return port_; }

 private:
  void run();

  std::vector<Script> scripts_;
  int listener_ = -1;
  int port_ = 0;
  int stop_pipe_[2] = {-1, -1};
  std::thread thread_;
};

// A loopback port at which nothing listens.
int closed_port();

}  // namespace srsync::mysql
