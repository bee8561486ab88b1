#include "base/status.h"

#include <gtest/gtest.h>

#include "base/secret.h"

namespace srsync {
namespace {

TEST(Status, SaysWhatHappenedAndWhatToDo) {
  EXPECT_EQ(Status::ok().to_string(), "ok");
  EXPECT_EQ(denied("wrong password", "set source_cluster_password").to_string(),
            "denied: wrong password (set source_cluster_password)");
}

TEST(Status, ContextStandsInFrontAndLeavesTheCode) {
  const Status status = busy("slots taken").with_context("job 7");
  EXPECT_EQ(status.code(), Code::kBusy);
  EXPECT_EQ(status.message(), "job 7: slots taken");
  EXPECT_TRUE(Status::ok().with_context("anything").is_ok());
}

TEST(Status, EveryCodeHasANameThatReadsBack) {
  for (int number = 0; number <= 10; ++number) {
    const auto code = static_cast<Code>(number);
    EXPECT_NE(code_name(code), "unknown") << number;
    EXPECT_EQ(code_from_name(code_name(code)), code);
  }
  EXPECT_EQ(code_name(static_cast<Code>(99)), "unknown");
  EXPECT_EQ(code_from_name("nonsense"), std::nullopt);
}

Result<int> half(int number) {
  if (number % 2 != 0) return invalid_argument("odd");
  return number / 2;
}

Status quarter(int number, int& out) {
  SRSYNC_ASSIGN_OR_RETURN(const int once, half(number));
  SRSYNC_ASSIGN_OR_RETURN(out, half(once));
  return Status::ok();
}

TEST(Result, CarriesAValueOrTheReason) {
  int out = 0;
  EXPECT_TRUE(quarter(8, out).is_ok());
  EXPECT_EQ(out, 2);
  EXPECT_EQ(quarter(6, out).message(), "odd");
  EXPECT_EQ(out, 2);
}

TEST(Secret, PrintsAsStars) {
  EXPECT_STREQ(to_string(Secret("hunter2")), "***");
  EXPECT_STREQ(to_string(Secret()), "");
}

}  // namespace
}  // namespace srsync
