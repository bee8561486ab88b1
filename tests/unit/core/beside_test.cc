#include "core/beside.h"

#include <gtest/gtest.h>

#include "core/names.h"
#include "unit/core/beside_fixture.h"

namespace srsync::core {
namespace {

using test::kReserved;
using BesideTest = test::BesideFixture;

TEST_F(BesideTest, TheNewTableIsThePairsWhileItIsBuilt) {
  EXPECT_EQ(wanted().ddl, DdlKind::kCreateBeside);
  make();
  EXPECT_TRUE(is_building(w.pair()));
  EXPECT_EQ(own(), 600);
  EXPECT_EQ(other(), 500);
  EXPECT_EQ(target_name(w.state, w.pair()), kReserved);
  EXPECT_EQ(id_under(w.pair(), true), TableId(600));
  EXPECT_EQ(id_under(w.pair(), false), TableId(500));
  EXPECT_FALSE(has_leftover(w.pair()));
}

TEST_F(BesideTest, StatementsAndJobsUseTheReservedName) {
  make();
  w.put(TableRead{Side::kTarget,
                  kReserved,
                  TableId(600),
                  test::create_sql(),
                  1,
                  "",
                  {test::partition(601, 1, 9, TxnType::kNormal, "srsync_new_t")}});
  const auto actions = w.planned();
  ASSERT_EQ(actions.size(), 1U);
  const auto* job = std::get_if<StartReplication>(&actions[0].effect);
  ASSERT_NE(job, nullptr);
  EXPECT_EQ(job->intent.name, test::kName);
  EXPECT_EQ(job->intent.on_target, kReserved);
}

TEST_F(BesideTest, NeitherSwapNorDropWithoutAFreshListing) {
  make();
  fill();
  EXPECT_EQ(wanted().want, Want::kDdl);
  w.put(Resumed{"operator"});
  EXPECT_EQ(wanted().want, Want::kListTarget);
  listed();
  EXPECT_EQ(wanted().ddl, DdlKind::kSwapTables);
  see(test::kName, 600);
  see(kReserved, 500);
  w.put(TableRead{Side::kTarget,
                  test::kName,
                  TableId(600),
                  test::create_sql(),
                  0,
                  "",
                  {test::partition(601, 5, 7, TxnType::kReplication)}});
  EXPECT_EQ(wanted().want, Want::kListTarget);
  listed();
  EXPECT_EQ(wanted().ddl, DdlKind::kDropReplaced);
}

TEST_F(BesideTest, ANameThatIsTooLongIsDroppedFirst) {
  const TableName name{"shop", std::string(kTableNameMax - 5, 'x')};
  w.put(TableObserved{Side::kSource, name, TableId(110), TableKind::kTable, true});
  w.put(TableObserved{Side::kTarget, name, TableId(510), TableKind::kTable, true});
  for (const Side side : {Side::kSource, Side::kTarget}) {
    const bool source = side == Side::kSource;
    TableRead read{side,
                   name,
                   TableId(source ? 110 : 510),
                   test::create_sql(source ? "int(11)" : "bigint(20)"),
                   source ? 1U : 2U,
                   "",
                   {test::partition(source ? 111 : 511, 5, 7, TxnType::kReplication)}};
    w.put(read);
  }
  const Assessment a = assess(w.state, *w.state.find(name));
  EXPECT_EQ(a.ddl, DdlKind::kDropTable);
  EXPECT_NE(a.reason.find("too long"), std::string::npos) << a.reason;
}

}  // namespace
}  // namespace srsync::core
