// What an error of a frontend's MySQL port means. The one place where those numbers and texts
// stand; every recorded error has a test.
//
// Numbers alone do not tell enough: most refusals carry 1064, and several numbers moved between
// versions (1049 became 5501). So the table goes by number where there is one and by text for the
// rest.
#pragma once

#include <string_view>

#include "base/status.h"

namespace srsync::mysql {

struct ErrorClass {
  Code code = Code::kRejected;
  std::string_view hint;  // for people; may be empty
};

// The meaning of a server's error packet. A number and text that the table does not know is
// kRejected: the server says that nothing happened, and repeating it blindly would hide something
// new.
ErrorClass classify_server_error(int number, std::string_view text);

// Whether `number` is one that the client library makes up itself, without the server. Its other
// range (5000 to 5026) is not counted in: nothing that we call makes those, frontends use them.
bool is_client_error(int number);

// Why a connection was not made, in words for people.
struct ConnectFailure {
  Code code = Code::kUnavailable;
  std::string_view what;
  std::string_view hint;  // may be empty
};

// The meaning of a client library's error while connecting and logging in. Nothing was asked of the
// server yet, so none is kOutcomeUnknown.
ConnectFailure classify_connect_error(int number, std::string_view text);

}  // namespace srsync::mysql
