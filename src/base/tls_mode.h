// How a connection to a frontend's MySQL port is protected.
#pragma once

#include <cstdint>

namespace srsync {

enum class TlsMode : std::uint8_t {
  kAuto,      // encrypted when the server offers it, in clear otherwise
  kOff,       // never encrypted
  kRequired,  // encrypted, or no connection
};

}  // namespace srsync
