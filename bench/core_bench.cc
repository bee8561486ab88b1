// The reducer and planner on a large catalog: first diff and plan, re-plan after one partition
// moved, memory per partition pair. Prints figures; asserts nothing about time.
#include <fmt/format.h>
#include <malloc.h>

#include <chrono>
#include <cstdlib>

#include "base/bytes.h"
#include "core/diff.h"
#include "core/plan.h"
#include "core/state.h"
#include "ddl/compare.h"
#include "ddl/read_create_table.h"

namespace {

using namespace srsync;
using namespace srsync::core;

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// A believable definition of about 700 bytes.
std::string create_sql(int number) {
  std::string sql =
      fmt::format("CREATE TABLE `fact_{:06}` (\n  `dt` date NOT NULL COMMENT \"\"", number);
  for (int column = 0; column < 8; ++column) {
    sql += fmt::format(",\n  `measure_{}` bigint(20) NULL COMMENT \"number {}\"", column, column);
  }
  return sql +
         "\n) ENGINE=OLAP \nDUPLICATE KEY(`dt`)\nPARTITION BY RANGE(`dt`)\n()\nDISTRIBUTED BY "
         "HASH(`dt`) "
         "BUCKETS 4 \nPROPERTIES (\n\"compression\" = \"LZ4\",\n\"replication_num\" = \"3\"\n);";
}

struct Shape {
  int tables;
  int partitions;  // per table
};

constexpr int kTablesPerDatabase = 1000;

TableName name_of(int table) {
  return {fmt::format("db{:03}", table / kTablesPerDatabase), fmt::format("fact_{:06}", table)};
}

Partition partition_of(Side side, int table, int number) {
  Partition p;
  p.id =
      PartitionId((side == Side::kSource ? 10'000'000LL : 500'000'000LL) + table * 1000LL + number);
  p.name = fmt::format("p2026{:04}", number);
  p.values =
      fmt::format("VALUES [(\"2026-01-{:02}\"), (\"2026-01-{:02}\"))", number + 1, number + 2);
  p.visible_version = side == Side::kSource ? 5 : 1;
  p.data_version = p.visible_version;
  p.epoch = side == Side::kSource ? 1000 + number : 2000 + number;
  p.txn_type = TxnType::kNormal;
  p.buckets = 4;
  return p;
}

class Bench {
 public:
  explicit Bench(Shape shape) : shape_(shape) {}

  void run() {
    put(SessionStarted{"bench", "0123456789abcdef", {}});
    for (const Side side : {Side::kSource, Side::kTarget}) {
      put(ClusterIdentified{side, "c", "4.0.0", RunMode::kSharedNothing, {true, true, true}});
    }
    const std::size_t before = mallinfo2().uordblks + mallinfo2().hblkhd;
    first_diff(before);
    replan();
  }

 private:
  void put(Fact fact) {
    const Event event{state_.applied.next(), WallTime(1'000'000), std::move(fact)};
    if (!apply(state_, event).is_ok()) std::abort();
  }

  Sweep sweep_of(Side side) const {
    Sweep sweep;
    const std::int64_t base = side == Side::kSource ? 1'000'000 : 2'000'000;
    for (int table = 0; table < shape_.tables; ++table) {
      const TableName name = name_of(table);
      if (table % kTablesPerDatabase == 0) {
        sweep.databases.push_back({DbId(base / 100 + table), name.db, true, {}});
      }
      sweep.databases.back().tables.push_back(
          {TableId(base + table), name.table, TableKind::kTable, true});
    }
    return sweep;
  }

  void first_diff(std::size_t before) {
    // Readings are made outside the measured part: they are the clusters' and the wire's work.
    std::vector<std::vector<Fact>> reads;
    for (const Side side : {Side::kSource, Side::kTarget}) {
      std::vector<Fact> side_reads;
      for (int table = 0; table < shape_.tables; ++table) {
        TableRead read{side,
                       name_of(table),
                       TableId((side == Side::kSource ? 1'000'000 : 2'000'000) + table),
                       create_sql(table),
                       42,
                       "",
                       {}};
        for (int p = 0; p < shape_.partitions; ++p)
          read.partitions.push_back(partition_of(side, table, p));
        side_reads.emplace_back(std::move(read));
      }
      reads.push_back(std::move(side_reads));
    }
    const Sweep source = sweep_of(Side::kSource);
    const Sweep target = sweep_of(Side::kTarget);
    const auto start = std::chrono::steady_clock::now();
    for (auto& fact : diff_sweep(state_, Side::kSource, source)) put(std::move(fact));
    for (auto& fact : diff_sweep(state_, Side::kTarget, target)) put(std::move(fact));
    for (auto& side_reads : reads) {
      for (auto& read : side_reads) put(std::move(read));
    }
    const auto actions = plan(state_, WallTime(1'000'000), {});
    const double seconds = seconds_since(start);
    reads.clear();
    reads.shrink_to_fit();
    const std::size_t after = mallinfo2().uordblks + mallinfo2().hblkhd;
    const double pairs = static_cast<double>(shape_.tables) * shape_.partitions;
    fmt::print("{:>9} tables {:>9.0f} partition pairs\n", shape_.tables, pairs);
    fmt::print("  first diff and plan      {:>10.3f} s   ({} actions planned)\n", seconds,
               actions.size());
    fmt::print("  memory per pair          {:>10.0f} bytes\n",
               static_cast<double>(after - before) / pairs);
  }

  void replan() {
    constexpr int kRounds = 1000;
    const auto start = std::chrono::steady_clock::now();
    std::size_t planned = 0;
    for (int round = 0; round < kRounds; ++round) {
      const int table = round * 7 % shape_.tables;
      PartitionsMoved moved{Side::kSource, TableId(1'000'000 + table), {}};
      moved.versions.push_back({partition_of(Side::kSource, table, 0).id, 6 + round, 6 + round,
                                1000, 0, TxnType::kNormal});
      put(std::move(moved));
      planned += plan(state_, WallTime(1'000'000), {}).size();
    }
    fmt::print("  re-plan after one change {:>10.3f} ms  ({} actions each)\n",
               seconds_since(start) * 1000 / kRounds, planned / kRounds);
  }

  Shape shape_;
  State state_;
};

}  // namespace

int main(int argc, char** argv) {
  const bool small = argc > 1 && std::string_view(argv[1]) == "--small";
  Bench(small ? Shape{1000, 10} : Shape{100'000, 10}).run();
  return 0;
}
