// A believable history of any length, for measuring what reads journals: tables are found and made
// on the target, then their versions move and jobs follow. What is announced in it is what plan()
// wanted at that moment, so verify finds it sound.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/fact.h"
#include "core/plan.h"
#include "core/state.h"

namespace srsync::bench {

struct HistoryShape {
  int tables = 10'000;
  int partitions = 5;  // per table
};

// One thread. The same shape and journal id give the same history.
class HistoryMaker {
 public:
  HistoryMaker(std::string journal_id, HistoryShape shape);

  // The facts of the next piece of the story, all of one moment; never empty.
  std::vector<core::Fact> next();
  // Their time.
  WallTime now() const { return WallTime(now_ms_); }
  // What they fold to.
  const core::State& state() const { return state_; }

 private:
  void put(core::Fact fact);
  // Announces what plan() wants to start now, and returns it.
  std::optional<core::Fact> announce();
  void begin_session();
  void find_database(int db);
  void find_table(int table);
  void make_on_target(int table);
  void read(Side side, int table);
  void load(int table);
  void replicate();
  void finish_job(const core::ReplicationIntent& intent);
  core::Partition partition(Side side, int table, int number) const;
  core::TableName name(int table) const;

  const std::string journal_id_;
  const HistoryShape shape_;
  core::State state_;
  std::vector<core::Fact> facts_;
  std::int64_t now_ms_ = 1'760'000'000'000;
  std::int64_t pause_ms_ = 0;                        // before the next piece
  std::vector<std::vector<std::int64_t>> versions_;  // of the source, by table and partition
  int databases_found_ = 0;
  int tables_found_ = 0;
  std::uint64_t rounds_ = 0;
};

}  // namespace srsync::bench
