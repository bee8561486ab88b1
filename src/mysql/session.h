// Sessions with the MySQL port of a StarRocks frontend. No MySQL type leaves this room.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/secret.h"
#include "base/status.h"
#include "base/tls_mode.h"
#include "io/sql.h"

namespace srsync::mysql {

// Where and how to log in. Host and port are used as they are: mapping them is the caller's job.
struct ConnectOptions {
  std::string host;  // name or address; an IPv6 address may stand in brackets
  int port = 9030;
  std::string user;
  Secret password;
  // Limits each wait while connecting and logging in. Rounded up to seconds.
  std::int64_t connect_timeout_ms = 30'000;
  // Limits each wait for the server while a statement runs. Rounded up to seconds.
  std::int64_t socket_timeout_ms = 60'000;
  TlsMode tls = TlsMode::kAuto;
  // Empty: the server's certificate is not verified (frontends ship with a self-signed one), so
  // TLS keeps out listeners, not impostors. Otherwise a PEM file with the CA to verify it with,
  // host name included.
  std::string tls_ca_file;
};

// A session that connects at its first query() and, after a broken connection, at the next one. A
// statement that was handed to the connection is never sent again by the session. Text protocol,
// utf8mb4, no LOCAL INFILE. Session variables that a caller set are gone after a reconnect:
// connection_count() tells.
class Session : public io::SqlSession {
 public:
  // How many connections were opened so far; a change means that session variables were lost.
  virtual std::uint64_t connection_count() const = 0;
};

// Does not connect yet.
std::unique_ptr<Session> make_session(ConnectOptions options);

// Connects, logs in and leaves again.
//   kUnavailable      nothing listens there, it does not answer in time, or it is no MySQL server
//   kDenied           the server refuses this account or password
//   kInvalidArgument  TLS is required and the server has none, or its certificate is not accepted
Status probe(const ConnectOptions& options);

}  // namespace srsync::mysql
