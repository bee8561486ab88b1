// One HTTP request with deadlines: frontends' and backends' HTTP ports, and srsyncd's own.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/secret.h"
#include "base/status.h"

namespace srsync::http {

struct Request {
  std::string method = "GET";
  std::string host;  // IPv6 without brackets
  int port = 0;
  std::string path;  // starts with '/'
  std::string user;  // empty: no log-in
  Secret password;
  Secret bearer;  // a token, instead of the log-in
  // Further ones, without line ends in names and values.
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::int64_t connect_timeout_ms = 5'000;
  std::int64_t read_timeout_ms = 10'000;
};
struct Response {
  int status = 0;
  std::string body;
};

// kUnavailable: no connection, no answer in time, or an answer that is no HTTP. Follows no redirect
// and reads at most 4 MiB. Safe from any thread.
Result<Response> exchange(const Request& request);

// Splits an answer into status and body; chunked bodies are put together.
Result<Response> parse_response(const std::string& bytes);

std::string base64(const std::string& bytes);

}  // namespace srsync::http
