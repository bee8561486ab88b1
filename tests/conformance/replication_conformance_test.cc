// Scenes A to H as five versions of real frontends answered them, told again to the sandbox line by
// line. What does not match stands in known_replication_differences.txt with its reason; a line
// that matches must not stand there.
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <map>
#include <set>

#include "base/text.h"
#include "conformance/replay_compare.h"
#include "conformance/replay_world.h"
#include "conformance/rpc_rows.h"
#include "sandbox/http_frontend.h"
#include "support/fixture.h"
#include "support/paths.h"

namespace srsync::sandbox {
namespace {

using nlohmann::json;

// How long the sandbox may take to show what was recorded: steps of 5 ms.
constexpr int kMaxSteps = 120;

// "4.0/52" -> the reason.
std::map<std::string, std::string> known_differences() {
  std::ifstream file(test::source_path("tests/conformance/known_replication_differences.txt"));
  EXPECT_TRUE(file.is_open());
  std::map<std::string, std::string> out;
  std::string line;
  while (std::getline(file, line)) {
    if (line.empty() || line[0] == '#') continue;
    const auto blank = line.find(' ');
    out[line.substr(0, blank)] = line.substr(blank + 1);
  }
  return out;
}

class Replay {
 public:
  Replay(const std::string& version_text)
      : lines_(test::load_jsonl(test::fixture_path(version_text, "replication.jsonl"))),
        world_(*version_from(version_text)) {
    world_.learn(lines_);
  }

  // By line number from 1: what differs.
  std::map<int, std::string> run() {
    std::map<int, std::string> out;
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      if (auto difference = line(lines_[i])) out[static_cast<int>(i) + 1] = *difference;
    }
    return out;
  }
  std::size_t size() const { return lines_.size(); }

  // rpc_reads.jsonl was recorded when the story had ended. Database mig only: the others are not
  // part of it. Line number from 1 -> what differs; `checked` counts the lines that were compared.
  std::map<int, std::string> run_reads(const std::vector<json>& reads, int& checked) {
    std::map<int, std::string> out;
    for (std::size_t i = 0; i < reads.size(); ++i) {
      const json& recorded = reads[i];
      const bool is_paged = contains(recorded.value("step", ""), "paging");
      std::optional<std::string> difference;
      if (recorded["rpc"] == "getTableMeta") {
        difference = table_meta(recorded);
      } else if (recorded["rpc"] == "getPartitionsMeta" && !is_paged) {
        difference = partitions_meta(recorded);
      } else {
        continue;  // not asked by srsync, or depends on the other tables
      }
      ++checked;
      if (difference) out[static_cast<int>(i) + 1] = *difference;
    }
    return out;
  }

 private:
  std::optional<std::string> line(const json& recorded) {
    if (recorded.contains("rpc")) return rpc(recorded);
    if (recorded.contains("http")) return http(recorded);
    if (recorded.contains("sql")) return sql(recorded);
    return std::nullopt;  // a remark
  }

  // Tries until it matches: the recorded client looked at some moment after the line before.
  template <typename Try>
  std::optional<std::string> eventually(bool jobs_too, Try attempt) {
    std::optional<std::string> first = attempt();
    for (int i = 0; first && i < kMaxSteps; ++i) {
      world_.step(jobs_too);
      if (!attempt()) return std::nullopt;
    }
    return first;
  }

  std::optional<std::string> sql(const json& recorded) {
    const auto side = recorded["side"].get<std::string>();
    const auto text = recorded["sql"].get<std::string>();
    if (recorded.contains("rows")) {
      const bool jobs_too = text == "SHOW PROC '/replications'";
      return eventually(jobs_too, [&] {
        return compare_.rows(side, recorded, world_.session(side).execute(text));
      });
    }
    const Answer answer = world_.session(side).execute(text);
    if (text.starts_with("INSERT")) world_.step(false);
    if (recorded.contains("ok")) {
      if (!answer.is_error()) return std::nullopt;
      return "refused: " + std::to_string(answer.code) + " " + answer.message;
    }
    const json& error = recorded.at("error");
    const bool same = answer.is_error() && answer.code == error.at("code") &&
                      ReplayCompare::blot(answer.message) ==
                          ReplayCompare::blot(error.at("message").get<std::string>());
    return same ? std::nullopt
                : std::optional<std::string>("recorded " + error.dump() + ", here " +
                                             std::to_string(answer.code) + " " + answer.message);
  }

