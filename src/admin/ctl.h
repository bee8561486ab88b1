// srsyncctl without its command line: asks a running srsyncd over HTTP and says what it answered.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/secret.h"
#include "base/status.h"
#include "http/client.h"

namespace srsync::admin {

inline constexpr int kCtlDone = 0;
inline constexpr int kCtlFailed = 1;  // not reached, refused, not durable, not healthy
inline constexpr int kCtlUsage = 2;

struct Endpoint {
  std::string host = "127.0.0.1";
  int port = 8950;
  Secret token;               // may be empty
  std::string operator_name;  // who gives commands
};

// "http://HOST[:PORT]" into host and port. kInvalidArgument for anything else.
Status parse_url(const std::string& url, Endpoint& endpoint);
// Where to ask for what is listened on at `host`: "0.0.0.0" and "::" mean every address.
std::string reachable_host(const std::string& host);

struct CtlCommand {
  std::string verb;    // "status", "tables", "jobs", "coverage", "health", "pause" ...
  std::string table;   // DB.TABLE, of skip and retry; empty: every table
  std::string token;   // of confirm: of the drops that wait
  std::string status;  // filters of tables
  std::string db;
  bool json = false;  // as the daemon says it
  bool colours = false;
};

// A request to the daemon: method and path with its query. Tests give their own.
using Ask =
    std::function<Result<http::Response>(const std::string& method, const std::string& path)>;
Ask ask_over_http(Endpoint endpoint);

struct CtlResult {
  int exit_code = kCtlDone;
  std::string out;
  std::string err;
};
// One request, or as many as a list has pages.
CtlResult run_ctl(const CtlCommand& command, const Ask& ask);

// `text` as a value in a query.
std::string url_encode(const std::string& text);

}  // namespace srsync::admin
