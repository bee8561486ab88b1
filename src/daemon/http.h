// One HTTP GET with deadlines: frontends' and backends' HTTP ports.
#pragma once

#include <cstdint>
#include <string>

#include "base/secret.h"
#include "base/status.h"

namespace srsync::daemon {

struct HttpRequest {
  std::string host;  // IPv6 without brackets
  int port = 0;
  std::string path;  // starts with '/'
  std::string user;  // empty: no log-in
  Secret password;
  std::int64_t connect_timeout_ms = 5'000;
  std::int64_t read_timeout_ms = 10'000;
};
struct HttpResponse {
  int status = 0;
  std::string body;
};

// kUnavailable: no connection, no answer in time, or an answer that is no HTTP. Follows no redirect
// and reads at most 4 MiB. Safe from any thread.
Result<HttpResponse> http_get(const HttpRequest& request);

// Splits an answer into status and body; chunked bodies are put together.
Result<HttpResponse> parse_response(const std::string& bytes);

std::string base64(const std::string& bytes);

}  // namespace srsync::daemon
