#include "core/makeable.h"

#include <gtest/gtest.h>

#include "core/assess.h"
#include "core/intents.h"
#include "unit/core/world.h"

namespace srsync::core {
namespace {

using test::partition;

const std::string kWeeks = "time_slice(v, 7, 'day', 'floor')";
const std::string kDays = "date_trunc('day', v)";

std::string days(const std::string& from, const std::string& to) {
  return "VALUES [(\"" + from + "\"), (\"" + to + "\"))";
}

Partition named(std::int64_t id, std::int64_t version, const std::string& name,
                const std::string& values, TxnType type = TxnType::kNormal) {
  return partition(id, version, 7, type, name, values);
}

// What the table is partitioned by is a DATETIME.
std::string sql_of(const std::string& by) {
  std::string sql = test::partitioned_sql(by);
  sql.replace(sql.find("int(11) NULL"), 12, "datetime NULL");
  return sql;
}

void give_target(test::World& w, const std::string& version) {
  w.put(
      ClusterIdentified{Side::kTarget, "t", version, RunMode::kSharedNothing, {true, true, true}});
}

// What is planned for the pair, announced; empty when it is no DDL.
DdlIntent start_ddl(test::World& w) {
  for (const auto& action : w.planned()) {
    if (const auto* ddl = std::get_if<RunDdl>(&action.effect)) {
      w.put(DdlStarted{ddl->intent});
      return ddl->intent;
    }
  }
  return {};
}

// The target answers, and shows `partitions` when it is read.
void end_ddl(test::World& w, Fact fact, std::vector<Partition> partitions = {}) {
  w.put(std::move(fact));
  w.now = w.now.plus_ms(400'000);
  w.read(Side::kTarget, 500, std::move(partitions), sql_of(kWeeks));
}

bool says(const Assessment& a, const std::string& text) {
  return a.reason.find(text) != std::string::npos;
}

TEST(Makeable, WhatAStatementMakesComesBeforeTheNullPartition) {
  test::World w;
  w.open();
  w.read(Side::kSource, 100,
         {named(101, 5, "p00000101", days("0000-01-01 00:00:00", "0000-01-02 00:00:00")),
          named(102, 5, "p20260101", days("2026-01-01 00:00:00", "2026-01-02 00:00:00"))},
         sql_of(kDays));
  w.read(Side::kTarget, 500, {}, sql_of(kDays));
  const Assessment a = assess(w.state, w.pair());
  EXPECT_EQ(a.ddl, DdlKind::kAddPartitions);
  const auto intent = ddl_intent(w.state, w.pair(), a);
  ASSERT_TRUE(intent.is_ok()) << intent.status().to_string();
  EXPECT_EQ(intent->partitions, std::vector<std::string>{"p20260101"});
  w.read(Side::kTarget, 500,
         {named(501, 1, "p20260101", days("2026-01-01 00:00:00", "2026-01-02 00:00:00"))},
         sql_of(kDays));
  const DdlIntent call = start_ddl(w);
  EXPECT_EQ(call.kind, DdlKind::kCreatePartitions);
  EXPECT_EQ(call.partitions, std::vector<std::string>{"p00000101"});
  EXPECT_EQ(call.call_values, std::vector<std::string>{"0000-01-01 00:00:00"});
}

TEST(Makeable, OneCallHoldsAllThatNoStatementMakes) {
  test::World w;
  w.open({{"srsync_alter", "false"}});
  const std::string first = days("2026-01-01 00:00:00", "2026-01-08 00:00:00");
  const std::string second = days("2026-01-09 00:00:00", "2026-01-16 00:00:00");
  w.read(Side::kSource, 100, {named(101, 1, "a", first), named(102, 1, "b", second)},
         sql_of(kWeeks));
  w.read(Side::kTarget, 500, {}, sql_of(kWeeks));
  const DdlIntent call = start_ddl(w);
  EXPECT_EQ(call.key, "ddl/shop.t/1");
  EXPECT_EQ(call.kind, DdlKind::kCreatePartitions);
  EXPECT_EQ(call.call_values,
            (std::vector<std::string>{"2026-01-01 00:00:00", "2026-01-09 00:00:00"}));
  EXPECT_EQ(call.call_ranges, (std::vector<std::string>{first, second}));
  EXPECT_EQ(call.call_db, DbId(50));
  EXPECT_EQ(call.table, TableId(500));
  EXPECT_EQ(call.call_name, test::kName);
  EXPECT_EQ(call.call_label, "srsync-p-j-500-1");
  ASSERT_EQ(call.statements.size(), 1U);
  EXPECT_TRUE(call.statements[0].starts_with("-- ")) << call.statements[0];
  // The frontend chose the names; the values tell.
  EXPECT_FALSE(ddl_took_effect(w.state, call));
  w.put(DdlVerified{call.key, false});
  w.now = w.now.plus_ms(400'000);
  w.read(Side::kTarget, 500, {named(501, 1, "p20260101", first)}, sql_of(kWeeks));
  EXPECT_FALSE(ddl_took_effect(w.state, call));
  EXPECT_EQ(start_ddl(w).call_label, "srsync-p-j-500-2");
  w.read(Side::kTarget, 500,
         {named(501, 1, "p20260101", first), named(502, 1, "p20260109", second)}, sql_of(kWeeks));
  EXPECT_TRUE(ddl_took_effect(w.state, call));
}

TEST(Makeable, ATableOfSlicesIsCreatedWithoutPartitions) {
  test::World w;
  w.open();
  w.read(Side::kSource, 100,
         {named(101, 5, "a", days("2026-01-01 00:00:00", "2026-01-08 00:00:00"))}, sql_of(kWeeks));
  w.put(TableMissing{Side::kTarget, TableId(500)});
  const auto intent = ddl_intent(w.state, w.pair(), assess(w.state, w.pair()));
  ASSERT_TRUE(intent.is_ok()) << intent.status().to_string();
  EXPECT_EQ(intent->kind, DdlKind::kCreateTable);
  EXPECT_EQ(intent->statements[0].find("2026-01-01"), std::string::npos);
}

TEST(Makeable, APartitionUnderAnotherNameIsMadeAndThenRenamed) {
  test::World w;
  w.open({{"srsync_alter", "true"}});
  const std::string day = days("2026-01-01 00:00:00", "2026-01-02 00:00:00");
  w.read(Side::kSource, 100, {named(101, 1, "mine", day)}, sql_of(kDays));
  w.read(Side::kTarget, 500, {}, sql_of(kDays));
  const DdlIntent call = start_ddl(w);
  EXPECT_EQ(call.kind, DdlKind::kCreatePartitions);
  w.put(DdlSucceeded{call.key});
  w.read(Side::kTarget, 500, {named(501, 1, "p20260101", day)}, sql_of(kDays));
  const DdlIntent rename = start_ddl(w);
  EXPECT_EQ(rename.kind, DdlKind::kAlterTable);
  ASSERT_EQ(rename.statements.size(), 1U);
  EXPECT_NE(rename.statements[0].find("RENAME PARTITION"), std::string::npos);
  w.put(DdlSucceeded{rename.key});
  w.put(DatabaseListed{Side::kTarget, "shop"});
  w.read(Side::kTarget, 500, {named(501, 1, "mine", day)}, sql_of(kDays));
  EXPECT_EQ(start_ddl(w).key, "");
  EXPECT_EQ(assess(w.state, w.pair()).reason, "in sync");
}

TEST(Makeable, OtherBucketsThanTheTargetsTableGivesAreLeftOut) {
  test::World w;
  w.open();
  Partition odd = named(101, 5, "a", days("2026-01-01 00:00:00", "2026-01-08 00:00:00"));
  odd.buckets = 7;
  w.read(Side::kSource, 100, {odd}, sql_of(kWeeks));
  w.read(Side::kTarget, 500, {}, sql_of(kWeeks));
  Assessment a = assess(w.state, w.pair());
  EXPECT_TRUE(a.blocked);
  EXPECT_TRUE(says(a, "it has 7 buckets, and the target would give it its table's 2")) << a.reason;
  std::string unsaid = sql_of(kWeeks);
  unsaid.erase(unsaid.find(" BUCKETS 2"), 10);
  w.read(Side::kTarget, 500, {}, unsaid);
  a = assess(w.state, w.pair());
  EXPECT_TRUE(a.blocked);
  EXPECT_TRUE(says(a, "is the target's choice")) << a.reason;
}

TEST(Makeable, AfterARefusalOneByOneAndTheOthersGoOn) {
  test::World w;
  w.open();
  const std::string bad = days("2026-01-01 00:00:00", "2026-01-08 00:00:00");
  const std::string good = days("2026-01-09 00:00:00", "2026-01-16 00:00:00");
  w.read(Side::kSource, 100, {named(101, 1, "bad", bad), named(102, 1, "good", good)},
         sql_of(kWeeks));
  w.read(Side::kTarget, 500, {}, sql_of(kWeeks));
  EXPECT_EQ(start_ddl(w).partitions.size(), 2U);
  end_ddl(w, DdlFailed{"ddl/shop.t/1", Code::kRejected, "in the way"});
  // Neither a busy target nor a lost answer says anything of the partition.
  for (int i = 2; i < 8; ++i) {
    const DdlIntent again = start_ddl(w);
    ASSERT_EQ(again.partitions, std::vector<std::string>{"bad"});
    if (i % 2 == 0) {
      end_ddl(w, DdlFailed{again.key, Code::kBusy, "no leader"});
    } else {
      w.put(DdlFailed{again.key, Code::kOutcomeUnknown, "no answer"});
      end_ddl(w, DdlVerified{again.key, false});
    }
  }
  for (int i = 0; i < 2; ++i) {
    const DdlIntent again = start_ddl(w);
    ASSERT_EQ(again.partitions, std::vector<std::string>{"bad"});
    end_ddl(w, DdlFailed{again.key, Code::kRejected, "in the way"});
  }
  EXPECT_EQ(w.pair().retry.failures, 0U);
  const DdlIntent other = start_ddl(w);
  EXPECT_EQ(other.partitions, std::vector<std::string>{"good"});
  end_ddl(w, DdlSucceeded{other.key}, {named(502, 1, "good", good)});
  EXPECT_EQ(start_ddl(w).key, "");
  Assessment a = assess(w.state, w.pair());
  EXPECT_TRUE(a.blocked);
  EXPECT_TRUE(says(a, "partition bad was asked of the target 3 times in vain")) << a.reason;
  w.put(RetryRequested{test::kName});
  w.read(Side::kSource, 100, {named(101, 1, "bad", bad), named(102, 1, "good", good)},
         sql_of(kWeeks));
  w.read(Side::kTarget, 500, {named(502, 1, "good", good)}, sql_of(kWeeks));
  EXPECT_EQ(start_ddl(w).partitions, std::vector<std::string>{"bad"});
}

TEST(Makeable, WhatIsThereIsCopiedBeforeARefusedCallIsRepeated) {
  test::World w;
  w.open();
  const std::string bad = days("2026-01-01 00:00:00", "2026-01-08 00:00:00");
  const std::string good = days("2026-01-09 00:00:00", "2026-01-16 00:00:00");
  w.read(Side::kSource, 100, {named(101, 5, "bad", bad), named(102, 5, "good", good)},
         sql_of(kWeeks));
  w.read(Side::kTarget, 500, {named(502, 1, "good", good)}, sql_of(kWeeks));
  end_ddl(w, DdlFailed{start_ddl(w).key, Code::kDenied, "no INSERT"},
          {named(502, 1, "good", good)});
  EXPECT_EQ(assess(w.state, w.pair()).want, Want::kReplicate);
  end_ddl(w, TableRereadWanted{Side::kTarget, TableId(500), "copied"},
          {named(502, 5, "good", good, TxnType::kReplication)});
  EXPECT_EQ(assess(w.state, w.pair()).ddl, DdlKind::kCreatePartitions);
}

TEST(Makeable, WhatHelpsInTheEndIsNotGivenUp) {
  test::World w;
  w.open();
  const std::string week = days("2026-01-01 00:00:00", "2026-01-08 00:00:00");
  w.read(Side::kSource, 100, {named(101, 1, "a", week)}, sql_of(kWeeks));
  w.read(Side::kTarget, 500, {}, sql_of(kWeeks));
  for (int i = 0; i < 2; ++i) {
    end_ddl(w, DdlFailed{start_ddl(w).key, Code::kRejected, "in the way"});
  }
  end_ddl(w, DdlSucceeded{start_ddl(w).key}, {named(501, 1, "a", week)});
  EXPECT_TRUE(w.pair().given_up.empty());
}

TEST(Makeable, WhatTheFrontendSaysAndNoReadingShowsIsGivenUp) {
  test::World w;
  w.open();
  w.read(Side::kSource, 100,
         {named(101, 1, "a", days("2026-01-01 00:00:00", "2026-01-08 00:00:00"))}, sql_of(kWeeks));
  w.read(Side::kTarget, 500, {}, sql_of(kWeeks));
  int calls = 0;
  for (; calls < 10; ++calls) {
    const DdlIntent call = start_ddl(w);
    if (call.key.empty()) break;
    end_ddl(w, DdlSucceeded{call.key});
  }
  EXPECT_EQ(calls, 3);
  EXPECT_TRUE(assess(w.state, w.pair()).blocked);
}

// What came out otherwise is told, and nothing is dropped for it while no switch allows that.
TEST(Makeable, WhatCameOutOtherwiseIsReported) {
  test::World w;
  w.open({{"ddl_job_allow_drop_partition_target_only", "false"},
          {"ddl_job_allow_drop_inconsistent_partition", "false"}});
  w.read(Side::kSource, 100,
         {named(101, 1, "p20260101", days("2026-01-01 00:00:00", "2026-01-08 00:00:00"))},
         sql_of(kWeeks));
  w.read(Side::kTarget, 500, {}, sql_of(kWeeks));
  end_ddl(w, DdlSucceeded{start_ddl(w).key},
          {named(501, 1, "p20260101", days("2026-01-01 00:00:00", "2026-01-02 00:00:00"))});
  const Assessment a = assess(w.state, w.pair());
  EXPECT_TRUE(a.blocked);
  EXPECT_TRUE(says(a, "ddl_job_allow_drop_inconsistent_partition is false")) << a.reason;
  EXPECT_TRUE(w.planned().empty());
}

TEST(Makeable, WhatCouldBeMadeIsReplicatedAndTheRestIsReported) {
  test::World w;
  w.open();
  give_target(w, "3.0.9");
  const std::string first = days("2026-01-01 00:00:00", "2026-01-08 00:00:00");
  const std::string second = days("2026-01-08 00:00:00", "2026-01-15 00:00:00");
  w.read(Side::kSource, 100,
         {named(101, 5, "p20260101", first), named(102, 5, "p20260108", second)}, sql_of(kWeeks));
  w.read(Side::kTarget, 500, {named(501, 1, "p20260101", first)}, sql_of(kWeeks));
  Assessment a = assess(w.state, w.pair());
  EXPECT_EQ(a.want, Want::kReplicate);
  EXPECT_EQ(a.lag.size(), 1U);
  w.read(Side::kTarget, 500, {named(501, 5, "p20260101", first, TxnType::kReplication)},
         sql_of(kWeeks));
  a = assess(w.state, w.pair());
  EXPECT_TRUE(a.blocked);
  EXPECT_TRUE(says(a, "p20260108")) << a.reason;
  EXPECT_TRUE(says(a, "1 partitions left out")) << a.reason;
  EXPECT_TRUE(w.planned().empty());
  EXPECT_TRUE(w.pair().source->unreadable.empty());
}

TEST(Makeable, APartitionThatCannotBeMadeAgainIsNotDropped) {
  test::World w;
  w.open();
  give_target(w, "3.0.9");
  const std::string week = days("2026-01-01 00:00:00", "2026-01-08 00:00:00");
  w.read(Side::kSource, 100, {named(101, 5, "p20260101", week)}, sql_of(kWeeks));
  w.read(Side::kTarget, 500, {named(501, 9, "p20260101", week)}, sql_of(kWeeks));
  const Assessment a = assess(w.state, w.pair());
  EXPECT_TRUE(a.blocked);
  EXPECT_TRUE(says(a, "could not be made again")) << a.reason;
  EXPECT_TRUE(says(a, "the target, which is older than 3.1.0, has no call for it")) << a.reason;
  EXPECT_TRUE(w.planned().empty());
  // With the call it could be, once a call is known to work: perhaps the account may not.
  give_target(w, "3.1.0");
  EXPECT_TRUE(says(assess(w.state, w.pair()), "no call for this table has succeeded"));
  const std::string next = days("2026-01-08 00:00:00", "2026-01-15 00:00:00");
  w.read(Side::kSource, 100, {named(101, 5, "p20260101", week), named(102, 1, "p20260108", next)},
         sql_of(kWeeks));
  end_ddl(w, DdlSucceeded{start_ddl(w).key},
          {named(501, 9, "p20260101", week), named(502, 1, "p20260108", next)});
  EXPECT_EQ(assess(w.state, w.pair()).ddl, DdlKind::kDropPartitions);
}

TEST(Makeable, ATableThatHoldsSuchAPartitionIsNotMadeAnew) {
  test::World w;
  w.open();
  give_target(w, "3.0.9");
  const std::string week = days("2026-01-01 00:00:00", "2026-01-08 00:00:00");
  std::string other = sql_of(kWeeks);
  other.replace(other.find("int(11)"), 7, "bigint(20)");
  w.read(Side::kSource, 100, {named(101, 5, "p20260101", week)}, sql_of(kWeeks));
  w.read(Side::kTarget, 500, {named(501, 5, "p20260101", week)}, other);
  const Assessment a = assess(w.state, w.pair());
  EXPECT_TRUE(a.blocked);
  EXPECT_TRUE(says(a, "INT on source, BIGINT on target")) << a.reason;
  EXPECT_TRUE(says(a, "could not be restored")) << a.reason;
  w.read(Side::kTarget, 500, {}, other);
  EXPECT_EQ(assess(w.state, w.pair()).ddl, DdlKind::kCreateBeside);
  // A target with the call can make it again, if that is known to work.
  give_target(w, "3.1.0");
  w.read(Side::kTarget, 500, {named(501, 5, "p20260101", week)}, other);
  EXPECT_TRUE(says(assess(w.state, w.pair()), "no call for this table has succeeded"));
  w.pair().altered_for = hash64(week);
  EXPECT_EQ(assess(w.state, w.pair()).ddl, DdlKind::kCreateBeside);
}

TEST(Makeable, MaxValueInSeveralColumnsIsLeftOutOfCreateTable) {
  test::World w;
  w.open();
  w.read(Side::kSource, 100,
         {named(101, 5, "p1", R"(VALUES [("1","1"), ("2","2")))"),
          named(102, 5, "p2", R"(VALUES [("2","2"), (MAXVALUE,MAXVALUE)))")},
         test::partitioned_sql("RANGE(`k`, `v`)\n()"));
  w.put(TableMissing{Side::kTarget, TableId(500)});
  const auto intent = ddl_intent(w.state, w.pair(), assess(w.state, w.pair()));
  ASSERT_TRUE(intent.is_ok()) << intent.status().to_string();
  EXPECT_EQ(intent->kind, DdlKind::kCreateTable);
  EXPECT_NE(intent->statements[0].find("`p1`"), std::string::npos);
  EXPECT_EQ(intent->statements[0].find("`p2`"), std::string::npos);
}

TEST(Makeable, AGuessAboutNullIsInTheReason) {
  test::World w;
  w.open();
  const std::string sql = [] {
    std::string text = test::partitioned_sql("LIST(`v`)(\n)");
    return text.replace(text.find("int(11) NULL"), 12, "varchar(9) NULL");
  }();
  w.read(Side::kSource, 100, {named(101, 5, "p", "VALUES IN (NULL)")}, sql);
  w.read(Side::kTarget, 500, {}, sql);
  const auto intent = ddl_intent(w.state, w.pair(), assess(w.state, w.pair()));
  ASSERT_TRUE(intent.is_ok()) << intent.status().to_string();
  EXPECT_NE(intent->reason.find("may be the text 'NULL'"), std::string::npos) << intent->reason;
}

}  // namespace
}  // namespace srsync::core
