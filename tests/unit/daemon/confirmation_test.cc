#include "daemon/confirmation.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace srsync::daemon {
namespace {

class ConfirmationTest : public testing::Test {
 protected:
  ConfirmationTest() {
    std::filesystem::create_directories(dir_);
    std::filesystem::remove(file_);
    state_.hold = core::DropsHeld{"1a2b3c4d", {{{"shop", "a"}, 500, "gone"}}, "too many"};
  }

  void write(const std::string& text) { std::ofstream(file_) << text; }

  std::string dir_ = testing::TempDir() + "/confirmation_test";
  std::string file_ = dir_ + "/confirm-drops";
  core::State state_;
  Confirmation confirmation_{dir_};
  std::string warning_;
};

TEST_F(ConfirmationTest, TheTokenOfWhatWaitsConfirmsIt) {
  EXPECT_FALSE(confirmation_.look(state_, &warning_));
  write("");
  EXPECT_FALSE(confirmation_.look(state_, &warning_));
  write("1a2b3c4d\n");
  const auto confirmed = confirmation_.look(state_, &warning_);
  ASSERT_TRUE(confirmed);
  EXPECT_EQ(confirmed->token, "1a2b3c4d");
  EXPECT_EQ(warning_, "");
  // The file stays until the confirmation is on disk.
  EXPECT_TRUE(std::filesystem::exists(file_));
  confirmation_.done();
  EXPECT_FALSE(std::filesystem::exists(file_));
}

TEST_F(ConfirmationTest, AnotherTokenConfirmsNothingAndIsToldOnce) {
  write("deadbeef");
  EXPECT_FALSE(confirmation_.look(state_, &warning_));
  EXPECT_NE(warning_.find("echo 1a2b3c4d > " + file_), std::string::npos) << warning_;
  warning_.clear();
  EXPECT_FALSE(confirmation_.look(state_, &warning_));
  EXPECT_EQ(warning_, "");
  EXPECT_TRUE(std::filesystem::exists(file_));
}

TEST_F(ConfirmationTest, WithoutAnythingThatWaitsNothingIsConfirmed) {
  state_.hold.reset();
  write("1a2b3c4d");
  EXPECT_FALSE(confirmation_.look(state_, &warning_));
  EXPECT_NE(warning_.find("no drop waits"), std::string::npos);
}

}  // namespace
}  // namespace srsync::daemon
