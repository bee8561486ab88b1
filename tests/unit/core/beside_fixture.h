// A pair whose two sides differ, on its way to a new table beside the old one.
#pragma once

#include <gtest/gtest.h>

#include "core/beside.h"
#include "core/names.h"
#include "unit/core/world.h"

namespace srsync::core::test {

inline const TableName kReserved{"shop", "srsync_new_t"};

class BesideFixture : public ::testing::Test {
 protected:
  void SetUp() override {
    w.open();
    w.read(Side::kSource, 100, {partition(101, 5, 7)});
    w.read(Side::kTarget, 500, {partition(501, 5, 7, TxnType::kReplication)},
           create_sql("bigint(20)"));
  }
  void make() {
    const std::string key = w.start_planned();
    w.put(DdlSucceeded{key});
    see(kReserved, 600);
    listed();
  }
  void see(const TableName& name, std::int64_t id) {
    w.put(TableObserved{Side::kTarget, name, TableId(id), TableKind::kTable, true});
  }
  void miss(std::int64_t id) { w.put(TableMissing{Side::kTarget, TableId(id)}); }
  void listed() { w.put(DatabaseListed{Side::kTarget, "shop"}); }
  void fill() {
    TableRead read{Side::kTarget,
                   kReserved,
                   TableId(600),
                   create_sql("int(11)", "srsync_new_t"),
                   0,
                   "",
                   {partition(601, 5, 7, TxnType::kReplication, "srsync_new_t")}};
    read.schema_hash =
        hash64(ddl::fit_fingerprint(ddl::read_create_table(read.create_sql).value()));
    w.put(read);
  }
  BesidePhase phase() { return w.pair().beside ? w.pair().beside->phase : BesidePhase{}; }
  std::int64_t own() { return w.pair().target ? w.pair().target->id.value() : 0; }
  std::int64_t other() { return has_other(w.pair()) ? w.pair().beside->other.value() : 0; }
  Assessment wanted() { return assess(w.state, w.pair()); }

  World w;
};

}  // namespace srsync::core::test
