// A table that must be made anew while somebody reads it on the target.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <optional>
#include <thread>

#include <fmt/format.h>

#include "support/oracles.h"
#include "support/whole_system.h"

namespace srsync::test {
namespace {

using ::testing::Contains;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// Asks for d.t on the target until it is stopped.
class Reader {
 public:
  explicit Reader(sandbox::Sandbox& sandbox) : sandbox_(sandbox), thread_([this] { read(); }) {}
  ~Reader() { stop(); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  // What was wrong with the first wrong answer; empty: nothing was.
  std::string stop() {
    over_ = true;
    if (thread_.joinable()) thread_.join();
    return wrong_;
  }
  int answers() const { return answers_; }

 private:
  void read() {
    while (!over_ && wrong_.empty()) {
      const sandbox::Answer answer = sandbox_.run(Side::kTarget, "SHOW CREATE TABLE d.t");
      if (answer.is_error()) wrong_ = answer.message;
      sandbox_.cluster(Side::kTarget).with([&](const sandbox::Catalog& catalog) {
        const sandbox::Database* db = catalog.find_database("d");
        const sandbox::Table* table = db == nullptr ? nullptr : db->find_table("t");
        if (table == nullptr) {
          wrong_ = "no table";
          return;
        }
        for (const auto& partition : table->partitions) {
          if (partition.content.empty()) wrong_ = partition.name + " is empty";
        }
      });
      ++answers_;
      std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
  }

  sandbox::Sandbox& sandbox_;
  std::atomic<bool> over_{false};
  std::atomic<int> answers_{0};
  std::string wrong_;  // of the thread until it is joined
  std::thread thread_;
};

const char* const kReadTable =
    "CREATE TABLE d.t (`k` INT NOT NULL, `v` {}) DUPLICATE KEY(`k`) {}DISTRIBUTED BY HASH(`k`) "
    "BUCKETS {} PROPERTIES (\"replication_num\" = \"1\")";
const char* const kReadPartitions =
    "PARTITION BY RANGE(`k`) (PARTITION a VALUES [(\"1\"), (\"5\")), PARTITION b VALUES [(\"5\"), "
    "(\"9\"))) ";

class MadeAnew : public ::testing::Test {
 protected:
  void begin(const std::string& partitions = "") {
    world_.settings()["srsync_sweep_interval_seconds"] = "1";
    world_.settings()["srsync_definition_interval_seconds"] = "1";
    world_.sql(Side::kSource, "CREATE DATABASE d");
    create("INT", partitions, 2);
    daemon_.emplace(world_.start_daemon({}));
    ASSERT_TRUE(await_equal()) << world_.log_text();
  }
  void create(const std::string& type, const std::string& partitions, int buckets) {
    world_.sql(Side::kSource, fmt::format(fmt::runtime(kReadTable), type, partitions, buckets));
    for (int i = 0; i < 2; ++i) world_.load(Side::kSource, "d", "t");
  }
  bool await_equal() {
    return world_.await([&] {
      return differences(world_.sandbox()).empty() &&
             world_.sql(Side::kTarget, "SHOW TABLES FROM d").rows.size() == 1;
    });
  }
  void end() {
    EXPECT_TRUE(await_equal()) << to_text(differences(world_.sandbox())) << world_.log_text();
    daemon_->signal(SIGTERM);
    EXPECT_EQ(daemon_->wait().code, 0);
    EXPECT_THAT(double_submissions(world_.effects()), IsEmpty());
    EXPECT_THAT(repeated_ddl(world_.effects()), IsEmpty());
    EXPECT_THAT(journal_violations(world_.journal_dir()), IsEmpty());
  }
  void expect_swapped(bool swapped) {
    const auto swap = Contains(Field(&sandbox::Effect::text, HasSubstr("SWAP WITH")));
    if (swapped) {
      EXPECT_THAT(world_.effects(), swap);
    } else {
      EXPECT_THAT(world_.effects(), Not(swap));
    }
    const auto dropped =
        Contains(Field(&sandbox::Effect::text, HasSubstr("DROP TABLE IF EXISTS `d`.`t`")));
    if (swapped) {
      EXPECT_THAT(world_.effects(), Not(dropped));
    } else {
      EXPECT_THAT(world_.effects(), dropped);
    }
  }
  World world_{bare_world()};
  std::optional<Process> daemon_;
};

TEST_F(MadeAnew, ReadersNeverMissATableWithAnotherColumnType) {
  begin(kReadPartitions);
  Reader reader(world_.sandbox());
  world_.sql(Side::kSource, "DROP TABLE d.t FORCE");
  create("DATE", kReadPartitions, 2);
  end();
  EXPECT_EQ(reader.stop(), "");
  EXPECT_GT(reader.answers(), 10);
  expect_swapped(true);
}

TEST_F(MadeAnew, ReadersNeverMissATableWithOtherBuckets) {
  begin();
  Reader reader(world_.sandbox());
  world_.sql(Side::kSource, "DROP TABLE d.t FORCE");
  create("INT", "", 5);
  end();
  EXPECT_EQ(reader.stop(), "");
  expect_swapped(true);
}

TEST_F(MadeAnew, ReadersNeverMissATableWhoseKeysChanged) {
  begin();
  Reader reader(world_.sandbox());
  world_.sql(Side::kSource, "DROP TABLE d.t FORCE");
  world_.sql(Side::kSource,
             "CREATE TABLE d.t (`k` INT NOT NULL, `v` INT) PRIMARY KEY(`k`) DISTRIBUTED BY "
             "HASH(`k`) BUCKETS 2 PROPERTIES (\"replication_num\" = \"1\")");
  world_.load(Side::kSource, "d", "t");
  end();
  EXPECT_EQ(reader.stop(), "");
  expect_swapped(true);
}

TEST_F(MadeAnew, ReadersNeverMissATableThatSomebodyWroteTo) {
  begin();
  Reader reader(world_.sandbox());
  world_.load(Side::kTarget, "d", "t");
  end();
  EXPECT_EQ(reader.stop(), "");
  expect_swapped(true);
}

TEST_F(MadeAnew, APlanTellsTheSteps) {
  begin();
  end();
  world_.sql(Side::kSource, "DROP TABLE d.t FORCE");
  create("DATE", "", 2);
  const DaemonRun plan = world_.run_daemon({"--plan"});
  EXPECT_EQ(plan.exit.code, 0) << plan.err;
  for (const char* step :
       {"create table beside", "replicate", "swap tables", "drop replaced table"}) {
    EXPECT_THAT(plan.out, HasSubstr(step));
  }
  EXPECT_THAT(plan.out, Not(HasSubstr("drop table ")));
}

TEST_F(MadeAnew, WhereThereIsNoRoomTheOldOneGoesFirst) {
  world_.settings()["srsync_recreate"] = "drop-first";
  begin(kReadPartitions);
  world_.sql(Side::kSource, "DROP TABLE d.t FORCE");
  create("DATE", kReadPartitions, 2);
  end();
  expect_swapped(false);
}

}  // namespace
}  // namespace srsync::test
