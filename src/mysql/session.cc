#include "mysql/session.h"

#include <errmsg.h>
#include <fmt/format.h>
#include <mysql.h>
#include <poll.h>

#include <mutex>
#include <utility>

#include "mysql/error_table.h"

namespace srsync::mysql {
namespace {

struct CloseConnection {
  void operator()(MYSQL* connection) const { mysql_close(connection); }
};
struct FreeResult {
  void operator()(MYSQL_RES* result) const { mysql_free_result(result); }
};
using Connection = std::unique_ptr<MYSQL, CloseConnection>;
using ResultHandle = std::unique_ptr<MYSQL_RES, FreeResult>;

// The library's own start-up is not thread-safe.
void start_library_once() {
  static std::once_flag started;
  std::call_once(started, [] { mysql_library_init(0, nullptr, nullptr); });
}

unsigned int seconds_of(std::int64_t ms) {
  return static_cast<unsigned int>(ms <= 1000 ? 1 : (ms + 999) / 1000);
}

std::string without_brackets(const std::string& host) {
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    return host.substr(1, host.size() - 2);
  }
  return host;
}

bool needs_tls(const ConnectOptions& options) {
  return options.tls == TlsMode::kRequired ||
         (options.tls == TlsMode::kAuto && !options.tls_ca_file.empty());
}

void set_tls(MYSQL* connection, const ConnectOptions& options) {
  if (options.tls == TlsMode::kOff) return;
  const char* ca = options.tls_ca_file.empty() ? nullptr : options.tls_ca_file.c_str();
  mysql_ssl_set(connection, nullptr, nullptr, ca, nullptr, nullptr);  // use it when offered
  const my_bool verify = ca == nullptr ? 0 : 1;
  mysql_options(connection, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &verify);
}

void set_options(MYSQL* connection, const ConnectOptions& options) {
  const unsigned int connect_seconds = seconds_of(options.connect_timeout_ms);
  const unsigned int socket_seconds = seconds_of(options.socket_timeout_ms);
  const unsigned int no_local_files = 0;
  const unsigned int tcp = MYSQL_PROTOCOL_TCP;  // "localhost" must not become a Unix socket
  const my_bool no_reconnect = 0;
  mysql_options(connection, MYSQL_OPT_CONNECT_TIMEOUT, &connect_seconds);
  mysql_options(connection, MYSQL_OPT_READ_TIMEOUT, &socket_seconds);
  mysql_options(connection, MYSQL_OPT_WRITE_TIMEOUT, &socket_seconds);
  mysql_options(connection, MYSQL_OPT_LOCAL_INFILE, &no_local_files);
  mysql_options(connection, MYSQL_OPT_PROTOCOL, &tcp);
  mysql_options(connection, MYSQL_OPT_RECONNECT, &no_reconnect);
  mysql_options(connection, MYSQL_SET_CHARSET_NAME, "utf8mb4");
  mysql_options4(connection, MYSQL_OPT_CONNECT_ATTR_ADD, "program_name", "srsync");
  set_tls(connection, options);
}

// An idle connection has nothing to say: whatever can be read from it is its end (closed by the
// server, or a last error packet before that). Asking first keeps a statement from being sent
// into a dead connection, where nobody could tell whether it was carried out.
bool went_stale(MYSQL* connection) {
  pollfd waiting{};
  waiting.fd = mysql_get_socket(connection);
  waiting.events = POLLIN;
  return poll(&waiting, 1, 0) != 0;
}

io::ResultSet read_rows(MYSQL_RES* result) {
  io::ResultSet out;
  const unsigned int width = mysql_num_fields(result);
  const MYSQL_FIELD* fields = mysql_fetch_fields(result);
  for (unsigned int i = 0; i < width; ++i) {
    out.columns.emplace_back(fields[i].name, fields[i].name_length);
  }
  out.rows.reserve(mysql_num_rows(result));
  while (const MYSQL_ROW row = mysql_fetch_row(result)) {
    const unsigned long* lengths = mysql_fetch_lengths(result);
    auto& values = out.rows.emplace_back();
    values.reserve(width);
    for (unsigned int i = 0; i < width; ++i) {
      if (row[i] == nullptr) {
        values.emplace_back(std::nullopt);
      } else {
        values.emplace_back(std::in_place, row[i], lengths[i]);
      }
    }
  }
  return out;
}

class LibrarySession final : public Session {
 public:
  explicit LibrarySession(ConnectOptions options)
      : options_(std::move(options)), name_(fmt::format("{}:{}", options_.host, options_.port)) {}

