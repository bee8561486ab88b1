#include "admin/access.h"

#include <gtest/gtest.h>

namespace srsync::admin {
namespace {

const Secret kToken("0123456789abcdef");

TEST(AccessTest, TheTokenAsBearerOrAsABrowsersPassword) {
  EXPECT_TRUE(has_token("Bearer 0123456789abcdef", kToken));
  EXPECT_TRUE(has_token("bearer  0123456789abcdef ", kToken));
  EXPECT_TRUE(has_token("Basic cm9vdDowMTIzNDU2Nzg5YWJjZGVm", kToken));  // root:...
  EXPECT_FALSE(has_token("Bearer 0123456789abcdeF", kToken));
  EXPECT_FALSE(has_token("Bearer 0123456789abcde", kToken));
  EXPECT_FALSE(has_token("Bearer 0123456789abcdef0123456789abcdef", kToken));
  EXPECT_FALSE(has_token("Basic 0123456789abcdef", kToken));
  EXPECT_FALSE(has_token("Basic !", kToken));
  EXPECT_FALSE(has_token("0123456789abcdef", kToken));
  EXPECT_FALSE(has_token("", kToken));
  EXPECT_FALSE(has_token("Bearer ", Secret())) << "no token is no password";
}

TEST(AccessTest, HostsOfThisMachine) {
  for (const char* host :
       {"localhost", "LocalHost:8950", "127.0.0.1", "127.9.9.9:1", "[::1]:8950"}) {
    EXPECT_TRUE(is_loopback_host(host)) << host;
  }
  for (const char* host :
       {"", "evil.example:8950", "127.0.0.1.evil.example", "localhost.evil.example",
        "10.0.0.1:8950", "[::2]:8950", "127.0.0.256"}) {
    EXPECT_FALSE(is_loopback_host(host)) << host;
  }
}

TEST(AccessTest, ANameIsShortAndPrintable) {
  EXPECT_EQ(operator_name("  root "), "root");
  EXPECT_EQ(operator_name("a\x01\r\nb"), "ab");
  EXPECT_EQ(operator_name(std::string(500, 'x')).size(), 64U);
  EXPECT_EQ(operator_name(" \t "), "");
}

TEST(AccessTest, Base64) {
  EXPECT_EQ(from_base64("Zm9vYg=="), "foob");
  EXPECT_EQ(from_base64(""), "");
  EXPECT_EQ(from_base64("a b"), std::nullopt);
}

}  // namespace
}  // namespace srsync::admin
