#include "admin/ctl.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "admin/json.h"
#include "admin/server.h"
#include "unit/admin/loop.h"

namespace srsync::admin {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class CtlTest : public ::testing::Test {
 protected:
  CtlTest() {
    world_.open();
    world_.put(test::two_drops());
    world_.put(core::TableObserved{
        Side::kSource, {"shop", "x"}, core::TableId(130), core::TableKind::kOther, true});
    loop_ = std::make_unique<test::Loop>(board_, world_);
    auto server = Server::start(board_, {});
    server_ = std::move(server).value();
    Endpoint endpoint;
    endpoint.port = server_->port();
    endpoint.operator_name = "ann";
    ask_ = ask_over_http(endpoint);
    while (board_.overview() == nullptr) std::this_thread::yield();
  }
  CtlResult run(const std::string& verb) {
    command_.verb = verb;
    return run_ctl(command_, ask_);
  }

  core::test::World world_;
  Board board_;
  std::unique_ptr<test::Loop> loop_;
  std::unique_ptr<Server> server_;
  Ask ask_;
  CtlCommand command_;
};

TEST_F(CtlTest, StatusForPeople) {
  const CtlResult result = run("status");
  EXPECT_EQ(result.exit_code, kCtlDone);
  EXPECT_THAT(result.out, HasSubstr("health       healthy\n"));
  EXPECT_THAT(result.out, HasSubstr("target       answers, 4.0.0 shared-nothing\n"));
  EXPECT_THAT(result.out, HasSubstr("not carried  1: srsyncctl coverage\n"));
  EXPECT_THAT(result.out, HasSubstr("To allow exactly these: srsyncctl confirm 0badcafe\n"));
  EXPECT_THAT(result.out, HasSubstr("\n  shop.a  exists only on the target\n"));
  EXPECT_THAT(result.out, Not(HasSubstr("\033"))) << "colours are for terminals";
  command_.colours = true;
  EXPECT_THAT(run("status").out, HasSubstr("\033[32mhealth"));
}

TEST_F(CtlTest, ListsForPeople) {
  EXPECT_THAT(run("tables").out, HasSubstr("TABLE   STATUS"));
  EXPECT_THAT(run("tables").out, HasSubstr("\nshop.x  blocked"));
  command_.status = "running";
  EXPECT_THAT(run("tables").out, Not(HasSubstr("shop.x")));
  EXPECT_THAT(run("coverage").out, HasSubstr("other object  shop.x  not a table: not carried\n"));
  EXPECT_THAT(run("coverage").out, HasSubstr("not looked at: users"));
  EXPECT_EQ(run("jobs").out, "nothing is under way\n");
  EXPECT_EQ(run("health").out, "healthy\n");
}

TEST_F(CtlTest, CommandsAndTheirExitCodes) {
  EXPECT_THAT(run("pause").out, HasSubstr("paused"));
  EXPECT_EQ(run("resume").exit_code, kCtlDone);
  command_.table = "shop.nothere";
  const CtlResult refused = run("skip");
  EXPECT_EQ(refused.exit_code, kCtlFailed);
  EXPECT_EQ(refused.out, "");
  EXPECT_THAT(refused.err, HasSubstr("shop.nothere is on neither cluster"));
  command_.table.clear();
  command_.token = "0badcafe";
  EXPECT_EQ(run("confirm").exit_code, kCtlDone);
  EXPECT_EQ(run("confirm").exit_code, kCtlFailed) << "once";
}

TEST_F(CtlTest, JsonIsTheDaemonsOwn) {
  command_.json = true;
  EXPECT_THAT(run("status").out, HasSubstr("\"journal_sequence\": "));
  EXPECT_THAT(run("tables").out, HasSubstr("\"name\": \"shop.t\""));
  EXPECT_THAT(run("pause").out, HasSubstr("\"durable\": true"));
}

TEST_F(CtlTest, NobodyThere) {
  server_.reset();
  const CtlResult result = run("status");
  EXPECT_EQ(result.exit_code, kCtlFailed);
  EXPECT_THAT(result.err, HasSubstr("srsyncd does not answer"));
}

TEST(CtlPagesTest, AListIsReadPageByPage) {
  Detail detail;
  for (int i = 0; i < 2'500; ++i) {
    detail.coverage.push_back({"table", {"d", "t" + std::to_string(i)}, "why"});
  }
  std::vector<std::string> asked;
  const Ask ask = [&](const std::string&, const std::string& path) -> Result<http::Response> {
    asked.push_back(path);
    const std::size_t offset = std::stoul(path.substr(path.find('=') + 1));
    return http::Response{200, coverage_json(detail, {offset, 1'000})};
  };
  CtlCommand command;
  command.verb = "coverage";
  const CtlResult result = run_ctl(command, ask);
  EXPECT_THAT(asked, ElementsAre("/api/coverage?offset=0&limit=1000",
                                 "/api/coverage?offset=1000&limit=1000",
                                 "/api/coverage?offset=2000&limit=1000"));
  EXPECT_THAT(result.out, HasSubstr("d.t2499"));
}

TEST(CtlPagesTest, WhatIsNotSrsyncdIsSaid) {
  const Ask ask = [](const std::string&, const std::string&) -> Result<http::Response> {
    return http::Response{200, "<html>"};
  };
  CtlCommand command;
  command.verb = "status";
  EXPECT_THAT(run_ctl(command, ask).err, HasSubstr("is not srsyncd's"));
  const Ask other = [](const std::string&, const std::string&) -> Result<http::Response> {
    return http::Response{200, "{\"version\": 7}"};
  };
  EXPECT_THAT(run_ctl(command, other).err, HasSubstr("another version"));
}

// A table's name may hold what a terminal takes for a command.
TEST(CtlPagesTest, NamesDoNotCommandTheTerminal) {
  Detail detail;
  detail.coverage.push_back({"table", {"d", "\033]0;x\007"}, "why"});
  const Ask ask = [&](const std::string&, const std::string&) -> Result<http::Response> {
    return http::Response{200, coverage_json(detail, {})};
  };
  CtlCommand command;
  command.verb = "coverage";
  command.colours = false;
  EXPECT_THAT(run_ctl(command, ask).out, Not(HasSubstr("\033")));
}

TEST(CtlUrlTest, HostAndPort) {
  Endpoint endpoint;
  EXPECT_TRUE(parse_url("http://10.0.0.1:8950/", endpoint).is_ok());
  EXPECT_EQ(endpoint.host, "10.0.0.1");
  EXPECT_EQ(endpoint.port, 8950);
  EXPECT_TRUE(parse_url("http://[::1]:9", endpoint).is_ok());
  EXPECT_EQ(endpoint.host, "::1");
  EXPECT_EQ(endpoint.port, 9);
  EXPECT_TRUE(parse_url("http://srsync.example", endpoint).is_ok());
  EXPECT_EQ(endpoint.port, 80);
  for (const char* bad : {"", "https://x", "x:8950", "http://", "http://x:0", "http://x:y",
                          "http://user@x", "http://x/api"}) {
    EXPECT_FALSE(parse_url(bad, endpoint).is_ok()) << bad;
  }
  EXPECT_EQ(reachable_host("0.0.0.0"), "127.0.0.1");
  EXPECT_EQ(reachable_host("10.1.1.1"), "10.1.1.1");
  EXPECT_EQ(url_encode("a b.c&=\xc3\xa9"), "a%20b.c%26%3D%C3%A9");
}

}  // namespace
}  // namespace srsync::admin
