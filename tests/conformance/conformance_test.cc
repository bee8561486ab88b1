// The recorded questions of five versions asked to a sandbox that holds the recorded objects.
// Compared: column names and definitions, number and shape of rows, every cell that is not an id, a
// time, a size or an address, SHOW CREATE texts, error codes and texts. What does not match stands
// in known_differences.txt with its reason; what matches must not stand there.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <map>
#include <regex>
#include <set>

#include "base/text.h"
#include "conformance/recorded_world.h"
#include "sandbox/wire.h"
#include "support/fixture.h"
#include "support/paths.h"

namespace srsync::sandbox {
namespace {

using nlohmann::json;

// Compared for being NULL or not only: ids, times, sizes, hashes.
const std::set<std::string> kVolatile = {"PartitionId",
                                         "VisibleVersionTime",
                                         "DataSize",
                                         "StorageSize",
                                         "RowCount",
                                         "VersionEpoch",
                                         "DbId",
                                         "TableId",
                                         "IndexId",
                                         "TabletId",
                                         "ReplicaId",
                                         "BackendId",
                                         "MetaUrl",
                                         "CompactionStatus",
                                         "DiskRootPath",
                                         "ClusterId",
                                         "EditLogPort",
                                         "HttpPort",
                                         "QueryPort",
                                         "RpcPort",
                                         "ReplayedJournalId",
                                         "StartTime",
                                         "IP",
                                         "HeartbeatPort",
                                         "BePort",
                                         "BrpcPort",
                                         "TabletNum",
                                         "DataUsedCapacity",
                                         "AvailCapacity",
                                         "TotalCapacity",
                                         "UsedPct",
                                         "MaxDiskUsedPct",
                                         "DataTotalCapacity",
                                         "DataUsedPct",
                                         "Status",
                                         "id",
                                         "task_id",
                                         "task_name",
                                         "rows",
                                         "JobId",
                                         "CreateTime",
                                         "FinishTime",
                                         "FinishedTime",
                                         "TransactionId",
                                         "RollupId",
                                         "OriginIndexId",
                                         "CONNECTION_ID()",
                                         "Id",
                                         "Name"};
// Not compared at all: they depend on the moment or on the build of the pseudo backends.
const std::set<std::string> kIgnored = {"LastHeartbeat", "LastStartTime", "SchemaHash"};

bool is_frontend_name(const std::vector<std::string>& columns) {
  return std::ranges::count(columns, "QueryPort") > 0;
}

std::string shape(const std::vector<std::string>& columns, const std::vector<Cell>& row) {
  std::string out;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const std::string& name = columns[i];
    const bool is_backend = columns[0] == "BackendId" && (name == "Version" || name == "ErrMsg");
    if (kIgnored.contains(name) || is_backend) continue;
    const bool is_volatile =
        kVolatile.contains(name) && (name != "Name" || is_frontend_name(columns));
    const Cell& cell = row[i];
    out += name + "=" + (!cell ? "NULL" : is_volatile ? "*" : "'" + *cell + "'") + " ";
  }
  return out;
}

std::vector<std::string> shapes(const std::vector<std::string>& columns,
                                const std::vector<Row>& rows) {
  std::vector<std::string> out;
  for (const Row& row : rows) out.push_back(shape(columns, row));
  std::ranges::sort(out);
  return out;
}

std::vector<Row> recorded_rows(const json& line) {
  std::vector<Row> out;
  for (const json& row : line["rows"]) {
    Row& cells = out.emplace_back();
    for (const json& cell : row) {
      cells.push_back(cell.is_null() ? Cell() : Cell(cell.get<std::string>()));
    }
  }
  return out;
}

int type_number(const std::string& name) {
  static const std::map<std::string, int> kTypes = {
      {"TINY", 1},      {"LONG", 3},         {"DOUBLE", 5},      {"LONGLONG", 8},
      {"DATETIME", 12}, {"NEWDECIMAL", 246}, {"VAR_STRING", 253}};
  const auto found = kTypes.find(name);
  return found == kTypes.end() ? -1 : found->second;
}

std::string compare_fields(const json& definitions, const Answer& answer) {
  for (std::size_t i = 0; i < definitions.size(); ++i) {
    const json& recorded = definitions[i];
    const Field& field = answer.fields[i];
    if (recorded["length"] != field.length || recorded["charset"] != field.charset ||
        type_number(recorded["type"]) != field.type || recorded["decimals"] != field.decimals) {
      return "definition of column " + field.name + ": recorded " + recorded.dump();
    }
  }
  return "";
}

// Ids of backends, and those in the path of SHOW PROC, are the recording's own.
std::string without_ids(const std::string& text) {
  static const std::regex ids("/[0-9]+|\\[[0-9,]+\\]");
  return std::regex_replace(text, ids, "#");
}

std::string compare_rows(const json& line, const json& definitions, const Answer& answer) {
  const auto columns = line["columns"].get<std::vector<std::string>>();
  std::vector<std::string> mine;
  for (const Field& field : answer.fields) mine.push_back(field.name);
  if (mine != columns) return "columns differ: " + json(mine).dump();
  if (definitions.contains(line["columndefs"].get<std::string>())) {
    const std::string fields =
        compare_fields(definitions[line["columndefs"].get<std::string>()], answer);
    if (!fields.empty()) return fields;
  }
  const auto wanted = shapes(columns, recorded_rows(line));
  const auto got = shapes(columns, answer.rows);
  if (wanted.size() != got.size()) {
    return std::to_string(got.size()) + " rows, recorded " + std::to_string(wanted.size());
  }
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i] != got[i])
      return "row\n      got      " + got[i] + "\n      recorded " + wanted[i];
  }
  return "";
}

