#include "daemon/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace srsync::daemon {
namespace {

using ::testing::HasSubstr;

ParsedCommandLine parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "srsyncd");
  return parse_command_line(static_cast<int>(arguments.size()), arguments.data());
}

TEST(CommandLineTest, FoldersStandBesideConf) {
  const auto parsed = parse({"--conf", "/opt/srsync/conf/"});
  ASSERT_TRUE(parsed.options.has_value());
  EXPECT_EQ(parsed.options->journal_dir, "/opt/srsync/journal");
  EXPECT_EQ(parsed.options->log_dir, "/opt/srsync/log");
  EXPECT_FALSE(parsed.options->once);
}

TEST(CommandLineTest, TakesEverything) {
  const auto parsed = parse({"--conf", "c", "--journal", "j", "--log", "l", "--once", "--json"});
  ASSERT_TRUE(parsed.options.has_value());
  EXPECT_EQ(parsed.options->journal_dir, "j");
  EXPECT_EQ(parsed.options->log_dir, "l");
  EXPECT_TRUE(parsed.options->once);
  EXPECT_TRUE(parsed.options->json);
  EXPECT_FALSE(parsed.options->plan);
}

TEST(CommandLineTest, WhatIsMissingOrUnknownIsRefused) {
  EXPECT_EQ(parse({}).exit_code, kExitRefused);
  EXPECT_THAT(parse({}).text, HasSubstr("--conf"));
  EXPECT_EQ(parse({"--conf", "c", "--ones"}).exit_code, kExitRefused);
  EXPECT_THAT(parse({"--conf", "c", "--ones"}).text, HasSubstr("--ones"));
}

TEST(CommandLineTest, HelpHasExamplesAndExitCodes) {
  const auto parsed = parse({"--help"});
  EXPECT_FALSE(parsed.options.has_value());
  EXPECT_EQ(parsed.exit_code, kExitOk);
  for (const char* part : {"EXAMPLES", "EXIT CODES", "SIGHUP", "--plan", "sync.properties"}) {
    EXPECT_THAT(parsed.text, HasSubstr(part));
  }
  EXPECT_THAT(parse({"--version"}).text, HasSubstr(kVersion));
}

}  // namespace
}  // namespace srsync::daemon
