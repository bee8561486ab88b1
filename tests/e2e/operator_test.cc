// An operator at a running srsyncd: srsyncctl as a process, over the daemon's HTTP port.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include "support/oracles.h"
#include "support/whole_system.h"

namespace srsync::test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// A listener on a free port of this machine's loopback.
class Listener {
 public:
  Listener() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address);
    ::listen(socket_, 1);
    socklen_t size = sizeof address;
    ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
  }
  ~Listener() { ::close(socket_); }
  std::string port() const { return std::to_string(port_); }

 private:
  int socket_;
  int port_ = 0;
};

class Operator : public ::testing::Test {
 protected:
  Operator() {
    world_.settings()["srsync_admin_port"] = Listener().port();
    world_.settings()["srsync_sweep_interval_seconds"] = "1";
  }
  void make(const std::string& table) {
    world_.sql(Side::kSource,
               fmt::format("CREATE TABLE d.{} (`k` INT, `v` INT) DUPLICATE KEY(`k`) DISTRIBUTED BY "
                           "HASH(`k`) BUCKETS 2 PROPERTIES (\"replication_num\" = \"1\")",
                           table));
    world_.load(Side::kSource, "d", table);
  }
  std::size_t tables_on_target() {
    return world_.sql(Side::kTarget, "SHOW TABLES FROM d").rows.size();
  }
  bool await_equal() {
    return world_.await([&] { return differences(world_.sandbox()).empty(); });
  }
  // Until srsyncctl prints `text`. Each look is a process, so there are few.
  bool await_ctl(const std::vector<std::string>& arguments, const std::string& text) {
    for (int i = 0; i < 600; ++i) {
      if (world_.ctl(arguments).out.find(text) != std::string::npos) return true;
      ::usleep(100'000);
    }
    return false;
  }
  void expect_done(const DaemonRun& run) { EXPECT_EQ(run.exit.code, 0) << run.out << run.err; }
  void stop(Process daemon) {
    daemon.signal(SIGTERM);
    EXPECT_EQ(daemon.wait().code, 0);
  }

  World world_{bare_world()};
};

TEST_F(Operator, APauseHoldsEverythingBackAndOutlivesAKill) {
  world_.sql(Side::kSource, "CREATE DATABASE d");
  make("t");
  Process first = world_.start_daemon({});
  ASSERT_TRUE(await_equal()) << world_.log_text();
  ASSERT_TRUE(await_ctl({"health"}, "healthy\n"));
  expect_done(world_.ctl({"pause"}));
  EXPECT_THAT(world_.ctl({"status"}).out, HasSubstr("paused"));
  first.signal(SIGKILL);
  first.wait();

  const std::size_t before = target_changes(world_.effects()).size();
  make("u");
  world_.load(Side::kSource, "d", "t");
  Process second = world_.start_daemon({});
  // It has seen both: the table that is missing and the one that is behind.
  ASSERT_TRUE(await_ctl({"tables", "--status", "pending"}, "d.u")) << world_.log_text();
  ASSERT_TRUE(await_ctl({"tables", "--status", "pending"}, "d.t")) << world_.log_text();
  EXPECT_THAT(world_.ctl({"status"}).out, HasSubstr("paused"));
  EXPECT_EQ(target_changes(world_.effects()).size(), before);
  EXPECT_EQ(tables_on_target(), 1U);

  expect_done(world_.ctl({"resume"}));
  EXPECT_TRUE(await_equal()) << world_.log_text();
  EXPECT_THAT(world_.ctl({"status"}).out, Not(HasSubstr("paused")));
  stop(std::move(second));
  EXPECT_THAT(journal_violations(world_.journal_dir()), IsEmpty());
}

TEST_F(Operator, HeldDropsAreListedAndConfirmed) {
  world_.sql(Side::kSource, "CREATE DATABASE d");
  for (const char* table : {"a", "b", "c", "e", "f"}) make(table);
  expect_done(world_.run_daemon());
  for (const char* table : {"a", "b", "c", "e"}) {
    world_.sql(Side::kSource, fmt::format("DROP TABLE d.{}", table));
  }
  world_.settings()["ddl_job_allow_drop_target_only"] = "true";
  world_.settings()["srsync_max_drops_per_hour"] = "2";
  Process daemon = world_.start_daemon({});
  ASSERT_TRUE(await_ctl({"status"}, "4 drops wait")) << world_.log_text();
  const auto status = nlohmann::json::parse(world_.ctl({"status", "--json"}).out);
  EXPECT_EQ(status["held_drops"]["drops"][0]["name"], "d.a");
  const DaemonRun wrong = world_.ctl({"confirm", "deadbeef"});
  EXPECT_EQ(wrong.exit.code, 1) << wrong.out;
  EXPECT_EQ(tables_on_target(), 5U);
  expect_done(world_.ctl({"confirm", status["held_drops"]["token"].get<std::string>()}));
  EXPECT_TRUE(world_.await([&] { return tables_on_target() == 1; })) << world_.log_text();
  stop(std::move(daemon));
  EXPECT_EQ(to_text(differences(world_.sandbox())), "");
  EXPECT_THAT(journal_violations(world_.journal_dir()), IsEmpty());
}

TEST_F(Operator, ASkippedTableIsLeftAloneUntilItIsRetried) {
  world_.sql(Side::kSource, "CREATE DATABASE d");
  make("t");
  world_.settings()["srsync_admin_token"] = "a-token-that-nobody-guesses";
  Process daemon = world_.start_daemon({});
  ASSERT_TRUE(await_equal()) << world_.log_text();
  expect_done(world_.ctl({"skip", "d.t"}));
  world_.load(Side::kSource, "d", "t");
  ASSERT_TRUE(await_ctl({"coverage"}, "skipped by an operator"));
  EXPECT_FALSE(differences(world_.sandbox()).empty());
  expect_done(world_.ctl({"retry", "d.t"}));
  EXPECT_TRUE(await_equal()) << world_.log_text();
  const DaemonRun stranger =
      world_.ctl({"--url", "http://127.0.0.1:" + world_.settings()["srsync_admin_port"], "health"});
  EXPECT_EQ(stranger.exit.code, 0);
  stop(std::move(daemon));
  EXPECT_THAT(world_.log_text(), Not(HasSubstr("a-token-that-nobody-guesses")));
  EXPECT_THAT(journal_violations(world_.journal_dir()), IsEmpty());
}

TEST_F(Operator, ATakenPortStopsNothing) {
  world_.sql(Side::kSource, "CREATE DATABASE d");
  make("t");
  const Listener taken;
  world_.settings()["srsync_admin_port"] = taken.port();
  const DaemonRun run = world_.run_daemon();
  expect_done(run);
  EXPECT_THAT(run.err, HasSubstr("no status page and no srsyncctl: port " + taken.port()));
  EXPECT_EQ(to_text(differences(world_.sandbox())), "");
}

TEST_F(Operator, WithoutADaemonItSaysSo) {
  const DaemonRun usage = world_.ctl({"retry"});
  EXPECT_EQ(usage.exit.code, 2);
  world_.run_daemon({"--plan"});  // writes the settings
  const DaemonRun alone = world_.ctl({"status"});
  EXPECT_EQ(alone.exit.code, 1);
  EXPECT_THAT(alone.err, HasSubstr("srsyncd does not answer"));
}

}  // namespace
}  // namespace srsync::test
