// What is refused at start, with exit code 2, words that say what to do, and nothing changed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "support/oracles.h"
#include "support/whole_system.h"

namespace srsync::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class Refusal : public ::testing::Test {
 protected:
  static sandbox::SandboxOptions options() {
    sandbox::SandboxOptions options = small_world();
    options.generator.databases = 1;
    options.generator.tables = 2;
    options.root_password = "open-sesame";
    return options;
  }

  // Both clusters are as they were, and no secret was told.
  void expect_refusal(const ::testing::Matcher<const std::string&>& text) {
    const DaemonRun run = world_.run_daemon();
    EXPECT_EQ(run.exit.code, 2) << run.err;
    EXPECT_THAT(run.err, text);
    EXPECT_THAT(run.err, HasSubstr("Nothing was changed"));
    EXPECT_THAT(run.err + run.out + world_.log_text(), Not(HasSubstr("sesame")));
    EXPECT_THAT(source_writes(world_.effects()), IsEmpty());
    EXPECT_THAT(target_changes(world_.effects()), IsEmpty());
  }

  World world_{options()};
};

TEST_F(Refusal, WrongPassword) {
  world_.settings()["target_cluster_password"] = "closed-sesame";
  expect_refusal(AllOf(HasSubstr("target"), HasSubstr("root"), HasSubstr("password")));
}

TEST_F(Refusal, AMissingKeyIsNamed) {
  world_.settings().erase("source_fe_host");
  expect_refusal(HasSubstr("source_fe_host"));
}

TEST_F(Refusal, ABadValueIsNamedWithItsKey) {
  world_.settings()["srsync_workers"] = "many";
  expect_refusal(AllOf(HasSubstr("srsync_workers"), HasSubstr("many")));
}

TEST_F(Refusal, AFrontendThatDoesNotAnswer) {
  world_.settings()["source_fe_query_port"] = "1";
  expect_refusal(AllOf(HasSubstr("source"), HasSubstr("127.0.0.1:1")));
}

TEST_F(Refusal, BothFrontendsAreOne) {
  world_.settings()["target_fe_query_port"] = world_.settings()["source_fe_query_port"];
  expect_refusal(HasSubstr("the same frontend"));
}

// By another frontend: only what the clusters say of themselves shows it.
TEST_F(Refusal, BothClustersAreOne) {
  const int port = world_.sandbox().frontend(Side::kSource, 2).query_port;
  world_.settings()["target_fe_query_port"] = std::to_string(port);
  expect_refusal(HasSubstr("same cluster"));
}

TEST_F(Refusal, AWrongTokenIsFoundOutAtTheBackend) {
  world_.settings()["source_cluster_token"] = "00000000-0000-0000-0000-000000000000";
  expect_refusal(HasSubstr("token"));
}

TEST_F(Refusal, AUserWithoutOperate) {
  world_.sql(Side::kSource, "SANDBOX USER weak PASSWORD 'weak-sesame'");
  world_.settings()["source_cluster_user"] = "weak";
  world_.settings()["source_cluster_password"] = "weak-sesame";
  expect_refusal(AllOf(HasSubstr("OPERATE"), HasSubstr("weak")));
}

TEST_F(Refusal, AUserWhoSeesNoTables) {
  // Frontends answer with empty lists then: taken for the truth, that is a mass drop.
  world_.sql(Side::kSource, "SANDBOX USER half PASSWORD 'half-sesame' OPERATE");
  world_.settings()["source_cluster_user"] = "half";
  world_.settings()["source_cluster_password"] = "half-sesame";
  expect_refusal(AllOf(HasSubstr("SELECT"), HasSubstr("half")));
}

// Every privilege that the account lacks, each with the statement that gives it.
TEST_F(Refusal, ATargetUserWhoMayOnlyLook) {
  world_.sql(Side::kTarget,
             "SANDBOX USER looker PASSWORD 'looker-sesame' OPERATE GRANT "
             "'SELECT ON ALL TABLES IN ALL DATABASES'");
  world_.settings()["target_cluster_user"] = "looker";
  world_.settings()["target_cluster_password"] = "looker-sesame";
  expect_refusal(
      AllOf(HasSubstr("GRANT CREATE DATABASE ON CATALOG default_catalog TO USER 'looker'@'%';"),
            HasSubstr("GRANT CREATE TABLE ON ALL DATABASES TO USER 'looker'@'%';"),
            HasSubstr("GRANT ALTER ON ALL TABLES IN ALL DATABASES TO USER 'looker'@'%';"),
            HasSubstr("GRANT DROP ON ALL TABLES IN ALL DATABASES TO USER 'looker'@'%';")));
}

// And nothing more: with these five and no other a migration runs.
TEST_F(Refusal, ATargetUserIsRefusedUntilTheLastGrant) {
  std::string user = "SANDBOX USER mover PASSWORD 'mover-sesame' OPERATE";
  world_.settings()["target_cluster_user"] = "mover";
  world_.settings()["target_cluster_password"] = "mover-sesame";
  for (const char* grant :
       {"CREATE DATABASE ON CATALOG default_catalog", "CREATE TABLE ON ALL DATABASES",
        "ALTER ON ALL TABLES IN ALL DATABASES", "DROP ON ALL TABLES IN ALL DATABASES"}) {
    world_.sql(Side::kTarget, user);
    expect_refusal(HasSubstr(std::string("GRANT ") + grant));
    user += std::string(" GRANT '") + grant + "'";
  }
  world_.sql(Side::kTarget, user);
  const DaemonRun run = world_.run_daemon();
  EXPECT_EQ(run.exit.code, 0) << run.err << run.out;
  EXPECT_EQ(to_text(differences(world_.sandbox())), "");
}

TEST_F(Refusal, ATargetUserWithoutOperate) {
  world_.sql(Side::kTarget, "SANDBOX USER weak PASSWORD 'weak-sesame'");
  world_.settings()["target_cluster_user"] = "weak";
  world_.settings()["target_cluster_password"] = "weak-sesame";
  expect_refusal(
      AllOf(HasSubstr("target"), HasSubstr("GRANT OPERATE ON SYSTEM TO USER 'weak'@'%';")));
}

TEST_F(Refusal, AJournalOfAnotherPair) {
  World other(options());
  other.settings()["srsync_feed_interval_ms"] = "50";
  const DaemonRun first = world_.run_daemon();
  ASSERT_EQ(first.exit.code, 0) << first.err;
  const auto before = other.effects().size();
  // The other pair's settings, this journal.
  const DaemonRun run =
      other.finish(other.start_daemon({"--once", "--journal", world_.journal_dir()}));
  EXPECT_EQ(run.exit.code, 2);
  EXPECT_THAT(run.err, HasSubstr("journal"));
  EXPECT_EQ(other.effects().size(), before);
}

TEST_F(Refusal, ASecondDaemonOnTheSameJournal) {
  Process first = world_.start_daemon({});
  ASSERT_TRUE(world_.await([&] { return differences(world_.sandbox()).empty(); }));
  const auto before = target_changes(world_.effects()).size();
  const DaemonRun second = world_.run_daemon();
  EXPECT_EQ(second.exit.code, 2);
  EXPECT_THAT(second.err, AllOf(HasSubstr("journal"), HasSubstr(world_.journal_dir())));
  EXPECT_EQ(target_changes(world_.effects()).size(), before);
  first.signal(SIGTERM);
  EXPECT_EQ(first.wait().code, 0);
}

}  // namespace
}  // namespace srsync::test
