// From a request to its answer: who may ask, what there is, what is allowed. Knows no sockets.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "admin/board.h"
#include "base/secret.h"

namespace srsync::admin {

struct ApiRequest {
  std::string method;  // "GET"
  std::string path;    // decoded, without the query
  std::map<std::string, std::string> query;
  std::string host;           // of the headers; empty: not there
  std::string authorization;  // likewise
  std::string operator_name;  // X-Srsync-Operator
  // The user whose process asks, when that is on this machine; asked only when it matters.
  std::function<std::optional<uid_t>()> peer_user;
};
struct ApiResponse {
  int status = 200;
  std::string type = "application/json; charset=utf-8";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers = {};
};

struct ApiOptions {
  Secret token;  // empty: only this machine can ask
  // How long a command waits to become durable, and a list for a look at every table.
  std::int64_t command_wait_ms = 8'000;
  std::int64_t detail_wait_ms = 8'000;
};

// Safe from any thread.
class Api {
 public:
  // `board` must outlive it.
  Api(Board& board, ApiOptions options) : board_(board), options_(std::move(options)) {}

  ApiResponse answer(const ApiRequest& request) const;

 private:
  std::optional<ApiResponse> refuse(const ApiRequest& request) const;
  std::optional<ApiResponse> refuse_command(const ApiRequest& request) const;
  ApiResponse read(const ApiRequest& request) const;
  ApiResponse command(const ApiRequest& request, CommandKind kind) const;
  ApiResponse list(const ApiRequest& request) const;

  Board& board_;
  ApiOptions options_;
};

// Headers that every answer has.
const std::vector<std::pair<std::string, std::string>>& common_headers();

}  // namespace srsync::admin
