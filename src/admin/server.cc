#include "admin/server.h"

#include <fmt/format.h>
#include <microhttpd.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <map>
#include <mutex>
#include <thread>

#include "admin/json.h"
#include "admin/peer.h"
#include "base/text.h"

namespace srsync::admin {
namespace {

// No request has a body that we read; what a client sends all the same is thrown away up to this.
constexpr std::size_t kBodyMax = 4'096;
// Request line and headers together.
constexpr std::size_t kConnectionMemory = 32'768;

// Cuts off connections that are older than the limit. The library's own time limit counts from the
// last byte, and a byte now and then would keep a connection for ever.
class Deadlines {
 public:
  explicit Deadlines(std::int64_t limit_ms)
      : limit_(std::chrono::milliseconds(limit_ms)), thread_([this] { work(); }) {}
  ~Deadlines() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      over_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }

  void began(int socket) {
    const std::lock_guard<std::mutex> lock(mutex_);
    begun_[socket] = Clock::now();
  }
  // Before the socket is closed, so that its number stands for no other connection yet.
  void ended(int socket) {
    const std::lock_guard<std::mutex> lock(mutex_);
    begun_.erase(socket);
  }

 private:
  using Clock = std::chrono::steady_clock;

  void work() {
    std::unique_lock<std::mutex> lock(mutex_);
    while (!over_) {
      for (const auto& [socket, since] : begun_) {
        if (Clock::now() - since >= limit_) ::shutdown(socket, SHUT_RDWR);
      }
      changed_.wait_for(lock, std::min<Clock::duration>(limit_ / 4, std::chrono::seconds(1)));
    }
  }

  Clock::duration limit_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool over_ = false;                       // guarded by mutex_
  std::map<int, Clock::time_point> begun_;  // guarded by mutex_
  std::thread thread_;                      // last: uses what is above
};

// Of one request, between the library's calls.
struct Exchange {
  std::size_t body = 0;
};

std::string header(MHD_Connection* connection, const char* name) {
  const char* value = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
  return value == nullptr ? "" : value;
}

MHD_Result add_parameter(void* request, MHD_ValueKind, const char* name, const char* value) {
  auto& query = static_cast<ApiRequest*>(request)->query;
  query.emplace(name == nullptr ? "" : name, value == nullptr ? "" : value);
  return MHD_YES;
}

int socket_of(MHD_Connection* connection) {
  const auto* info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  return info == nullptr ? -1 : info->connect_fd;
}

std::optional<uid_t> user_behind(int socket) {
  sockaddr_storage peer{};
  sockaddr_storage here{};
  socklen_t peer_size = sizeof peer;
  socklen_t here_size = sizeof here;
  if (::getpeername(socket, reinterpret_cast<sockaddr*>(&peer), &peer_size) != 0 ||
      ::getsockname(socket, reinterpret_cast<sockaddr*>(&here), &here_size) != 0) {
    return std::nullopt;
  }
  return owner_of(peer, here);
}

MHD_Result send(MHD_Connection* connection, const ApiResponse& answer) {
  MHD_Response* response = MHD_create_response_from_buffer(
      answer.body.size(), const_cast<char*>(answer.body.data()), MHD_RESPMEM_MUST_COPY);
  if (response == nullptr) return MHD_NO;
  MHD_add_response_header(response, "Content-Type", answer.type.c_str());
  // One request per connection: its deadline is the connection's.
  MHD_add_response_header(response, "Connection", "close");
  for (const auto* headers : {&common_headers(), &answer.headers}) {
    for (const auto& [name, value] : *headers) {
      MHD_add_response_header(response, name.c_str(), value.c_str());
    }
  }
  const MHD_Result queued =
      MHD_queue_response(connection, static_cast<unsigned>(answer.status), response);
  MHD_destroy_response(response);
  return queued;
}

ApiResponse answer_to(const Api& api, MHD_Connection* connection, const char* url,
                      const char* method) {
  ApiRequest request;
  request.method = method;
  request.path = url;
  request.host = header(connection, "Host");
  request.authorization = header(connection, "Authorization");
  request.operator_name = header(connection, "X-Srsync-Operator");
  MHD_get_connection_values(connection, MHD_GET_ARGUMENT_KIND, &add_parameter, &request);
  request.peer_user = [socket = socket_of(connection)] { return user_behind(socket); };
  return api.answer(request);
}

// The library's calls: once for the headers, once per piece of the body, once at its end.
MHD_Result on_request(void* api, MHD_Connection* connection, const char* url, const char* method,
                      const char*, const char*, std::size_t* size, void** state) {
  try {
    if (*state == nullptr) {
      *state = new Exchange;
      return MHD_YES;
    }
    auto& exchange = *static_cast<Exchange*>(*state);
    if (*size > 0) {
      exchange.body += *size;
      *size = 0;
      return exchange.body > kBodyMax ? MHD_NO : MHD_YES;
    }
    return send(connection, answer_to(*static_cast<const Api*>(api), connection, url, method));
  } catch (const std::exception&) {
    // Out of memory: this connection is closed, and the daemon goes on.
    return MHD_NO;
  }
}

void on_completed(void*, MHD_Connection*, void** state, MHD_RequestTerminationCode) {
  delete static_cast<Exchange*>(*state);
  *state = nullptr;
}

void on_connection(void* deadlines, MHD_Connection* connection, void**,
                   MHD_ConnectionNotificationCode code) {
  auto& watch = *static_cast<Deadlines*>(deadlines);
  if (code == MHD_CONNECTION_NOTIFY_STARTED) {
    watch.began(socket_of(connection));
  } else {
    watch.ended(socket_of(connection));
  }
}

struct Listener {
  int socket = -1;
  int family = AF_INET;
  int port = 0;
};

bool is_loopback(const sockaddr* address) {
  if (address->sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, address, sizeof v4);
    return ntohl(v4.sin_addr.s_addr) >> 24 == 127;
  }
  sockaddr_in6 v6{};
  std::memcpy(&v6, address, sizeof v6);
  return IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr) != 0;
}

