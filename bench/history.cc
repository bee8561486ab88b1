#include "history.h"

#include <fmt/format.h>

#include <cstdlib>
#include <utility>

#include "base/bytes.h"

namespace srsync::bench {
namespace {

using namespace srsync::core;

constexpr int kTablesPerDatabase = 500;
// How often something happens, in rounds of one load and one job.
constexpr std::uint64_t kFullRead = 15;
constexpr std::uint64_t kFeed = 3;
constexpr std::uint64_t kAbort = 400;
constexpr std::uint64_t kSweep = 2'000;
constexpr std::uint64_t kSession = 50'000;

std::string create_sql(const std::string& table) {
  std::string sql = fmt::format("CREATE TABLE `{}` (\n  `dt` date NOT NULL COMMENT \"\"", table);
  for (int column = 0; column < 8; ++column) {
    sql += fmt::format(",\n  `measure_{}` bigint(20) NULL COMMENT \"number {}\"", column, column);
  }
  return sql +
         "\n) ENGINE=OLAP \nDUPLICATE KEY(`dt`)\nPARTITION BY RANGE(`dt`)\n()\nDISTRIBUTED BY "
         "HASH(`dt`) BUCKETS 4 \nPROPERTIES (\n\"compression\" = \"LZ4\",\n\"replication_num\" = "
         "\"3\"\n);";
}

std::int64_t first_id(Side side) { return side == Side::kSource ? 1'000'000 : 500'000'000; }
TableId table_id(Side side, int table) { return TableId(first_id(side) + table * 1'000LL); }
PartitionId partition_id(Side side, int table, int number) {
  return PartitionId(table_id(side, table).value() + 1 + number);
}

}  // namespace

HistoryMaker::HistoryMaker(std::string journal_id, HistoryShape shape)
    : journal_id_(std::move(journal_id)),
      shape_(shape),
      versions_(static_cast<std::size_t>(shape.tables),
                std::vector<std::int64_t>(static_cast<std::size_t>(shape.partitions), 2)) {}

void HistoryMaker::put(Fact fact) {
  const Event event{state_.applied.next(), now(), fact};
  if (!apply(state_, event).is_ok()) std::abort();
  facts_.push_back(std::move(fact));
}

std::vector<Fact> HistoryMaker::next() {
  facts_.clear();
  now_ms_ += std::exchange(pause_ms_, 70);
  if (!state_.session_open) {
    begin_session();
  } else if (databases_found_ * kTablesPerDatabase < shape_.tables) {
    find_database(databases_found_++);
  } else if (tables_found_ < shape_.tables) {
    find_table(tables_found_++);
  } else {
    ++rounds_;
    load(static_cast<int>(rounds_ * 2'654'435'761ULL % static_cast<std::uint64_t>(shape_.tables)));
    replicate();
    if (rounds_ % kSession == 0) put(SessionEnded{"stopped by SIGTERM"});
  }
  return std::exchange(facts_, {});
}

std::optional<Fact> HistoryMaker::announce() {
  for (const Action& action : plan(state_, now(), {0, 1, 1})) {
    const bool starts = std::holds_alternative<RunDdl>(action.effect) ||
                        std::holds_alternative<StartReplication>(action.effect);
    if (!starts && !std::holds_alternative<Conclude>(action.effect)) continue;
    const std::optional<Fact> fact = announcement(action);
    put(*fact);
    if (starts) return fact;
  }
  return std::nullopt;
}

void HistoryMaker::begin_session() {
  put(SessionStarted{"0.1.0",
                     journal_id_,
                     {{"max_replication_data_size_per_job_in_gb", "-1"},
                      {"ddl_job_allow_drop_target_only", "false"}}});
  for (const Side side : {Side::kSource, Side::kTarget}) {
    put(ClusterIdentified{side, "1", "4.0.0", RunMode::kSharedNothing, {true, true, true}});
    put(SweepCompleted{side, true, shape_.tables, 0, ""});
    put(SweepCompleted{side, true, shape_.tables, 0, ""});
  }
}

void HistoryMaker::find_database(int db) {
  const std::string name = fmt::format("db{:03}", db);
  put(DatabaseObserved{Side::kSource, DbId(100 + db), name});
  const auto started = announce();
  if (!started.has_value()) std::abort();
  put(DdlSucceeded{std::get<DdlStarted>(*started).intent.key});
  put(DatabaseObserved{Side::kTarget, DbId(900'000 + db), name});
  put(DatabaseListed{Side::kTarget, name});
}

TableName HistoryMaker::name(int table) const {
  return {fmt::format("db{:03}", table / kTablesPerDatabase), fmt::format("fact_{:06}", table)};
}

Partition HistoryMaker::partition(Side side, int table, int number) const {
  Partition p;
  p.id = partition_id(side, table, number);
  p.name = fmt::format("p2026{:02}", number + 1);
  p.values =
      fmt::format("VALUES [(\"2026-{:02}-01\"), (\"2026-{:02}-01\"))", number + 1, number + 2);
  const bool source = side == Side::kSource;
  p.visible_version = p.data_version =
      source ? versions_[static_cast<std::size_t>(table)][static_cast<std::size_t>(number)] : 1;
  p.epoch = source ? 400'000 + number : 0;  // for life
  p.txn_type = TxnType::kNormal;
  p.buckets = 4;
  return p;
}

void HistoryMaker::read(Side side, int table) {
  TableRead read;
  read.side = side;
  read.name = name(table);
  read.id = table_id(side, table);
  read.create_sql = create_sql(read.name.table);
  read.schema_hash = hash64(read.create_sql);
  read.kind = TableKind::kTable;
  const TablePair* pair = state_.find(read.name);
  const auto& known = table_of(*pair, side);
  for (int number = 0; number < shape_.partitions; ++number) {
    Partition p = partition(side, table, number);
    const Partition* before =
        side == Side::kTarget && known.has_value() ? known->find(p.id) : nullptr;
    read.partitions.push_back(before == nullptr ? p : *before);
  }
  put(std::move(read));
}

void HistoryMaker::find_table(int table) {
  put(TableObserved{Side::kSource, name(table), table_id(Side::kSource, table), TableKind::kTable,
                    true});
  read(Side::kSource, table);
  make_on_target(table);
  replicate();
}

void HistoryMaker::make_on_target(int table) {
  const auto started = announce();
  if (!started.has_value()) std::abort();
  put(DdlSucceeded{std::get<DdlStarted>(*started).intent.key});
  put(TableObserved{Side::kTarget, name(table), table_id(Side::kTarget, table), TableKind::kTable,
                    true});
  put(DatabaseListed{Side::kTarget, name(table).db});
  read(Side::kTarget, table);
}

// A load into one partition, as the feed and the bulk readings show it.
void HistoryMaker::load(int table) {
  const auto number = static_cast<int>(rounds_ % static_cast<std::uint64_t>(shape_.partitions));
  std::int64_t& version =
      versions_[static_cast<std::size_t>(table)][static_cast<std::size_t>(number)];
  ++version;
  if (rounds_ % kFeed == 0) {
    put(FeedAdvanced{Side::kSource, name(table).db, TxnId(static_cast<std::int64_t>(rounds_))});
  }
  const Partition p = partition(Side::kSource, table, number);
  PartitionsMoved moved{Side::kSource, table_id(Side::kSource, table), {}};
  moved.versions.push_back({p.id, p.visible_version, p.data_version, p.epoch,
                            1'000'000 + version * 512, TxnType::kNormal});
  put(std::move(moved));
  if (rounds_ % kFullRead == 0) read(Side::kSource, table);
  if (rounds_ % kSweep == 0) {
    put(SweepCompleted{Side::kSource, true, shape_.tables, 0, ""});
    put(SweepCompleted{Side::kTarget, true, shape_.tables, 0, ""});
  }
}

void HistoryMaker::replicate() {
  const auto started = announce();
  if (!started.has_value()) return;
  const auto* job = std::get_if<ReplicationStarted>(&*started);
  if (job == nullptr) std::abort();
  const std::string& id = job->intent.job_id;
  put(ReplicationAccepted{id});
  put(ReplicationProgressed{id, "REPLICATING", TxnId(static_cast<std::int64_t>(rounds_ + 1'000))});
  if (rounds_ % kAbort == 1) {
    put(ReplicationAborted{id, "task failed on backend 10004: connection refused"});
    put(ReplicationFailed{id, "task failed on backend 10004: connection refused"});
    pause_ms_ = 2'000;
    return;
  }
  put(ReplicationCommitted{id});
  finish_job(job->intent);
}

void HistoryMaker::finish_job(const ReplicationIntent& intent) {
  PartitionsMoved moved{Side::kTarget, intent.target_table, {}};
  for (const ReplicationGoal& goal : intent.goals) {
    moved.versions.push_back({PartitionId(goal.target.value()), goal.version, goal.version,
                              goal.epoch, 1'000'000, TxnType::kReplication});
  }
  put(std::move(moved));
  // State alone decides that it is over.
  announce();
}

}  // namespace srsync::bench
