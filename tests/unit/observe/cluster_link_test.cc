// Finding the leader and staying with it.
#include "observe/cluster_link.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "unit/observe/fake_cluster.h"

namespace srsync::observe {
namespace {

const std::vector<FakeFrontendRow> kFirstLeads = {{"fe1", 9030, "LEADER"}, {"fe2"}, {"fe3"}};
const std::vector<FakeFrontendRow> kSecondLeads = {
    {"fe1", 9030, "FOLLOWER"}, {"fe2", 9030, "LEADER"}, {"fe3"}};

class ClusterLinkTest : public testing::Test {
 protected:
  void teach_all(const std::vector<FakeFrontendRow>& rows) {
    for (const char* host : {"fe1", "fe2", "fe3"}) {
      FakeFrontend& frontend = fe(host);
      frontend.teach(show_frontends(rows));
      frontend.teach("SHOW PROC '/dbs'", {"DbId", "DbName"}, {{"1", host}});
    }
  }
  FakeFrontend& fe(const std::string& host) { return connector_.target.frontends[host + ":9030"]; }
  ClusterLink link(const std::string& seed = "fe2") {
    return ClusterLink(endpoint(Side::kTarget, {{seed, 9030}}), connector_);
  }
  std::string who_answers(ClusterLink& link) {
    const auto rows = link.read("SHOW PROC '/dbs'");
    return rows.is_ok() ? rows->rows.at(0).at(1).value_or("NULL") : rows.status().to_string();
  }

