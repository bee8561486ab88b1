#include "sandbox/wire.h"

#include <openssl/sha.h>
#include <sys/socket.h>

#include <random>

namespace srsync::sandbox {
namespace {

constexpr std::size_t kMaxPayload = 0xffffff;
constexpr std::uint32_t kCapabilities = 0x0038820c;
constexpr std::uint32_t kConnectWithDb = 0x8;
constexpr std::uint32_t kProtocol41 = 0x200;
constexpr std::uint32_t kPluginAuth = 0x80000;
constexpr std::string_view kPlugin = "mysql_native_password";

void put_int(std::string& out, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out += static_cast<char>((value >> (8 * i)) & 0xff);
}

void put_length(std::string& out, std::uint64_t value) {
  if (value < 251) return put_int(out, value, 1);
  if (value < 0x10000) {
    out += '\xfc';
    return put_int(out, value, 2);
  }
  if (value < 0x1000000) {
    out += '\xfd';
    return put_int(out, value, 3);
  }
  out += '\xfe';
  put_int(out, value, 8);
}

void put_text(std::string& out, std::string_view text) {
  put_length(out, text.size());
  out += text;
}

std::string sha1(std::string_view text) {
  unsigned char digest[SHA_DIGEST_LENGTH];
  SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest);
  return {reinterpret_cast<const char*>(digest), sizeof digest};
}

std::string read_null_terminated(std::string_view text, std::size_t& at) {
  const std::size_t end = std::min(text.find('\0', at), text.size());
  std::string out(text.substr(at, end - at));
  at = end + 1;
  return out;
}

}  // namespace

bool PacketStream::read_exactly(char* to, std::size_t size) {
  while (size > 0) {
    if (in_at_ == in_.size()) {
      char buffer[16384];
      const ssize_t got = recv(fd_, buffer, sizeof buffer, 0);
      if (got <= 0) return false;
      in_.assign(buffer, static_cast<std::size_t>(got));
      in_at_ = 0;
    }
    const std::size_t part = std::min(size, in_.size() - in_at_);
    in_.copy(to, part, in_at_);
    in_at_ += part;
    to += part;
    size -= part;
  }
  return true;
}

std::optional<std::string> PacketStream::read() {
  std::string payload;
  for (;;) {
    unsigned char head[4];
    if (!read_exactly(reinterpret_cast<char*>(head), sizeof head)) return std::nullopt;
    const std::size_t length = head[0] | (head[1] << 8U) | (static_cast<unsigned>(head[2]) << 16U);
    sequence_ = static_cast<std::uint8_t>(head[3] + 1);
    const std::size_t at = payload.size();
    payload.resize(at + length);
    if (!read_exactly(payload.data() + at, length)) return std::nullopt;
    if (length < kMaxPayload) return payload;
  }
}

void PacketStream::add(std::string_view payload) {
  for (;;) {
    const std::string_view part = payload.substr(0, kMaxPayload);
    put_int(out_, part.size(), 3);
    out_ += static_cast<char>(sequence_++);
    out_ += part;
    payload.remove_prefix(part.size());
    if (part.size() < kMaxPayload) return;
  }
}

bool PacketStream::flush() {
  std::string_view left = out_;
  while (!left.empty()) {
    const ssize_t sent = send(fd_, left.data(), left.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    left.remove_prefix(static_cast<std::size_t>(sent));
  }
  out_.clear();
  return true;
}

std::string greeting_payload(std::string_view server_version, std::uint32_t connection_id,
                             std::string_view scramble) {
  std::string out;
  out += '\x0a';
  out += server_version;
  out += '\0';
  put_int(out, connection_id, 4);
  out += scramble.substr(0, 8);
  out += '\0';
  put_int(out, kCapabilities & 0xffff, 2);
  out += '\x21';
  put_int(out, 0, 2);  // status flags: always 0
  put_int(out, kCapabilities >> 16, 2);
  out += '\x15';
  out.append(10, '\0');
  out += scramble.substr(8);
  out += '\0';
  out += kPlugin;
  out += '\0';
  return out;
}

std::optional<LoginRequest> parse_login(std::string_view payload) {
  if (payload.size() < 33) return std::nullopt;
  LoginRequest login;
  for (int i = 3; i >= 0; --i) {
    login.capabilities = (login.capabilities << 8) |
                         static_cast<unsigned char>(payload[static_cast<std::size_t>(i)]);
  }
  if ((login.capabilities & kProtocol41) == 0) return std::nullopt;
  std::size_t at = 32;
  login.user = read_null_terminated(payload, at);
  if (at >= payload.size()) return login;
  const auto length = static_cast<unsigned char>(payload[at++]);
  login.auth_response = payload.substr(at, length);
  at += length;
  if ((login.capabilities & kConnectWithDb) != 0 && at < payload.size()) {
    login.db = read_null_terminated(payload, at);
  }
  if ((login.capabilities & kPluginAuth) != 0 && at < payload.size()) {
    login.plugin = read_null_terminated(payload, at);
  }
  return login;
}

std::string make_scramble() {
  static thread_local std::mt19937 random{std::random_device{}()};
  std::uniform_int_distribution<int> letter('A', 'z');
  std::string scramble;
  for (int i = 0; i < 20; ++i) scramble += static_cast<char>(letter(random));
  return scramble;
}

std::string native_password_response(std::string_view password, std::string_view scramble) {
  if (password.empty()) return {};
  const std::string stage1 = sha1(password);
  std::string out = sha1(std::string(scramble) + sha1(stage1));
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<char>(out[i] ^ stage1[i]);
  return out;
}

std::string ok_payload(std::uint64_t affected, std::string_view info) {
  std::string out;
  out += '\0';
  put_length(out, affected);
  put_length(out, 0);
  put_int(out, 0, 4);  // status flags and warnings
  if (!info.empty()) put_text(out, info);
  return out;
}

std::string error_payload(int code, std::string_view message) {
  std::string out;
  out += '\xff';
  put_int(out, static_cast<std::uint64_t>(code), 2);
  out += '#';
  out += sql_state(code);
  out += message;
  return out;
}

std::string eof_payload() { return {'\xfe', '\0', '\0', '\0', '\0'}; }

std::string field_payload(const Field& field) {
  std::string out;
  put_text(out, "def");
  for (int i = 0; i < 3; ++i) put_text(out, "");  // schema, table, original table
  put_text(out, field.name);
  put_text(out, field.name);
  out += '\x0c';
  put_int(out, field.charset, 2);
  put_int(out, field.length, 4);
  out += static_cast<char>(field.type);
  put_int(out, 0, 2);  // flags
  out += static_cast<char>(field.decimals);
  put_int(out, 0, 2);
  return out;
}

std::string row_payload(const Row& row) {
  std::string out;
  for (const Cell& cell : row) {
    if (cell) {
      put_text(out, *cell);
    } else {
      out += '\xfb';
    }
  }
  return out;
}

void add_answer(PacketStream& stream, const Answer& answer) {
  switch (answer.kind) {
    case Answer::Kind::kOk:
      stream.add(ok_payload(answer.affected, answer.message));
      return;
    case Answer::Kind::kError:
      stream.add(error_payload(answer.code, answer.message));
      return;
    case Answer::Kind::kRows:
      break;
  }
  std::string count;
  put_length(count, answer.fields.size());
  stream.add(count);
  for (const Field& field : answer.fields) stream.add(field_payload(field));
  stream.add(eof_payload());
  for (const Row& row : answer.rows) stream.add(row_payload(row));
  stream.add(eof_payload());
}

}  // namespace srsync::sandbox
