#include "admin/api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "unit/admin/loop.h"

namespace srsync::admin {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

nlohmann::json body(const ApiResponse& response) { return nlohmann::json::parse(response.body); }

class ApiTest : public ::testing::Test {
 protected:
  ApiTest() {
    options_.command_wait_ms = options_.detail_wait_ms = 60'000;
    world_.open();
    world_.read(Side::kSource, 100, {core::test::partition(101, 5, 7)});
    world_.read(Side::kTarget, 500, {core::test::partition(501, 1, 9)});
    world_.put(core::TableObserved{
        Side::kSource, {"shop", "x"}, core::TableId(130), core::TableKind::kOther, true});
  }
  ApiRequest request(const std::string& path, const std::string& method = "GET") const {
    ApiRequest made;
    made.method = method;
    made.path = path;
    made.host = "localhost:8950";
    made.peer_user = [] { return std::optional<uid_t>(::geteuid()); };
    if (method == "POST") made.operator_name = "ann";
    return made;
  }
  ApiResponse get(const std::string& path, std::map<std::string, std::string> query = {}) {
    ApiRequest made = request(path);
    made.query = std::move(query);
    return api().answer(made);
  }
  ApiResponse post(const std::string& path, std::map<std::string, std::string> query = {}) {
    ApiRequest made = request(path, "POST");
    made.query = std::move(query);
    return api().answer(made);
  }
  Api api() { return Api(board_, options_); }
  // Until the loop has told the board something.
  void await() {
    while (board_.overview() == nullptr) std::this_thread::yield();
  }

