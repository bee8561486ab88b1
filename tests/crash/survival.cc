#include "crash/survival.h"

#include <csignal>
#include <cstdlib>
#include <thread>

#include <fmt/format.h>

#include "base/text.h"

namespace srsync::test {
namespace {

constexpr int kRestartsMax = 3;

const char* const kMixedTable =
    "CREATE TABLE mixed.t (`d` DATE NOT NULL, `k` INT) DUPLICATE KEY(`d`) PARTITION BY "
    "RANGE(`d`) ({}) DISTRIBUTED BY HASH(`k`) BUCKETS 2 PROPERTIES (\"replication_num\" = \"1\")";

// No statement makes its partitions.
const char* const kSlicedTable =
    "CREATE TABLE mixed.s (`d` DATE NOT NULL, `k` INT) DUPLICATE KEY(`d`) PARTITION BY "
    "time_slice(`d`, INTERVAL 7 DAY) DISTRIBUTED BY HASH(`k`) BUCKETS 2 PROPERTIES "
    "(\"replication_num\" = \"1\")";

std::string month(int number) {
  return fmt::format("PARTITION p{0} VALUES [(\"2026-{0:02}-01\"), (\"2026-{1:02}-01\"))", number,
                     number + 1);
}

}  // namespace

sandbox::SandboxOptions crash_options() {
  sandbox::SandboxOptions options = small_world();
  options.generator.tables = 2;
  return options;
}

std::unique_ptr<World> crash_world(const sandbox::SandboxOptions& options, bool surplus) {
  auto world = std::make_unique<World>(options);
  // Checkpoints in the middle, so that recovery begins with one.
  world->settings()["srsync_checkpoint_every_events"] = "15";
  world->settings()["meta_job_interval_seconds"] = "1";
  for (const Side side : {Side::kSource, Side::kTarget}) world->sql(side, "CREATE DATABASE mixed");
  const auto table = [&](Side side, const std::string& partitions) {
    world->sql(side, fmt::format(fmt::runtime(kMixedTable), partitions));
  };
  // Its columns differ: it is made anew beside the old one.
  const auto changed = [&](Side side, const std::string& type) {
    world->sql(side, fmt::format("CREATE TABLE mixed.changed (`k` INT NOT NULL, `v` {}) DUPLICATE "
                                 "KEY(`k`) DISTRIBUTED BY HASH(`k`) BUCKETS 1 PROPERTIES "
                                 "(\"replication_num\" = \"1\")",
                                 type));
    world->load(side, "mixed", "changed");
  };
  changed(Side::kSource, "VARCHAR(20)");
  changed(Side::kTarget, "DATE");
  table(Side::kSource, month(1) + ", " + month(2) + ", " + month(3));
  table(Side::kTarget, month(1) + ", " + month(3) + (surplus ? ", " + month(9) : ""));
  for (int i = 0; i < 2; ++i) world->load(Side::kSource, "mixed", "t");
  world->sql(Side::kSource, kSlicedTable);
  world->make_partitions(Side::kSource, "mixed", "s", {"2026-01-01", "2026-01-10"});
  world->load(Side::kSource, "mixed", "s");
  world->load(Side::kTarget, "mixed", "t", {"p1"});
  world->sql(Side::kTarget, "CREATE DATABASE kept");
  return world;
}

bool Survivor::die_at(const std::string& point, int count) {
  ++starts_;
  return !settle(
      world_.run_daemon({"--once"}, {{"SRSYNC_KILL_AT", fmt::format("{}:{}", point, count)}}));
}

bool Survivor::die_after(int ms) {
  ++starts_;
  Process process = world_.start_daemon();
  if (!process.ended_within(ms)) process.signal(SIGKILL);
  return !settle(world_.finish(std::move(process)));
}

bool Survivor::die_when(const std::function<bool()>& condition) {
  ++starts_;
  Process process = world_.start_daemon();
  const bool met = world_.await([&] { return condition() || process.ended_within(0); });
  if (!met) complaints_.push_back(fmt::format("run {}: what to wait for never came", starts_));
  process.signal(SIGKILL);
  return !settle(world_.finish(std::move(process))) && met;
}

// True: it ended well. False: it was killed, as it should be. Anything else is a complaint.
bool Survivor::settle(DaemonRun run) {
  compare_journals();
  if (run.exit.signal == SIGKILL && !run.exit.timed_out) return false;
  if (run.exit.code == 0) return true;
  complaints_.push_back(fmt::format("run {} ended with code {}, signal {}{}: {}{}", starts_,
                                    run.exit.code, run.exit.signal,
                                    run.exit.timed_out ? ", after it hung" : "", run.err, run.out));
  return false;
}

void Survivor::compare_journals() {
  auto now = journal_records(world_.journal_dir(), complaints_);
  add(not_a_prefix(journal_, now));
  journal_ = std::move(now);
}

void Survivor::recover() {
  for (int i = 0; i < kRestartsMax; ++i) {
    ++starts_;
    const std::size_t complaints = complaints_.size();
    if (settle(world_.run_daemon())) return;
    if (complaints_.size() == complaints) complaints_.push_back("killed without being asked to");
  }
}

void Survivor::check() {
  const auto effects = world_.effects();
  add(differences(world_.sandbox()));
  // Each partition that goes makes room for one of the same name: once each, like everything else.
  add(repeated_ddl(effects));
  auto expected = expected_creations(world_.sandbox(), {"mixed", "mixed.t", "mixed.changed"});
  expected.emplace_back("ALTER TABLE `mixed`.`changed` SWAP WITH `srsync_new_changed`");
  add(missing_ddl(effects, expected));
  add(unplanned_drops(effects, {"DROP TABLE IF EXISTS `mixed`.`srsync_new_changed`",
                                "`mixed`.`t` DROP PARTITION IF EXISTS `p1`",
                                "`mixed`.`t` DROP PARTITION IF EXISTS `p9`"}));
  add(double_submissions(effects));
  add(source_writes(effects));
  add(journal_violations(world_.journal_dir()));
  const bool kept = world_.sandbox().cluster(Side::kTarget).with([](const auto& catalog) {
    return catalog.find_database("kept") != nullptr;
  });
  const bool second = world_.sandbox().cluster(Side::kTarget).with([](const auto& catalog) {
    return catalog.find_database("mixed")->find_table("srsync_new_changed") != nullptr;
  });
  if (second) complaints_.push_back("the replaced table is still there");
  if (!kept) complaints_.push_back("the target's own database is gone");
}

void Survivor::add(const Complaints& more) {
  complaints_.insert(complaints_.end(), more.begin(), more.end());
}

void in_parallel(int threads, const std::function<bool()>& take_and_do_one) {
  std::vector<std::thread> all;
  for (int i = 0; i < threads; ++i) {
    all.emplace_back([&] {
      while (take_and_do_one()) {
      }
    });
  }
  for (std::thread& thread : all) thread.join();
}

int number_from_environment(const char* name, int otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : static_cast<int>(parse_int64(text).value_or(otherwise));
}

}  // namespace srsync::test