  // What the recording's own backends were told to do stands in the name of the step only.
  void order_faults(const json& recorded) {
    const auto step = recorded.value("step", "");
    if (step == "F snapshots fail") world_.engine().fail_next(StageFault::kSnapshotsFail, 1);
    if (step == "F copying fails") world_.engine().fail_next(StageFault::kCopyFails, 1);
  }

  std::optional<std::string> rpc(const json& recorded) {
    order_faults(recorded);
    const json& request = recorded["request"][0];
    frontend::TStatus status;
    if (recorded["rpc"] == "abortRemoteTxn") {
      frontend::TAbortRemoteTxnRequest abort;
      abort.__set_txn_id(world_.running_txn());
      abort.__set_db_id(world_.cluster("target").with(
          [](Catalog& catalog) { return catalog.find_database("mig")->id; }));
      abort.__set_error_msg(request.at("error_msg"));
      const auto answer = world_.service("target").abort_remote_txn(abort);
      status = std::get<frontend::TAbortRemoteTxnResponse>(answer).status;
    } else {
      const auto answer =
          world_.service("target").start_table_replication(world_.translate(request));
      const bool dropped = std::holds_alternative<CloseConnection>(answer);
      if (dropped || recorded.contains("transport_error")) {
        if (dropped && recorded.contains("transport_error")) return std::nullopt;
        return dropped ? "the connection is dropped" : "the connection is not dropped";
      }
      status = std::get<frontend::TTableReplicationResponse>(answer).status;
    }
    return compare_status(recorded.at("response").at("status"), status);
  }

  static std::optional<std::string> compare_status(const json& recorded,
                                                   const frontend::TStatus& ours) {
    const std::string text = ours.error_msgs.empty() ? "" : ours.error_msgs[0];
    const std::string expected =
        recorded.contains("error_msgs") ? recorded["error_msgs"][0].get<std::string>() : "";
    if (recorded.at("status_code") == ours.status_code &&
        ReplayCompare::blot(text) == ReplayCompare::blot(expected)) {
      return std::nullopt;
    }
    return "recorded " + expected + ", here " + std::to_string(ours.status_code) + " " + text;
  }

  std::optional<std::string> http(const json& recorded) {
    const std::string target =
        world_.translate_label(recorded["http"].get<std::string>()).substr(4);
    return eventually(false, [&]() -> std::optional<std::string> {
      HttpRequest request = parse_http_head("GET " + target + " HTTP/1.1");
      request.has_credentials = true;
      request.user = "root";
      const HttpResponse answer =
          frontend_http(world_.cluster(recorded["side"].get<std::string>()), request);
      if (answer.status == recorded["status"] && answer.body == recorded["body"]) {
        return std::nullopt;
      }
      return "here " + std::to_string(answer.status) + " " + answer.body;
    });
  }

  std::optional<std::string> table_meta(const json& recorded) {
    frontend::TGetTableMetaRequest request;
    request.__set_db_name(recorded["request"][0]["db_name"]);
    request.__set_table_name(recorded["request"][0]["table_name"]);
    const auto answer = world_.service(recorded["side"].get<std::string>()).get_table_meta(request);
    if (std::holds_alternative<NoResult>(answer)) {
      if (recorded.contains("application_exception")) return std::nullopt;
      return "no result";
    }
    const auto& reply = std::get<frontend::TGetTableMetaResponse>(answer);
    const json& status = recorded.at("response").at("status");
    if (reply.status.status_code != 0 || status["status_code"] != 0) {
      return compare_status(status, reply.status);
    }
    const json expected = comparable_table(recorded["response"]["table_meta"]);
    const json ours = comparable(reply.table_meta);
    if (ours == expected) return std::nullopt;
    return json::diff(expected, ours).dump();
  }