// "" when it matches, else what differs.
std::string compare(const json& line, const json& definitions, const Answer& answer) {
  if (line.contains("error")) {
    if (!answer.is_error()) return "no error; recorded " + line["error"].dump();
    const std::string text = line["error"]["message"];
    if (answer.code != line["error"]["code"] || without_ids(answer.message) != without_ids(text)) {
      return "error " + std::to_string(answer.code) + " " + answer.message + "; recorded " +
             line["error"].dump();
    }
    return "";
  }
  if (answer.is_error()) return "error " + std::to_string(answer.code) + " " + answer.message;
  if (line.contains("ok")) return answer.kind == Answer::Kind::kOk ? "" : "rows, recorded OK";
  if (answer.kind != Answer::Kind::kRows) return "OK, recorded rows";
  return compare_rows(line, definitions, answer);
}

struct Report {
  std::map<std::string, std::pair<int, int>> counts;  // "4.0/proc" -> matches, all
  std::map<std::string, std::string> differences;     // "4.0/proc/12" -> what differs
};

void ask(RecordedWorld& world, const std::string& file, Session& session, Report& report) {
  std::ifstream in(test::fixture_path(world.version(), "columndefs.json"));
  const json definitions = json::parse(in);
  int number = 0;
  for (const json& line : world.lines(file)) {
    ++number;
    if (!line.contains("sql")) continue;
    const std::string sql = line["sql"];
    const Answer answer = session.execute(world.translate(sql));
    world.learn(line, answer);
    const std::string difference = compare(line, definitions, answer);
    auto& [matches, all] = report.counts[world.version() + "/" + file];
    ++all;
    if (difference.empty()) {
      ++matches;
    } else {
      report.differences[world.version() + "/" + file + "/" + std::to_string(number)] =
          sql.substr(0, 100) + ": " + difference;
    }
  }
}

void ask_logins(RecordedWorld& world, Report& report) {
  for (const json& line : world.lines("logins")) {
    const std::string user = line["user"];
    const std::string password = line["password"];
    auto& [matches, all] = report.counts[world.version() + "/logins"];
    ++all;
    const bool known = world.cluster().with([&](const Catalog& catalog) {
      const User* found = catalog.find_user(user);
      return found != nullptr && found->password == password;
    });
    EXPECT_FALSE(known) << user;
    ++matches;
  }
}