Result<Listener> listen_on(const addrinfo& address, const ServerOptions& options) {
  Listener listener;
  listener.family = address.ai_family;
  listener.socket = ::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  const int on = 1;
  sockaddr_storage bound{};
  socklen_t size = sizeof bound;
  if (listener.socket < 0 ||
      ::setsockopt(listener.socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
      ::bind(listener.socket, address.ai_addr, address.ai_addrlen) != 0 ||
      ::listen(listener.socket, 64) != 0 ||
      ::getsockname(listener.socket, reinterpret_cast<sockaddr*>(&bound), &size) != 0) {
    const int error = errno;
    if (listener.socket >= 0) ::close(listener.socket);
    return unavailable(fmt::format("port {} of {} cannot be listened on: {}", options.port,
                                   options.host, std::strerror(error)),
                       "set srsync_admin_port to a free port, or to 0 for none");
  }
  sockaddr_in v4{};
  std::memcpy(&v4, &bound, sizeof v4);  // the port stands at the same place for both families
  listener.port = ntohs(v4.sin_port);
  return listener;
}

Result<Listener> open_listener(const ServerOptions& options) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  addrinfo* found = nullptr;
  const std::string port = std::to_string(options.port);
  const int code = ::getaddrinfo(options.host.c_str(), port.c_str(), &hints, &found);
  if (code != 0) {
    return unavailable(fmt::format("srsync_admin_host={}: {}", options.host, ::gai_strerror(code)));
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> addresses(found, &::freeaddrinfo);
  // By what the name means now, whatever it looks like.
  if (options.api.token.empty() && !is_loopback(found->ai_addr)) {
    return invalid_argument(
        fmt::format("srsync_admin_host={} can be reached by others", options.host),
        "set srsync_admin_token, or use 127.0.0.1");
  }
  return listen_on(*found, options);
}

}  // namespace

struct Server::Parts {
  Parts(Board& shared, const ServerOptions& options)
      : board(shared), api(shared, options.api), deadlines(options.request_timeout_ms) {}

  Board& board;
  Api api;
  Deadlines deadlines;
  MHD_Daemon* daemon = nullptr;
  std::string host;
  int port = 0;
};

Result<std::unique_ptr<Server>> Server::start(Board& board, const ServerOptions& options) {
  SRSYNC_ASSIGN_OR_RETURN(const Listener listener, open_listener(options));
  auto parts = std::make_unique<Parts>(board, options);
  parts->host = options.host;
  parts->port = listener.port;
  unsigned flags =
      MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION | MHD_USE_POLL | MHD_USE_ITC;
  if (listener.family == AF_INET6) flags |= MHD_USE_IPv6;
  parts->daemon = MHD_start_daemon(
      flags, 0, nullptr, nullptr, &on_request, &parts->api, MHD_OPTION_LISTEN_SOCKET,
      listener.socket, MHD_OPTION_CONNECTION_LIMIT, options.connections_max,
      MHD_OPTION_CONNECTION_TIMEOUT, options.idle_timeout_seconds,
      MHD_OPTION_CONNECTION_MEMORY_LIMIT, kConnectionMemory, MHD_OPTION_STRICT_FOR_CLIENT, 1,
      MHD_OPTION_NOTIFY_COMPLETED, &on_completed, nullptr, MHD_OPTION_NOTIFY_CONNECTION,
      &on_connection, &parts->deadlines, MHD_OPTION_END);
  if (parts->daemon == nullptr) {
    ::close(listener.socket);
    return unavailable("the HTTP port cannot be served");
  }
  return std::unique_ptr<Server>(new Server(std::move(parts)));
}

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Server::~Server() {
  // Whoever waits for the driver is answered first, so that no thread is waited for long.
  parts_->board.close();
  MHD_stop_daemon(parts_->daemon);
}

int Server::port() const { return parts_->port; }

std::string Server::url() const {
  const bool v6 = parts_->host.find(':') != std::string::npos;
  return fmt::format(fmt::runtime(v6 ? "http://[{}]:{}" : "http://{}:{}"), parts_->host,
                     parts_->port);
}

}  // namespace srsync::admin