  Result<io::ResultSet> query(std::string_view sql) override;
  const io::SqlError& last_error() const override { return last_error_; }
  std::uint64_t connection_count() const override { return connection_count_; }

  Status connect();

 private:
  Status connect_failed(MYSQL* connection);
  // Requires that a statement was handed to the connection, and an error of the library.
  Status statement_failed();
  Status server_refused(int number, const char* text, const char* state);

  ConnectOptions options_;
  std::string name_;  // for messages
  Connection connection_;
  io::SqlError last_error_;
  std::uint64_t connection_count_ = 0;
};

Status LibrarySession::connect() {
  last_error_ = {};
  if (connection_ != nullptr && !went_stale(connection_.get())) return Status::ok();
  connection_.reset();
  start_library_once();
  Connection fresh(mysql_init(nullptr));
  if (fresh == nullptr) return unavailable(fmt::format("{}: out of memory", name_));
  set_options(fresh.get(), options_);
  const std::string host = without_brackets(options_.host);
  // No CLIENT_MULTI_STATEMENTS: one text is one statement.
  if (mysql_real_connect(fresh.get(), host.c_str(), options_.user.c_str(),
                         options_.password.reveal().c_str(), nullptr,
                         static_cast<unsigned int>(options_.port), nullptr, 0) == nullptr) {
    return connect_failed(fresh.get());
  }
  // Without verification the library goes on in clear when the server does not offer TLS.
  if (needs_tls(options_) && mysql_get_ssl_cipher(fresh.get()) == nullptr) {
    const ConnectFailure failure =
        classify_connect_error(CR_SSL_CONNECTION_ERROR, "SSL is required");
    return Status(failure.code, fmt::format("{}: {}", name_, failure.what),
                  std::string(failure.hint));
  }
  connection_ = std::move(fresh);
  ++connection_count_;
  return Status::ok();
}

Status LibrarySession::connect_failed(MYSQL* connection) {
  const auto number = static_cast<int>(mysql_errno(connection));
  const char* text = mysql_error(connection);
  if (!is_client_error(number)) {
    Status refused = server_refused(number, text, mysql_sqlstate(connection));
    if (refused.code() != Code::kOutcomeUnknown) return refused;
    return unavailable(refused.message(), refused.hint());  // no statement was sent
  }
  const ConnectFailure failure = classify_connect_error(number, text);
  return Status(failure.code, fmt::format("{}: {}: {}", name_, failure.what, text),
                std::string(failure.hint));
}

Status LibrarySession::server_refused(int number, const char* text, const char* state) {
  last_error_ = {number, state, text};
  const ErrorClass meaning = classify_server_error(number, text);
  return Status(meaning.code, fmt::format("{}: {} (error {})", name_, text, number),
                std::string(meaning.hint));
}

Status LibrarySession::statement_failed() {
  const auto number = static_cast<int>(mysql_errno(connection_.get()));
  const std::string text = mysql_error(connection_.get());
  if (!is_client_error(number)) {
    return server_refused(number, text.c_str(), mysql_sqlstate(connection_.get()));
  }
  connection_.reset();
  return outcome_unknown(
      fmt::format("{}: no answer to a statement that was sent: {}", name_, text));
}

Result<io::ResultSet> LibrarySession::query(std::string_view sql) {
  SRSYNC_RETURN_IF_ERROR(connect());
  MYSQL* connection = connection_.get();
  if (mysql_real_query(connection, sql.data(), static_cast<unsigned long>(sql.size())) != 0) {
    return statement_failed();
  }
  const ResultHandle result(mysql_store_result(connection));
  if (result != nullptr) return read_rows(result.get());
  if (mysql_errno(connection) != 0) return statement_failed();
  io::ResultSet out;
  out.affected_rows = mysql_affected_rows(connection);
  return out;
}

}  // namespace

std::unique_ptr<Session> make_session(ConnectOptions options) {
  return std::make_unique<LibrarySession>(std::move(options));
}

Status probe(const ConnectOptions& options) {
  LibrarySession session(options);
  return session.connect();
}

}  // namespace srsync::mysql
