// The oracles can say no: each is shown a doctored history.
#include "support/oracles.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/whole_system.h"

namespace srsync::test {
namespace {

using sandbox::Effect;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

Effect effect(std::string kind, std::string text, bool took_effect = true,
              std::string cluster = "target") {
  Effect out;
  out.cluster = std::move(cluster);
  out.kind = std::move(kind);
  out.text = std::move(text);
  out.took_effect = took_effect;
  return out;
}

TEST(Oracles, AStatementThatTookEffectTwice) {
  std::vector<Effect> effects = {effect("sql", "CREATE TABLE a"),
                                 effect("sql", "CREATE TABLE a", false)};
  EXPECT_THAT(repeated_ddl(effects), IsEmpty());
  effects.push_back(effect("sql", "CREATE TABLE a"));
  EXPECT_THAT(repeated_ddl(effects), ElementsAre(HasSubstr("2 times")));
  EXPECT_THAT(repeated_ddl(effects, {"TABLE a"}), IsEmpty());
}

TEST(Oracles, AStatementThatNeverTookEffect) {
  const std::vector<Effect> effects = {effect("sql", "CREATE TABLE a"),
                                       effect("sql", "CREATE TABLE b", false)};
  EXPECT_THAT(missing_ddl(effects, {"TABLE a"}), IsEmpty());
  EXPECT_THAT(missing_ddl(effects, {"TABLE a", "TABLE b"}), ElementsAre(HasSubstr("TABLE b")));
}

TEST(Oracles, ADropThatNobodyPlanned) {
  const std::vector<Effect> effects = {
      effect("sql", "DROP TABLE a"), effect("sql", "ALTER TABLE b DROP PARTITION p1"),
      effect("sql", "TRUNCATE TABLE c"), effect("sql", "DROP TABLE IF EXISTS gone", false)};
  EXPECT_THAT(unplanned_drops(effects, {"DROP PARTITION p1"}),
              ElementsAre(HasSubstr("DROP TABLE a"), HasSubstr("TRUNCATE")));
}

TEST(Oracles, AJobSentAgainWhileTheFirstIsAlive) {
  std::vector<Effect> effects = {effect("job", "submit L1 7@3 8@2"), effect("job", "end L1"),
                                 effect("job", "submit L2 7@3"), effect("job", "submit L3 9@3"),
                                 effect("job", "submit L4 8@4", false)};
  EXPECT_THAT(double_submissions(effects), IsEmpty());
  // Refused by the frontend, and wrong all the same.
  effects.push_back(effect("job", "submit L5 7@3 8@5", false));
  EXPECT_THAT(double_submissions(effects), ElementsAre(HasSubstr("7@3 while L2")));
}

TEST(Oracles, ARequestThatIsNoRead) {
  const std::vector<Effect> effects = {effect("publish", "load", true, "source"),
                                       effect("sql", "ADMIN SET x", false, "source"),
                                       effect("sql", "CREATE DATABASE d")};
  EXPECT_THAT(source_writes(effects), ElementsAre(HasSubstr("ADMIN SET")));
  EXPECT_THAT(target_changes(effects), ElementsAre(HasSubstr("CREATE DATABASE")));
}

TEST(Oracles, AJournalThatWasRewritten) {
  EXPECT_THAT(not_a_prefix({}, {"a"}), IsEmpty());
  EXPECT_THAT(not_a_prefix({"a", "b"}, {"a", "b", "c"}), IsEmpty());
  EXPECT_THAT(not_a_prefix({"a", "b"}, {"a"}), SizeIs(1));
  EXPECT_THAT(not_a_prefix({"a", "b"}, {"a", "x", "c"}), ElementsAre(HasSubstr("event 2")));
}

TEST(Oracles, AJournalThatIsNone) { EXPECT_THAT(journal_violations("/nonexistent"), SizeIs(1)); }

TEST(Oracles, AnotherRowAndAnotherPartition) {
  World world;
  EXPECT_THAT(differences(world.sandbox()), Not(IsEmpty()));
  ASSERT_EQ(world.run_daemon().exit.code, 0);
  ASSERT_THAT(differences(world.sandbox()), IsEmpty());
  std::string db;
  // The same version and epoch, yet another batch: only the lineage shows it.
  world.sandbox().cluster(Side::kTarget).with([&](sandbox::Catalog& catalog) {
    for (auto& [db_id, database] : catalog.databases) {
      for (auto& [id, table] : database.tables) {
        for (auto& partition : table.partitions) {
          if (partition.content.empty() || !db.empty()) continue;
          ++partition.content.front().id;
          db = database.name;
        }
      }
    }
  });
  EXPECT_THAT(differences(world.sandbox()), ElementsAre(HasSubstr("other rows")));
  world.sql(Side::kTarget, "DROP DATABASE " + db);
  EXPECT_THAT(differences(world.sandbox()), ElementsAre(HasSubstr(db + ": missing")));
}

}  // namespace
}  // namespace srsync::test