  core::test::World world_;
  Board board_;
  ApiOptions options_;
};

TEST_F(ApiTest, BeforeTheFirstStatusItSaysSo) {
  EXPECT_EQ(get("/healthz").status, 503);
  EXPECT_THAT(get("/healthz").body, HasSubstr("starting"));
  EXPECT_EQ(get("/api/status").status, 503);
  EXPECT_EQ(get("/metrics").status, 503);
  EXPECT_EQ(get("/").status, 200);
  options_.detail_wait_ms = 1;
  EXPECT_EQ(get("/api/tables").status, 503);
}

TEST_F(ApiTest, TellsHowThingsStand) {
  const test::Loop loop(board_, world_);
  await();
  EXPECT_EQ(get("/healthz").status, 200);
  const auto status = body(get("/api/status"));
  EXPECT_EQ(status["tables"]["total"], 1);
  EXPECT_EQ(status["tables"]["pending"], 1);
  EXPECT_EQ(status["partitions"]["in_sync"], 0);
  EXPECT_EQ(status["bytes_behind"], 1000);
  EXPECT_EQ(status["objects_not_carried"], 1);
  EXPECT_EQ(status["clusters"]["target"]["version"], "4.0.0");
  EXPECT_EQ(status["held_drops"], nullptr);
  EXPECT_THAT(get("/metrics").body, HasSubstr("srsync_tables{status=\"pending\"} 1\n"));
  ASSERT_EQ(get("/api/coverage").status, 200);
  EXPECT_THAT(get("/").body, HasSubstr("shop.x"));
}

TEST_F(ApiTest, ListsArePagedAndFiltered) {
  const test::Loop loop(board_, world_);
  auto tables = body(get("/api/tables"));
  EXPECT_EQ(tables["total"], 2);
  EXPECT_EQ(tables["next_offset"], nullptr);
  tables = body(get("/api/tables", {{"limit", "1"}}));
  EXPECT_EQ(tables["tables"].size(), 1U);
  EXPECT_EQ(tables["tables"][0]["name"], "shop.t");
  EXPECT_EQ(tables["next_offset"], 1);
  tables = body(get("/api/tables", {{"status", "blocked"}}));
  ASSERT_EQ(tables["total"], 1);
  EXPECT_EQ(tables["tables"][0]["name"], "shop.x");
  EXPECT_EQ(body(get("/api/tables", {{"db", "other"}}))["total"], 0);
  EXPECT_EQ(body(get("/api/tables", {{"offset", "7"}}))["tables"].size(), 0U);
  const auto coverage = body(get("/api/coverage"));
  ASSERT_EQ(coverage["total"], 1);
  EXPECT_EQ(coverage["objects"][0]["kind"], "other object");
  EXPECT_EQ(coverage["objects"][0]["name"], "shop.x");
  EXPECT_FALSE(coverage["never_listed"].empty());
}

TEST_F(ApiTest, WrongQueriesAreRefused) {
  for (const char* bad : {"-1", "x", "10001", "0", "99999999999999999999"}) {
    EXPECT_EQ(get("/api/tables", {{"limit", bad}}).status, 400) << bad;
  }
  EXPECT_EQ(get("/api/tables", {{"status", "nonsense"}}).status, 400);
  EXPECT_EQ(get("/nowhere").status, 404);
  EXPECT_EQ(get("/api/pause").status, 405);
  EXPECT_EQ(post("/api/status").status, 405);
  EXPECT_EQ(api().answer(request("/api/pause", "OPTIONS")).status, 405);
  EXPECT_EQ(post("/api/skip").status, 400);
  for (const char* bad : {"t", ".t", "shop.", "."}) {
    EXPECT_EQ(post("/api/skip", {{"table", bad}}).status, 400) << bad;
  }
  EXPECT_EQ(post("/api/confirm").status, 400);
  EXPECT_EQ(post("/api/pause", {{"table", "shop.t"}}).status, 400);
  EXPECT_EQ(post("/api/retry", {{"tabel", "shop.t"}}).status, 400) << "or all would be retried";
}

// A page that makes its own name mean 127.0.0.1 must neither read nor order anything.
TEST_F(ApiTest, OtherNamesThanThisMachinesAreRefused) {
  ApiRequest rebound = request("/api/status");
  rebound.host = "evil.example:8950";
  EXPECT_EQ(api().answer(rebound).status, 421);
  rebound.host.clear();
  EXPECT_EQ(api().answer(rebound).status, 421);
  for (const auto& [name, value] : common_headers())
    EXPECT_THAT(name, Not(HasSubstr("Allow-Origin")));
}

TEST_F(ApiTest, ACommandNeedsAHeaderThatAFormCannotSend) {
  ApiRequest form = request("/api/pause", "POST");
  form.operator_name.clear();
  EXPECT_EQ(api().answer(form).status, 403);
  options_.token = Secret("0123456789abcdef");
  form.authorization = "Basic cm9vdDowMTIzNDU2Nzg5YWJjZGVm";  // as a browser remembers it
  EXPECT_EQ(api().answer(form).status, 403);
}

TEST_F(ApiTest, WithoutATokenCommandsAreOfRootAndOfTheDaemonsUser) {
  const test::Loop loop(board_, world_);
  await();
  ApiRequest pause = request("/api/pause", "POST");
  for (const auto user : {std::optional<uid_t>(::geteuid() + 1), std::optional<uid_t>()}) {
    pause.peer_user = [user] { return user; };
    EXPECT_EQ(api().answer(pause).status, 403);
  }
  EXPECT_EQ(body(get("/api/status")).value("paused", true), false);
  pause.peer_user = [] { return std::optional<uid_t>(0); };
  EXPECT_EQ(api().answer(pause).status, 200);
}

TEST_F(ApiTest, WithATokenNothingIsToldWithoutIt) {
  const test::Loop loop(board_, world_);
  await();
  options_.token = Secret("0123456789abcdef");
  for (const char* path : {"/", "/metrics", "/api/status", "/api/tables", "/api/nowhere"}) {
    const ApiResponse response = get(path);
    EXPECT_EQ(response.status, 401) << path;
    EXPECT_THAT(response.body, Not(HasSubstr("0123456789abcdef")));
  }
  EXPECT_EQ(post("/api/pause").status, 401);
  EXPECT_EQ(get("/healthz").status, 200);
  ApiRequest asked = request("/api/status");
  asked.host = "srsync.example:8950";  // the token is what counts then
  asked.authorization = "Bearer 0123456789abcdef";
  EXPECT_EQ(api().answer(asked).status, 200);
  EXPECT_THAT(api().answer(asked).body, Not(HasSubstr("0123456789abcdef")));
}

TEST_F(ApiTest, CommandsBecomeFacts) {
  const test::Loop loop(board_, world_);
  const auto paused = post("/api/pause");
  EXPECT_EQ(paused.status, 200) << paused.body;
  EXPECT_EQ(body(paused)["durable"], true);
  EXPECT_GT(body(paused)["journal_sequence"], 0);
  const auto stands = [&](const char* key, const nlohmann::json& value) {
    while (body(get("/api/status"))[key] != value) std::this_thread::yield();
  };
  stands("paused", true);
  EXPECT_EQ(post("/api/resume").status, 200);
  stands("paused", false);
  EXPECT_EQ(post("/api/skip", {{"table", "shop.nothere"}}).status, 404);
  EXPECT_EQ(post("/api/skip", {{"table", "shop.t"}}).status, 200);
  EXPECT_EQ(post("/api/retry", {{"table", "shop.t"}}).status, 200);
  EXPECT_EQ(post("/api/retry").status, 200);
  const auto unknown = post("/api/confirm", {{"token", "deadbeef"}});
  EXPECT_EQ(unknown.status, 404);
  EXPECT_THAT(unknown.body, HasSubstr("no drops wait"));
}

}  // namespace
}  // namespace srsync::admin
