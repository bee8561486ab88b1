// MySQL's client/server protocol, as far as a text-protocol client of a frontend uses it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sandbox/answer.h"

namespace srsync::sandbox {

// Packets over one socket. Not thread-safe.
class PacketStream {
 public:
  explicit PacketStream(int fd) : fd_(fd) {}
  // The next payload (longer ones are put together); nullopt when the connection ended.
  std::optional<std::string> read();
  // Adds a payload to the outgoing bytes, in pieces where it is too long for one packet.
  void add(std::string_view payload);
  // False: the connection is gone.
  bool flush();
  void set_sequence(std::uint8_t sequence) { sequence_ = sequence; }

 private:
  bool read_exactly(char* to, std::size_t size);

  int fd_;
  std::uint8_t sequence_ = 0;
  std::string out_;
  std::string in_;
  std::size_t in_at_ = 0;
};

// What a client sends to log in.
struct LoginRequest {
  std::uint32_t capabilities = 0;
  std::string user;
  std::string auth_response;
  std::string db;
  std::string plugin;
};

std::string greeting_payload(std::string_view server_version, std::uint32_t connection_id,
                             std::string_view scramble);
// nullopt: not a log-in packet of protocol 4.1.
std::optional<LoginRequest> parse_login(std::string_view payload);
// 20 printable bytes.
std::string make_scramble();
// mysql_native_password: what a client must send for that password; empty for an empty one.
std::string native_password_response(std::string_view password, std::string_view scramble);

std::string ok_payload(std::uint64_t affected, std::string_view info);
std::string error_payload(int code, std::string_view message);
std::string eof_payload();
std::string field_payload(const Field& field);
std::string row_payload(const Row& row);
// The whole answer as packets.
void add_answer(PacketStream& stream, const Answer& answer);

}  // namespace srsync::sandbox