  FakeConnector connector_;
};

TEST_F(ClusterLinkTest, GoesFromTheSeedToTheLeader) {
  teach_all(kFirstLeads);
  ClusterLink l = link();
  EXPECT_EQ(who_answers(l), "fe1");
  EXPECT_EQ(connector_.target.rpc_addresses, std::vector<std::string>{"fe1:9020"});
  // SHOW PROC must come from the leader even should this one lose the lead.
  EXPECT_EQ(connector_.target.count("SET forward_to_leader = true"), 1u);
}

TEST_F(ClusterLinkTest, ALoneFrontendIsReachedWhereItWasAsked) {
  FakeFrontend& only = connector_.target.frontends["gateway:19030"];
  only.teach(show_frontends({{"127.0.0.1", 9030, "LEADER"}}));
  only.teach("SHOW PROC '/dbs'", {"DbId", "DbName"}, {{"1", "me"}});
  ClusterLink l(endpoint(Side::kTarget, {{"gateway", 19030}}), connector_);
  EXPECT_EQ(who_answers(l), "me");
  EXPECT_EQ(connector_.target.rpc_addresses, std::vector<std::string>{"gateway:9020"});
}

TEST_F(ClusterLinkTest, FollowsALeaderThatMoved) {
  teach_all(kFirstLeads);
  ClusterLink l = link();
  EXPECT_EQ(who_answers(l), "fe1");
  teach_all(kSecondLeads);
  fe("fe1").dead = true;
  EXPECT_EQ(who_answers(l), "fe2");
}

TEST_F(ClusterLinkTest, ADeadSeedIsReplacedByAFrontendSeenBefore) {
  teach_all(kFirstLeads);
  ClusterLink l = link();
  EXPECT_EQ(who_answers(l), "fe1");
  teach_all({{"fe1", 9030, "FOLLOWER"}, {"fe2"}, {"fe3", 9030, "LEADER"}});
  fe("fe1").dead = true;
  fe("fe2").dead = true;
  EXPECT_EQ(who_answers(l), "fe3");
}

TEST_F(ClusterLinkTest, AnOldPictureOfTheLeaderIsNotBelieved) {
  teach_all(kSecondLeads);
  fe("fe3").answers.clear();
  fe("fe3").teach(show_frontends(kFirstLeads));  // asked first, and behind
  ClusterLink l(endpoint(Side::kTarget, {{"fe3", 9030}, {"fe1", 9030}}), connector_);
  EXPECT_EQ(who_answers(l), "fe2");
}

TEST_F(ClusterLinkTest, WithoutALeaderItIsUnavailable) {
  teach_all({{"fe1"}, {"fe2"}, {"fe3"}});
  ClusterLink l = link();
  const auto rows = l.read("SHOW PROC '/dbs'");
  EXPECT_EQ(rows.status().code(), Code::kUnavailable);
  EXPECT_TRUE(contains(rows.status().message(), "no leader")) << rows.status().to_string();
}

// What followers say while the leader is dead, as recorded.
TEST_F(ClusterLinkTest, AFollowersRefusalToForwardSendsUsToTheNextLeader) {
  teach_all(kFirstLeads);
  ClusterLink l = link("fe1");
  EXPECT_EQ(who_answers(l), "fe1");
  // fe1 lives on as a follower, which cannot reach the leader that was.
  for (const json& line : recorded_statements("4.0", "high_availability.jsonl")) {
    if (!line.contains("error") || line["sql"] != "SHOW PROC '/replications'") continue;
    json refusal = line;
    refusal["sql"] = "SHOW PROC '/dbs'";
    teach_all(kSecondLeads);
    fe("fe1").teach(refusal);
    EXPECT_EQ(who_answers(l), "fe2") << line["error"];
    teach_all(kFirstLeads);
    l.forget();
    EXPECT_EQ(who_answers(l), "fe1");
  }
}

TEST_F(ClusterLinkTest, AReadingIsRepeatedAfterABrokenConnection) {
  teach_all(kFirstLeads);
  ClusterLink l = link();
  fe("fe1").break_after = "SHOW PROC";
  EXPECT_EQ(who_answers(l), "fe1");
  EXPECT_EQ(connector_.target.count("SHOW PROC '/dbs'"), 2u);
}

TEST_F(ClusterLinkTest, AChangeIsNotRepeatedWhenItMayHaveHappened) {
  teach_all(kFirstLeads);
  fe("fe1").teach({{"sql", "DROP TABLE t"}, {"ok", json::object()}});
  ClusterLink l = link();
  fe("fe1").break_after = "DROP";
  EXPECT_EQ(l.change("DROP TABLE t").code(), Code::kOutcomeUnknown);
  EXPECT_EQ(connector_.target.count("DROP TABLE t"), 1u);
  EXPECT_TRUE(l.change("DROP TABLE t").is_ok());
}

TEST_F(ClusterLinkTest, AChangeThatWasNeverSentIsRepeatedAtTheNewLeader) {
  teach_all(kFirstLeads);
  ClusterLink l = link();
  EXPECT_EQ(who_answers(l), "fe1");
  teach_all(kSecondLeads);
  fe("fe1").dead = true;
  fe("fe2").teach({{"sql", "DROP TABLE t"}, {"ok", json::object()}});
  EXPECT_TRUE(l.change("DROP TABLE t").is_ok());
  EXPECT_EQ(connector_.target.count("DROP TABLE t"), 1u);
}

TEST_F(ClusterLinkTest, RefreshMovesToTheNewLeader) {
  teach_all(kFirstLeads);
  ClusterLink l = link("fe1");
  EXPECT_EQ(who_answers(l), "fe1");
  teach_all(kSecondLeads);  // fe1 is alive, a follower now
  const auto list = l.refresh();
  ASSERT_TRUE(list.is_ok());
  EXPECT_EQ(list->leader()->host, "fe2");
  EXPECT_EQ(who_answers(l), "fe2");
}

TEST_F(ClusterLinkTest, AWrongPasswordIsSaidAtOnce) {
  teach_all(kFirstLeads);
  fe("fe2").teach({{"sql", "SHOW FRONTENDS"},
                   {"error", {{"code", 1045}, {"message", "Access denied for user 'x'"}}}});
  ClusterLink l(endpoint(Side::kTarget, {{"fe2", 9030}, {"fe1", 9030}}), connector_);
  EXPECT_EQ(l.read("SHOW PROC '/dbs'").status().code(), Code::kDenied);
}

TEST_F(ClusterLinkTest, AJobIsSentToTheLeaderThatTookOver) {
  teach_all(kFirstLeads);
  ClusterLink l = link();
  EXPECT_EQ(who_answers(l), "fe1");
  teach_all(kSecondLeads);
  fe("fe1").dead = true;
  const Status sent =
      l.change_rpc([](io::FrontendRpc& rpc) { return rpc.abort_remote_txn(7, 1, "because"); });
  EXPECT_TRUE(sent.is_ok()) << sent.to_string();
  EXPECT_EQ(connector_.target.aborted, std::vector<std::int64_t>{7});
  EXPECT_EQ(connector_.target.rpc_addresses.back(), "fe2:9020");
}

TEST_F(ClusterLinkTest, AnUnsureJobIsNotSentAgain) {
  teach_all(kFirstLeads);
  connector_.target.start_answers = {outcome_unknown("forward request to fe master failed")};
  ClusterLink l = link();
  const Status sent =
      l.change_rpc([](io::FrontendRpc& rpc) { return rpc.start_table_replication({}); });
  EXPECT_EQ(sent.code(), Code::kOutcomeUnknown);
  EXPECT_EQ(connector_.target.started.size(), 1u);
}

}  // namespace
}  // namespace srsync::observe
