// A very small HTTP/1.1 responder: GET only, one answer per request, keep-alive. Enough for the
// frontends' and backends' few addresses that a migrator asks.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "sandbox/rpc_listener.h"

namespace srsync::sandbox {

class FaultTable;

struct HttpRequest {
  std::string method;
  std::string path;                          // decoded, without the query
  std::map<std::string, std::string> query;  // decoded
  std::string user;                          // of basic authentication; empty without one
  std::string password;
  bool has_credentials = false;
};

struct HttpResponse {
  int status = 200;
  std::string body;
  std::string content_type = "application/json";
  std::map<std::string, std::string> headers;  // further ones
};

class HttpServer {
 public:
  using Handle = std::function<HttpResponse(const HttpRequest&)>;

  // `faults` may be null; it and what `handle` uses must outlive the server. `frontend` is the name
  // that fault rules use.
  HttpServer(FaultTable* faults, std::string frontend, Handle handle);
  Status start(const std::string& host, std::uint16_t port);
  std::uint16_t port() const { return listener_.port(); }
  void stop() { listener_.stop(); }

 private:
  void serve(int fd);
  // False: the connection is to be closed.
  bool answer(int fd, std::string_view head);

  FaultTable* faults_;
  std::string frontend_;
  Handle handle_;
  Listener listener_;
};

// The request of a head (request line and header lines); for tests.
HttpRequest parse_http_head(std::string_view head);
// Decodes "%41" and "+".
std::string url_decode(std::string_view text);

}  // namespace srsync::sandbox
