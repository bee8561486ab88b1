// A State that tests fill with facts: one table `shop.t` on both sides unless a test says
// otherwise.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "core/plan.h"
#include "core/state.h"
#include "ddl/compare.h"
#include "ddl/read_create_table.h"

namespace srsync::core::test {

inline const TableName kName{"shop", "t"};

inline std::string create_sql(const std::string& type = "int(11)", const std::string& name = "t") {
  return "CREATE TABLE `" + name + "` (\n  `k` int(11) NOT NULL COMMENT \"\",\n  `v` " + type +
         " NULL COMMENT \"\"\n) ENGINE=OLAP \nDUPLICATE KEY(`k`)\nDISTRIBUTED BY HASH(`k`) BUCKETS "
         "2 "
         "\nPROPERTIES (\n\"replication_num\" = \"1\"\n);";
}

// The same table with "PARTITION BY `by`".
inline std::string partitioned_sql(const std::string& by) {
  std::string sql = create_sql();
  sql.insert(sql.find("DISTRIBUTED"), "PARTITION BY " + by + "\n");
  return sql;
}

inline Partition partition(std::int64_t id, std::int64_t version, std::int64_t epoch,
                           TxnType type = TxnType::kNormal, const std::string& name = "t",
                           const std::string& values = "") {
  Partition p;
  p.id = PartitionId(id);
  p.name = name;
  p.values = values;
  p.visible_version = version;
  p.data_version = version;
  p.epoch = epoch;
  p.txn_type = type;
  p.buckets = 2;
  p.data_bytes = version > 1 ? 1000 : 0;
  return p;
}

class World {
 public:
  State state;
  WallTime now{1'000'000};

  void put(Fact fact) {
    const Event event{state.applied.next(), now, std::move(fact)};
    ASSERT_TRUE(apply(state, event).is_ok());
    EXPECT_EQ(check_invariants(state), std::vector<std::string>());
  }

  void read(Side side, std::int64_t id, std::vector<Partition> partitions,
            const std::string& sql = create_sql(), SchemaMark mark = {}) {
    TableRead fact{side, kName, TableId(id), sql, 0, "", std::move(partitions)};
    fact.schema_mark = mark;
    fact.schema_hash = hash64(ddl::fit_fingerprint(ddl::read_create_table(sql).value()));
    put(fact);
  }

  // Both clusters known and swept; database shop on both; table t (100 / 500) listed on both.
  void open(std::map<std::string, std::string> settings = {}) {
    put(SessionStarted{"test", "j", std::move(settings)});
    for (const Side side : {Side::kSource, Side::kTarget}) {
      const bool source = side == Side::kSource;
      put(ClusterIdentified{
          side, source ? "s" : "t", "4.0.0", RunMode::kSharedNothing, {true, true, true}});
      put(DatabaseObserved{side, DbId(source ? 10 : 50), "shop"});
      put(TableObserved{side, kName, TableId(source ? 100 : 500), TableKind::kTable, true});
      put(SweepCompleted{side, true, 1, 1, ""});
      put(SweepCompleted{side, true, 1, 1, ""});
    }
  }

  TablePair& pair() { return *state.find(kName); }
  std::vector<Action> planned() { return plan(state, now, {}); }

  // Announces the only planned action that changes something and returns its key.
  std::string start_planned() {
    for (const auto& action : planned()) {
      if (auto fact = announcement(action)) {
        put(*fact);
        return action.key;
      }
    }
    ADD_FAILURE() << "nothing to start";
    return {};
  }

  // A job from version 1 to 5, announced.
  std::string start_job() {
    read(Side::kSource, 100, {partition(101, 5, 7)});
    read(Side::kTarget, 500, {partition(501, 1, 9)});
    return start_planned();
  }
};

}  // namespace srsync::core::test
