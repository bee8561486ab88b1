#include "config/password.h"

#include <gtest/gtest.h>

namespace srsync::config {
namespace {

const Secret kKey("F3229A0B371ED2D9441B830D21A390C3");
constexpr std::string_view kEncrypted = "uv/Lhzm74syo8JlfWarwKA==";

TEST(PasswordTest, DecryptsWhatAesEncryptMade) {
  const auto password = decrypt_password(kEncrypted, kKey);
  ASSERT_TRUE(password.is_ok()) << password.status().to_string();
  EXPECT_EQ(password->reveal(), "starrocks");
}

TEST(PasswordTest, BlanksAroundTheTextDoNotMatter) {
  const auto password = decrypt_password(" uv/Lhzm74syo8JlfWarwKA== \t", kKey);
  ASSERT_TRUE(password.is_ok());
  EXPECT_EQ(password->reveal(), "starrocks");
}

TEST(PasswordTest, AWrongKeySaysSoWithoutTellingEither) {
  for (const char* key : {"f3229A0B371ED2D9441B830D21A390C3", "hunter2", "x"}) {
    const auto password = decrypt_password(kEncrypted, Secret(key));
    ASSERT_FALSE(password.is_ok());
    EXPECT_EQ(password.status().code(), Code::kInvalidArgument);
    EXPECT_EQ(password.status().to_string().find(kEncrypted), std::string::npos);
    if (std::string_view(key) != "x") {
      EXPECT_EQ(password.status().to_string().find(key), std::string::npos);
    }
  }
}

TEST(PasswordTest, RefusesWhatIsNoBase64OrNoWholeBlock) {
  for (const char* text :
       {"", "starrocks", "uv/Lhzm74syo8JlfWarwKA=", "uv/L", "uv*Lhzm74syo8JlfWarwKA=="}) {
    EXPECT_FALSE(decrypt_password(text, kKey).is_ok()) << text;
  }
}

// A wrong key gives a valid padding once in 256 times; none of them may become a password.
TEST(PasswordTest, NoWrongKeyGivesAPassword) {
  for (int i = 0; i < 3000; ++i) {
    EXPECT_FALSE(decrypt_password(kEncrypted, Secret("wrong" + std::to_string(i))).is_ok()) << i;
  }
}

}  // namespace
}  // namespace srsync::config
