// The recorded RPC exchanges of real frontends, and the requests in them as Thrift structs.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "frontend/frontend_types.h"
#include "io/frontend_rpc.h"

namespace srsync::rpc {

struct Recording {
  std::string where;  // "4.0/replication.jsonl line 42, step"
  std::string method;
  nlohmann::json request;   // the first and only argument
  nlohmann::json response;  // null when there was none
  nlohmann::json application_exception;
  bool connection_dropped = false;
  std::string request_bytes;   // empty when not recorded
  std::string response_bytes;  // empty when not recorded
};

// Every exchange of the calls that srsync makes, in all versions.
std::vector<Recording> recordings();

// The request exactly as recorded, fields that the client always sends included or not.
std::string encode_request(const Recording& recording);

// The request as the client would be asked for it; nullopt when it is one that the client cannot
// send (a field missing that it always sets, or a map key that is not
// the id below it).
std::optional<io::TableReplicationRequest> replication_request(const nlohmann::json& request);

}  // namespace srsync::rpc