std::map<std::string, std::string> known_differences() {
  std::ifstream file(test::source_path("tests/conformance/known_differences.txt"));
  EXPECT_TRUE(file.is_open());
  std::map<std::string, std::string> out;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    const auto blank = line.find(' ');
    EXPECT_NE(blank, std::string::npos) << "no reason given: " << line;
    out[line.substr(0, blank)] = line.substr(std::min(blank, line.size() - 1) + 1);
  }
  return out;
}

class Conformance : public testing::TestWithParam<const char*> {};

TEST_P(Conformance, AnswersAsRecorded) {
  const std::string version = GetParam();
  Report report;
  RecordedWorld fresh(version);
  ask(fresh, "cluster", fresh.root(), report);
  RecordedWorld world(version);
  world.load();
  for (const char* file : {"show_create", "partitions", "tablets", "proc", "catalog"}) {
    ask(world, file, world.root(), report);
  }
  ask(world, "unprivileged", world.reader(), report);
  ask_logins(world, report);
  ask(world, "refusals", world.root(), report);

  for (const auto& [file, count] : report.counts) {
    std::printf("%-18s %4d of %4d match\n", file.c_str(), count.first, count.second);
  }
  const auto known = known_differences();
  for (const auto& [place, difference] : report.differences) {
    const auto found = known.find(place);
    if (found == known.end())
      ADD_FAILURE() << place << " " << difference;
    else
      std::printf("  differs: %s: %s\n", place.c_str(), found->second.c_str());
  }
  for (const auto& [place, reason] : known) {
    if (!place.starts_with(version + "/")) continue;
    EXPECT_TRUE(report.differences.contains(place)) << place << " matches now: strike it out";
  }
}

std::string test_name(const testing::TestParamInfo<const char*>& parameter) {
  std::string name = parameter.param;
  std::ranges::replace(name, '.', '_');
  return "V" + name;
}

INSTANTIATE_TEST_SUITE_P(Versions, Conformance, testing::Values("3.3", "3.4", "3.5", "4.0", "4.1"),
                         test_name);

std::string hex(std::string_view bytes) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (unsigned char c : bytes) out += {kDigits[c >> 4U], kDigits[c & 15U]};
  return out;
}

// Payloads of fixtures/wire, rebuilt from what they mean.
TEST(Wire, PayloadsEqualTheRecordedOnes) {
  std::set<std::string> recorded;
  for (const json& line : test::load_jsonl(test::fixture_path("wire", "4.0.jsonl"))) {
    if (line.contains("payload_hex") && line["from"] == "server") {
      recorded.insert(line["payload_hex"].get<std::string>());
    }
  }
  const Answer dbs =
      rows(fields("DbId DbName TableNum Quota LastConsistencyCheckTime ReplicaQuota"));
  const std::vector<std::string> payloads = {
      greeting_payload("8.0.33", 16777219 - 16777216, std::string("S`Z\\YPlUxroFsUMZvgb_", 20)),
      ok_payload(0, ""),
      eof_payload(),
      error_payload(5501, "Unknown database 'no_such'"),
      error_payload(1045, "Access denied for user 'root' (using password: YES)"),
      field_payload({"Database", 192}),
      field_payload({"1", 4, 1, 63, 0}),
      field_payload(dbs.fields[0]),
      field_payload({"Variable_name", 60}),
      row_payload({"100", "sys", "6", "8388608.000 TB", std::nullopt, "9223372036854775807"})};
  for (const std::string& payload : payloads) {
    // The greeting's connection number has its frontend in the high byte.
    std::string text = hex(payload);
    if (text.starts_with("0a")) text.replace(16, 8, "03000000");
    const bool found = recorded.contains(text);
    EXPECT_TRUE(found || text.starts_with("0a")) << text;
  }
}

}  // namespace
}  // namespace srsync::sandbox
