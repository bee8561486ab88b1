#include "base/bytes.h"

#include <gtest/gtest.h>

namespace srsync {
namespace {

TEST(BigEndian, ByteOrderIsNumericOrder) {
  EXPECT_LT(big_endian_u64(255), big_endian_u64(256));
  EXPECT_LT(big_endian_u64(1), big_endian_u64(0xffffffffffffffffULL));
  EXPECT_EQ(parse_big_endian_u64(big_endian_u64(0x0102030405060708ULL)).value(),
            0x0102030405060708ULL);
  EXPECT_EQ(parse_big_endian_u64("short").status().code(), Code::kCorruption);
}

TEST(Hex, ReadsBackAndRefusesWhatIsNotHex) {
  EXPECT_EQ(to_hex(std::string("\x00\xff\x10", 3)), "00ff10");
  EXPECT_EQ(from_hex("00FF10").value(), std::string("\x00\xff\x10", 3));
  EXPECT_FALSE(from_hex("0").is_ok());
  EXPECT_FALSE(from_hex("zz").is_ok());
}

TEST(Hash, ChainDependsOnEveryLink) {
  const Hash128 a = hash128("a");
  const Hash128 b = hash128("b");
  EXPECT_NE(a, b);
  EXPECT_NE(hash128_chain(a, "x"), hash128_chain(b, "x"));
  EXPECT_EQ(hash128_chain(a, "x"), hash128_chain(a, "x"));
  EXPECT_EQ(to_hex(Hash128{1, 2}), "00000000000000010000000000000002");
}

}  // namespace
}  // namespace srsync
