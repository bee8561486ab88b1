#include "codec/wire.h"

#include <fmt/format.h>

namespace srsync::codec {

std::uint64_t Reader::long_varint() {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < kVarintBytesMax; ++i) {
    if (at_ == end_) {
      fail("is cut short");
      return 0;
    }
    const auto byte = static_cast<unsigned char>(*at_++);
    // The tenth byte holds the 64th bit and nothing else.
    if (i == kVarintBytesMax - 1 && byte > 1) break;
    value |= std::uint64_t{byte & 0x7fU} << (7 * i);
    if (byte < 0x80) {
      if (byte == 0 && i > 0) break;  // a longer form of a shorter number
      return value;
    }
  }
  fail("is not a number");
  return 0;
}

Status Reader::status(std::string_view what) const {
  if (ok()) return Status::ok();
  return corruption(fmt::format("{}: field {} {}", what, problem_field_, problem_));
}

}  // namespace srsync::codec
