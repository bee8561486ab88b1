#include "sandbox/sql_server.h"

#include "base/text.h"
#include "sandbox/profile.h"
#include "sandbox/wire.h"

namespace srsync::sandbox {
namespace {

// As a frontend numbers its connections: its own number in the high byte.
std::uint32_t connection_id(int frontend, std::uint32_t count) {
  return (static_cast<std::uint32_t>(frontend) << 24U) | count;
}

Answer log_in(Cluster& cluster, Session& session, const LoginRequest& login,
              std::string_view scramble) {
  const auto user = cluster.with([&](const Catalog& catalog) -> std::optional<User> {
    const User* found = catalog.find_user(login.user);
    return found == nullptr ? std::nullopt : std::optional<User>(*found);
  });
  if (!user || login.auth_response != native_password_response(user->password, scramble)) {
    return error(1045, "Access denied for user '" + login.user + "' (using password: " +
                           (login.auth_response.empty() ? "NO" : "YES") + ")");
  }
  session.set_user(*user);
  return login.db.empty() ? ok() : session.use(login.db);
}

}  // namespace

SqlServer::SqlServer(Cluster& cluster, int frontend, Controls* controls)
    : cluster_(cluster), frontend_(frontend), controls_(controls) {}

Status SqlServer::start(const std::string& host, std::uint16_t port) {
  return listener_.start(host, port, [this](int fd) { serve(fd); });
}

void SqlServer::serve(int fd) {
  const std::uint32_t id = connection_id(frontend_, next_connection_++);
  PacketStream stream(fd);
  const std::string scramble = make_scramble();
  stream.add(greeting_payload(mysql_version(cluster_.version()), id, scramble));
  if (!stream.flush()) return;
  const auto payload = stream.read();
  if (!payload) return;
  const auto login = parse_login(*payload);
  if (!login) return;
  Session session(cluster_, frontend_, controls_, id);
  const Answer answer = log_in(cluster_, session, *login, scramble);
  add_answer(stream, answer);
  if (!stream.flush() || answer.is_error()) return;
  while (const auto request = stream.read()) {
    if (request->empty() || !command(fd, stream, session, *request)) return;
    if (!stream.flush()) return;
  }
}

bool SqlServer::command(int fd, PacketStream& stream, Session& session, std::string_view payload) {
  const std::string_view argument = payload.substr(1);
  switch (payload[0]) {
    case 0x01:  // COM_QUIT
      return false;
    case 0x02:  // COM_INIT_DB
      add_answer(stream, session.use(argument));
      return true;
    case 0x03:  // COM_QUERY
      return query(fd, stream, session, argument);
    case 0x04:  // COM_FIELD_LIST: no fields
      stream.add(eof_payload());
      return true;
    case 0x0e:  // COM_PING
    case 0x1f:  // COM_RESET_CONNECTION
      stream.add(ok_payload(0, ""));
      return true;
    default:
      stream.add(error_payload(1047, "Unsupported command"));
      return true;
  }
}

bool SqlServer::query(int fd, PacketStream& stream, Session& session, std::string_view sql) {
  const std::string name = "fe" + std::to_string(frontend_);
  const bool control = equals_ignore_case(trim(sql).substr(0, 7), "SANDBOX");
  const Fault fault = control ? Fault{} : cluster_.faults().take(Surface::kSql, name, sql);
  switch (fault.action) {
    case FaultAction::kFail:
      add_answer(stream, error(fault.error_code, fault.message));
      cluster_.record(frontend_, "sql", session.db(), std::string(sql), "fault: fail", false);
      return true;
    case FaultAction::kDelay:
      if (!wait_on(fd, fault.delay_ms)) return false;
      break;
    case FaultAction::kHang:
      cluster_.faults().hang(fault, fd);
      return false;
    case FaultAction::kCloseBefore:
      return false;
    case FaultAction::kDropReply:
      session.execute(sql);
      return false;
    case FaultAction::kNone:
      break;
  }
  add_answer(stream, session.execute(sql));
  return true;
}

}  // namespace srsync::sandbox