  std::optional<std::string> partitions_meta(const json& recorded) {
    frontend::TGetPartitionsMetaRequest request;
    if (recorded["request"][0].contains("auth_info")) {
      const json& auth = recorded["request"][0]["auth_info"];
      frontend::TAuthInfo info;
      if (auth.contains("pattern")) info.__set_pattern(auth["pattern"]);
      info.__set_user(auth["user"]);
      info.__set_user_ip(auth["user_ip"]);
      request.__set_auth_info(info);
    }
    const auto answer =
        world_.service(recorded["side"].get<std::string>()).get_partitions_meta(request);
    if (std::holds_alternative<InternalError>(answer)) {
      if (recorded.contains("application_exception")) return std::nullopt;
      return "internal error";
    }
    std::map<std::string, json> expected;
    std::map<std::string, json> ours;
    for (const json& row : recorded["response"]["partitions_meta_infos"]) {
      if (row["db_name"] != "mig") continue;
      expected[row["table_name"].get<std::string>() + "." +
               row["partition_name"].get<std::string>()] = comparable_partition(row);
    }
    const auto& reply = std::get<frontend::TGetPartitionsMetaResponse>(answer);
    for (const auto& row : reply.partitions_meta_infos) {
      if (row.table_name == "slices") continue;  // made after these reads were recorded
      ours[row.table_name + "." + row.partition_name] = comparable(row);
    }
    if (ours == expected) return std::nullopt;
    return json::diff(json(expected), json(ours)).dump();
  }

  std::vector<json> lines_;
  ReplayWorld world_;
  ReplayCompare compare_;
};

class ReplicationConformance : public testing::TestWithParam<const char*> {};

TEST_P(ReplicationConformance, AnswersAsRecorded) {
  const std::string version = GetParam();
  Replay replay(version);
  const auto differences = replay.run();
  auto known = known_differences();
  for (const auto& [number, text] : differences) {
    const std::string key = version + "/" + std::to_string(number);
    EXPECT_TRUE(known.contains(key)) << "replication.jsonl " << key << ": " << text;
  }
  for (const auto& [key, reason] : known) {
    if (!key.starts_with(version + "/")) continue;
    const int number = std::stoi(key.substr(version.size() + 1));
    EXPECT_TRUE(differences.contains(number)) << key << " matches now: remove it from the list";
  }
  std::printf("replication.jsonl %s: %zu of %zu lines match\n", version.c_str(),
              replay.size() - differences.size(), replay.size());
}

TEST_P(ReplicationConformance, ReadsAsRecorded) {
  const std::string version = GetParam();
  Replay replay(version);
  replay.run();
  int checked = 0;
  const auto differences =
      replay.run_reads(test::load_jsonl(test::fixture_path(version, "rpc_reads.jsonl")), checked);
  const std::string prefix = "rpc_reads/" + version + "/";
  const auto known = known_differences();
  for (const auto& [number, text] : differences) {
    const std::string key = prefix + std::to_string(number);
    EXPECT_TRUE(known.contains(key)) << key << ": " << text;
  }
  for (const auto& [key, reason] : known) {
    if (!key.starts_with(prefix)) continue;
    EXPECT_TRUE(differences.contains(std::stoi(key.substr(prefix.size()))))
        << key << " matches now: remove it from the list";
  }
  EXPECT_GE(checked, 16);
  std::printf("rpc_reads.jsonl %s: %zu of %d lines that concern the story match\n", version.c_str(),
              static_cast<std::size_t>(checked) - differences.size(), checked);
}

INSTANTIATE_TEST_SUITE_P(Versions, ReplicationConformance,
                         testing::Values("3.3", "3.4", "3.5", "4.0", "4.1"));

}  // namespace
}  // namespace srsync::sandbox
