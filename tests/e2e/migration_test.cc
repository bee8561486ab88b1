// Whole migrations in one-time mode, for each version.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/oracles.h"
#include "support/whole_system.h"

namespace srsync::test {
namespace {

using sandbox::Version;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

struct Pair {
  Version source;
  Version target;
};

class Migration : public ::testing::TestWithParam<Pair> {};

TEST_P(Migration, OneTimeRunMakesTheTargetEqual) {
  sandbox::SandboxOptions options = small_world();
  options.source_version = GetParam().source;
  options.target_version = GetParam().target;
  options.generator.tables = 8;
  World world(options);
  const DaemonRun run = world.run_daemon();
  EXPECT_EQ(run.exit.code, 0) << run.err << run.out << world.log_text();
  EXPECT_EQ(to_text(differences(world.sandbox())), "");
  const auto effects = world.effects();
  EXPECT_THAT(source_writes(effects), IsEmpty());
  EXPECT_THAT(repeated_ddl(effects), IsEmpty());
  EXPECT_THAT(missing_ddl(effects, expected_creations(world.sandbox())), IsEmpty());
  EXPECT_THAT(unplanned_drops(effects), IsEmpty());
  EXPECT_THAT(double_submissions(effects), IsEmpty());
  EXPECT_THAT(journal_violations(world.journal_dir()), IsEmpty());
}

std::string name_of(const ::testing::TestParamInfo<Pair>& info) {
  std::string name = std::string(sandbox::version_name(info.param.source)) + "_to_" +
                     std::string(sandbox::version_name(info.param.target));
  for (char& c : name) {
    if (c == '.') c = '_';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(
    Versions, Migration,
    ::testing::Values(Pair{Version::k3_3, Version::k3_3}, Pair{Version::k3_4, Version::k3_4},
                      Pair{Version::k3_5, Version::k3_5}, Pair{Version::k4_0, Version::k4_0},
                      Pair{Version::k4_1, Version::k4_1}, Pair{Version::k3_3, Version::k4_1}),
    name_of);

}  // namespace
}  // namespace srsync::test
